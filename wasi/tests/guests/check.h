// A guest checks itself: at the first thing that is not as it should be it says where on standard
// error, and exits with 1.

#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static inline void put(int fd, const char *text) {
    size_t length = strlen(text);
    if (write(fd, text, length) != (ssize_t)length)
        _Exit(2);
}

static inline void put_number(int fd, long long value) {
    char digits[24], *at = digits + sizeof digits - 1;
    unsigned long long left = value < 0 ? -(unsigned long long)value : (unsigned long long)value;
    *at = 0;
    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (value < 0)
        *--at = '-';
    put(fd, at);
}

// Says a line on standard output, which the test compares.
static inline void say(const char *text) {
    put(1, text);
    put(1, "\n");
}

static inline _Noreturn void fail(const char *file, int line, const char *what, long long got,
                                  long long expected) {
    put(2, file);
    put(2, ":");
    put_number(2, line);
    put(2, ": ");
    put(2, what);
    put(2, " is ");
    put_number(2, got);
    put(2, " instead of ");
    put_number(2, expected);
    put(2, " (errno ");
    put_number(2, errno);
    put(2, ")\n");
    _Exit(1);
}

static inline long long check(const char *file, int line, const char *what, long long got,
                              long long expected) {
    if (got != expected)
        fail(file, line, what, got, expected);
    return got;
}

// It has this value.
#define IS(expr, value) check(__FILE_NAME__, __LINE__, #expr, (expr), (value))
// It is true.
#define TRUE(expr) check(__FILE_NAME__, __LINE__, #expr, (expr) ? 1 : 0, 1)
// It succeeds with 0.
#define OK(expr) IS(expr, 0)
// It fails with -1 or NULL, and errno is this.
#define FAILS(expr, code)                                                                          \
    do {                                                                                           \
        errno = 0;                                                                                 \
        long long result_ = (long long)(expr);                                                     \
        if (result_ != -1 && result_ != 0)                                                         \
            fail(__FILE_NAME__, __LINE__, #expr, result_, -1);                                     \
        check(__FILE_NAME__, __LINE__, "errno of " #expr, errno, (code));                          \
    } while (0)
// The bytes are these.
#define BYTES(bytes, text) TRUE(!memcmp(bytes, text, sizeof(text) - 1))
// The strings are equal.
#define SAME(a, b) TRUE(!strcmp(a, b))

#endif
