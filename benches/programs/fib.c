// Fibonacci numbers, doubly recursive: nothing but calls. The attribute keeps the compiler from
// turning one of the two calls into a loop.

#include <stdint.h>

__attribute__((noinline, disable_tail_calls)) static int32_t fib(int32_t n) {
  if (n < 2)
    return n;
  return fib(n - 1) + fib(n - 2);
}

__attribute__((export_name("run"))) int32_t run(int32_t n) { return fib(n); }
