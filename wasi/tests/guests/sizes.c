// Sizes, times, advice and synchronization of files.

#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static struct stat of(int fd) {
    struct stat stat;
    OK(fstat(fd, &stat));
    return stat;
}

int main(void) {
    char bytes[16];
    int fd = open("sizes", O_RDWR | O_CREAT, 0666);
    IS(of(fd).st_size, 0);
    IS(write(fd, "0123456789", 10), 10);
    OK(ftruncate(fd, 4));
    IS(of(fd).st_size, 4);
    IS(lseek(fd, 0, SEEK_CUR), 10);
    OK(ftruncate(fd, 8));
    IS(pread(fd, bytes, 16, 0), 8);
    BYTES(bytes, "0123\0\0\0\0");
    FAILS(ftruncate(fd, -1), EINVAL);
    OK(truncate("sizes", 2));
    IS(of(fd).st_size, 2);
    FAILS(truncate("missing", 2), ENOENT);

    // Allocating makes it longer, and never shorter.
    OK(posix_fallocate(fd, 0, 100));
    IS(of(fd).st_size, 100);
    OK(posix_fallocate(fd, 50, 10));
    IS(of(fd).st_size, 100);
    IS(posix_fallocate(fd, 0, 0), EINVAL);
    IS(raw_fd_allocate((u32)fd, ALL_RIGHTS, 2), __WASI_ERRNO_FBIG);
    IS(raw_fd_allocate((u32)fd, 0, 0), __WASI_ERRNO_INVAL);
    IS(of(fd).st_size, 100);

    OK(posix_fadvise(fd, 0, 100, POSIX_FADV_SEQUENTIAL));
    OK(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
    for (u32 advice = 0; advice < 6; advice++)
        OK(raw_fd_advise((u32)fd, 0, 10, advice));
    IS(raw_fd_advise((u32)fd, 0, 10, 6), __WASI_ERRNO_INVAL);

    OK(fsync(fd));
    OK(fdatasync(fd));

    // Times, all of them and one of them.
    struct timespec times[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
    OK(futimens(fd, times));
    struct stat stat = of(fd);
    IS(stat.st_atim.tv_sec, 1000000000);
    IS(stat.st_atim.tv_nsec, 123456789);
    IS(stat.st_mtim.tv_sec, 1100000000);
    IS(stat.st_mtim.tv_nsec, 987654321);
    TRUE(stat.st_ctim.tv_sec > 1600000000);
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = 7;
    OK(utimensat(AT_FDCWD, "sizes", times, 0));
    IS(of(fd).st_atim.tv_sec, 1000000000);
    IS(of(fd).st_mtim.tv_sec, 7);
    times[0] = (struct timespec){.tv_nsec = UTIME_NOW};
    times[1].tv_nsec = UTIME_OMIT;
    OK(futimens(fd, times));
    TRUE(of(fd).st_atim.tv_sec > 1600000000);
    IS(of(fd).st_mtim.tv_sec, 7);
    OK(futimens(fd, NULL));
    TRUE(of(fd).st_mtim.tv_sec > 1600000000);
    FAILS(utimensat(AT_FDCWD, "missing", times, 0), ENOENT);
    // At a time and now is a contradiction.
    for (u32 both = 3; both <= 12; both *= 4) {
        IS(raw_fd_filestat_set_times((u32)fd, 0, 0, both), __WASI_ERRNO_INVAL);
        IS(raw_path_filestat_set_times(3, 0, PATH("sizes"), 0, 0, both), __WASI_ERRNO_INVAL);
    }
    IS(raw_fd_filestat_set_times((u32)fd, 0, 0, 16), __WASI_ERRNO_INVAL);

    // Those of a link are its own.
    OK(symlink("sizes", "link"));
    struct timespec old[2] = {{5, 0}, {6, 0}};
    OK(utimensat(AT_FDCWD, "link", old, AT_SYMLINK_NOFOLLOW));
    OK(lstat("link", &stat));
    IS(stat.st_mtim.tv_sec, 6);
    TRUE(of(fd).st_mtim.tv_sec > 1600000000);
    OK(utimensat(AT_FDCWD, "link", old, 0));
    IS(of(fd).st_mtim.tv_sec, 6);

    // Not for who may only read, nor for directories.
    OK(close(fd));
    fd = open("sizes", O_RDONLY);
    TRUE(ftruncate(fd, 0) == -1);
    TRUE(errno == EBADF || errno == EINVAL || errno == ENOTCAPABLE);
    TRUE(posix_fallocate(fd, 0, 1000) != 0);
    IS(of(fd).st_size, 100);
    OK(close(fd));
    u64 unused[8];
    IS(raw_fd_filestat_set_size(3, 1), __WASI_ERRNO_BADF);
    IS(raw_fd_allocate(3, 0, 1), __WASI_ERRNO_BADF);
    IS(raw_fd_filestat_get((u32)fd, AT(unused)), __WASI_ERRNO_BADF);
    IS(raw_fd_filestat_set_size((u32)fd, 1), __WASI_ERRNO_BADF);
    IS(raw_fd_filestat_set_times((u32)fd, 0, 0, 0), __WASI_ERRNO_BADF);
    IS(raw_fd_allocate((u32)fd, 0, 1), __WASI_ERRNO_BADF);
    IS(raw_fd_advise((u32)fd, 0, 1, 0), __WASI_ERRNO_BADF);
    IS(raw_fd_sync((u32)fd), __WASI_ERRNO_BADF);
    IS(raw_fd_datasync((u32)fd), __WASI_ERRNO_BADF);
    OK(raw_fd_sync(3));
    OK(raw_fd_datasync(3));
    say("sizes: done");
}
