// Arguments, environment, and the ways to end: the first argument says which.

#include "check.h"
#include "raw.h"

extern char **environ;

static void at_exit(void) { say("at exit"); }

int main(int argc, char **argv) {
    TRUE(argc >= 2);
    const char *how = argv[1];
    if (!strcmp(how, "args")) {
        for (int i = 0; i < argc; i++)
            say(argv[i]);
        IS(AT(argv[argc]), 0);
        for (char **variable = environ; *variable; variable++)
            say(*variable);
        SAME(getenv("EMPTY"), "");
        IS(AT(getenv("MISSING")), 0);
        OK(setenv("OWN", "guest", 1));
        SAME(getenv("OWN"), "guest");

        // The sizes are those of the strings with a NUL after each.
        u32 count, bytes, sum = 0;
        OK(raw_args_sizes_get(AT(&count), AT(&bytes)));
        IS(count, argc);
        for (int i = 0; i < argc; i++)
            sum += (u32)strlen(argv[i]) + 1;
        IS(bytes, sum);
        char *pointers[8], buffer[256];
        TRUE(count <= 8 && bytes <= sizeof buffer);
        OK(raw_args_get(AT(pointers), AT(buffer)));
        IS(AT(pointers[0]), AT(buffer));
        for (int i = 0; i < argc; i++)
            SAME(pointers[i], argv[i]);
        OK(raw_environ_sizes_get(AT(&count), AT(&bytes)));
        IS(count, 2);
        OK(raw_environ_get(AT(pointers), AT(buffer)));
        SAME(pointers[0], "KEY=value with spaces");
    } else if (!strcmp(how, "return")) {
        return atoi(argv[2]);
    } else if (!strcmp(how, "exit")) {
        atexit(at_exit);
        exit(atoi(argv[2]));
    } else if (!strcmp(how, "_Exit")) {
        atexit(at_exit);
        _Exit(atoi(argv[2]));
    } else if (!strcmp(how, "abort")) {
        abort();
    } else if (!strcmp(how, "raise")) {
        int32_t code = raw_proc_raise((u32)atoi(argv[2]));
        put(1, "raised: ");
        put_number(1, code);
        say("");
    } else {
        fail(__FILE_NAME__, __LINE__, how, 0, 1);
    }
    return 0;
}
