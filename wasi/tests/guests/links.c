// Hard links and symbolic links.

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static void write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    TRUE(fd >= 0);
    IS(write(fd, text, strlen(text)), strlen(text));
    OK(close(fd));
}

static void has(const char *path, const char *text) {
    char bytes[32] = {0};
    int fd = open(path, O_RDONLY);
    TRUE(fd >= 0);
    IS(read(fd, bytes, 31), strlen(text));
    SAME(bytes, text);
    OK(close(fd));
}

int main(void) {
    struct stat a, b;
    char bytes[64] = {0};
    OK(mkdir("dir", 0777));
    write_file("file", "text");

    // A hard link is another name, and the file is there until the last is gone.
    OK(link("file", "dir/other"));
    OK(stat("file", &a));
    OK(stat("dir/other", &b));
    IS(a.st_ino, b.st_ino);
    IS(a.st_nlink, 2);
    write_file("dir/other", "changed");
    has("file", "changed");
    OK(unlink("file"));
    has("dir/other", "changed");
    OK(link("dir/other", "file"));
    FAILS(link("file", "dir/other"), EEXIST);
    FAILS(link("file", "dir"), EEXIST);
    FAILS(link("missing", "new"), ENOENT);
    FAILS(link("file", "missing/new"), ENOENT);
    FAILS(link("file", "file/new"), ENOTDIR);
    FAILS(link("dir", "new"), EPERM);
    TRUE(link("file", "new/") == -1);
    FAILS(stat("new", &a), ENOENT);

    // A symbolic link is read as it was written, whether it leads anywhere or not.
    OK(symlink("file", "link"));
    IS(readlink("link", bytes, sizeof bytes), 4);
    SAME(bytes, "file");
    IS(readlink("link", bytes, 2), 2);
    OK(symlink("../file", "dir/up"));
    has("link", "changed");
    has("dir/up", "changed");
    write_file("link", "through");
    has("file", "through");
    OK(symlink("nowhere", "dangling"));
    FAILS(stat("dangling", &a), ENOENT);
    OK(lstat("dangling", &a));
    FAILS(symlink("x", "link"), EEXIST);
    FAILS(symlink("x", "dangling"), EEXIST);
    FAILS(symlink("x", "missing/link"), ENOENT);
    FAILS(symlink("", "empty"), ENOENT);
    FAILS(readlink("file", bytes, 64), EINVAL);
    FAILS(readlink("dir", bytes, 64), EINVAL);
    FAILS(readlink("missing", bytes, 64), ENOENT);
    // One that leads out by name is not made.
    FAILS(symlink("/etc/passwd", "absolute"), EPERM);

    // Links to links, as many as a system follows; circles are found.
    OK(symlink("link", "link2"));
    has("link2", "through");
    OK(symlink("loop2", "loop1"));
    OK(symlink("loop1", "loop2"));
    OK(symlink("self", "self"));
    FAILS(open("loop1", O_RDONLY), ELOOP);
    FAILS(open("self", O_RDONLY), ELOOP);
    FAILS(stat("self", &a), ELOOP);
    FAILS(stat("self/x", &a), ELOOP);
    OK(lstat("self", &a));
    OK(unlink("self"));
    FAILS(lstat("self", &a), ENOENT);

    // In the middle of a path they are always followed.
    OK(symlink("dir", "dirlink"));
    has("dirlink/other", "through");
    has("dirlink/../file", "through");
    OK(lstat("dirlink/up", &a));
    TRUE(S_ISLNK(a.st_mode));
    OK(mkdir("dirlink/made", 0777));
    OK(stat("dir/made", &a));

    // Removing a link leaves what it leads to.
    OK(unlink("link"));
    has("file", "through");
    FAILS(rmdir("dirlink"), ENOTDIR);
    OK(unlink("dirlink"));
    OK(stat("dir", &a));

    // A link to a link is one to that, or to what it leads to if that is asked for.
    OK(symlink("file", "soft"));
    OK(raw_path_link(3, 0, PATH("soft"), 3, PATH("hard-to-link")));
    OK(lstat("hard-to-link", &a));
    TRUE(S_ISLNK(a.st_mode));
    OK(raw_path_link(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, PATH("soft"), 3, PATH("hard-to-file")));
    OK(lstat("hard-to-file", &a));
    TRUE(S_ISREG(a.st_mode));
    IS(raw_path_link(3, 2, PATH("soft"), 3, PATH("x")), __WASI_ERRNO_INVAL);
    u32 used;
    OK(raw_path_readlink(3, PATH("soft"), AT(bytes), 0, AT(&used)));
    IS(used, 0);
    say("links: done");
}
