// Words counted in a map from strings: open addressing, FNV-1a, doubled when it is three quarters full, removal by
// moving back. Each of `n` rounds counts 2 Ki words of a generated text, looks up as many strings of which half are
// there, removes every third word and adds up what is left. Returns the sums, hashed.

#include <stdint.h>

#define WORDS 2048
#define MAX_TEXT (WORDS * 12)
#define MAX_SLOTS 2048

struct entry {
  const char *key; // Null if the slot is empty.
  uint32_t len;
  uint32_t hash;
  uint32_t count;
};

struct map {
  struct entry *slots;
  uint32_t mask;
  uint32_t used;
};

static char text[MAX_TEXT];
static uint32_t text_len;
// A map that grows moves from one half to the other.
static struct entry pool[2][MAX_SLOTS];
static uint32_t pool_turn;

static void fill(uint32_t seed) {
  static const char syllables[] = "wefwarlooselvedthrecloshuspiyar";
  text_len = 0;
  for (uint32_t i = 0; i < WORDS; i++) {
    seed = seed * 1664525 + 1013904223;
    // Small numbers are frequent.
    uint32_t word = (seed >> 16) % (1 + (seed >> 8) % 900);
    do {
      for (uint32_t j = 0; j < 3; j++)
        text[text_len++] = syllables[word % 10 * 3 + j];
      word /= 10;
    } while (word > 0);
    text[text_len++] = ' ';
  }
}

static uint32_t hash_of(const char *key, uint32_t len) {
  uint32_t hash = 2166136261;
  for (uint32_t i = 0; i < len; i++)
    hash = (hash ^ (unsigned char)key[i]) * 16777619;
  return hash;
}

static int equal(const char *a, const char *b, uint32_t len) {
  for (uint32_t i = 0; i < len; i++)
    if (a[i] != b[i])
      return 0;
  return 1;
}

static void clear(struct map *map, uint32_t slots) {
  map->slots = pool[pool_turn++ & 1];
  map->mask = slots - 1;
  map->used = 0;
  for (uint32_t i = 0; i < slots; i++)
    map->slots[i].key = 0;
}

// The slot of the key, or the empty one where it would go.
static struct entry *find(const struct map *map, const char *key, uint32_t len, uint32_t hash) {
  for (uint32_t i = hash & map->mask;; i = (i + 1) & map->mask) {
    struct entry *slot = &map->slots[i];
    if (!slot->key || (slot->hash == hash && slot->len == len && equal(slot->key, key, len)))
      return slot;
  }
}

static void grow(struct map *map) {
  struct map larger;
  clear(&larger, (map->mask + 1) * 2);
  for (uint32_t i = 0; i <= map->mask; i++) {
    struct entry *slot = &map->slots[i];
    if (slot->key)
      *find(&larger, slot->key, slot->len, slot->hash) = *slot;
  }
  larger.used = map->used;
  *map = larger;
}

static uint32_t *count_of(struct map *map, const char *key, uint32_t len) {
  uint32_t hash = hash_of(key, len);
  struct entry *slot = find(map, key, len, hash);
  if (!slot->key) {
    if ((map->used + 1) * 4 > (map->mask + 1) * 3) {
      grow(map);
      slot = find(map, key, len, hash);
    }
    map->used++;
    slot->key = key;
    slot->len = len;
    slot->hash = hash;
    slot->count = 0;
  }
  return &slot->count;
}

static void erase(struct map *map, const char *key, uint32_t len) {
  struct entry *hole = find(map, key, len, hash_of(key, len));
  if (!hole->key)
    return;
  map->used--;
  uint32_t empty = hole - map->slots;
  for (uint32_t i = (empty + 1) & map->mask; map->slots[i].key; i = (i + 1) & map->mask) {
    // An entry moves back unless its own place lies between the hole and where it is.
    uint32_t from_home = (i - map->slots[i].hash) & map->mask;
    if (from_home >= ((i - empty) & map->mask)) {
      map->slots[empty] = map->slots[i];
      empty = i;
    }
  }
  map->slots[empty].key = 0;
}

// Where the word ends that starts at `from`.
static uint32_t word_end(uint32_t from) {
  while (text[from] != ' ')
    from++;
  return from;
}

static uint32_t count_words(uint32_t seed) {
  struct map map;
  uint32_t end, sum = 0;
  fill(seed);
  clear(&map, 16);
  for (uint32_t at = 0; at < text_len; at = end + 1) {
    end = word_end(at);
    ++*count_of(&map, text + at, end - at);
  }
  uint32_t number = 0;
  for (uint32_t at = 0; at < text_len; at = end + 1) {
    end = word_end(at);
    // Every other key lacks its first letter, and is not there.
    uint32_t from = at + (number++ & 1);
    uint32_t len = end - from;
    const struct entry *slot = find(&map, text + from, len, hash_of(text + from, len));
    sum = sum * 5 + (slot->key ? slot->count : 1);
  }
  number = 0;
  for (uint32_t at = 0; at < text_len; at = end + 1) {
    end = word_end(at);
    if (number++ % 3 == 0)
      erase(&map, text + at, end - at);
  }
  for (uint32_t i = 0; i <= map.mask; i++)
    if (map.slots[i].key)
      sum += map.slots[i].hash * map.slots[i].count;
  return sum * 31 + map.used;
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t sum = 0;
  for (int32_t round = 0; round < n; round++)
    sum = sum * 31 + count_words(round + 1);
  return sum;
}
