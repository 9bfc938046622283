// Reading, writing and seeking, through the C library and at once.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "check.h"
#include "raw.h"

int main(void) {
    int fd = open("io", O_RDWR | O_CREAT | O_EXCL, 0666);
    TRUE(fd >= 0);
    char bytes[64] = {0};

    IS(write(fd, "0123456789", 10), 10);
    IS(lseek(fd, 0, SEEK_CUR), 10);
    IS(read(fd, bytes, 10), 0);
    IS(lseek(fd, 2, SEEK_SET), 2);
    IS(read(fd, bytes, 3), 3);
    BYTES(bytes, "234");
    IS(lseek(fd, -1, SEEK_CUR), 4);
    IS(lseek(fd, -2, SEEK_END), 8);
    IS(read(fd, bytes, 64), 2);
    BYTES(bytes, "89");
    IS(read(fd, bytes, 0), 0);
    IS(write(fd, "", 0), 0);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    FAILS(lseek(fd, -11, SEEK_END), EINVAL);
    FAILS(lseek(fd, 0, 7), EINVAL);
    IS(lseek(fd, 0, SEEK_CUR), 10);

    // At a place, which leaves the position.
    IS(pread(fd, bytes, 4, 3), 4);
    BYTES(bytes, "3456");
    IS(pread(fd, bytes, 4, 8), 2);
    IS(pread(fd, bytes, 4, 1000), 0);
    IS(pwrite(fd, "ab", 2, 1), 2);
    IS(lseek(fd, 0, SEEK_CUR), 10);
    FAILS(pread(fd, bytes, 1, -1), EINVAL);
    FAILS(pwrite(fd, bytes, 1, -1), EINVAL);

    // Several buffers, some of them empty.
    struct iovec out[] = {{"x", 1}, {"", 0}, {"yz", 2}, {"!", 1}};
    IS(writev(fd, out, 4), 4);
    IS(pwritev(fd, out, 3, 4), 3);
    IS(lseek(fd, 0, SEEK_SET), 0);
    char a[5] = {0}, b[1], c[20] = {0};
    struct iovec in[] = {{a, 5}, {b, 0}, {b, 1}, {c, 20}};
    IS(readv(fd, in, 4), 14);
    BYTES(a, "0ab3x");
    BYTES(b, "y");
    BYTES(c, "z789xyz!");
    IS(preadv(fd, in, 2, 10), 4);
    BYTES(a, "xyz!x");
    FAILS(readv(fd, in, -1), EINVAL);
    FAILS(writev(fd, out, -1), EINVAL);
    static struct iovec many[1025];
    for (int i = 0; i < 1025; i++)
        many[i] = (struct iovec){"m", 1};
    IS(pwritev(fd, many, 1024, 0), 1024);
    FAILS(writev(fd, many, 1025), EINVAL);

    // Beyond the end there is nothing, and what is written there leaves zeros.
    OK(ftruncate(fd, 3));
    IS(lseek(fd, 5, SEEK_SET), 5);
    IS(read(fd, bytes, 1), 0);
    IS(write(fd, "e", 1), 1);
    IS(pread(fd, bytes, 64, 0), 6);
    BYTES(bytes, "mmm\0\0e");

    // The position, at once.
    u64 position = 99;
    OK(raw_fd_tell((u32)fd, AT(&position)));
    IS(position, 6);
    OK(raw_fd_seek((u32)fd, -2, __WASI_WHENCE_CUR, AT(&position)));
    IS(position, 4);
    IS(raw_fd_seek((u32)fd, 1, 3, AT(&position)), __WASI_ERRNO_INVAL);
    IS(raw_fd_seek((u32)fd, INT64_MIN, __WASI_WHENCE_CUR, AT(&position)), __WASI_ERRNO_INVAL);
    OK(raw_fd_tell((u32)fd, AT(&position)));
    IS(position, 4);
    OK(close(fd));

    // What was opened for the one is not for the other.
    fd = open("io", O_RDONLY);
    IS(read(fd, bytes, 3), 3);
    FAILS(write(fd, "x", 1), EBADF);
    FAILS(pwrite(fd, "x", 1, 0), EBADF);
    OK(close(fd));
    fd = open("io", O_WRONLY);
    FAILS(read(fd, bytes, 1), EBADF);
    FAILS(pread(fd, bytes, 1, 0), EBADF);
    IS(write(fd, "W", 1), 1);
    OK(close(fd));
    FAILS(read(fd, bytes, 1), EBADF);
    FAILS(write(fd, bytes, 1), EBADF);
    FAILS(lseek(fd, 0, SEEK_SET), EBADF);
    FAILS(read(-1, bytes, 1), EBADF);

    // Two descriptors of a file have each a position, and see what the other writes.
    int one = open("io", O_RDWR), two = open("io", O_RDWR);
    IS(write(one, "onetwo", 6), 6);
    IS(read(two, bytes, 6), 6);
    BYTES(bytes, "onetwo");
    OK(close(one));
    OK(close(two));

    // Much at once, as it was written.
    static char big[1 << 17], back[1 << 17];
    for (unsigned i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 2654435761u >> 24);
    fd = open("big", O_RDWR | O_CREAT, 0666);
    IS(write(fd, big, sizeof big), sizeof big);
    IS(pread(fd, back, sizeof back, 0), sizeof back);
    TRUE(!memcmp(big, back, sizeof big));
    OK(close(fd));
    say("file_io: done");
}
