// Vectors of 16 bytes for the programs here. What the compilers' own vectors cannot say is an instruction of WebAssembly
// in a module, and a loop in machine code, which the checksums come from.

#include <stdint.h>

typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint64_t u64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef uint8_t u8x16_unaligned __attribute__((vector_size(16), aligned(1)));

#define EXPORT __attribute__((export_name("run")))

static inline u8x16 load(const void *p) { return (u8x16) * (const u8x16_unaligned *)p; }
static inline void store(void *p, u8x16 v) { *(u8x16_unaligned *)p = (u8x16_unaligned)v; }

#ifdef __wasm__

static inline u8x16 swizzle(u8x16 a, u8x16 lanes) {
  return (u8x16)__builtin_wasm_swizzle_i8x16((i8x16)a, (i8x16)lanes);
}
static inline int any_true(u8x16 a) { return __builtin_wasm_any_true_v128((i8x16)a); }
static inline u8x16 sub_sat(u8x16 a, u8x16 b) { return (u8x16)__builtin_elementwise_sub_sat(a, b); }
static inline i32x4 dot(i16x8 a, i16x8 b) { return __builtin_wasm_dot_s_i32x4_i16x8(a, b); }
static inline u8x16 narrow(i16x8 a, i16x8 b) { return (u8x16)__builtin_wasm_narrow_u_i8x16_i16x8(a, b); }
static inline u16x8 extend_low(u8x16 a) {
  return __builtin_convertvector(
      __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7), u16x8);
}
static inline u16x8 extend_high(u8x16 a) {
  return __builtin_convertvector(
      __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15), u16x8);
}
static inline i16x8 signed_low(i8x16 a) {
  return __builtin_convertvector(
      __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 6, 7), i16x8);
}
static inline i16x8 signed_high(i8x16 a) {
  return __builtin_convertvector(
      __builtin_shufflevector(a, a, 8, 9, 10, 11, 12, 13, 14, 15), i16x8);
}

#else

static inline u8x16 swizzle(u8x16 a, u8x16 lanes) {
  u8x16 r;
  for (int i = 0; i < 16; i++)
    r[i] = lanes[i] < 16 ? a[lanes[i]] : 0;
  return r;
}
static inline int any_true(u8x16 a) {
  u64x2 halves = (u64x2)a;
  return (halves[0] | halves[1]) != 0;
}
static inline u8x16 sub_sat(u8x16 a, u8x16 b) {
  u8x16 r;
  for (int i = 0; i < 16; i++)
    r[i] = a[i] > b[i] ? a[i] - b[i] : 0;
  return r;
}
static inline i32x4 dot(i16x8 a, i16x8 b) {
  i32x4 r;
  for (int i = 0; i < 4; i++)
    r[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
  return r;
}
static inline u8x16 narrow(i16x8 a, i16x8 b) {
  u8x16 r;
  for (int i = 0; i < 16; i++) {
    int x = i < 8 ? a[i] : b[i - 8];
    r[i] = x < 0 ? 0 : x > 255 ? 255 : x;
  }
  return r;
}
#define EXTEND(name, from, to, first)                                                              \
  static inline to name(from a) {                                                                  \
    to r;                                                                                          \
    for (int i = 0; i < 8; i++)                                                                    \
      r[i] = a[first + i];                                                                         \
    return r;                                                                                      \
  }
EXTEND(extend_low, u8x16, u16x8, 0)
EXTEND(extend_high, u8x16, u16x8, 8)
EXTEND(signed_low, i8x16, i16x8, 0)
EXTEND(signed_high, i8x16, i16x8, 8)

#endif

static inline u8x16 splat8(uint8_t x) { return (u8x16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}; }
static inline i16x8 splat16(int16_t x) { return (i16x8){x, x, x, x, x, x, x, x}; }
static inline u32x4 splat32(uint32_t x) { return (u32x4){x, x, x, x}; }

// Pseudo-random numbers (xorshift).
static inline uint32_t next(uint32_t *state) {
  uint32_t x = *state;
  x ^= x << 13;
  x ^= x >> 17;
  x ^= x << 5;
  return *state = x;
}
