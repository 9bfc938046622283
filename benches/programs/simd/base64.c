// 12 KiB encoded in base64 and decoded again, 12 bytes or 16 characters at a time, `n` times. Returns a sum over the
// characters, or −1 if what is decoded is not what was encoded.

#include "vector.h"

#define BYTES (12 << 10)

static uint8_t plain[BYTES + 16], decoded[BYTES + 16];
static uint8_t text[BYTES / 3 * 4];

static u8x16 encode(u8x16 bytes) {
  // Each lane of 32 bits gets the bytes b, a, c, b of a group of three.
  u32x4 in = (u32x4)__builtin_shufflevector(bytes, bytes, 1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  u32x4 six = (in >> 10 & splat32(0x3f)) | (in << 4 & splat32(0x3f00)) |
              (in >> 6 & splat32(0x3f0000)) | (in << 8 & splat32(0x3f000000));
  u8x16 index = (u8x16)six;
  // The distance to the character depends on the range that the index is in.
  u8x16 range = sub_sat(index, splat8(51));
  range |= (u8x16)(index < splat8(26)) & splat8(13);
  const u8x16 shift = {71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0};
  return index + swizzle(shift, range);
}

static u8x16 decode(u8x16 characters, u8x16 *error) {
  const u8x16 low_bits = {0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                          0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a};
  const u8x16 high_bits = {0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
                           0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10};
  const u8x16 shift = {0, 16, 19, 4, 191, 191, 185, 185, 0, 0, 0, 0, 0, 0, 0, 0};
  u8x16 high = characters >> 4, low = characters & splat8(15);
  *error |= swizzle(low_bits, low) & swizzle(high_bits, high);
  u8x16 slash = (u8x16)(characters == splat8('/'));
  u32x4 six = (u32x4)(characters + swizzle(shift, high + slash));
  // Four groups of six bits become three bytes.
  u32x4 pairs = (six & splat32(0x003f003f)) << 6 | (six >> 8 & splat32(0x003f003f));
  u32x4 all = (pairs & splat32(0xffff)) << 12 | pairs >> 16;
  u8x16 bytes = (u8x16)all;
  return __builtin_shufflevector(bytes, splat8(0), 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 16, 16, 16, 16);
}

EXPORT int64_t run(int32_t n) {
  uint32_t seed = 3;
  for (int i = 0; i < BYTES; i++)
    plain[i] = next(&seed) >> 9;
  int64_t sum = 0;
  for (int round = 0; round < n; round++) {
    for (int i = 0; i < BYTES / 12; i++)
      store(text + 16 * i, encode(load(plain + 12 * i)));
    u8x16 error = splat8(0);
    for (int i = 0; i < BYTES / 12; i++)
      store(decoded + 12 * i, decode(load(text + 16 * i), &error));
    if (any_true(error))
      return -1;
    for (int i = 0; i < BYTES; i += 16)
      if (any_true(load(decoded + i) ^ load(plain + i)))
        return -1;
    sum += text[round % (BYTES / 3 * 4)] * (int64_t)(round + 1);
    plain[round % BYTES] ^= text[(round * 7) % BYTES];
  }
  return sum;
}
