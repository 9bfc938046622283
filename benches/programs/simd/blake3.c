// A hash in the manner of BLAKE3: `n` rounds over 16 KiB, four chunks of 1 KiB at a time, one in each lane, and a chain of their
// results. Returns the last chaining value's first words.

#include "vector.h"

#define BYTES (16 << 10)

static uint8_t data[BYTES];
static const uint32_t IV[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                               0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};
static const uint8_t ORDER[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1},
    {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4},
    {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13},
};

static inline u32x4 rotate(u32x4 x, int n) { return x >> n | x << (32 - n); }
static inline u32x4 rotate16(u32x4 x) {
  return (u32x4)__builtin_shufflevector((u16x8)x, (u16x8)x, 1, 0, 3, 2, 5, 4, 7, 6);
}
static inline u32x4 rotate8(u32x4 x) {
  return (u32x4)__builtin_shufflevector((u8x16)x, (u8x16)x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13,
                                        14, 15, 12);
}

static inline void mix(u32x4 *v, int a, int b, int c, int d, u32x4 x, u32x4 y) {
  v[a] = v[a] + v[b] + x;
  v[d] = rotate16(v[d] ^ v[a]);
  v[c] = v[c] + v[d];
  v[b] = rotate(v[b] ^ v[c], 12);
  v[a] = v[a] + v[b] + y;
  v[d] = rotate8(v[d] ^ v[a]);
  v[c] = v[c] + v[d];
  v[b] = rotate(v[b] ^ v[c], 7);
}

// Four rows of one lane each become four columns.
static inline void transpose(u32x4 *rows) {
  u32x4 ab = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
  u32x4 cd = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
  u32x4 ef = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
  u32x4 gh = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  rows[1] = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  rows[2] = __builtin_shufflevector(ef, gh, 0, 1, 4, 5);
  rows[3] = __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
}

static void compress(u32x4 *h, const uint8_t *blocks, uint32_t counter, uint32_t flags) {
  u32x4 m[16], v[16];
  for (int part = 0; part < 4; part++) {
    for (int lane = 0; lane < 4; lane++)
      m[4 * part + lane] = (u32x4)load(blocks + 1024 * lane + 16 * part);
    transpose(m + 4 * part);
  }
  for (int i = 0; i < 8; i++)
    v[i] = h[i];
  for (int i = 0; i < 4; i++)
    v[8 + i] = splat32(IV[i]);
  v[12] = splat32(counter) + (u32x4){0, 1, 2, 3};
  v[13] = splat32(0);
  v[14] = splat32(64);
  v[15] = splat32(flags);
  for (int round = 0; round < 7; round++) {
    const uint8_t *o = ORDER[round];
    mix(v, 0, 4, 8, 12, m[o[0]], m[o[1]]);
    mix(v, 1, 5, 9, 13, m[o[2]], m[o[3]]);
    mix(v, 2, 6, 10, 14, m[o[4]], m[o[5]]);
    mix(v, 3, 7, 11, 15, m[o[6]], m[o[7]]);
    mix(v, 0, 5, 10, 15, m[o[8]], m[o[9]]);
    mix(v, 1, 6, 11, 12, m[o[10]], m[o[11]]);
    mix(v, 2, 7, 8, 13, m[o[12]], m[o[13]]);
    mix(v, 3, 4, 9, 14, m[o[14]], m[o[15]]);
  }
  for (int i = 0; i < 8; i++)
    h[i] = v[i] ^ v[i + 8];
}

EXPORT int64_t run(int32_t n) {
  uint32_t seed = 1;
  for (int i = 0; i < BYTES; i++)
    data[i] = next(&seed) >> 11;
  u32x4 chain = splat32(0);
  for (int round = 0; round < n; round++)
    for (int chunk = 0; chunk < BYTES; chunk += 4096) {
      u32x4 h[8];
      for (int i = 0; i < 8; i++)
        h[i] = splat32(IV[i]) ^ chain;
      for (int block = 0; block < 1024; block += 64)
        compress(h, data + chunk + block, chunk >> 10,
                 (block == 0 ? 1 : 0) | (block == 1024 - 64 ? 2 : 0));
      chain = h[0] ^ h[3] ^ rotate8(h[5]);
      chain = chain + __builtin_shufflevector(chain, chain, 1, 2, 3, 0);
    }
  return (int64_t)((u64x2)chain)[0];
}
