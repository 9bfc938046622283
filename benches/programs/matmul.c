// The product of two `n` × `n` matrices of doubles (`n` at most 320): the textbook triple loop.
// The elements are small integers, so that every sum is exact. Returns the sum of the
// product's elements, each weighted by its place.

#include <stdint.h>

#define MAX 320

static double a[MAX][MAX], b[MAX][MAX], c[MAX][MAX];

__attribute__((export_name("run"))) int64_t run(int32_t n) {
  if (n < 0 || n > MAX)
    return -1;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      a[i][j] = (i * 7 + j * 3) % 11 - 5;
      b[i][j] = (i * 5 + j * 13) % 17 - 8;
    }
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++) {
      double sum = 0;
      for (int32_t k = 0; k < n; k++)
        sum += a[i][k] * b[k][j];
      c[i][j] = sum;
    }
  int64_t sum = 0;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < n; j++)
      sum += (int64_t)c[i][j] * (i + 2 * j + 1);
  return sum;
}
