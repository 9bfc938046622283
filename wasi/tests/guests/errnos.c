// Every error that programs rely on: each is met, and its name said.
//
// The descriptors are: 0 an empty pipe, 1 for output, 2 a pipe that nobody reads, 3 a directory "/",
// 4 a small one in memory "/mem", 5 one that may be read only "/fixed", 6 the devices "/dev",
// 7 files that may not be written "/sys", 8 a socket that listens, 9 a connection that the other side
// has reset.

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

// On standard output, since nobody reads the other.
static void meets(int line, int got, int expected, const char *name) {
    put(1, name);
    if (got != expected) {
        put(1, ": line ");
        put_number(1, line);
        put(1, " gave ");
        put_number(1, got);
        say("");
        _Exit(1);
    }
    say("");
}

// A function of C that fails.
#define MEETS(expr, name)                                                                          \
    do {                                                                                           \
        errno = 0;                                                                                 \
        (void)!(expr);                                                                             \
        meets(__LINE__, errno, name, #name);                                                       \
    } while (0)
// A function of WASI that fails.
#define RAW_MEETS(expr, name) meets(__LINE__, expr, name, #name)

int main(int argc, char **argv) {
    char bytes[8], long_name[300];
    memset(long_name, 'n', 299);
    long_name[299] = 0;
    mkdir("dir", 0777);
    int fd = open("file", O_RDWR | O_CREAT, 0666);
    write(fd, "text", 4);
    mkdir("full", 0777);
    close(open("full/file", O_CREAT | O_WRONLY, 0666));
    symlink("loop", "loop");

    MEETS(open("missing", O_RDONLY), ENOENT);
    MEETS(open("file", O_CREAT | O_EXCL | O_RDWR, 0666), EEXIST);
    MEETS(open("file/x", O_RDONLY), ENOTDIR);
    MEETS(open("dir", O_WRONLY), EISDIR);
    MEETS(rmdir("full"), ENOTEMPTY);
    MEETS(read(99, bytes, 1), EBADF);
    MEETS(lseek(fd, -1, SEEK_SET), EINVAL);
    MEETS(open("loop", O_RDONLY), ELOOP);
    MEETS(openat(3, "../outside", O_RDONLY), EPERM);
    OK(raw_fd_fdstat_set_rights((u32)fd, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE, 0));
    RAW_MEETS(raw_fd_sync((u32)fd), ENOTCAPABLE);
    MEETS(open(long_name, O_RDONLY | O_CREAT, 0666), ENAMETOOLONG);
    MEETS(lseek(0, 0, SEEK_SET), ESPIPE);
    RAW_MEETS(raw_fd_read(0, 0xfffffff0, 1, AT(bytes)), EFAULT);
    fcntl(0, F_SETFL, O_NONBLOCK);
    MEETS(read(0, bytes, 1), EAGAIN);
    MEETS(write(2, "x", 1), EPIPE);
    MEETS(rename("file", "/mem/file"), EXDEV);
    MEETS(link("/mem/missing", "new"), EXDEV);
    MEETS(open("/fixed/new", O_CREAT | O_WRONLY, 0666), EPERM);
    MEETS(open("/fixed/file", O_RDWR), EPERM);
    MEETS(isatty(1) ? 0 : -1, ENOTTY);
    MEETS(recv(fd, bytes, 1, 0), ENOTSOCK);
    u32 out;
    RAW_MEETS(raw_path_open(3, 0, AT("\xff"), 1, 0, 0, 0, 0, AT(&out)), EILSEQ);
    RAW_MEETS(raw_fd_allocate(3, 0, 1), EBADF);
    int other = open("file", O_RDWR);
    MEETS(posix_fallocate(other, INT64_MAX, 2) == EFBIG ? errno = EFBIG : 0, EFBIG);
    // The device that is always full, and a file system that soon is.
    int full = open("/dev/full", O_WRONLY);
    MEETS(write(full, "x", 1), ENOSPC);
    int small = open("/mem/file", O_CREAT | O_RDWR, 0666);
    MEETS(ftruncate(small, 1 << 20), ENOSPC);
    u64 position;
    RAW_MEETS(raw_fd_seek((u32)other, INT64_MAX, __WASI_WHENCE_SET, AT(&position)) == 0
                  ? raw_fd_seek((u32)other, 1, __WASI_WHENCE_CUR, AT(&position))
                  : EINVAL,
              EINVAL);
    RAW_MEETS(raw_path_filestat_set_times(3, 0, PATH("file"), ALL_RIGHTS, ALL_RIGHTS, 3), EINVAL);
    // A clock that nobody can wait for.
    __wasi_subscription_t sub = {.u.u.clock.id = __WASI_CLOCKID_PROCESS_CPUTIME_ID};
    __wasi_event_t event;
    OK(raw_poll_oneoff(AT(&sub), AT(&event), 1, AT(&out)));
    RAW_MEETS(event.error, ENOTSUP);
    fcntl(8, F_SETFL, O_NONBLOCK);
    MEETS(accept(8, NULL, NULL), EAGAIN);
    MEETS(recv(9, bytes, 1, 0), ECONNRESET);
    // One of these, as the test says.
    if (argc == 2 && !strcmp(argv[1], "EROFS"))
        MEETS(open("/sys/inode-nr", O_RDWR), EROFS);
    else
        MEETS(open("/sys/inode-nr", O_RDWR), EACCES);
    // The last, since nothing can be opened afterwards.
    while (open("file", O_RDONLY) >= 0)
        ;
    meets(__LINE__, errno, EMFILE, "EMFILE");
    say("errnos: done");
}
