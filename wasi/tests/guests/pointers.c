// Every pointer of every function, outside of the memory: wholly, by a byte, and around the end of all
// addresses. Each is a fault, and nothing is done.

#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

static int tries;
static u32 end;

// Where `size` bytes are not, or not all. Of no bytes there is only beyond the end.
static u32 bad(u32 size, int i) {
    switch (i) {
    case 0: return size ? end - size + 1 : end + 1;
    case 1: return end + (size ? 0 : 1);
    case 2: return end + 65536;
    case 3: return 0x80000000;
    case 4: return 0xffffffff;
    default: return -(size ? size : 1);
    }
}

// The call, in which the bad pointer `p` is for `size` bytes, is a fault.
#define FAULTS(size, call)                                                                         \
    for (int i_ = 0; i_ < 6; i_++, tries++) {                                                      \
        const u32 p = bad(size, i_);                                                               \
        IS(call, __WASI_ERRNO_FAULT);                                                              \
    }

int main(void) {
    end = (u32)__builtin_wasm_memory_size(0) * 65536;
    const int file = open("file", O_RDWR | O_CREAT, 0666);
    const u32 fd = (u32)file;
    IS(write(file, "0123456789", 10), 10);
    OK(lseek(file, 0, SEEK_SET));
    OK(symlink("file", "link"));
    _Alignas(8) static char buffer[4096], after[4096];
    memset(buffer, '#', sizeof buffer);
    const u32 b = AT(buffer);
    u32 out = 7;
    __wasi_iovec_t one = {(uint8_t *)buffer, 4};

    // Strings: the test gives one argument and one variable.
    u32 bytes, env_bytes, count;
    OK(raw_args_sizes_get(AT(&count), AT(&bytes)));
    OK(raw_environ_sizes_get(AT(&count), AT(&env_bytes)));
    FAULTS(4, raw_args_get(p, b));
    FAULTS(bytes, raw_args_get(b, p));
    FAULTS(4, raw_args_sizes_get(p, AT(&out)));
    FAULTS(4, raw_args_sizes_get(AT(after), p));
    FAULTS(4, raw_environ_get(p, b));
    FAULTS(env_bytes, raw_environ_get(b, p));
    FAULTS(4, raw_environ_sizes_get(p, AT(&out)));
    FAULTS(4, raw_environ_sizes_get(AT(after), p));
    memset(after, 0, sizeof after);

    FAULTS(8, raw_clock_res_get(0, p));
    FAULTS(8, raw_clock_time_get(0, 0, p));
    FAULTS(16, raw_random_get(p, 16));
    FAULTS(sizeof(__wasi_fdstat_t), raw_fd_fdstat_get(fd, p));
    FAULTS(sizeof(__wasi_filestat_t), raw_fd_filestat_get(fd, p));
    FAULTS(sizeof(__wasi_prestat_t), raw_fd_prestat_get(3, p));
    FAULTS(1, raw_fd_prestat_dir_name(3, p, 1));
    FAULTS(4, raw_fd_readdir(3, b, 0, 0, p));
    FAULTS(100, raw_fd_readdir(3, p, 100, 0, AT(&out)));
    FAULTS(8, raw_fd_seek(fd, 1, __WASI_WHENCE_CUR, p));
    FAULTS(8, raw_fd_tell(fd, p));

    // The array, the buffer that it names, the result.
    FAULTS(8, raw_fd_read(fd, p, 1, AT(&out)));
    FAULTS(4, raw_fd_read(fd, AT(&one), 1, p));
    FAULTS(8, raw_fd_pread(fd, p, 1, 0, AT(&out)));
    FAULTS(4, raw_fd_pread(fd, AT(&one), 1, 0, p));
    FAULTS(8, raw_fd_write(fd, p, 1, AT(&out)));
    FAULTS(4, raw_fd_write(fd, AT(&one), 1, p));
    FAULTS(8, raw_fd_pwrite(fd, p, 1, 0, AT(&out)));
    FAULTS(4, raw_fd_pwrite(fd, AT(&one), 1, 0, p));
    FAULTS(24, (one.buf = (uint8_t *)(uintptr_t)p, one.buf_len = 24,
                raw_fd_read(fd, AT(&one), 1, AT(&out))));
    FAULTS(24, (one.buf = (uint8_t *)(uintptr_t)p, raw_fd_pread(fd, AT(&one), 1, 0, AT(&out))));
    FAULTS(24, (one.buf = (uint8_t *)(uintptr_t)p, raw_fd_write(fd, AT(&one), 1, AT(&out))));
    FAULTS(24, (one.buf = (uint8_t *)(uintptr_t)p, raw_fd_pwrite(fd, AT(&one), 1, 0, AT(&out))));

    FAULTS(4, raw_path_create_directory(3, p, 4));
    FAULTS(4, raw_path_filestat_get(3, 0, p, 4, b));
    FAULTS(sizeof(__wasi_filestat_t), raw_path_filestat_get(3, 0, PATH("file"), p));
    FAULTS(4, raw_path_filestat_set_times(3, 0, p, 4, 0, 0, 0));
    FAULTS(4, raw_path_link(3, 0, p, 4, 3, PATH("new")));
    FAULTS(4, raw_path_link(3, 0, PATH("file"), 3, p, 4));
    FAULTS(4, raw_path_open(3, 0, p, 4, 0, 0, 0, 0, AT(&out)));
    FAULTS(4, raw_path_open(3, 0, PATH("new"), __WASI_OFLAGS_CREAT, 0, 0, 0, p));
    FAULTS(4, raw_path_open(3, 0, PATH("file"), __WASI_OFLAGS_TRUNC, 0, 0, 0, p));
    FAULTS(4, raw_path_readlink(3, p, 4, b, 16, AT(&out)));
    FAULTS(16, raw_path_readlink(3, PATH("link"), p, 16, AT(&out)));
    FAULTS(4, raw_path_readlink(3, PATH("link"), AT(after), 16, p));
    FAULTS(4, raw_path_remove_directory(3, p, 4));
    FAULTS(4, raw_path_rename(3, p, 4, 3, PATH("new")));
    FAULTS(4, raw_path_rename(3, PATH("file"), 3, p, 4));
    FAULTS(4, raw_path_symlink(p, 4, 3, PATH("new")));
    FAULTS(4, raw_path_symlink(PATH("file"), 3, p, 4));
    FAULTS(4, raw_path_unlink_file(3, p, 4));

    __wasi_subscription_t sub = {0};
    FAULTS(sizeof sub, raw_poll_oneoff(p, b, 1, AT(&out)));
    FAULTS(sizeof(__wasi_event_t), raw_poll_oneoff(AT(&sub), p, 1, AT(&out)));
    FAULTS(4, raw_poll_oneoff(AT(&sub), b, 1, p));

    // 4 is a socket that listens, whose accept would wait; 5 is one that is connected.
    one = (__wasi_iovec_t){(uint8_t *)buffer, 4};
    FAULTS(4, raw_sock_accept(4, 0, p));
    FAULTS(8, raw_sock_recv(5, p, 1, 0, AT(&out), b));
    FAULTS(4, raw_sock_recv(5, AT(&one), 1, 0, p, b));
    FAULTS(2, raw_sock_recv(5, AT(&one), 1, 0, AT(&out), p));
    FAULTS(8, raw_sock_send(5, p, 1, 0, AT(&out)));
    FAULTS(4, raw_sock_send(5, AT(&one), 1, 0, p));
    FAULTS(24, (one.buf = (uint8_t *)(uintptr_t)p, one.buf_len = 24,
                raw_sock_recv(5, AT(&one), 1, 0, AT(&out), b)));
    FAULTS(24, (one.buf = (uint8_t *)(uintptr_t)p, raw_sock_send(5, AT(&one), 1, 0, AT(&out))));

    // Nothing was written, made, moved or removed, nor the position changed.
    memset(after, '#', sizeof after);
    TRUE(!memcmp(buffer, after, sizeof buffer));
    IS(lseek(file, 0, SEEK_CUR), 0);
    IS(pread(file, buffer, 64, 0), 10);
    BYTES(buffer, "0123456789");
    struct stat stat;
    OK(lstat("link", &stat));
    FAILS(lstat("new", &stat), ENOENT);
    TRUE(tries > 300);
    say("pointers: done");
}
