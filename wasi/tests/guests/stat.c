// What is told of files, by name and by descriptor.

#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

int main(void) {
    struct stat a, b;
    OK(mkdir("dir", 0777));
    int fd = open("dir/file", O_RDWR | O_CREAT, 0666);
    IS(write(fd, "12345", 5), 5);
    OK(symlink("dir/file", "link"));
    OK(symlink("dir", "dirlink"));

    OK(stat("dir/file", &a));
    TRUE(S_ISREG(a.st_mode));
    IS(a.st_size, 5);
    IS(a.st_nlink, 1);
    OK(fstat(fd, &b));
    IS(a.st_ino, b.st_ino);
    IS(a.st_dev, b.st_dev);
    IS(b.st_size, 5);
    OK(stat("link", &b));
    IS(a.st_ino, b.st_ino);
    OK(lstat("link", &b));
    TRUE(S_ISLNK(b.st_mode));
    TRUE(a.st_ino != b.st_ino);
    IS(b.st_size, 8);
    OK(fstatat(AT_FDCWD, "link", &b, AT_SYMLINK_NOFOLLOW));
    TRUE(S_ISLNK(b.st_mode));
    OK(stat("dir", &a));
    TRUE(S_ISDIR(a.st_mode));
    // With a slash it is what the link leads to.
    OK(lstat("dirlink/", &b));
    TRUE(S_ISDIR(b.st_mode));
    IS(a.st_ino, b.st_ino);
    OK(stat("dir/../dir/.", &b));
    IS(a.st_ino, b.st_ino);
    OK(stat(".", &b));
    TRUE(a.st_ino != b.st_ino);

    int dir = open("dir", O_RDONLY | O_DIRECTORY);
    OK(fstat(dir, &b));
    IS(a.st_ino, b.st_ino);
    TRUE(S_ISDIR(b.st_mode));
    OK(fstatat(dir, "file", &b, 0));
    IS(b.st_size, 5);
    FAILS(fstatat(dir, "../missing", &b, 0), EPERM);
    FAILS(fstatat(fd, "x", &b, 0), ENOTDIR);

    // The time of a change is that of the change.
    long long before = b.st_mtim.tv_sec * 1000000000LL + b.st_mtim.tv_nsec;
    usleep(20000);
    IS(write(fd, "6", 1), 1);
    OK(fstat(fd, &b));
    TRUE(b.st_mtim.tv_sec * 1000000000LL + b.st_mtim.tv_nsec > before);
    IS(b.st_size, 6);

    FAILS(stat("missing", &a), ENOENT);
    FAILS(stat("dir/file/", &a), ENOTDIR);
    FAILS(stat("dir/file/x", &a), ENOTDIR);
    FAILS(stat("missing/x", &a), ENOENT);
    OK(access("dir/file", R_OK | W_OK));
    OK(access("dir", F_OK));
    FAILS(access("missing", F_OK), ENOENT);
    OK(close(fd));
    FAILS(fstat(fd, &a), EBADF);

    __wasi_filestat_t raw;
    OK(raw_path_filestat_get(3, 0, PATH("link"), AT(&raw)));
    IS(raw.filetype, __WASI_FILETYPE_SYMBOLIC_LINK);
    OK(raw_path_filestat_get(3, 1, PATH("link"), AT(&raw)));
    IS(raw.filetype, __WASI_FILETYPE_REGULAR_FILE);
    IS(raw.size, 6);
    IS(raw_path_filestat_get(3, 2, PATH("link"), AT(&raw)), __WASI_ERRNO_INVAL);
    IS(raw_path_filestat_get(3, 0, PATH(""), AT(&raw)), __WASI_ERRNO_NOENT);
    for (u32 stream = 0; stream < 3; stream++)
        OK(raw_fd_filestat_get(stream, AT(&raw)));
    say("stat: done");
}
