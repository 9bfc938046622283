// Regular expressions: patterns are compiled to the instructions of a machine that follows all possibilities at once
// (Thompson), which then finds the longest match at each place of 1 KiB of text; `n` times, the text changing a
// little. Returns a hash of where the matches are.

#include <stdint.h>

#define SIZE 1024
#define MAX_PROGRAM 128
#define MAX_CLASSES 16

enum op { CHAR, ANY, CLASS, SPLIT, JUMP, LINE_START, LINE_END, MATCH };

struct instruction {
  uint8_t op;
  uint8_t c; // The character, or the number of the class.
  uint16_t x, y; // Where to go on.
};

struct regex {
  struct instruction program[MAX_PROGRAM];
  uint32_t len;
  uint32_t classes[MAX_CLASSES][8]; // Sets of 256 bits.
  uint32_t class_count;
};

// A set of instructions in the order in which they were added, that needs no clearing.
struct set {
  uint16_t dense[MAX_PROGRAM], sparse[MAX_PROGRAM];
  uint32_t len;
};

static const char *const patterns[] = {
    "[a-z]+@[a-z]+(\\.[a-z]+)+",
    "(0|[1-9][0-9]*)(\\.[0-9]+)?(e[+-]?[0-9]+)?",
    "\"([^\"\\\\]|\\\\.)*\"",
    "^[ ]*(if|while|for|return) .*$",
    "0x[0-9a-f]+|[A-Z][a-z]*[A-Z][A-Za-z]*",
    "([0-9][0-9]?:[0-9][0-9])|(loop|for)s?",
};

#define PATTERNS (sizeof patterns / sizeof *patterns)

static struct regex regexes[PATTERNS];
static struct set sets[2];
static char text[SIZE + 1];

// The compiler: each function parses a part of the pattern and emits instructions that fall through at its end.
static const char *at;
static struct regex *regex;

static uint32_t emit(enum op op, uint32_t c) {
  if (regex->len >= MAX_PROGRAM - 1)
    return 0;
  struct instruction *instruction = &regex->program[regex->len];
  instruction->op = op;
  instruction->c = c;
  instruction->x = instruction->y = regex->len + 1;
  return regex->len++;
}

// Makes room for one instruction at `start`; nothing before it points behind it.
static void insert(uint32_t start) {
  emit(JUMP, 0);
  for (uint32_t i = regex->len - 1; i > start; i--) {
    regex->program[i] = regex->program[i - 1];
    regex->program[i].x++;
    regex->program[i].y++;
  }
}

static char escaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c; }

static void parse_class(void) {
  uint32_t *set = regex->classes[regex->class_count % MAX_CLASSES];
  int negated = *at == '^';
  at += negated;
  for (int i = 0; i < 8; i++)
    set[i] = 0;
  while (*at && *at != ']') {
    uint8_t first = *at == '\\' ? escaped(*++at) : *at;
    uint8_t last = first;
    at++;
    if (*at == '-' && at[1] != ']') {
      last = at[1];
      at += 2;
    }
    for (uint32_t c = first; c <= last; c++)
      set[c / 32] |= 1u << c % 32;
  }
  at++;
  if (negated)
    for (int i = 0; i < 8; i++)
      set[i] = ~set[i];
  emit(CLASS, regex->class_count++);
}

static void parse_alternatives(void);

static void parse_atom(void) {
  char c = *at++;
  switch (c) {
  case '(':
    parse_alternatives();
    at++;
    break;
  case '[': parse_class(); break;
  case '.': emit(ANY, 0); break;
  case '^': emit(LINE_START, 0); break;
  case '$': emit(LINE_END, 0); break;
  case '\\': emit(CHAR, escaped(*at++)); break;
  default: emit(CHAR, c); break;
  }
}

static void parse_sequence(void) {
  while (*at && *at != '|' && *at != ')') {
    uint32_t start = regex->len;
    parse_atom();
    switch (*at) {
    case '*':
      at++;
      insert(start);
      regex->program[emit(JUMP, 0)].x = start;
      regex->program[start].op = SPLIT;
      regex->program[start].x = start + 1;
      regex->program[start].y = regex->len;
      break;
    case '+': {
      at++;
      struct instruction *split = &regex->program[emit(SPLIT, 0)];
      split->x = start;
      split->y = regex->len;
      break;
    }
    case '?':
      at++;
      insert(start);
      regex->program[start].op = SPLIT;
      regex->program[start].x = start + 1;
      regex->program[start].y = regex->len;
      break;
    default: break;
    }
  }
}

static void parse_alternatives(void) {
  uint32_t start = regex->len;
  parse_sequence();
  if (*at != '|')
    return;
  at++;
  insert(start);
  uint32_t leave = emit(JUMP, 0);
  regex->program[start].op = SPLIT;
  regex->program[start].x = start + 1;
  regex->program[start].y = regex->len;
  parse_alternatives();
  regex->program[leave].x = regex->len;
}

static void compile(struct regex *into, const char *pattern) {
  regex = into;
  regex->len = regex->class_count = 0;
  at = pattern;
  parse_alternatives();
  regex->program[regex->len++].op = MATCH;
}

// The machine.
static int is_in(const uint32_t set[8], uint8_t c) { return set[c / 32] >> c % 32 & 1; }

// Adds an instruction, or those it leads to without a character, at a place of the text.
static void add(const struct regex *regex, struct set *set, uint32_t pc, const char *place) {
  uint32_t index = set->sparse[pc];
  if (index < set->len && set->dense[index] == pc)
    return;
  set->sparse[pc] = set->len;
  set->dense[set->len++] = pc;
  const struct instruction *instruction = &regex->program[pc];
  switch (instruction->op) {
  case JUMP: add(regex, set, instruction->x, place); break;
  case SPLIT:
    add(regex, set, instruction->x, place);
    add(regex, set, instruction->y, place);
    break;
  case LINE_START:
    if (place == text || place[-1] == '\n')
      add(regex, set, instruction->x, place);
    break;
  case LINE_END:
    if (*place == 0 || *place == '\n')
      add(regex, set, instruction->x, place);
    break;
  default: break;
  }
}

// The end of the longest match that starts at `start`, or null.
static const char *match(const struct regex *regex, const char *start) {
  struct set *now = &sets[0], *next = &sets[1];
  const char *end = 0;
  now->len = 0;
  add(regex, now, 0, start);
  for (const char *place = start; now->len > 0; place++) {
    next->len = 0;
    for (uint32_t i = 0; i < now->len; i++) {
      const struct instruction *instruction = &regex->program[now->dense[i]];
      int good;
      switch (instruction->op) {
      case CHAR: good = *place == (char)instruction->c; break;
      case ANY: good = *place != '\n'; break;
      case CLASS: good = is_in(regex->classes[instruction->c], *place); break;
      case MATCH: end = place; good = 0; break;
      default: good = 0; break;
      }
      if (good && *place)
        add(regex, next, instruction->x, place + 1);
    }
    struct set *swap = now;
    now = next;
    next = swap;
  }
  return end;
}

static void fill(void) {
  static const char *const pieces[] = {
      "  return value + 0x1f3a;\n", "mail ada@loom.example.org or ", "at 12:45 and 9:07, ", "\"a \\\"quoted\\\" text\" ",
      "for loops, while WeftCounter ", "3.14159e-10 0 007 12. ", "ThreadPool of threads\n", "if (x < 10) y = x;\n",
      "@ .com a@b ", "-273.15 + 1e9 ", "\"never closed ", "LOOM2 shuttles and selvedges\n",
  };
  uint32_t seed = 2, len = 0;
  while (len < SIZE) {
    seed = seed * 1664525 + 1013904223;
    const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
    while (*piece && len < SIZE)
      text[len++] = *piece++;
  }
  text[SIZE] = 0;
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t hash = 2166136261;
  fill();
  for (int32_t round = 0; round < n; round++) {
    for (uint32_t i = 0; i < PATTERNS; i++) {
      compile(&regexes[i], patterns[i]);
      for (const char *place = text; *place;) {
        const char *end = match(&regexes[i], place);
        if (!end || end == place) {
          place++;
          continue;
        }
        hash = (hash ^ (uint32_t)(place - text)) * 16777619;
        hash = (hash ^ (uint32_t)(end - place)) * 16777619;
        place = end;
      }
    }
    text[(round * 611 + 5) % SIZE] = "a0\" .@"[round % 6];
  }
  return hash;
}
