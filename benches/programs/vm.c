// A compiler for a small language of integers and a stack machine for its bytecode. The machine is a loop around
// a switch, as in the first version of many an interpreter. The program it runs counts primes, takes greatest
// common divisors, places queens, follows Collatz sequences and computes Fibonacci numbers, `n` times. Returns
// what the program prints, hashed.

#include <stdint.h>

static const char source[] =
    "fn fib(n) { if (n < 2) { return n; } return fib(n - 1) + fib(n - 2); }"
    "fn gcd(a, b) { while (b) { t = a % b; a = b; b = t; } return a; }"
    "fn primes(limit) {"
    "  i = 0; while (i < limit) { [i] = 1; i = i + 1; }"
    "  i = 2; count = 0;"
    "  while (i < limit) {"
    "    if ([i]) { count = count + 1; j = i * i; while (j < limit) { [j] = 0; j = j + i; } }"
    "    i = i + 1;"
    "  }"
    "  return count;"
    "}"
    "fn free(row, column) {"
    "  r = 0;"
    "  while (r < row) {"
    "    if ([r] == column) { return 0; }"
    "    if ([r] - column == row - r) { return 0; }"
    "    if (column - [r] == row - r) { return 0; }"
    "    r = r + 1;"
    "  }"
    "  return 1;"
    "}"
    "fn queens(row, size) {"
    "  if (row == size) { return 1; }"
    "  c = 0; found = 0;"
    "  while (c < size) {"
    "    if (free(row, c)) { [row] = c; found = found + queens(row + 1, size); }"
    "    c = c + 1;"
    "  }"
    "  return found;"
    "}"
    "fn collatz(n) {"
    "  steps = 0;"
    "  while (n != 1) { if (n % 2) { n = 3 * n + 1; } else { n = n / 2; } steps = steps + 1; }"
    "  return steps;"
    "}"
    "fn main(round) {"
    "  print(primes(500 + round % 7));"
    "  print(queens(0, 5));"
    "  i = 1; sum = 0;"
    "  while (i < 40) { sum = sum + gcd(i * 12, 720) + collatz(i + round % 50); i = i + 1; }"
    "  print(sum);"
    "  print(fib(10 + round % 3));"
    "}";

enum op {
  PUSH_BYTE, PUSH_WORD, LOAD, STORE, LOAD_CELL, STORE_CELL, ADD, SUB, MUL, DIV, REM, LESS, LESS_EQUAL, EQUAL,
  NOT_EQUAL, JUMP, JUMP_IF_ZERO, CALL, RETURN, PRINT, DROP
};

enum { NAME = 'a', NUMBER = '0', END = 0, LE = 'l', EQ = 'e', NE = 'n' };

struct name {
  const char *at;
  uint32_t len;
};

struct function {
  struct name name;
  uint32_t entry, params, locals;
};

#define MAX_CODE 4096
#define MAX_STACK 1024
#define MAX_CELLS 1024

static uint8_t code[MAX_CODE];
static uint32_t code_len;
static struct function functions[16];
static uint32_t function_count;
static struct name locals[32];
static uint32_t local_count;

// The scanner: one token ahead.
static const char *at;
static int token;
static struct name token_name;
static int32_t token_value;
static int failed;

static int is_letter(char c) { return c >= 'a' && c <= 'z'; }
static int is_digit(char c) { return c >= '0' && c <= '9'; }

static void advance(void) {
  while (*at == ' ')
    at++;
  const char *start = at;
  if (is_letter(*at)) {
    while (is_letter(*at))
      at++;
    token = NAME;
    token_name.at = start;
    token_name.len = at - start;
  } else if (is_digit(*at)) {
    token_value = 0;
    while (is_digit(*at))
      token_value = token_value * 10 + (*at++ - '0');
    token = NUMBER;
  } else if (*at == 0) {
    token = END;
  } else {
    token = *at++;
    if (*at == '=' && (token == '<' || token == '=' || token == '!')) {
      token = token == '<' ? LE : token == '=' ? EQ : NE;
      at++;
    }
  }
}

static int is_name(struct name name, const char *text) {
  uint32_t i = 0;
  while (i < name.len && text[i] == name.at[i])
    i++;
  return i == name.len && (text[i] == 0 || !is_letter(text[i]));
}

static int is_keyword(const char *text) { return token == NAME && is_name(token_name, text); }

static void expect(int wanted) {
  if (token != wanted)
    failed = 1;
  advance();
}

// The generator.
static void emit(uint32_t byte) {
  if (code_len < MAX_CODE)
    code[code_len++] = byte;
  else
    failed = 1;
}

static void emit_with_target(enum op op, uint32_t target) {
  emit(op);
  emit(target & 255);
  emit(target >> 8);
}

// Lets the jump whose operand ends at `end` arrive here.
static void patch(uint32_t end) {
  code[end - 2] = code_len & 255;
  code[end - 1] = code_len >> 8;
}

static uint32_t local(struct name name) {
  for (uint32_t i = 0; i < local_count; i++)
    if (is_name(name, locals[i].at))
      return i;
  if (local_count == 32) {
    failed = 1;
    return 0;
  }
  locals[local_count] = name;
  return local_count++;
}

static void expression(int least);

static void call(struct name name) {
  uint32_t arguments = 0;
  expect('(');
  while (token != ')' && !failed) {
    expression(0);
    arguments++;
    if (token == ',')
      advance();
  }
  expect(')');
  if (is_name(name, "print")) {
    emit(PRINT);
    return;
  }
  for (uint32_t i = 0; i < function_count; i++)
    if (is_name(name, functions[i].name.at) && functions[i].params == arguments) {
      emit(CALL);
      emit(i);
      return;
    }
  failed = 1;
}

static void primary(void) {
  if (token == NUMBER) {
    if (token_value < 128) {
      emit(PUSH_BYTE);
      emit(token_value);
    } else {
      emit_with_target(PUSH_WORD, token_value);
    }
    advance();
  } else if (token == NAME) {
    struct name name = token_name;
    advance();
    if (token == '(') {
      call(name);
    } else {
      emit(LOAD);
      emit(local(name));
    }
  } else if (token == '[') {
    advance();
    expression(0);
    expect(']');
    emit(LOAD_CELL);
  } else {
    expect('(');
    expression(0);
    expect(')');
  }
}

static int precedence(int token) {
  switch (token) {
  case '<': case LE: case EQ: case NE: return 1;
  case '+': case '-': return 2;
  case '*': case '/': case '%': return 3;
  default: return 0;
  }
}

static enum op operator(int token) {
  switch (token) {
  case '<': return LESS;
  case LE: return LESS_EQUAL;
  case EQ: return EQUAL;
  case NE: return NOT_EQUAL;
  case '+': return ADD;
  case '-': return SUB;
  case '*': return MUL;
  case '/': return DIV;
  default: return REM;
  }
}

static void expression(int least) {
  primary();
  while (precedence(token) > least && !failed) {
    int by = token;
    advance();
    expression(precedence(by));
    emit(operator(by));
  }
}

static void block(void);

static void statement(void) {
  if (is_keyword("return")) {
    advance();
    expression(0);
    emit(RETURN);
    expect(';');
  } else if (is_keyword("while")) {
    uint32_t start = code_len;
    advance();
    expression(0);
    emit_with_target(JUMP_IF_ZERO, 0);
    uint32_t leave = code_len;
    block();
    emit_with_target(JUMP, start);
    patch(leave);
  } else if (is_keyword("if")) {
    advance();
    expression(0);
    emit_with_target(JUMP_IF_ZERO, 0);
    uint32_t skip = code_len;
    block();
    if (is_keyword("else")) {
      advance();
      emit_with_target(JUMP, 0);
      uint32_t end = code_len;
      patch(skip);
      block();
      patch(end);
    } else {
      patch(skip);
    }
  } else if (token == '[') {
    advance();
    expression(0);
    expect(']');
    expect('=');
    expression(0);
    emit(STORE_CELL);
    expect(';');
  } else {
    struct name name = token_name;
    expect(NAME);
    if (token == '(') {
      call(name);
      emit(DROP);
    } else {
      expect('=');
      expression(0);
      emit(STORE);
      emit(local(name));
    }
    expect(';');
  }
}

static void block(void) {
  expect('{');
  while (token != '}' && !failed)
    statement();
  expect('}');
}

static void compile(void) {
  at = source;
  code_len = function_count = 0;
  failed = 0;
  advance();
  while (token != END && !failed) {
    struct function *function = &functions[function_count++];
    advance();
    function->name = token_name;
    function->entry = code_len;
    function->params = 0;
    local_count = 0;
    advance();
    expect('(');
    while (token == NAME) {
      local(token_name);
      function->params++;
      advance();
      if (token == ',')
        advance();
    }
    expect(')');
    block();
    emit(PUSH_BYTE);
    emit(0);
    emit(RETURN);
    function->locals = local_count;
  }
}

// The machine. A frame on the stack: the locals, the caller's pc and frame, then operands.
static uint32_t stack[MAX_STACK], cells[MAX_CELLS];
static uint32_t printed;

static uint32_t execute(const struct function *function, uint32_t argument) {
  const uint8_t *pc = code + function->entry;
  uint32_t frame = 0, depth = 0;
  uint32_t sp = function->locals + 2;
  for (uint32_t i = 0; i < sp; i++)
    stack[i] = 0;
  stack[0] = argument;
  for (;;) {
    switch ((enum op)*pc++) {
    case PUSH_BYTE:
      stack[sp++] = *pc++;
      break;
    case PUSH_WORD:
      stack[sp++] = pc[0] | pc[1] << 8;
      pc += 2;
      break;
    case LOAD:
      stack[sp++] = stack[frame + *pc++];
      break;
    case STORE:
      stack[frame + *pc++] = stack[--sp];
      break;
    case LOAD_CELL:
      stack[sp - 1] = cells[stack[sp - 1] % MAX_CELLS];
      break;
    case STORE_CELL:
      sp -= 2;
      cells[stack[sp] % MAX_CELLS] = stack[sp + 1];
      break;
    case ADD:
      sp--;
      stack[sp - 1] += stack[sp];
      break;
    case SUB:
      sp--;
      stack[sp - 1] -= stack[sp];
      break;
    case MUL:
      sp--;
      stack[sp - 1] *= stack[sp];
      break;
    case DIV:
      sp--;
      if (stack[sp] == 0)
        return -1;
      stack[sp - 1] /= stack[sp];
      break;
    case REM:
      sp--;
      if (stack[sp] == 0)
        return -1;
      stack[sp - 1] %= stack[sp];
      break;
    case LESS:
      sp--;
      stack[sp - 1] = (int32_t)stack[sp - 1] < (int32_t)stack[sp];
      break;
    case LESS_EQUAL:
      sp--;
      stack[sp - 1] = (int32_t)stack[sp - 1] <= (int32_t)stack[sp];
      break;
    case EQUAL:
      sp--;
      stack[sp - 1] = stack[sp - 1] == stack[sp];
      break;
    case NOT_EQUAL:
      sp--;
      stack[sp - 1] = stack[sp - 1] != stack[sp];
      break;
    case JUMP:
      pc = code + (pc[0] | pc[1] << 8);
      break;
    case JUMP_IF_ZERO:
      pc = stack[--sp] ? pc + 2 : code + (pc[0] | pc[1] << 8);
      break;
    case CALL: {
      const struct function *callee = &functions[*pc++];
      uint32_t base = sp - callee->params;
      uint32_t end = base + callee->locals;
      if (end + 32 > MAX_STACK)
        return -1;
      while (sp < end)
        stack[sp++] = 0;
      stack[sp++] = pc - code;
      stack[sp++] = frame;
      frame = base;
      depth++;
      pc = code + callee->entry;
      break;
    }
    case RETURN: {
      uint32_t result = stack[--sp];
      if (depth == 0)
        return result;
      depth--;
      // A return is a statement: there are no operands above the link.
      uint32_t caller = stack[sp - 1];
      pc = code + stack[sp - 2];
      sp = frame;
      frame = caller;
      stack[sp++] = result;
      break;
    }
    case PRINT:
      printed = (printed ^ stack[sp - 1]) * 16777619;
      break;
    case DROP:
      sp--;
      break;
    }
  }
}

__attribute__((export_name("run"))) int32_t run(int32_t n) {
  compile();
  if (failed)
    return -1;
  printed = 2166136261;
  for (int32_t round = 0; round < n; round++)
    execute(&functions[function_count - 1], round);
  return printed;
}
