// A guest that does one thing, which its first argument names, through WASI.
// See build.sh.

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void say(const char *text) {
    write(1, text, strlen(text));
    write(1, "\n", 1);
}

static int copy(int from) {
    char buffer[4096];
    ssize_t n;
    while ((n = read(from, buffer, sizeof buffer)) > 0)
        write(1, buffer, (size_t)n);
    return n < 0;
}

static int fail(const char *what) {
    const char *why = strerror(errno);
    write(2, what, strlen(what));
    write(2, ": ", 2);
    write(2, why, strlen(why));
    write(2, "\n", 1);
    return 1;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    const char *path = argc > 2 ? argv[2] : "";
    if (!strcmp(what, "args")) {
        for (int i = 0; i < argc; i++)
            say(argv[i]);
    } else if (!strcmp(what, "env")) {
        for (char **variable = environ; *variable; variable++)
            say(*variable);
    } else if (!strcmp(what, "copy")) {
        return copy(0);
    } else if (!strcmp(what, "show")) {
        int file = open(path, O_RDONLY);
        return file < 0 ? fail(path) : copy(file);
    } else if (!strcmp(what, "create")) {
        int file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (file < 0)
            return fail(path);
        write(file, "created\n", 8);
    } else if (!strcmp(what, "exit")) {
        exit(atoi(path));
    } else if (!strcmp(what, "abort")) {
        abort();
    } else if (!strcmp(what, "yes")) {
        // What comes of it is of no interest, as with many programs.
        for (;;)
            say("y");
    } else if (!strcmp(what, "sleep")) {
        struct timespec time = {.tv_sec = 3600};
        nanosleep(&time, NULL);
    } else if (!strcmp(what, "serve")) {
        // The first socket comes after the standard streams.
        int connection = accept(3, NULL, NULL);
        if (connection < 0)
            return fail("accept");
        write(connection, "served\n", 7);
    } else if (!strcmp(what, "chance")) {
        unsigned char bytes[16];
        getentropy(bytes, sizeof bytes);
        for (unsigned i = 0; i < sizeof bytes; i++) {
            char digits[3] = {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15]};
            write(1, digits, 2);
        }
        say("");
    } else {
        say("hello");
    }
    return 0;
}
