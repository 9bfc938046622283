// The largest singular value of a matrix of `n` × `n` (at most 400) whose elements 1 / ((i + j)(i + j + 1) / 2 + i + 1)
// are computed where they are needed, by ten rounds of power iteration. Returns it in billionths.

#include <stdint.h>

#define MAX 400

static double u[MAX], v[MAX], between[MAX];

static double element(int32_t i, int32_t j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void multiply(double *to, const double *from, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    double sum = 0;
    for (int32_t j = 0; j < n; j++)
      sum += element(i, j) * from[j];
    to[i] = sum;
  }
}

static void multiply_transposed(double *to, const double *from, int32_t n) {
  for (int32_t i = 0; i < n; i++) {
    double sum = 0;
    for (int32_t j = 0; j < n; j++)
      sum += element(j, i) * from[j];
    to[i] = sum;
  }
}

static double dot(const double *a, const double *b, int32_t n) {
  double sum = 0;
  for (int32_t i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

__attribute__((export_name("run"))) int64_t run(int32_t n) {
  if (n < 1 || n > MAX)
    return -1;
  for (int32_t i = 0; i < n; i++)
    u[i] = 1;
  for (int round = 0; round < 10; round++) {
    multiply(between, u, n);
    multiply_transposed(v, between, n);
    multiply(between, v, n);
    multiply_transposed(u, between, n);
  }
  return (int64_t)(__builtin_sqrt(dot(u, v, n) / dot(v, v, n)) * 1e9);
}
