// The product of two matrices of 96 × 96 floats, four columns of four rows at a time, `n` times. The elements are small integers,
// so that all sums are exact. Returns the sum of the product's elements, each weighted by its place.

#include "vector.h"

#define SIZE 96

static float a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

static inline f32x4 row(const float *p) { return (f32x4)load(p); }

static void multiply(void) {
  for (int i = 0; i < SIZE; i += 4)
    for (int j = 0; j < SIZE; j += 4) {
      f32x4 r0 = {0}, r1 = {0}, r2 = {0}, r3 = {0};
      for (int k = 0; k < SIZE; k++) {
        f32x4 column = row(&b[k][j]);
        r0 += column * a[i][k];
        r1 += column * a[i + 1][k];
        r2 += column * a[i + 2][k];
        r3 += column * a[i + 3][k];
      }
      store(&c[i][j], (u8x16)r0);
      store(&c[i + 1][j], (u8x16)r1);
      store(&c[i + 2][j], (u8x16)r2);
      store(&c[i + 3][j], (u8x16)r3);
    }
}

EXPORT int64_t run(int32_t n) {
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) {
      a[i][j] = (i * 7 + j * 3) % 11 - 5;
      b[i][j] = (i * 5 + j * 13) % 17 - 8;
    }
  int64_t sum = 0;
  for (int round = 0; round < n; round++) {
    multiply();
    for (int i = 0; i < SIZE; i++)
      sum += (int64_t)c[i][(i + round) % SIZE] * (i + 1);
    b[round % SIZE][round % 7] += 1;
    a[round % 5][round % SIZE] -= 1;
    if (round % 64 == 63) {
      b[round % SIZE][0] = 0;
      a[0][round % SIZE] = 0;
    }
  }
  return sum;
}
