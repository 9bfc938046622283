// Two filters over a picture of 64 × 64 points, `n` times: its RGBA bytes are sharpened with a kernel of 3 × 3
// integers; its brightness is blurred as floats, with a kernel of 5 separated into rows and columns, and what the
// blur took away is mixed in again. Returns a hash of the last picture.

#include <stdint.h>

#define WIDTH 64
#define HEIGHT 64

struct pixel {
  uint8_t r, g, b, a;
};

static struct pixel picture[HEIGHT][WIDTH], sharpened[HEIGHT][WIDTH];
static float grey[HEIGHT][WIDTH], rows[HEIGHT][WIDTH], blurred[HEIGHT][WIDTH];

static int32_t clamp(int32_t value, int32_t least, int32_t most) {
  return value < least ? least : value > most ? most : value;
}

static void draw(void) {
  uint32_t seed = 9;
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      seed = seed * 1664525 + 1013904223;
      int32_t dx = x - WIDTH / 2, dy = y - HEIGHT / 2;
      struct pixel *pixel = &picture[y][x];
      pixel->r = dx * dx + dy * dy < 400 ? 220 : 40;
      pixel->g = (x / 8 + y / 8) % 2 ? 180 : 60;
      pixel->b = (x * 3 + y * 2) & 255;
      pixel->a = 255 - (seed >> 27);
    }
}

static const int32_t sharpen_kernel[3][3] = {{-1, -2, -1}, {-2, 28, -2}, {-1, -2, -1}};

static void sharpen(void) {
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      int32_t r = 0, g = 0, b = 0;
      for (int32_t j = -1; j <= 1; j++)
        for (int32_t i = -1; i <= 1; i++) {
          const struct pixel *from = &picture[clamp(y + j, 0, HEIGHT - 1)][clamp(x + i, 0, WIDTH - 1)];
          int32_t weight = sharpen_kernel[j + 1][i + 1];
          r += from->r * weight;
          g += from->g * weight;
          b += from->b * weight;
        }
      struct pixel *to = &sharpened[y][x];
      to->r = clamp(r / 16, 0, 255);
      to->g = clamp(g / 16, 0, 255);
      to->b = clamp(b / 16, 0, 255);
      to->a = picture[y][x].a;
    }
}

static void to_grey(void) {
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      const struct pixel *from = &sharpened[y][x];
      grey[y][x] = 0.299f * from->r + 0.587f * from->g + 0.114f * from->b;
    }
}

static const float blur_kernel[5] = {0.0625f, 0.25f, 0.375f, 0.25f, 0.0625f};

static void blur(void) {
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      float sum = 0;
      for (int32_t i = -2; i <= 2; i++)
        sum += grey[y][clamp(x + i, 0, WIDTH - 1)] * blur_kernel[i + 2];
      rows[y][x] = sum;
    }
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      float sum = 0;
      for (int32_t j = -2; j <= 2; j++)
        sum += rows[clamp(y + j, 0, HEIGHT - 1)][x] * blur_kernel[j + 2];
      blurred[y][x] = sum;
    }
}

static uint8_t to_byte(float value) {
  if (value < 0)
    return 0;
  return value > 255 ? 255 : (uint8_t)(value + 0.5f);
}

static void mix(void) {
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      float detail = (grey[y][x] - blurred[y][x]) * 0.75f;
      float fade = sharpened[y][x].a / 255.0f;
      struct pixel *to = &picture[y][x];
      to->r = to_byte(to->r * fade + (128 - to->r) * (1 - fade) - detail);
      to->g = to_byte(to->g * fade + (128 - to->g) * (1 - fade) - detail);
      to->b = to_byte(to->b * fade + (128 - to->b) * (1 - fade) + detail);
    }
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  draw();
  for (int32_t round = 0; round < n; round++) {
    sharpen();
    to_grey();
    blur();
    mix();
  }
  uint32_t hash = 2166136261;
  for (int32_t y = 0; y < HEIGHT; y++)
    for (int32_t x = 0; x < WIDTH; x++) {
      const struct pixel *pixel = &picture[y][x];
      hash = (hash ^ pixel->r) * 16777619;
      hash = (hash ^ pixel->g) * 16777619;
      hash = (hash ^ pixel->b) * 16777619;
      hash = (hash ^ pixel->a) * 16777619;
    }
  return hash;
}
