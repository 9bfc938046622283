// Making and removing: unlink and rmdir, with trailing slashes and without.

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static void file(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT, 0666);
    TRUE(fd >= 0);
    OK(close(fd));
}

int main(void) {
    struct stat stat;
    OK(mkdir("dir", 0777));
    FAILS(mkdir("dir", 0777), EEXIST);
    FAILS(mkdir("dir/", 0777), EEXIST);
    OK(mkdir("slash/", 0777));
    OK(mkdir("dir/inner", 0777));
    FAILS(mkdir("missing/inner", 0777), ENOENT);
    file("file");
    FAILS(mkdir("file", 0777), EEXIST);
    FAILS(mkdir("file/inner", 0777), ENOTDIR);
    IS(raw_path_create_directory(3, PATH("")), __WASI_ERRNO_NOENT);
    IS(raw_path_create_directory(3, PATH(".")), __WASI_ERRNO_EXIST);
    OK(symlink("dangling", "link"));
    FAILS(mkdir("link", 0777), EEXIST);

    // rmdir takes empty directories.
    FAILS(rmdir("dir"), ENOTEMPTY);
    FAILS(rmdir("dir/"), ENOTEMPTY);
    OK(rmdir("dir/inner"));
    OK(rmdir("slash/"));
    FAILS(rmdir("file"), ENOTDIR);
    FAILS(rmdir("file/"), ENOTDIR);
    FAILS(rmdir("link"), ENOTDIR);
    FAILS(rmdir("missing"), ENOENT);
    FAILS(rmdir("missing/"), ENOENT);
    FAILS(rmdir("."), EINVAL);
    IS(raw_path_remove_directory(3, PATH("..")), __WASI_ERRNO_PERM);

    // unlink takes everything else.
    FAILS(unlink("dir"), EISDIR);
    FAILS(unlink("dir/"), EISDIR);
    FAILS(unlink("file/"), ENOTDIR);
    FAILS(unlink("missing"), ENOENT);
    FAILS(unlink("missing/x"), ENOENT);
    FAILS(unlink("file/x"), ENOTDIR);
    OK(unlink("link"));
    OK(unlink("file"));
    FAILS(unlink("file"), ENOENT);

    // remove is either.
    file("file");
    OK(remove("file"));
    OK(remove("dir"));
    FAILS(remove("dir"), ENOENT);

    // Relative to a directory that is open; one that was removed has no names.
    OK(mkdir("base", 0777));
    int base = open("base", O_RDONLY | O_DIRECTORY);
    OK(mkdirat(base, "a", 0777));
    OK(close(openat(base, "b", O_CREAT | O_WRONLY, 0666)));
    FAILS(unlinkat(base, "a", 0), EISDIR);
    FAILS(unlinkat(base, "b", AT_REMOVEDIR), ENOTDIR);
    OK(unlinkat(base, "a", AT_REMOVEDIR));
    OK(unlinkat(base, "b", 0));
    OK(rmdir("base"));
    FAILS(mkdirat(base, "a", 0777), ENOENT);
    FAILS(openat(base, "b", O_CREAT | O_WRONLY, 0666), ENOENT);
    FAILS(fstatat(base, "b", &stat, 0), ENOENT);
    OK(fstat(base, &stat));
    OK(close(base));
    FAILS(mkdirat(base, "a", 0777), EBADF);

    // A tree, down and up again.
    char path[200] = "deep";
    for (int i = 0; i < 30; i++) {
        OK(mkdir(path, 0777));
        strcat(path, "/d");
    }
    for (int i = 0; i < 30; i++) {
        path[strlen(path) - 2] = 0;
        OK(rmdir(path));
    }
    say("remove: done");
}
