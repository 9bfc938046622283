// The Mandelbrot set on `n` × `n` points with at most 64 steps each: few doubles in a tight loop with an exit that is
// hard to predict. Returns a hash of the numbers of steps.

#include <stdint.h>

#define MAX_STEPS 64

static uint32_t steps_until_escape(double re, double im) {
  double x = 0, y = 0, x2 = 0, y2 = 0;
  uint32_t steps = 0;
  while (steps < MAX_STEPS && x2 + y2 <= 4) {
    y = 2 * x * y + im;
    x = x2 - y2 + re;
    x2 = x * x;
    y2 = y * y;
    steps++;
  }
  return steps;
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t hash = 2166136261;
  for (int32_t row = 0; row < n; row++) {
    double im = 2.5 * row / n - 1.25;
    for (int32_t column = 0; column < n; column++) {
      double re = 3.0 * column / n - 2.1;
      hash = (hash ^ steps_until_escape(re, im)) * 16777619;
    }
  }
  return hash;
}
