// Ordered trees kept balanced by random priorities (treaps), whose nodes come from an allocator with free lists by
// size: `n` rounds of 512 insertions of keys with short strings, searches, and removals of half the keys. Much
// following of pointers and unpredictable branching. Returns what the searches and a last walk find.

#include <stdint.h>

#define KEYS 512
#define HEAP_SIZE (256 * 1024)
#define CLASSES 8

static _Alignas(16) unsigned char heap[HEAP_SIZE];
static uint32_t heap_used;

// A block that is free holds the next one of its class.
struct block {
  struct block *next;
};

static struct block *free_blocks[CLASSES];

// Classes of 16, 32, 48 … bytes.
static uint32_t class_of(uint32_t size) { return (size + 15) / 16 - 1; }

static void *allocate(uint32_t size) {
  uint32_t class = class_of(size);
  struct block *block = free_blocks[class];
  if (block) {
    free_blocks[class] = block->next;
    return block;
  }
  uint32_t bytes = (class + 1) * 16;
  if (HEAP_SIZE - heap_used < bytes)
    __builtin_trap();
  heap_used += bytes;
  return heap + heap_used - bytes;
}

static void release(void *at, uint32_t size) {
  struct block *block = at;
  block->next = free_blocks[class_of(size)];
  free_blocks[class_of(size)] = block;
}

struct node {
  struct node *left, *right;
  char *name;
  uint32_t key, priority, name_size;
};

static uint32_t seed;

static uint32_t random(void) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

static struct node *make_node(uint32_t key) {
  struct node *node = allocate(sizeof *node);
  node->left = node->right = 0;
  node->key = key;
  node->priority = random();
  node->name_size = 5 + key % 60;
  node->name = allocate(node->name_size);
  for (uint32_t i = 0; i + 1 < node->name_size; i++)
    node->name[i] = 'a' + (key + i) % 26;
  node->name[node->name_size - 1] = 0;
  return node;
}

static void release_node(struct node *node) {
  release(node->name, node->name_size);
  release(node, sizeof *node);
}

static struct node *insert(struct node *tree, uint32_t key) {
  if (!tree)
    return make_node(key);
  if (key == tree->key)
    return tree;
  if (key < tree->key) {
    struct node *left = tree->left = insert(tree->left, key);
    if (left->priority > tree->priority) {
      tree->left = left->right;
      left->right = tree;
      return left;
    }
  } else {
    struct node *right = tree->right = insert(tree->right, key);
    if (right->priority > tree->priority) {
      tree->right = right->left;
      right->left = tree;
      return right;
    }
  }
  return tree;
}

// All of `a` is less than all of `b`.
static struct node *join(struct node *a, struct node *b) {
  if (!a || !b)
    return a ? a : b;
  if (a->priority > b->priority) {
    a->right = join(a->right, b);
    return a;
  }
  b->left = join(a, b->left);
  return b;
}

static void erase(struct node **link, uint32_t key) {
  while (*link && (*link)->key != key)
    link = key < (*link)->key ? &(*link)->left : &(*link)->right;
  struct node *node = *link;
  if (node) {
    *link = join(node->left, node->right);
    release_node(node);
  }
}

static const struct node *find(const struct node *tree, uint32_t key) {
  while (tree && tree->key != key)
    tree = key < tree->key ? tree->left : tree->right;
  return tree;
}

static uint32_t walk(const struct node *tree, uint32_t depth) {
  if (!tree)
    return depth;
  uint32_t sum = walk(tree->left, depth + 1) * 31 + tree->key;
  for (const char *c = tree->name; *c; c++)
    sum = sum * 31 + (uint32_t)*c;
  return sum * 31 + walk(tree->right, depth + 1);
}

static void release_all(struct node *tree) {
  if (!tree)
    return;
  release_all(tree->left);
  release_all(tree->right);
  release_node(tree);
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t sum = 0;
  seed = 2463534242;
  heap_used = 0;
  for (int i = 0; i < CLASSES; i++)
    free_blocks[i] = 0;
  struct node *tree = 0;
  for (int32_t round = 0; round < n; round++) {
    uint32_t start = random();
    for (uint32_t i = 0; i < KEYS; i++)
      tree = insert(tree, (start + i * 40503) % 65536);
    for (uint32_t i = 0; i < 2 * KEYS; i++) {
      const struct node *found = find(tree, random() % 65536);
      sum = sum * 5 + (found ? found->name_size : 1);
    }
    // Half of what this round has brought goes; every eighth round begins with an empty tree.
    for (uint32_t i = 0; i < KEYS; i += 2)
      erase(&tree, (start + i * 40503) % 65536);
    if (round % 8 == 7) {
      sum = sum * 31 + walk(tree, 0);
      release_all(tree);
      tree = 0;
    }
  }
  return sum * 31 + walk(tree, 0);
}
