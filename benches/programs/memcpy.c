// Copies within 64 KiB as programs make them, `n` times: loops over bytes and over words, a byte loop that moves
// overlapping ranges, and, through the compiler's built-in functions, copies and fills of 8 bytes to 16 KiB.
// Returns a hash of the memory.

#include <stdint.h>

#define SIZE 65536

static _Alignas(8) uint8_t memory[SIZE];

// The compiler must not see who calls: it would make built-in copies of the loops.
#define NOINLINE __attribute__((noinline))

NOINLINE static void copy_bytes(uint8_t *to, const uint8_t *from, uint32_t len) {
  for (uint32_t i = 0; i < len; i++)
    to[i] = from[i];
}

NOINLINE static void copy_words(uint32_t *to, const uint32_t *from, uint32_t len_words) {
  for (uint32_t i = 0; i < len_words; i++)
    to[i] = from[i];
}

NOINLINE static void copy_long_words(uint64_t *to, const uint64_t *from, uint32_t len_words) {
  for (uint32_t i = 0; i < len_words; i++)
    to[i] = from[i];
}

// Copies up to a zero, as with strings; returns how many bytes that were.
NOINLINE static uint32_t copy_string(uint8_t *to, const uint8_t *from) {
  uint32_t len = 0;
  while ((to[len] = from[len]) != 0)
    len++;
  return len;
}

// Moves bytes between ranges that may overlap.
NOINLINE static void move_bytes(uint8_t *to, const uint8_t *from, uint32_t len) {
  if (to < from)
    for (uint32_t i = 0; i < len; i++)
      to[i] = from[i];
  else
    while (len-- > 0)
      to[len] = from[len];
}

// Those of the compiler: `memory.copy` and `memory.fill`.
#ifdef __wasm__
#define BULK NOINLINE __attribute__((target("bulk-memory")))
#else
#define BULK NOINLINE
#endif

BULK static void bulk_copy(uint8_t *to, const uint8_t *from, uint32_t len) { __builtin_memcpy(to, from, len); }

BULK static void bulk_move(uint8_t *to, const uint8_t *from, uint32_t len) { __builtin_memmove(to, from, len); }

BULK static void bulk_fill(uint8_t *to, uint8_t value, uint32_t len) { __builtin_memset(to, value, len); }

static void fill(void) {
  uint32_t seed = 1;
  for (uint32_t i = 0; i < SIZE; i++) {
    seed = seed * 1664525 + 1013904223;
    memory[i] = seed >> 24;
  }
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t hash = 2166136261, seed = 1;
  fill();
  for (int32_t round = 0; round < n; round++) {
    seed = seed * 1664525 + 1013904223;
    uint32_t shift = seed >> 24;
    uint8_t *low = memory, *high = memory + SIZE / 2;
    copy_bytes(low + 1 + shift, high, 4096);
    copy_words((uint32_t *)(high + 4096) + shift, (const uint32_t *)low, 2048);
    copy_long_words((uint64_t *)(low + 8192) + shift, (const uint64_t *)high, 1024);
    move_bytes(low + 3, low, 2048);
    move_bytes(high, high + 1 + shift, 2048);
    low[16384 + 700 + shift] = 0;
    hash = hash * 31 + copy_string(high + 20000, low + 16384);

    // Few long ones, many short ones.
    bulk_copy(low + shift, high + 100, 16384);
    bulk_move(high + 8, high, 16384);
    bulk_fill(low + 20000 + shift, round, 8192);
    for (uint32_t i = 0; i < 128; i++) {
      bulk_copy(low + 24000 + i * 24, high + i * 40 + shift, 8 + (i & 15));
      bulk_fill(high + i * 64, i, 12);
      bulk_move(low + i * 32 + 5, low + i * 32, 27);
    }
    hash = (hash ^ memory[seed >> 16]) * 16777619;
  }
  for (uint32_t i = 0; i < SIZE; i++)
    hash = (hash ^ memory[i]) * 16777619;
  return hash;
}
