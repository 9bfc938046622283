// Opening files and directories, with every flag.

#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

// The code of a raw open, whose result is closed again.
static int code(const char *path, u32 oflags, u64 rights, u32 fdflags) {
    u32 fd;
    int32_t code = raw_path_open(3, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW, PATH(path), oflags, rights, 0,
                                 fdflags, AT(&fd));
    if (code == 0)
        OK(raw_fd_close(fd));
    return code;
}

static void opens(const char *path, int flags) {
    int fd = open(path, flags, 0666);
    TRUE(fd >= 0);
    OK(close(fd));
}

int main(void) {
    char bytes[8];
    OK(mkdir("dir", 0777));
    FAILS(open("file", O_RDONLY), ENOENT);
    FAILS(open("missing/file", O_RDWR | O_CREAT, 0666), ENOENT);
    int fd = open("file", O_WRONLY | O_CREAT, 0666);
    IS(write(fd, "text", 4), 4);
    OK(close(fd));

    // Creating what is there opens it, unless it must be new.
    fd = open("file", O_RDONLY | O_CREAT, 0666);
    IS(read(fd, bytes, 8), 4);
    OK(close(fd));
    FAILS(open("file", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
    FAILS(open("dir", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);
    opens("new", O_WRONLY | O_CREAT | O_EXCL);
    IS(creat("new", 0666), 4);
    OK(close(4));
    // Truncating.
    fd = open("file", O_RDWR | O_TRUNC);
    IS(lseek(fd, 0, SEEK_END), 0);
    IS(write(fd, "again", 5), 5);
    OK(close(fd));

    // Directories.
    opens("dir", O_RDONLY | O_DIRECTORY);
    opens("dir", O_RDONLY);
    opens("dir/", O_RDONLY);
    opens("dir/.", O_RDONLY);
    opens(".", O_RDONLY | O_DIRECTORY);
    FAILS(open("dir", O_WRONLY), EISDIR);
    FAILS(open("dir", O_RDWR), EISDIR);
    FAILS(open("file", O_RDONLY | O_DIRECTORY), ENOTDIR);
    FAILS(open("file/", O_RDONLY), ENOTDIR);
    FAILS(open("file/x", O_RDONLY), ENOTDIR);
    FAILS(open("file/..", O_RDONLY), ENOTDIR);
    FAILS(open("fresh/", O_WRONLY | O_CREAT, 0666), EISDIR);
    fd = open("dir", O_RDONLY);
    FAILS(read(fd, bytes, 1), EBADF);
    FAILS(write(fd, bytes, 1), EBADF);
    int inner = openat(fd, "inner", O_WRONLY | O_CREAT, 0666);
    TRUE(inner >= 0);
    OK(close(inner));
    OK(close(fd));
    FAILS(openat(fd, "inner", O_RDONLY), EBADF);
    opens("dir/inner", O_RDONLY);
    opens("dir/../dir/./inner", O_RDONLY);
    opens("dir//inner", O_RDONLY);
    fd = open("file", O_RDONLY);
    FAILS(openat(fd, "x", O_RDONLY), ENOTDIR);
    OK(close(fd));

    // Links.
    OK(symlink("file", "link"));
    OK(symlink("nowhere", "dangling"));
    opens("link", O_RDONLY);
    FAILS(open("link", O_RDONLY | O_NOFOLLOW), ELOOP);
    FAILS(open("dangling", O_RDONLY), ENOENT);
    FAILS(open("dangling", O_WRONLY | O_CREAT | O_EXCL, 0666), EEXIST);

    // Flags that exclude each other or that there are not.
    const u64 rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    IS(code("dir", __WASI_OFLAGS_DIRECTORY | __WASI_OFLAGS_CREAT, rights, 0), __WASI_ERRNO_INVAL);
    IS(code("file", __WASI_OFLAGS_DIRECTORY | __WASI_OFLAGS_TRUNC, rights, 0), __WASI_ERRNO_INVAL);
    IS(code("file", 16, rights, 0), __WASI_ERRNO_INVAL);
    IS(code("file", 0, rights, 32), __WASI_ERRNO_INVAL);
    OK(code("file", 0, rights, __WASI_FDFLAGS_NONBLOCK | __WASI_FDFLAGS_APPEND));
    OK(code("file", 0, 0, 0));
    OK(code("file", 0, ALL_RIGHTS, 0));
    OK(code("dir", __WASI_OFLAGS_DIRECTORY, ALL_RIGHTS, 0));
    u32 out;
    IS(raw_path_open(3, 2, PATH("file"), 0, rights, 0, 0, AT(&out)), __WASI_ERRNO_INVAL);
    // Neither UTF-8 nor a NUL in it.
    IS(code("\xff\xfe", 0, rights, 0), __WASI_ERRNO_ILSEQ);
    IS(raw_path_open(3, 0, AT("file\0x"), 6, 0, rights, 0, 0, AT(&out)), __WASI_ERRNO_INVAL);
    IS(code("", 0, rights, 0), __WASI_ERRNO_NOENT);
    // Names of other scripts are names.
    OK(code("h\xc3\xa9llo \xe4\xb8\x96\xe7\x95\x8c", __WASI_OFLAGS_CREAT, rights, 0));

    // A file stays while it is open.
    fd = open("file", O_RDWR);
    OK(unlink("file"));
    IS(read(fd, bytes, 8), 5);
    BYTES(bytes, "again");
    struct stat stat;
    OK(fstat(fd, &stat));
    IS(stat.st_nlink, 0);
    OK(close(fd));
    say("open: done");
}
