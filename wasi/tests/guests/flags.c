// Flags of descriptors and their rights.

#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static __wasi_fdstat_t status(int fd) {
    __wasi_fdstat_t status;
    OK(raw_fd_fdstat_get((u32)fd, AT(&status)));
    return status;
}

int main(void) {
    char bytes[16];

    // Appending is a flag that can come and go.
    int fd = open("log", O_RDWR | O_CREAT | O_APPEND, 0666);
    TRUE(fd >= 0);
    IS(status(fd).fs_flags, __WASI_FDFLAGS_APPEND);
    IS(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE), O_APPEND | O_RDWR);
    IS(write(fd, "one\n", 4), 4);
    IS(lseek(fd, 0, SEEK_SET), 0);
    IS(write(fd, "two\n", 4), 4);
    IS(lseek(fd, 0, SEEK_CUR), 8);
    OK(fcntl(fd, F_SETFL, 0));
    IS(status(fd).fs_flags, 0);
    IS(lseek(fd, 0, SEEK_SET), 0);
    IS(write(fd, "ONE", 3), 3);
    OK(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
    IS(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK), O_APPEND | O_NONBLOCK);
    IS(write(fd, "end", 3), 3);
    IS(pread(fd, bytes, 16, 0), 11);
    BYTES(bytes, "ONE\ntwo\nend");
    // A file never makes anyone wait, with the flag or without.
    IS(read(fd, bytes, 1), 0);
    OK(close(fd));
    // Who appends sees what others have written meanwhile.
    fd = open("log", O_WRONLY | O_APPEND);
    int other = open("log", O_WRONLY | O_APPEND);
    IS(write(fd, "a", 1), 1);
    IS(write(other, "b", 1), 1);
    IS(write(fd, "c", 1), 1);
    OK(close(fd));
    OK(close(other));

    // How a file is synchronized is said when it is opened, and not later.
    fd = open("sync", O_RDWR | O_CREAT | O_SYNC, 0666);
    TRUE(status(fd).fs_flags & __WASI_FDFLAGS_SYNC);
    IS(write(fd, "x", 1), 1);
    IS(raw_fd_fdstat_set_flags((u32)fd, 0), __WASI_ERRNO_INVAL);
    OK(close(fd));
    fd = open("sync", O_RDWR | O_DSYNC);
    IS(status(fd).fs_flags, __WASI_FDFLAGS_DSYNC);
    OK(raw_fd_fdstat_set_flags((u32)fd, __WASI_FDFLAGS_DSYNC | __WASI_FDFLAGS_APPEND));
    IS(raw_fd_fdstat_set_flags((u32)fd, 32), __WASI_ERRNO_INVAL);
    IS(raw_fd_fdstat_set_flags((u32)fd, 0x10004), __WASI_ERRNO_INVAL);
    OK(close(fd));
    IS(raw_fd_fdstat_set_flags((u32)fd, 0), __WASI_ERRNO_BADF);
    IS(raw_fd_fdstat_get((u32)fd, AT(bytes)), __WASI_ERRNO_BADF);

    // Types and rights.
    fd = open("log", O_RDONLY);
    IS(status(fd).fs_filetype, __WASI_FILETYPE_REGULAR_FILE);
    IS(status(3).fs_filetype, __WASI_FILETYPE_DIRECTORY);
    u64 rights = status(fd).fs_rights_base;
    TRUE(rights & __WASI_RIGHTS_FD_READ);
    TRUE(!(rights & __WASI_RIGHTS_FD_WRITE));
    TRUE(!(rights & __WASI_RIGHTS_PATH_OPEN));
    IS(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
    // They can be taken away, and not given.
    IS(raw_fd_fdstat_set_rights((u32)fd, rights | __WASI_RIGHTS_FD_WRITE, 0),
       __WASI_ERRNO_NOTCAPABLE);
    IS(raw_fd_fdstat_set_rights((u32)fd, ALL_RIGHTS, 0), __WASI_ERRNO_NOTCAPABLE);
    OK(raw_fd_fdstat_set_rights((u32)fd, rights & ~__WASI_RIGHTS_FD_SEEK, 0));
    TRUE(!(status(fd).fs_rights_base & __WASI_RIGHTS_FD_SEEK));
    u64 position;
    IS(raw_fd_seek((u32)fd, 1, __WASI_WHENCE_SET, AT(&position)), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_fd_pread((u32)fd, 0, 0, 0, AT(&position)), __WASI_ERRNO_NOTCAPABLE);
    IS(read(fd, bytes, 3), 3);
    OK(raw_fd_fdstat_set_rights((u32)fd, 0, 0));
    FAILS(read(fd, bytes, 3), EBADF);
    IS(raw_fd_fdstat_set_flags((u32)fd, 0), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_fd_filestat_get((u32)fd, AT(bytes)), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_fd_fdstat_set_rights((u32)fd, rights, 0), __WASI_ERRNO_NOTCAPABLE);
    OK(close(fd));

    // What a directory does not hand on, nothing opened in it has.
    u32 dir, file;
    OK(raw_path_open(3, 0, PATH("."), __WASI_OFLAGS_DIRECTORY, ALL_RIGHTS,
                     __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_PATH_OPEN, 0, AT(&dir)));
    OK(raw_path_open(dir, 0, PATH("log"), 0, __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK, 0, 0,
                     AT(&file)));
    IS(status((int)file).fs_rights_base, __WASI_RIGHTS_FD_READ);
    IS(raw_path_open(dir, 0, PATH("log"), 0, __WASI_RIGHTS_FD_WRITE, 0, 0, AT(&file)),
       __WASI_ERRNO_NOTCAPABLE);
    OK(raw_fd_fdstat_set_rights(dir, __WASI_RIGHTS_FD_READDIR, 0));
    IS(raw_path_open(dir, 0, PATH("log"), 0, __WASI_RIGHTS_FD_READ, 0, 0, AT(&file)),
       __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_create_directory(dir, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_remove_directory(dir, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_unlink_file(dir, PATH("log")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_symlink(PATH("log"), dir, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_readlink(dir, PATH("log"), AT(bytes), 16, AT(&file)), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_rename(dir, PATH("log"), 3, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_rename(3, PATH("log"), dir, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_link(dir, 0, PATH("log"), 3, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_link(3, 0, PATH("log"), dir, PATH("new")), __WASI_ERRNO_NOTCAPABLE);
    __wasi_filestat_t stat;
    IS(raw_path_filestat_get(dir, 0, PATH("log"), AT(&stat)), __WASI_ERRNO_NOTCAPABLE);
    IS(raw_path_filestat_set_times(dir, 0, PATH("log"), 0, 0, __WASI_FSTFLAGS_MTIM_NOW),
       __WASI_ERRNO_NOTCAPABLE);
    say("flags: done");
}
