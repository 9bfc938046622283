// Renaming over everything.

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static void file(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    TRUE(fd >= 0);
    IS(write(fd, path, strlen(path)), strlen(path));
    OK(close(fd));
}

static void dir(const char *path) { OK(mkdir(path, 0777)); }

static void was(const char *path, const char *name) {
    char bytes[32] = {0};
    int fd = open(path, O_RDONLY);
    TRUE(fd >= 0);
    IS(read(fd, bytes, 31), strlen(name));
    SAME(bytes, name);
    OK(close(fd));
}

static int missing(const char *path) {
    struct stat stat;
    errno = 0;
    return lstat(path, &stat) == -1 && errno == ENOENT;
}

int main(void) {
    struct stat stat;
    // A file: to a new name, over another, to another directory, to itself.
    file("a");
    OK(rename("a", "b"));
    TRUE(missing("a"));
    was("b", "a");
    file("c");
    OK(rename("b", "c"));
    was("c", "a");
    dir("d");
    OK(rename("c", "d/c"));
    was("d/c", "a");
    OK(rename("d/c", "d/c"));
    was("d/c", "a");
    OK(rename("d/../d/c", "./back"));
    was("back", "a");
    OK(rename("back", "d/c"));
    // Two names of one file are left as they are.
    OK(link("d/c", "name"));
    OK(rename("d/c", "name"));
    was("d/c", "a");
    was("name", "a");

    // A directory: with what is in it, and over an empty one.
    dir("e");
    OK(rename("d", "e"));
    TRUE(missing("d"));
    was("e/c", "a");
    dir("f");
    file("f/x");
    FAILS(rename("f", "e"), ENOTEMPTY);
    FAILS(rename("e", "f"), ENOTEMPTY);
    was("e/c", "a");
    OK(rename("e/", "g"));
    OK(rename("g", "e/"));
    was("e/c", "a");

    // Not the one over the other.
    FAILS(rename("name", "e"), EISDIR);
    FAILS(rename("e", "name"), ENOTDIR);
    dir("empty");
    FAILS(rename("name", "empty"), EISDIR);
    FAILS(rename("name/", "new"), ENOTDIR);
    FAILS(rename("name", "new/"), ENOTDIR);
    was("name", "a");
    FAILS(rename("missing", "new"), ENOENT);
    FAILS(rename("name", "missing/new"), ENOENT);
    FAILS(rename("name", "f/x/new"), ENOTDIR);
    // Nor into itself.
    FAILS(rename("e", "e/inside"), EINVAL);
    FAILS(rename("e", "e/c/inside"), ENOTDIR);
    IS(raw_path_rename(3, PATH("../x"), 3, PATH("new")), __WASI_ERRNO_PERM);
    IS(raw_path_rename(3, PATH("name"), 3, PATH("../new")), __WASI_ERRNO_PERM);

    // A link itself, not what it leads to.
    OK(symlink("name", "link"));
    OK(rename("link", "link2"));
    OK(lstat("link2", &stat));
    TRUE(S_ISLNK(stat.st_mode));
    OK(rename("name", "link2"));
    OK(lstat("link2", &stat));
    TRUE(S_ISREG(stat.st_mode));

    // Between directories that are open.
    int from = open("e", O_RDONLY | O_DIRECTORY), to = open("f", O_RDONLY | O_DIRECTORY);
    OK(renameat(from, "c", to, "moved"));
    was("f/moved", "a");
    TRUE(missing("e/c"));
    FAILS(renameat(from, "c", to, "moved"), ENOENT);
    OK(close(to));
    FAILS(renameat(from, "c", to, "moved"), EBADF);

    // A file that is open goes on.
    file("open");
    int fd = open("open", O_RDWR);
    file("over");
    OK(rename("over", "open"));
    char bytes[8];
    IS(read(fd, bytes, 8), 4);
    BYTES(bytes, "open");
    OK(close(fd));
    was("open", "over");
    say("rename: done");
}
