// A picture of `n` × `n` points by following rays through a scene of spheres, discs, boxes and a chequered floor. Every
// kind of shape brings a table of functions, as the methods of objects do. Returns a hash of the colours.

#include <stdint.h>

#define MAX_BOUNCES 3
#define FAR 1e9

struct vector {
  double x, y, z;
};

struct ray {
  struct vector from, direction;
};

struct shape;

struct methods {
  // The distance at which the ray meets the shape, or FAR.
  double (*meet)(const struct shape *shape, const struct ray *ray);
  struct vector (*normal)(const struct shape *shape, struct vector at);
  struct vector (*color)(const struct shape *shape, struct vector at);
};

struct shape {
  const struct methods *methods;
  struct vector center, size, paint;
  double mirror;
};

static struct vector add(struct vector a, struct vector b) { return (struct vector){a.x + b.x, a.y + b.y, a.z + b.z}; }

static struct vector sub(struct vector a, struct vector b) { return (struct vector){a.x - b.x, a.y - b.y, a.z - b.z}; }

static struct vector scale(struct vector a, double by) { return (struct vector){a.x * by, a.y * by, a.z * by}; }

static double dot(struct vector a, struct vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

static struct vector unit(struct vector a) { return scale(a, 1 / __builtin_sqrt(dot(a, a))); }

static struct vector plain(const struct shape *shape, struct vector at) {
  (void)at;
  return shape->paint;
}

static double meet_sphere(const struct shape *shape, const struct ray *ray) {
  struct vector to = sub(ray->from, shape->center);
  double b = dot(to, ray->direction);
  double c = dot(to, to) - shape->size.x * shape->size.x;
  double root = b * b - c;
  if (root < 0)
    return FAR;
  root = __builtin_sqrt(root);
  if (-b - root > 1e-6)
    return -b - root;
  return -b + root > 1e-6 ? -b + root : FAR;
}

static struct vector normal_of_sphere(const struct shape *shape, struct vector at) {
  return scale(sub(at, shape->center), 1 / shape->size.x);
}

static const struct methods sphere = {meet_sphere, normal_of_sphere, plain};

// A floor: the plane of one height.
static double meet_floor(const struct shape *shape, const struct ray *ray) {
  double rise = ray->direction.y;
  if (rise > -1e-9 && rise < 1e-9)
    return FAR;
  double distance = (shape->center.y - ray->from.y) / rise;
  return distance > 1e-6 ? distance : FAR;
}

static struct vector normal_of_floor(const struct shape *shape, struct vector at) {
  (void)shape;
  (void)at;
  return (struct vector){0, 1, 0};
}

static struct vector color_of_floor(const struct shape *shape, struct vector at) {
  int32_t square = (int32_t)__builtin_floor(at.x) + (int32_t)__builtin_floor(at.z);
  return square & 1 ? shape->paint : scale(shape->paint, 0.25);
}

static const struct methods chequered_floor = {meet_floor, normal_of_floor, color_of_floor};

// A level disc.
static double meet_disc(const struct shape *shape, const struct ray *ray) {
  double distance = meet_floor(shape, ray);
  if (distance == FAR)
    return FAR;
  struct vector at = sub(add(ray->from, scale(ray->direction, distance)), shape->center);
  return dot(at, at) <= shape->size.x * shape->size.x ? distance : FAR;
}

static const struct methods disc = {meet_disc, normal_of_floor, plain};

// Narrows the range of distances at which the ray is between two planes.
static void narrow(double from, double direction, double center, double half, double *near, double *far) {
  double a = (center - half - from) / direction, b = (center + half - from) / direction;
  double first = a < b ? a : b, last = a < b ? b : a;
  if (first > *near)
    *near = first;
  if (last < *far)
    *far = last;
}

static double meet_box(const struct shape *shape, const struct ray *ray) {
  double near = 1e-6, far = FAR;
  narrow(ray->from.x, ray->direction.x, shape->center.x, shape->size.x, &near, &far);
  narrow(ray->from.y, ray->direction.y, shape->center.y, shape->size.y, &near, &far);
  narrow(ray->from.z, ray->direction.z, shape->center.z, shape->size.z, &near, &far);
  return near < far && near > 1e-6 ? near : FAR;
}

static struct vector normal_of_box(const struct shape *shape, struct vector at) {
  struct vector to = sub(at, shape->center);
  double x = to.x / shape->size.x, y = to.y / shape->size.y, z = to.z / shape->size.z;
  double ax = __builtin_fabs(x), ay = __builtin_fabs(y), az = __builtin_fabs(z);
  if (ax > ay && ax > az)
    return (struct vector){x < 0 ? -1 : 1, 0, 0};
  if (ay > az)
    return (struct vector){0, y < 0 ? -1 : 1, 0};
  return (struct vector){0, 0, z < 0 ? -1 : 1};
}

static const struct methods box = {meet_box, normal_of_box, plain};

static const struct shape scene[] = {
    {&chequered_floor, {0, -1, 0}, {0, 0, 0}, {0.9, 0.9, 0.8}, 0.2},
    {&sphere, {0, 0, 6}, {1, 0, 0}, {0.9, 0.2, 0.2}, 0.4},
    {&box, {-2.2, -0.4, 5}, {0.6, 0.6, 0.6}, {0.2, 0.8, 0.3}, 0.1},
    {&sphere, {1.9, -0.3, 4.5}, {0.7, 0, 0}, {0.2, 0.3, 0.9}, 0.5},
    {&disc, {0.3, 1.6, 6.5}, {1.5, 0, 0}, {0.9, 0.8, 0.1}, 0},
    {&box, {2.5, 0.2, 7}, {0.4, 1.2, 0.5}, {0.7, 0.4, 0.9}, 0.3},
    {&sphere, {-0.8, -0.7, 3.6}, {0.3, 0, 0}, {0.9, 0.9, 0.9}, 0.8},
    {&disc, {-2, 0.6, 6.8}, {0.8, 0, 0}, {0.1, 0.8, 0.8}, 0.6},
    {&sphere, {-3.4, 1.1, 8}, {0.9, 0, 0}, {0.9, 0.6, 0.2}, 0.2},
};

#define SHAPES (sizeof scene / sizeof *scene)

static const struct shape *nearest(const struct ray *ray, double *distance) {
  const struct shape *found = 0;
  *distance = FAR;
  for (uint32_t i = 0; i < SHAPES; i++) {
    double at = scene[i].methods->meet(&scene[i], ray);
    if (at < *distance) {
      *distance = at;
      found = &scene[i];
    }
  }
  return found;
}

static struct vector follow(const struct ray *ray, int bounces) {
  double distance;
  const struct shape *shape = nearest(ray, &distance);
  if (!shape) {
    double height = ray->direction.y * 0.5 + 0.5;
    return (struct vector){0.6 * height, 0.7 * height, 0.4 + 0.6 * height};
  }
  struct vector at = add(ray->from, scale(ray->direction, distance));
  struct vector normal = shape->methods->normal(shape, at);
  if (dot(normal, ray->direction) > 0)
    normal = scale(normal, -1);
  struct ray to_light = {add(at, scale(normal, 1e-5)), unit(sub((struct vector){-4, 6, 1}, at))};
  double light = dot(normal, to_light.direction);
  if (light < 0 || nearest(&to_light, &distance))
    light = 0;
  struct vector color = scale(shape->methods->color(shape, at), 0.15 + 0.85 * light);
  if (shape->mirror == 0 || bounces == 0)
    return color;
  struct ray reflected = {to_light.from,
                          sub(ray->direction, scale(normal, 2 * dot(normal, ray->direction)))};
  return add(scale(color, 1 - shape->mirror), scale(follow(&reflected, bounces - 1), shape->mirror));
}

static uint32_t to_byte(double value) { return value >= 1 ? 255 : (uint32_t)(value * 255); }

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t hash = 2166136261;
  for (int32_t y = 0; y < n; y++)
    for (int32_t x = 0; x < n; x++) {
      struct ray ray = {{0, 0.4, -1}, unit((struct vector){(2.0 * x + 1) / n - 1, 1 - (2.0 * y + 1) / n, 1.5})};
      struct vector color = follow(&ray, MAX_BOUNCES);
      hash = (hash ^ to_byte(color.x)) * 16777619;
      hash = (hash ^ to_byte(color.y)) * 16777619;
      hash = (hash ^ to_byte(color.z)) * 16777619;
    }
  return hash;
}
