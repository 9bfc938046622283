// Dot products of vectors of bytes, of 16-bit integers and of floats, 4096 elements each, `n` times. The floats are small
// integers, so that all sums are exact. Returns a sum of the products.

#include "vector.h"

#define COUNT 4096

static int8_t bytes_a[COUNT], bytes_b[COUNT];
static int16_t shorts_a[COUNT], shorts_b[COUNT];
static float floats_a[COUNT], floats_b[COUNT];

static int32_t total(i32x4 v) { return v[0] + v[1] + v[2] + v[3]; }

static int32_t dot_bytes(void) {
  i32x4 sum = {0};
  for (int i = 0; i < COUNT; i += 16) {
    i8x16 x = (i8x16)load(bytes_a + i), y = (i8x16)load(bytes_b + i);
    sum += dot(signed_low(x), signed_low(y)) + dot(signed_high(x), signed_high(y));
  }
  return total(sum);
}

static int32_t dot_shorts(void) {
  i32x4 even = {0}, odd = {0};
  for (int i = 0; i < COUNT; i += 16) {
    even += dot((i16x8)load(shorts_a + i), (i16x8)load(shorts_b + i));
    odd += dot((i16x8)load(shorts_a + i + 8), (i16x8)load(shorts_b + i + 8));
  }
  return total(even + odd);
}

static int32_t dot_floats(void) {
  f32x4 s0 = {0}, s1 = {0};
  for (int i = 0; i < COUNT; i += 8) {
    s0 += (f32x4)load(floats_a + i) * (f32x4)load(floats_b + i);
    s1 += (f32x4)load(floats_a + i + 4) * (f32x4)load(floats_b + i + 4);
  }
  f32x4 sum = s0 + s1;
  return (int32_t)(sum[0] + sum[1] + sum[2] + sum[3]);
}

EXPORT int64_t run(int32_t n) {
  uint32_t seed = 5;
  for (int i = 0; i < COUNT; i++) {
    bytes_a[i] = next(&seed) >> 24;
    bytes_b[i] = next(&seed) >> 24;
    shorts_a[i] = (int16_t)(next(&seed) >> 20) - 2048;
    shorts_b[i] = (int16_t)(next(&seed) >> 20) - 2048;
    floats_a[i] = (int32_t)(next(&seed) >> 28) - 8;
    floats_b[i] = (int32_t)(next(&seed) >> 28) - 8;
  }
  int64_t sum = 0;
  for (int round = 0; round < n; round++) {
    sum += dot_bytes() + 3 * (int64_t)dot_shorts() + 5 * (int64_t)dot_floats();
    bytes_a[round % COUNT] ^= 5;
    shorts_b[round % COUNT] ^= 9;
    floats_a[round % COUNT] += round % 3 - 1;
  }
  return sum;
}
