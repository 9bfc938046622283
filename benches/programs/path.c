// Shortest ways through a map of 64 × 64 fields of different costs, by Dijkstra's algorithm with a binary heap, from
// `n` places in turn. Returns the costs of the ways to the farthest fields and the fields on them, hashed.

#include <stdint.h>

#define SIDE 64
#define FIELDS (SIDE * SIDE)
#define UNREACHED 0xFFFFFFFF
#define WALL 9

static uint8_t costs[FIELDS];
static uint32_t distances[FIELDS];
static uint16_t before[FIELDS];

struct waiting {
  uint32_t distance;
  uint16_t field;
};

static struct waiting heap[FIELDS * 4];
static uint32_t heap_len;

static int closer(struct waiting a, struct waiting b) {
  return a.distance < b.distance || (a.distance == b.distance && a.field < b.field);
}

static void push(struct waiting item) {
  uint32_t at = heap_len++;
  while (at > 0 && closer(item, heap[(at - 1) / 2])) {
    heap[at] = heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  heap[at] = item;
}

static struct waiting pop(void) {
  struct waiting first = heap[0];
  struct waiting last = heap[--heap_len];
  uint32_t at = 0;
  for (;;) {
    uint32_t child = at * 2 + 1;
    if (child >= heap_len)
      break;
    if (child + 1 < heap_len && closer(heap[child + 1], heap[child]))
      child++;
    if (!closer(heap[child], last))
      break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}

static void draw_map(void) {
  uint32_t seed = 17;
  for (uint32_t i = 0; i < FIELDS; i++) {
    seed = seed * 1664525 + 1013904223;
    uint32_t x = i % SIDE, y = i / SIDE;
    costs[i] = 1 + (seed >> 24) % 6;
    // Walls with gaps, a road, and a few rocks.
    if ((x % 11 == 5 && (seed >> 20) % 8 != 0) || (seed >> 16) % 16 == 0)
      costs[i] = WALL;
    if (y == 20 || x == 40)
      costs[i] = 1;
  }
}

static void reach(uint32_t field, uint32_t from, uint32_t distance) {
  if (costs[field] == WALL)
    return;
  distance += costs[field];
  if (distance < distances[field]) {
    distances[field] = distance;
    before[field] = from;
    push((struct waiting){distance, field});
  }
}

static void search(uint32_t start) {
  for (uint32_t i = 0; i < FIELDS; i++)
    distances[i] = UNREACHED;
  heap_len = 0;
  distances[start] = 0;
  before[start] = start;
  push((struct waiting){0, start});
  while (heap_len > 0) {
    struct waiting next = pop();
    uint32_t field = next.field;
    if (next.distance > distances[field])
      continue;
    uint32_t x = field % SIDE, y = field / SIDE;
    if (x > 0)
      reach(field - 1, field, next.distance);
    if (x < SIDE - 1)
      reach(field + 1, field, next.distance);
    if (y > 0)
      reach(field - SIDE, field, next.distance);
    if (y < SIDE - 1)
      reach(field + SIDE, field, next.distance);
  }
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t hash = 2166136261;
  draw_map();
  for (int32_t round = 0; round < n; round++) {
    uint32_t start = (round * 1237 + 20 * SIDE) % FIELDS;
    search(start);
    uint32_t farthest = start;
    for (uint32_t i = 0; i < FIELDS; i++)
      if (distances[i] != UNREACHED && distances[i] > distances[farthest])
        farthest = i;
    hash = (hash ^ distances[farthest]) * 16777619;
    for (uint32_t at = farthest; at != start; at = before[at])
      hash = (hash ^ at) * 16777619;
  }
  return hash;
}
