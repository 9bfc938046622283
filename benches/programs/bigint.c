// Integers of many digits: the binomial coefficient of `2n` over `n` (`n` at most 3 000), as a quotient of factorials
// by long division, and by multiplying and dividing step by step; both must agree and are written in decimal.
// Returns a hash of the digits.

#include <stdint.h>

#define MAX_N 3000
#define MAX_LIMBS 2112

// Little-endian; no leading zeros, so zero has no limbs.
struct big {
  uint32_t len;
  uint32_t limbs[MAX_LIMBS];
};

static struct big numerator, factorial, divisor, quotient, by_steps, product;
static char decimal[MAX_LIMBS * 10];

static void trim(struct big *a) {
  while (a->len > 0 && a->limbs[a->len - 1] == 0)
    a->len--;
}

static void set_small(struct big *a, uint32_t value) {
  a->len = 1;
  a->limbs[0] = value;
  trim(a);
}

static void multiply_small(struct big *a, uint32_t by) {
  uint64_t carry = 0;
  for (uint32_t i = 0; i < a->len; i++) {
    carry += (uint64_t)a->limbs[i] * by;
    a->limbs[i] = carry;
    carry >>= 32;
  }
  if (carry > 0)
    a->limbs[a->len++] = carry;
}

// Returns the remainder.
static uint32_t divide_small(struct big *a, uint32_t by) {
  uint64_t rest = 0;
  for (uint32_t i = a->len; i-- > 0;) {
    rest = rest << 32 | a->limbs[i];
    a->limbs[i] = rest / by;
    rest %= by;
  }
  trim(a);
  return rest;
}

static void multiply(struct big *to, const struct big *a, const struct big *b) {
  to->len = a->len + b->len;
  for (uint32_t i = 0; i < to->len; i++)
    to->limbs[i] = 0;
  for (uint32_t i = 0; i < a->len; i++) {
    uint64_t carry = 0;
    for (uint32_t j = 0; j < b->len; j++) {
      carry += (uint64_t)a->limbs[i] * b->limbs[j] + to->limbs[i + j];
      to->limbs[i + j] = carry;
      carry >>= 32;
    }
    to->limbs[i + b->len] = carry;
  }
  trim(to);
}

// Multiplies by a power of two below 2^32.
static void shift_left(struct big *a, uint32_t bits) { multiply_small(a, 1u << bits); }

// Subtracts `by` times `b`, moved by `place` limbs, from `a`; returns what was lacking at the top.
static uint32_t subtract_multiple(struct big *a, const struct big *b, uint32_t by, uint32_t place) {
  uint64_t carry = 0;
  uint32_t borrow = 0;
  for (uint32_t i = 0; i < b->len; i++) {
    carry += (uint64_t)b->limbs[i] * by;
    uint64_t difference = (uint64_t)a->limbs[i + place] - (uint32_t)carry - borrow;
    a->limbs[i + place] = difference;
    borrow = difference >> 63;
    carry >>= 32;
  }
  uint64_t difference = (uint64_t)a->limbs[b->len + place] - carry - borrow;
  a->limbs[b->len + place] = difference;
  return difference >> 63;
}

static void add_back(struct big *a, const struct big *b, uint32_t place) {
  uint64_t carry = 0;
  for (uint32_t i = 0; i < b->len; i++) {
    carry += (uint64_t)a->limbs[i + place] + b->limbs[i];
    a->limbs[i + place] = carry;
    carry >>= 32;
  }
  a->limbs[b->len + place] += carry;
}

// Long division (Knuth's algorithm D) for a divisor of two limbs or more. The remainder stays in `a`; `b` is scaled
// as `a` is, so that its top bit is set, and `a` is scaled back at the end.
static void divide(struct big *quotient, struct big *a, struct big *b) {
  uint32_t bits = __builtin_clz(b->limbs[b->len - 1]);
  shift_left(a, bits);
  shift_left(b, bits);
  quotient->len = 0;
  if (a->len >= b->len) {
    a->limbs[a->len] = 0;
    uint32_t n = b->len;
    quotient->len = a->len - n + 1;
    for (uint32_t place = quotient->len; place-- > 0;) {
      uint64_t top = (uint64_t)a->limbs[place + n] << 32 | a->limbs[place + n - 1];
      uint64_t guess = top / b->limbs[n - 1];
      uint64_t rest = top % b->limbs[n - 1];
      while (guess >> 32 || guess * b->limbs[n - 2] > (rest << 32 | a->limbs[place + n - 2])) {
        guess--;
        rest += b->limbs[n - 1];
        if (rest >> 32)
          break;
      }
      if (subtract_multiple(a, b, guess, place)) {
        guess--;
        add_back(a, b, place);
      }
      quotient->limbs[place] = guess;
    }
    trim(quotient);
  }
  trim(a);
  divide_small(a, 1u << bits);
}

static int equal(const struct big *a, const struct big *b) {
  uint32_t i = 0;
  while (i < a->len && i < b->len && a->limbs[i] == b->limbs[i])
    i++;
  return i == a->len && i == b->len;
}

// Writes the digits, the last one first; `a` becomes zero.
static uint32_t to_decimal(struct big *a) {
  uint32_t len = 0;
  while (a->len > 0) {
    uint32_t part = divide_small(a, 1000000000);
    for (int i = 0; i < 9; i++) {
      decimal[len++] = '0' + part % 10;
      part /= 10;
    }
  }
  while (len > 0 && decimal[len - 1] == '0')
    len--;
  return len;
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  if (n < 20 || n > MAX_N)
    return -1;
  set_small(&factorial, 1);
  for (int32_t i = 1; i <= n; i++)
    multiply_small(&factorial, i);
  numerator = factorial;
  for (int32_t i = n + 1; i <= 2 * n; i++)
    multiply_small(&numerator, i);
  multiply(&divisor, &factorial, &factorial);
  product = divisor;
  divide(&quotient, &numerator, &divisor);
  if (numerator.len != 0)
    return -2;

  set_small(&by_steps, 1);
  for (int32_t i = 1; i <= n; i++) {
    multiply_small(&by_steps, n + i);
    if (divide_small(&by_steps, i) != 0)
      return -3;
  }
  if (!equal(&quotient, &by_steps))
    return -4;

  // A division that leaves a remainder: 12 345, for the product of the factorials ends in zeros.
  multiply(&numerator, &product, &quotient);
  multiply_small(&numerator, 3);
  numerator.limbs[0] += 12345;
  divide(&by_steps, &numerator, &product);
  uint32_t hash = 2166136261;
  struct big *results[] = {&quotient, &by_steps, &numerator};
  for (int i = 0; i < 3; i++) {
    uint32_t len = to_decimal(results[i]);
    while (len > 0)
      hash = (hash ^ (uint8_t)decimal[--len]) * 16777619;
  }
  return hash;
}
