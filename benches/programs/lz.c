// Compression by repeated strings: 8 KiB of generated text is compressed with chains of hashed positions to
// literals and (distance, length) pairs, decompressed, and compared, `n` times. The text changes a little from
// round to round. Returns a hash of the compressed bytes.

#include <stdint.h>

#define SIZE 8192
#define MIN_MATCH 4
#define MAX_MATCH 255
#define HASH_BITS 12
#define MAX_STEPS 16
#define NONE 0xFFFF

static const char *const words[] = {
    "the ",   "quick ", "thread ",   "of ",    "a ",      "loom ",   "and ",   "selvedge ", "keeps ", "cloth ",
    "from ",  "warp ",  "weft ",     "is ",    "not ",    "frayed ", "weave ", "pattern ",  "with ",  "shuttle ",
    "under ", "over ",  "through\n", "every ", "second ", "yarn, ",  "then ",  "back. ",    "at ",    "its ",
};

static uint8_t text[SIZE], packed[SIZE * 2], unpacked[SIZE];
static uint16_t newest[1 << HASH_BITS], older[SIZE];

static void fill(void) {
  uint32_t seed = 5, len = 0;
  while (len < SIZE) {
    seed = seed * 1664525 + 1013904223;
    const char *word = words[(seed >> 16) % (sizeof words / sizeof *words)];
    // Now and then a number, so that there are strings that occur once.
    if (seed >> 29 == 0)
      for (uint32_t digits = seed >> 4; digits % 10 != 0 && len < SIZE; digits /= 10)
        text[len++] = '0' + digits % 10;
    while (*word && len < SIZE)
      text[len++] = *word++;
  }
}

static uint32_t hash(const uint8_t *at) {
  uint32_t word = at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
  return word * 2654435761u >> (32 - HASH_BITS);
}

static uint32_t match_length(const uint8_t *a, const uint8_t *b, uint32_t most) {
  uint32_t len = 0;
  while (len < most && a[len] == b[len])
    len++;
  return len;
}

static void remember(uint32_t position) {
  if (position + MIN_MATCH > SIZE)
    return;
  uint32_t slot = hash(text + position);
  older[position] = newest[slot];
  newest[slot] = position;
}

// Finds the longest earlier occurrence of what follows `position`; returns its length and sets its distance.
static uint32_t find(uint32_t position, uint32_t *distance) {
  uint32_t best = 0;
  uint32_t most = SIZE - position < MAX_MATCH ? SIZE - position : MAX_MATCH;
  if (most < MIN_MATCH)
    return 0;
  uint32_t candidate = newest[hash(text + position)];
  for (int step = 0; step < MAX_STEPS && candidate != NONE; step++) {
    uint32_t len = match_length(text + candidate, text + position, most);
    if (len > best) {
      best = len;
      *distance = position - candidate;
    }
    candidate = older[candidate];
  }
  return best >= MIN_MATCH ? best : 0;
}

static uint32_t put_literals(uint32_t out, uint32_t from, uint32_t to) {
  while (from < to) {
    uint32_t part = to - from < 128 ? to - from : 128;
    packed[out++] = part - 1;
    for (uint32_t i = 0; i < part; i++)
      packed[out++] = text[from++];
  }
  return out;
}

// Literals: a byte below 128 is one less than their number. A pair: 128 and the distance's high byte above, its
// low byte, the length.
static uint32_t compress(void) {
  for (uint32_t i = 0; i < 1 << HASH_BITS; i++)
    newest[i] = NONE;
  uint32_t out = 0, literals = 0, position = 0;
  while (position < SIZE) {
    uint32_t distance = 0;
    uint32_t len = find(position, &distance);
    if (len == 0) {
      remember(position++);
      continue;
    }
    out = put_literals(out, literals, position);
    packed[out++] = 128 | distance >> 8;
    packed[out++] = distance;
    packed[out++] = len;
    for (uint32_t end = position + len; position < end; position++)
      remember(position);
    literals = position;
  }
  return put_literals(out, literals, position);
}

static uint32_t decompress(uint32_t len) {
  uint32_t in = 0, out = 0;
  while (in < len) {
    uint32_t first = packed[in++];
    if (first < 128) {
      if (out + first + 1 > SIZE)
        return out;
      for (uint32_t i = 0; i <= first; i++)
        unpacked[out++] = packed[in++];
      continue;
    }
    uint32_t distance = (first & 127) << 8 | packed[in];
    uint32_t count = packed[in + 1];
    in += 2;
    if (distance > out || out + count > SIZE)
      return out;
    for (uint32_t i = 0; i < count; i++, out++)
      unpacked[out] = unpacked[out - distance];
  }
  return out;
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t sum = 2166136261;
  fill();
  for (int32_t round = 0; round < n; round++) {
    uint32_t len = compress();
    if (decompress(len) != SIZE || match_length(text, unpacked, SIZE) != SIZE)
      return -1;
    for (uint32_t i = 0; i < len; i++)
      sum = (sum ^ packed[i]) * 16777619;
    for (uint32_t i = 0; i < 64; i++)
      text[(round * 977 + i * 251) % SIZE] ^= 1;
  }
  return sum;
}
