// A JSON text of 64 records is parsed to a tree, the tree is walked and changed, and written as the text that the
// next round parses, `n` times. Returns a hash of what the walks found and of the last text.

#include <stdint.h>

#define MAX_TEXT 32768
#define ARENA_SIZE (256 * 1024)
#define MAX_DEPTH 32

enum kind { NUL, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT };

struct string {
  const char *bytes;
  uint32_t len;
};

// A value; the members of an object and the elements of an array are a list.
struct value {
  enum kind kind;
  struct string key;
  struct value *next;
  union {
    double number;
    struct string string;
    struct value *first;
  } as;
};

static _Alignas(8) char arena[ARENA_SIZE];
static uint32_t arena_used;
static char text[MAX_TEXT];
static uint32_t text_len;

static void *allocate(uint32_t size) {
  size = (size + 7) & ~7u;
  if (ARENA_SIZE - arena_used < size)
    return 0;
  arena_used += size;
  return arena + arena_used - size;
}

// The writer.
static void put(char c) {
  if (text_len < MAX_TEXT - 1)
    text[text_len++] = c;
  text[text_len] = 0;
}

static void put_text(const char *from) {
  while (*from)
    put(*from++);
}

static void put_integer(uint32_t value) {
  if (value >= 10)
    put_integer(value / 10);
  put('0' + value % 10);
}

// At most three decimals.
static void put_number(double value) {
  if (value < 0) {
    put('-');
    value = -value;
  }
  uint32_t thousandths = (uint32_t)(value * 1000 + 0.5);
  put_integer(thousandths / 1000);
  uint32_t rest = thousandths % 1000;
  if (rest == 0)
    return;
  put('.');
  for (uint32_t unit = 100; rest > 0; unit /= 10) {
    put('0' + rest / unit);
    rest %= unit;
  }
}

static void put_string(struct string string) {
  put('"');
  for (uint32_t i = 0; i < string.len; i++) {
    unsigned char c = string.bytes[i];
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (c == '\n') {
      put_text("\\n");
    } else if (c < 32) {
      put_text("\\u00");
      put("0123456789abcdef"[c >> 4]);
      put("0123456789abcdef"[c & 15]);
    } else {
      put(c);
    }
  }
  put('"');
}

static void put_value(const struct value *value) {
  switch (value->kind) {
  case NUL: put_text("null"); break;
  case FALSE: put_text("false"); break;
  case TRUE: put_text("true"); break;
  case NUMBER: put_number(value->as.number); break;
  case STRING: put_string(value->as.string); break;
  case ARRAY:
    put('[');
    for (const struct value *item = value->as.first; item; item = item->next) {
      put_value(item);
      if (item->next)
        put(',');
    }
    put(']');
    break;
  case OBJECT:
    put('{');
    for (const struct value *item = value->as.first; item; item = item->next) {
      put_string(item->key);
      put(':');
      put_value(item);
      if (item->next)
        put(',');
    }
    put('}');
    break;
  }
}

// The parser. A null pointer is an error.
static const char *at;

static void skip_space(void) {
  while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')
    at++;
}

static int take(char c) {
  if (*at != c)
    return 0;
  at++;
  return 1;
}

static int take_word(const char *word) {
  const char *from = at;
  while (*word)
    if (*from++ != *word++)
      return 0;
  at = from;
  return 1;
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Decodes an escape to UTF-8; surrogates are not paired.
static char *parse_escape(char *to) {
  char c = *at++;
  switch (c) {
  case '"': case '\\': case '/': *to++ = c; return to;
  case 'n': *to++ = '\n'; return to;
  case 't': *to++ = '\t'; return to;
  case 'r': *to++ = '\r'; return to;
  case 'b': *to++ = '\b'; return to;
  case 'f': *to++ = '\f'; return to;
  case 'u': break;
  default: return 0;
  }
  uint32_t point = 0;
  for (int i = 0; i < 4; i++) {
    int digit = hex_digit(*at++);
    if (digit < 0)
      return 0;
    point = point * 16 + digit;
  }
  if (point < 0x80) {
    *to++ = point;
  } else if (point < 0x800) {
    *to++ = 0xC0 | point >> 6;
    *to++ = 0x80 | (point & 63);
  } else {
    *to++ = 0xE0 | point >> 12;
    *to++ = 0x80 | (point >> 6 & 63);
    *to++ = 0x80 | (point & 63);
  }
  return to;
}

static int parse_string(struct string *string) {
  if (!take('"'))
    return 0;
  const char *end = at;
  while (*end && *end != '"')
    end += *end == '\\' && end[1] ? 2 : 1;
  // Decoding never makes a string longer.
  char *bytes = allocate(end - at);
  if (!bytes)
    return 0;
  char *to = bytes;
  while (*at && *at != '"') {
    if (*at == '\\') {
      at++;
      to = parse_escape(to);
      if (!to)
        return 0;
    } else {
      *to++ = *at++;
    }
  }
  string->bytes = bytes;
  string->len = to - bytes;
  return take('"');
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static int parse_number(double *number) {
  int negative = take('-');
  if (!is_digit(*at))
    return 0;
  double value = 0, scale = 1;
  while (is_digit(*at))
    value = value * 10 + (*at++ - '0');
  if (take('.')) {
    while (is_digit(*at)) {
      value = value * 10 + (*at++ - '0');
      scale *= 10;
    }
  }
  if (*at == 'e' || *at == 'E') {
    at++;
    int down = take('-');
    if (!down)
      take('+');
    int exponent = 0;
    while (is_digit(*at) && exponent < 400)
      exponent = exponent * 10 + (*at++ - '0');
    for (; exponent > 0; exponent--)
      if (down)
        scale *= 10;
      else
        value *= 10;
  }
  *number = (negative ? -value : value) / scale;
  return 1;
}

static struct value *parse_value(int depth);

static int parse_items(struct value *value, char close, int depth) {
  struct value **link = &value->as.first;
  at++;
  *link = 0;
  skip_space();
  if (take(close))
    return 1;
  for (;;) {
    struct string key = {0, 0};
    skip_space();
    if (close == '}') {
      if (!parse_string(&key))
        return 0;
      skip_space();
      if (!take(':'))
        return 0;
    }
    struct value *item = parse_value(depth + 1);
    if (!item)
      return 0;
    item->key = key;
    *link = item;
    link = &item->next;
    skip_space();
    if (take(close))
      return 1;
    if (!take(','))
      return 0;
  }
}

static struct value *parse_value(int depth) {
  struct value *value = allocate(sizeof *value);
  if (!value || depth > MAX_DEPTH)
    return 0;
  value->next = 0;
  skip_space();
  int good;
  switch (*at) {
  case '{': value->kind = OBJECT; good = parse_items(value, '}', depth); break;
  case '[': value->kind = ARRAY; good = parse_items(value, ']', depth); break;
  case '"': value->kind = STRING; good = parse_string(&value->as.string); break;
  case 't': value->kind = TRUE; good = take_word("true"); break;
  case 'f': value->kind = FALSE; good = take_word("false"); break;
  case 'n': value->kind = NUL; good = take_word("null"); break;
  default: value->kind = NUMBER; good = parse_number(&value->as.number); break;
  }
  return good ? value : 0;
}

static struct value *parse(void) {
  at = text;
  arena_used = 0;
  struct value *value = parse_value(0);
  skip_space();
  return *at ? 0 : value;
}

// Adds up numbers, lengths and kinds by depth, turns truths around and lets numbers grow.
static uint32_t walk(struct value *value, uint32_t depth) {
  uint32_t sum = depth * 7 + value->kind;
  switch (value->kind) {
  case FALSE: value->kind = TRUE; break;
  case TRUE: value->kind = FALSE; break;
  case NUMBER:
    sum += (uint32_t)(int32_t)(value->as.number * 1000);
    value->as.number = value->as.number > -1e4 && value->as.number < 1e4 ? value->as.number * 1.25 + 1 : 0.5;
    break;
  case STRING:
    for (uint32_t i = 0; i < value->as.string.len; i++)
      sum = sum * 31 + (unsigned char)value->as.string.bytes[i];
    break;
  case ARRAY: case OBJECT:
    for (struct value *item = value->as.first; item; item = item->next)
      sum = sum * 31 + walk(item, depth + 1) + item->key.len;
    break;
  default: break;
  }
  return sum;
}

static void generate(void) {
  static const char *const names[] = {"Ada", "Jos\\u00e9", "Zo\\u00EB \\\"Z\\\"", "tab\\tbed", "\xE7\xB9\x94\xE3\x82\x8A"};
  uint32_t seed = 3;
  text_len = 0;
  put_text("{ \"version\": 2,\n  \"records\": [");
  for (uint32_t i = 0; i < 64; i++) {
    seed = seed * 1664525 + 1013904223;
    put_text(i ? ",\n    {\"id\": " : "\n    {\"id\": ");
    put_integer(i * 17 + 1);
    put_text(", \"name\": \"");
    put_text(names[(seed >> 16) % 5]);
    put_text("\", \"active\": ");
    put_text(seed >> 20 & 1 ? "true" : "false");
    put_text(", \"parent\": ");
    put_text(seed >> 21 & 1 ? "null" : "\"root/\\u7e54/branch\"");
    put_text(", \"position\": { \"x\": -");
    put_integer(seed >> 22 & 255);
    put_text(".125, \"y\": 1");
    put_integer(seed >> 12 & 7);
    put_text(".5e-1 }, \"tags\": [");
    for (uint32_t tag = seed >> 8 & 3; tag > 0; tag--)
      put_text(tag > 1 ? "\"warp\", " : "\"weft\", [], {}");
    put_text("]}");
  }
  put_text("\n  ]\n}\n");
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  uint32_t sum = 0;
  generate();
  for (int32_t round = 0; round < n; round++) {
    struct value *root = parse();
    if (!root)
      return -1;
    sum = sum * 31 + walk(root, 0);
    text_len = 0;
    put_value(root);
  }
  for (uint32_t i = 0; i < text_len; i++)
    sum = (sum ^ (unsigned char)text[i]) * 16777619;
  return sum;
}
