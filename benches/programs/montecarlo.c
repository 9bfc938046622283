// Random numbers of 64 bits (xoshiro256**, seeded by splitmix64) and what is done with them: the share of points in a
// quarter circle in floats, a walk with steps in eight directions, throws of dice without bias, and a shuffle; `n`
// thousand of each. Returns the sums.

#include <stdint.h>

static uint64_t state[4];

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }

static void seed(uint64_t from) {
  for (int i = 0; i < 4; i++) {
    from += 0x9E3779B97F4A7C15;
    uint64_t z = from;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    state[i] = z ^ z >> 31;
  }
}

static uint64_t next(void) {
  uint64_t result = rotate(state[1] * 5, 7) * 9;
  uint64_t shifted = state[1] << 17;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= shifted;
  state[3] = rotate(state[3], 45);
  return result;
}

// In [0, 1), with the 24 bits that a float holds.
static float next_float(void) { return (float)(next() >> 40) * 0x1p-24f; }

// Below `bound`, each as likely as any other.
static uint32_t next_below(uint32_t bound) {
  uint64_t product = (next() >> 32) * bound;
  if ((uint32_t)product < bound) {
    uint32_t least = -bound % bound;
    while ((uint32_t)product < least)
      product = (next() >> 32) * bound;
  }
  return product >> 32;
}

static uint32_t points_in_circle(uint32_t count) {
  uint32_t inside = 0;
  for (uint32_t i = 0; i < count; i++) {
    float x = next_float(), y = next_float();
    inside += x * x + y * y < 1.0f;
  }
  return inside;
}

// How far from its start a walk was at most, squared.
static uint64_t walk(uint32_t count) {
  int64_t x = 0, y = 0, most = 0;
  for (uint32_t i = 0; i < count; i++) {
    uint64_t bits = next() >> 61;
    int64_t step = bits & 1 ? 1 : -1;
    if (bits & 2)
      x += step;
    if (bits & 4 || !(bits & 2))
      y += bits & 2 ? -step : step;
    if (x * x + y * y > most)
      most = x * x + y * y;
  }
  return most;
}

static uint64_t throws(uint32_t count) {
  uint32_t seen[6] = {0}, pairs = 0, last = 6;
  for (uint32_t i = 0; i < count; i++) {
    uint32_t die = next_below(6);
    pairs += die == last;
    last = die;
    seen[die]++;
  }
  uint64_t sum = pairs;
  for (int i = 0; i < 6; i++)
    sum = sum * 31 + seen[i];
  return sum;
}

static uint32_t shuffle(void) {
  static uint16_t cards[1000];
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 1000; i++)
    cards[i] = i;
  for (uint32_t i = 999; i > 0; i--) {
    uint32_t j = next_below(i + 1);
    uint16_t card = cards[i];
    cards[i] = cards[j];
    cards[j] = card;
  }
  for (uint32_t i = 0; i < 1000; i++)
    sum += cards[i] * i;
  return sum;
}

__attribute__((export_name("run"))) int64_t run(int32_t n) {
  uint64_t sum = 0;
  seed(42);
  for (int32_t round = 0; round < n; round++) {
    sum = sum * 31 + points_in_circle(1000);
    sum = sum * 31 + walk(1000);
    sum = sum * 31 + throws(1000);
    sum = sum * 31 + shuffle();
  }
  return (int64_t)sum;
}
