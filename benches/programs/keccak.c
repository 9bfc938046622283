// SHA3-256 (FIPS 202) of 4 KiB, `n` times; each digest is written over the start of the next message. Rotations
// and exclusive ors of 64 bits. Returns the first eight bytes of the last digest.

#include <stdint.h>

#define SIZE 4096
#define RATE 136

static uint8_t message[SIZE];
static uint64_t round_constants[24];
static uint8_t rotations[25], moves[25];

// The linear feedback shift register that the standard takes the round constants from.
static int next_bit(uint8_t *state) {
  int bit = *state & 1;
  *state = *state & 0x80 ? *state << 1 ^ 0x71 : *state << 1;
  return bit;
}

static void make_tables(void) {
  uint8_t state = 1;
  for (int round = 0; round < 24; round++) {
    round_constants[round] = 0;
    for (int j = 0; j < 7; j++)
      if (next_bit(&state))
        round_constants[round] |= (uint64_t)1 << ((1 << j) - 1);
  }
  int x = 1, y = 0;
  rotations[0] = 0;
  for (int t = 0; t < 24; t++) {
    rotations[x + 5 * y] = (t + 1) * (t + 2) / 2 % 64;
    int next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
  }
  for (x = 0; x < 5; x++)
    for (y = 0; y < 5; y++)
      moves[x + 5 * y] = y + 5 * ((2 * x + 3 * y) % 5);
}

static uint64_t rotate(uint64_t x, int by) { return x << by | x >> ((64 - by) & 63); }

static void permute(uint64_t lanes[25]) {
  for (int round = 0; round < 24; round++) {
    uint64_t parity[5], moved[25];
    for (int x = 0; x < 5; x++)
      parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
    for (int x = 0; x < 5; x++) {
      uint64_t change = parity[(x + 4) % 5] ^ rotate(parity[(x + 1) % 5], 1);
      for (int y = 0; y < 25; y += 5)
        lanes[x + y] ^= change;
    }
    for (int i = 0; i < 25; i++)
      moved[moves[i]] = rotate(lanes[i], rotations[i]);
    for (int y = 0; y < 25; y += 5)
      for (int x = 0; x < 5; x++)
        lanes[x + y] = moved[x + y] ^ (~moved[(x + 1) % 5 + y] & moved[(x + 2) % 5 + y]);
    lanes[0] ^= round_constants[round];
  }
}

static uint64_t load_lane(const uint8_t *bytes) {
  uint64_t lane = 0;
  for (int i = 7; i >= 0; i--)
    lane = lane << 8 | bytes[i];
  return lane;
}

static void absorb(uint64_t lanes[25], const uint8_t block[RATE]) {
  for (int i = 0; i < RATE / 8; i++)
    lanes[i] ^= load_lane(block + 8 * i);
  permute(lanes);
}

static void sha3_256(const uint8_t *bytes, uint32_t len, uint8_t digest[32]) {
  uint64_t lanes[25] = {0};
  uint8_t last[RATE] = {0};
  while (len >= RATE) {
    absorb(lanes, bytes);
    bytes += RATE;
    len -= RATE;
  }
  for (uint32_t i = 0; i < len; i++)
    last[i] = bytes[i];
  last[len] = 0x06;
  last[RATE - 1] |= 0x80;
  absorb(lanes, last);
  for (int i = 0; i < 32; i++)
    digest[i] = lanes[i / 8] >> (i % 8 * 8);
}

__attribute__((export_name("run"))) int64_t run(int32_t n) {
  uint32_t seed = 1;
  for (uint32_t i = 0; i < SIZE; i++) {
    seed = seed * 1664525 + 1013904223;
    message[i] = seed >> 24;
  }
  make_tables();
  for (int32_t round = 0; round < n; round++)
    sha3_256(message, SIZE, message);
  uint64_t result = 0;
  for (int i = 0; i < 8; i++)
    result = result << 8 | message[i];
  return (int64_t)result;
}
