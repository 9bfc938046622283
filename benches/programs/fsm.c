// A state machine that tells integers, decimal fractions, numbers with an exponent and names apart in 16 KiB of
// text, `n` times: a switch on the state within a loop over characters. Returns a hash of the tokens that each
// state ended, and of the transitions taken.

#include <stdint.h>

#define SIZE 16384

enum state { START, SIGN, INT, DOT, FRACTION, EXPONENT, EXPONENT_SIGN, POWER, NAME, INVALID, STATES };

static uint8_t text[SIZE];
static uint32_t ended[STATES], entered[STATES];

static const char words[] = "12 -345 +6.25 7.5e3 -8e-12 alpha x9 9x 1.2.3 e5 +-1 0 .5 3. 42e beta_2 1000000 -0.001e+4";

static void fill(void) {
  uint32_t seed = 7;
  uint32_t from = 0;
  for (uint32_t i = 0; i < SIZE; i++) {
    text[i] = words[from];
    if (words[from] == ' ') {
      seed = seed * 1664525 + 1013904223;
      from = (seed >> 8) % (sizeof words - 1);
    } else {
      from = (from + 1) % (sizeof words - 1);
      if (from == 0)
        text[i] = ' ';
    }
  }
}

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static int is_letter(uint8_t c) { return (c >= 'a' && c <= 'z') || c == '_'; }

static enum state next(enum state state, uint8_t c) {
  switch (state) {
  case START:
    if (is_digit(c))
      return INT;
    if (c == '+' || c == '-')
      return SIGN;
    if (c == '.')
      return DOT;
    return is_letter(c) ? NAME : INVALID;
  case SIGN:
    if (is_digit(c))
      return INT;
    return c == '.' ? DOT : INVALID;
  case INT:
    if (is_digit(c))
      return INT;
    if (c == '.')
      return FRACTION;
    return c == 'e' ? EXPONENT : INVALID;
  case DOT:
    return is_digit(c) ? FRACTION : INVALID;
  case FRACTION:
    if (is_digit(c))
      return FRACTION;
    return c == 'e' ? EXPONENT : INVALID;
  case EXPONENT:
    if (c == '+' || c == '-')
      return EXPONENT_SIGN;
    return is_digit(c) ? POWER : INVALID;
  case EXPONENT_SIGN:
    return is_digit(c) ? POWER : INVALID;
  case POWER:
    return is_digit(c) ? POWER : INVALID;
  case NAME:
    return is_letter(c) || is_digit(c) ? NAME : INVALID;
  default:
    return INVALID;
  }
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  fill();
  for (uint32_t i = 0; i < STATES; i++)
    ended[i] = entered[i] = 0;
  for (int32_t round = 0; round < n; round++) {
    enum state state = START;
    for (uint32_t i = 0; i < SIZE; i++) {
      uint8_t c = text[i];
      if (c == ' ') {
        ended[state]++;
        state = START;
        continue;
      }
      enum state before = state;
      state = next(state, c);
      if (state != before)
        entered[state]++;
    }
    text[round % SIZE] ^= 1;
  }
  uint32_t hash = 0;
  for (uint32_t i = 0; i < STATES; i++)
    hash = (hash * 31 + ended[i]) * 31 + entered[i];
  return hash;
}
