// The numbers of descriptors: opening, closing, renumbering, preopens.

#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static int make(const char *name) {
    int fd = open(name, O_RDWR | O_CREAT, 0666);
    TRUE(fd >= 0);
    IS(write(fd, name, strlen(name)), strlen(name));
    return fd;
}

int main(void) {
    // The preopened directory is 3, and there is no other.
    __wasi_prestat_t prestat;
    OK(raw_fd_prestat_get(3, AT(&prestat)));
    IS(prestat.tag, __WASI_PREOPENTYPE_DIR);
    IS(prestat.u.dir.pr_name_len, 1);
    char name[4] = "###";
    OK(raw_fd_prestat_dir_name(3, AT(name), 1));
    SAME(name, "/##");
    IS(raw_fd_prestat_dir_name(3, AT(name), 0), __WASI_ERRNO_NAMETOOLONG);
    IS(raw_fd_prestat_get(4, AT(&prestat)), __WASI_ERRNO_BADF);
    IS(raw_fd_prestat_get(0, AT(&prestat)), __WASI_ERRNO_BADF);
    IS(raw_fd_prestat_dir_name(4, AT(name), 1), __WASI_ERRNO_BADF);

    // The least number that is free is next.
    int a = make("a"), b = make("b"), c = make("c");
    IS(a, 4);
    IS(b, 5);
    IS(c, 6);
    OK(close(b));
    FAILS(close(b), EBADF);
    FAILS(close(-1), EBADF);
    FAILS(close(1000000), EBADF);
    IS(make("b2"), 5);

    // Renumbering closes the one and moves the other, with its position.
    char bytes[8];
    IS(lseek(c, 0, SEEK_SET), 0);
    OK(raw_fd_renumber((u32)c, (u32)a));
    FAILS(read(c, bytes, 1), EBADF);
    IS(read(a, bytes, 8), 1);
    BYTES(bytes, "c");
    OK(raw_fd_renumber((u32)a, (u32)a));
    IS(lseek(a, 0, SEEK_CUR), 1);
    IS(raw_fd_renumber(99, (u32)a), __WASI_ERRNO_BADF);
    IS(raw_fd_renumber((u32)a, 99), __WASI_ERRNO_BADF);
    IS(lseek(a, 0, SEEK_CUR), 1);

    // The standard output can become a file, as a shell redirects it.
    int out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    say("descriptors: to the host");
    OK(raw_fd_renumber((u32)out, 1));
    say("descriptors: to a file");
    OK(fsync(1));
    OK(close(1));
    FAILS(write(1, "x", 1), EBADF);
    // Which leaves the number for the next.
    IS(open("out", O_RDONLY), 1);
    IS(read(1, bytes, 8), 8);
    BYTES(bytes, "descript");

    // Even a preopened directory can be closed; then there is nothing more to be had.
    OK(raw_fd_close(3));
    u32 opened;
    IS(raw_path_open(3, 0, PATH("a"), 0, ALL_RIGHTS, 0, 0, AT(&opened)), __WASI_ERRNO_BADF);
}
