// A sort for elements of any size that compares through a function pointer, as C's `qsort` does: quicksort with
// the median of three, insertion sort for short ranges. `n` rounds of 512 records, each by another of four orders.
// Returns a hash of what lies where.

#include <stdint.h>

#define RECORDS 512
#define SHORT_RANGE 12

typedef int (*compare)(const void *a, const void *b);

struct record {
  uint32_t id;
  int16_t group;
  uint16_t year;
  float weight;
  char name[8];
};

static struct record records[RECORDS];

static void swap(char *a, char *b, uint32_t size) {
  for (uint32_t i = 0; i < size; i++) {
    char byte = a[i];
    a[i] = b[i];
    b[i] = byte;
  }
}

static void insertion_sort(char *base, uint32_t count, uint32_t size, compare order) {
  for (uint32_t i = 1; i < count; i++)
    for (char *at = base + i * size; at > base && order(at - size, at) > 0; at -= size)
      swap(at - size, at, size);
}

static void sort(char *base, uint32_t count, uint32_t size, compare order) {
  while (count > SHORT_RANGE) {
    char *last = base + (count - 1) * size;
    char *middle = base + count / 2 * size;
    if (order(middle, base) < 0)
      swap(middle, base, size);
    if (order(last, base) < 0)
      swap(last, base, size);
    if (order(last, middle) < 0)
      swap(last, middle, size);
    // The pivot waits at the second place; the ends are where they belong.
    char *pivot = base + size;
    swap(middle, pivot, size);
    char *left = pivot, *right = last;
    for (;;) {
      do
        left += size;
      while (order(left, pivot) < 0);
      do
        right -= size;
      while (order(right, pivot) > 0);
      if (left >= right)
        break;
      swap(left, right, size);
    }
    swap(pivot, right, size);
    // The shorter side by recursion, the longer one by the loop.
    uint32_t before = (right - base) / size;
    uint32_t after = count - before - 1;
    if (before < after) {
      sort(base, before, size, order);
      base = right + size;
      count = after;
    } else {
      sort(right + size, after, size, order);
      count = before;
    }
  }
  insertion_sort(base, count, size, order);
}

static int by_id(const void *a, const void *b) {
  const struct record *x = a, *y = b;
  return (x->id > y->id) - (x->id < y->id);
}

static int by_group_then_year(const void *a, const void *b) {
  const struct record *x = a, *y = b;
  if (x->group != y->group)
    return x->group - y->group;
  if (x->year != y->year)
    return y->year - x->year;
  return by_id(a, b);
}

static int by_weight(const void *a, const void *b) {
  const struct record *x = a, *y = b;
  if (x->weight != y->weight)
    return x->weight < y->weight ? -1 : 1;
  return by_id(a, b);
}

static int by_name(const void *a, const void *b) {
  const struct record *x = a, *y = b;
  for (int i = 0; i < 8; i++)
    if (x->name[i] != y->name[i])
      return x->name[i] - y->name[i];
  return by_id(a, b);
}

static const compare orders[] = {by_id, by_group_then_year, by_weight, by_name};

static void fill(uint32_t seed) {
  for (uint32_t i = 0; i < RECORDS; i++) {
    seed = seed * 1664525 + 1013904223;
    struct record *record = &records[i];
    record->id = seed ^ i;
    record->group = (int)(seed >> 8 & 15) - 8;
    record->year = 1900 + (seed >> 12) % 120;
    record->weight = (float)(seed >> 10 & 4095) / 8;
    for (int j = 0; j < 8; j++)
      record->name[j] = j < 3 ? 'a' + (int)((seed >> (8 + 6 * j)) % 5) : 'z' - j;
  }
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t sum = 0;
  for (int32_t round = 0; round < n; round++) {
    compare order = orders[round & 3];
    fill(round / 4 + 1);
    sort((char *)records, RECORDS, sizeof *records, order);
    for (uint32_t i = 0; i < RECORDS; i++) {
      if (i > 0 && order(&records[i - 1], &records[i]) > 0)
        return -1;
      sum = sum * 31 + records[i].id;
    }
  }
  return sum;
}
