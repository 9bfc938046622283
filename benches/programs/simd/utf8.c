// UTF-8 validation by three table lookups for each 16 bytes, over 16 KiB of text in several scripts, `n` times; every third time
// a byte is wrong. Returns how often the text was valid, and where it was wrong as a sum.
// The tables are those of Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte" (2021).

#include "vector.h"

#define BYTES (16 << 10)

static uint8_t text[BYTES];

enum {
  SHORT = 1,        // 11______ 0_______, 11______ 11______
  LONG = 2,         // 0_______ 10______
  OVERLONG_3 = 4,   // 11100000 100_____
  TOO_LARGE = 8,    // 11110100 101_____, 11110100 11______ and more
  SURROGATE = 16,   // 11101101 101_____
  OVERLONG_2 = 32,  // 1100000_ 10______
  TOO_LARGE_2 = 64, // 11110101 1000____ and more
  OVERLONG_4 = 64,  // 11110000 1000____
  CONTINUED = 128,  // 10______ 10______
  CARRY = SHORT | LONG | CONTINUED,
};

static u8x16 errors(u8x16 input, u8x16 before) {
  const u8x16 first_high = {LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG,
                            CONTINUED, CONTINUED, CONTINUED, CONTINUED,
                            SHORT | OVERLONG_2, SHORT, SHORT | OVERLONG_3 | SURROGATE,
                            SHORT | TOO_LARGE | TOO_LARGE_2};
  const u8x16 first_low = {CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY,
                           CARRY | TOO_LARGE, CARRY | TOO_LARGE | TOO_LARGE_2,
                           CARRY | TOO_LARGE | TOO_LARGE_2, CARRY | TOO_LARGE | TOO_LARGE_2,
                           CARRY | TOO_LARGE | TOO_LARGE_2, CARRY | TOO_LARGE | TOO_LARGE_2,
                           CARRY | TOO_LARGE | TOO_LARGE_2, CARRY | TOO_LARGE | TOO_LARGE_2,
                           CARRY | TOO_LARGE | TOO_LARGE_2,
                           CARRY | TOO_LARGE | TOO_LARGE_2 | SURROGATE,
                           CARRY | TOO_LARGE | TOO_LARGE_2, CARRY | TOO_LARGE | TOO_LARGE_2};
  const u8x16 second_high = {SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT,
                             LONG | OVERLONG_2 | CONTINUED | OVERLONG_3 | TOO_LARGE_2 | OVERLONG_4,
                             LONG | OVERLONG_2 | CONTINUED | OVERLONG_3 | TOO_LARGE,
                             LONG | OVERLONG_2 | CONTINUED | SURROGATE | TOO_LARGE,
                             LONG | OVERLONG_2 | CONTINUED | SURROGATE | TOO_LARGE,
                             SHORT, SHORT, SHORT, SHORT};
  u8x16 one = __builtin_shufflevector(before, input, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
  u8x16 two = __builtin_shufflevector(before, input, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
  u8x16 three = __builtin_shufflevector(before, input, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
  u8x16 special = swizzle(first_high, one >> 4) & swizzle(first_low, one & splat8(15)) &
                  swizzle(second_high, input >> 4);
  u8x16 must_continue = (sub_sat(two, splat8(0xdf)) | sub_sat(three, splat8(0xef))) != splat8(0);
  return (must_continue & splat8(0x80)) ^ special;
}

// The offset of the first group of 16 bytes with a mistake, or −1.
static int32_t validate(void) {
  u8x16 before = splat8(0);
  for (int i = 0; i < BYTES; i += 16) {
    u8x16 input = load(text + i);
    u8x16 all = input | before;
    if (any_true(all & splat8(0x80)) && any_true(errors(input, before)))
      return i;
    before = input;
  }
  return -1;
}

EXPORT int64_t run(int32_t n) {
  uint32_t seed = 11;
  int at = 0;
  while (at < BYTES - 4) {
    uint32_t random = next(&seed);
    uint32_t kind = random >> 28;
    if (kind < 8) {
      text[at++] = 32 + (random & 63);
    } else if (kind < 12) {
      text[at++] = 0xc3 + (random & 7);
      text[at++] = 0x80 | (random >> 5 & 63);
    } else if (kind < 15) {
      text[at++] = 0xe3 + (random & 3);
      text[at++] = 0x80 | (random >> 5 & 63);
      text[at++] = 0x80 | (random >> 13 & 63);
    } else {
      text[at++] = 0xf0;
      text[at++] = 0x9f;
      text[at++] = 0x80 | (random >> 5 & 63);
      text[at++] = 0x80 | (random >> 13 & 63);
    }
  }
  while (at < BYTES)
    text[at++] = '.';
  int64_t valid = 0, wrong = 0;
  for (int round = 0; round < n; round++) {
    int place = -1;
    uint8_t saved = 0;
    if (round % 3 == 2) {
      place = next(&seed) % BYTES;
      saved = text[place];
      text[place] = 0xff;
    }
    int32_t found = validate();
    if (found < 0)
      valid++;
    else
      wrong += found;
    if (place >= 0)
      text[place] = saved;
  }
  return valid << 32 | wrong;
}
