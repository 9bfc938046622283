// The sieve of Eratosthenes over 64 Ki flags, `n` times: byte stores with a stride, a byte load
// and a branch in the outer loop. Returns the number of primes found in all rounds.

#include <stdint.h>

#define SIZE 65536

static uint8_t composite[SIZE];

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  int32_t primes = 0;
  for (int32_t round = 0; round < n; round++) {
    for (uint32_t i = 0; i < SIZE; i++)
      composite[i] = 0;
    for (uint32_t i = 2; i < SIZE; i++) {
      if (composite[i])
        continue;
      primes++;
      for (uint32_t j = i + i; j < SIZE; j += i)
        composite[j] = 1;
    }
  }
  return primes;
}
