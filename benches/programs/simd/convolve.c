// A picture of 256 × 256 bytes, convolved with a kernel of 3 × 3 in 16-bit lanes, sharpened and blurred in turn, `n` times.
// Returns a sum over the pixels.

#include "vector.h"

#define SIZE 256
#define STRIDE (SIZE + 32)

static uint8_t from[(SIZE + 2) * STRIDE], to[(SIZE + 2) * STRIDE];

static const int16_t SHARPEN[9] = {-1, -2, -1, -2, 28, -2, -1, -2, -1};
static const int16_t BLUR[9] = {1, 2, 1, 2, 4, 2, 1, 2, 1};

static void convolve(const uint8_t *source, uint8_t *target, const int16_t *kernel) {
  for (int y = 1; y <= SIZE; y++)
    for (int x = 16; x < 16 + SIZE; x += 16) {
      i16x8 low = splat16(8), high = splat16(8);
      for (int i = 0; i < 9; i++) {
        u8x16 pixels = load(source + (y + i / 3 - 1) * STRIDE + x + i % 3 - 1);
        low += (i16x8)extend_low(pixels) * splat16(kernel[i]);
        high += (i16x8)extend_high(pixels) * splat16(kernel[i]);
      }
      store(target + y * STRIDE + x, narrow(low >> 4, high >> 4));
    }
}

EXPORT int64_t run(int32_t n) {
  uint32_t seed = 7;
  for (int i = 0; i < (SIZE + 2) * STRIDE; i++)
    from[i] = to[i] = (i / STRIDE * 3 + i % STRIDE + (next(&seed) >> 27)) & 255;
  for (int round = 0; round < n; round++) {
    convolve(from, to, SHARPEN);
    convolve(to, from, BLUR);
    from[STRIDE + 16 + round * 977 % (SIZE * STRIDE - 32)] ^= round;
  }
  int64_t sum = 0;
  for (int i = 0; i < (SIZE + 2) * STRIDE; i++)
    sum += from[i] * (int64_t)(i % 1021);
  return sum;
}
