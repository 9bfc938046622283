// Eight bodies attract each other for `n` steps: doubles in small arrays, with a square root and a division for each
// pair. Returns positions and energy in billionths, added up.

#include <stdint.h>

#define BODIES 8

struct vector {
  double x, y, z;
};

struct body {
  struct vector position, velocity;
  double mass;
};

static struct body bodies[BODIES];

// Between -1 and 1.
static double random_unit(uint32_t *seed) {
  *seed = *seed * 1664525 + 1013904223;
  return (int32_t)*seed / 2147483648.0;
}

static void set_up(void) {
  uint32_t seed = 11;
  struct vector momentum = {0, 0, 0};
  for (int i = 0; i < BODIES; i++) {
    struct body *body = &bodies[i];
    body->mass = i == 0 ? 40 : 1.25 + random_unit(&seed);
    body->position.x = random_unit(&seed) * 10;
    body->position.y = random_unit(&seed) * 10;
    body->position.z = random_unit(&seed) * 2;
    body->velocity.x = random_unit(&seed);
    body->velocity.y = random_unit(&seed);
    body->velocity.z = random_unit(&seed) * 0.25;
    momentum.x += body->velocity.x * body->mass;
    momentum.y += body->velocity.y * body->mass;
    momentum.z += body->velocity.z * body->mass;
  }
  // The first takes up the momentum of the others, so that all together stay where they are.
  bodies[0].velocity.x -= momentum.x / bodies[0].mass;
  bodies[0].velocity.y -= momentum.y / bodies[0].mass;
  bodies[0].velocity.z -= momentum.z / bodies[0].mass;
}

static struct vector between(const struct body *a, const struct body *b) {
  struct vector d = {a->position.x - b->position.x, a->position.y - b->position.y, a->position.z - b->position.z};
  return d;
}

// The square of a distance, softened so that encounters stay finite.
static double square(struct vector d) { return d.x * d.x + d.y * d.y + d.z * d.z + 0.01; }

static void step(double dt) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      struct body *a = &bodies[i], *b = &bodies[j];
      struct vector d = between(a, b);
      double r2 = square(d);
      double pull = dt / (r2 * __builtin_sqrt(r2));
      a->velocity.x -= d.x * b->mass * pull;
      a->velocity.y -= d.y * b->mass * pull;
      a->velocity.z -= d.z * b->mass * pull;
      b->velocity.x += d.x * a->mass * pull;
      b->velocity.y += d.y * a->mass * pull;
      b->velocity.z += d.z * a->mass * pull;
    }
  for (int i = 0; i < BODIES; i++) {
    bodies[i].position.x += dt * bodies[i].velocity.x;
    bodies[i].position.y += dt * bodies[i].velocity.y;
    bodies[i].position.z += dt * bodies[i].velocity.z;
  }
}

static double energy(void) {
  double sum = 0;
  for (int i = 0; i < BODIES; i++) {
    const struct vector *v = &bodies[i].velocity;
    sum += bodies[i].mass * (v->x * v->x + v->y * v->y + v->z * v->z) / 2;
    for (int j = i + 1; j < BODIES; j++)
      sum -= bodies[i].mass * bodies[j].mass / __builtin_sqrt(square(between(&bodies[i], &bodies[j])));
  }
  return sum;
}

__attribute__((export_name("run"))) int64_t run(int32_t n) {
  set_up();
  for (int32_t i = 0; i < n; i++)
    step(0.002);
  int64_t sum = (int64_t)(energy() * 1e9);
  for (int i = 0; i < BODIES; i++)
    sum += (i + 1) * (int64_t)((bodies[i].position.x + bodies[i].position.y * 2 + bodies[i].position.z * 4) * 1e9);
  return sum;
}
