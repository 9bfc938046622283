// Buffers without number or end, over each other, over their own array and over the result.

#include <fcntl.h>

#include "check.h"
#include "raw.h"

static __wasi_iovec_t many[1025];

int main(void) {
    u32 used = 7;
    int file = open("file", O_RDWR | O_CREAT, 0666);
    const u32 fd = (u32)file, end = (u32)__builtin_wasm_memory_size(0) * 65536;
    IS(write(file, "0123456789", 10), 10);

    // Counts of up to 4 Gi, whose array would be 32 GiB.
    const u32 counts[] = {1025, 65536, 0x1fffffff, 0x20000000, 0x20000001, 0x80000000, 0xffffffff};
    for (u32 i = 0; i < sizeof counts / sizeof *counts; i++) {
        const int32_t code = counts[i] == 1025 ? __WASI_ERRNO_INVAL : __WASI_ERRNO_FAULT;
        IS(raw_fd_write(fd, AT(many), counts[i], AT(&used)), code);
        IS(raw_fd_read(fd, AT(many), counts[i], AT(&used)), code);
        IS(raw_fd_pwrite(fd, AT(many), counts[i], 0, AT(&used)), code);
        IS(raw_fd_pread(fd, AT(many), counts[i], 0, AT(&used)), code);
    }
    // Lengths that go beyond the memory, by themselves or from where they begin.
    const u32 lengths[][2] = {{0, 0xffffffff}, {0, end + 1}, {1, end}, {end - 1, 2},
                              {end, 1},        {0xffffffff, 1}, {0xffffffff, 0xffffffff}};
    for (u32 i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        many[0] = (__wasi_iovec_t){(uint8_t *)lengths[i][0], lengths[i][1]};
        IS(raw_fd_write(fd, AT(many), 1, AT(&used)), __WASI_ERRNO_FAULT);
        IS(raw_fd_read(fd, AT(many), 1, AT(&used)), __WASI_ERRNO_FAULT);
        IS(raw_fd_pwrite(fd, AT(many), 1, 0, AT(&used)), __WASI_ERRNO_FAULT);
        IS(raw_fd_pread(fd, AT(many), 1, 0, AT(&used)), __WASI_ERRNO_FAULT);
        IS(raw_fd_write(1, AT(many), 1, AT(&used)), __WASI_ERRNO_FAULT);
    }
    IS(used, 7);
    IS(lseek(file, 0, SEEK_END), 10);
    // At the very end of the memory there is a buffer of no bytes.
    many[0] = (__wasi_iovec_t){(uint8_t *)(uintptr_t)end, 0};
    OK(raw_fd_write(fd, AT(many), 1, AT(&used)));
    IS(used, 0);

    // Each of 1024 buffers is the whole memory: 4 GiB cannot be told, so it is less.
    for (u32 i = 0; i < 1024; i++)
        many[i] = (__wasi_iovec_t){0, end};
    const u64 all = (u64)end * 1024;
    OK(raw_fd_write(2, AT(many), 1024, AT(&used)));
    IS(used, all < 0xffffffff ? (long long)all : 0xffffffffLL);

    // Over each other: what is read comes to both, or the read is a short one.
    char bytes[16] = {0};
    IS(lseek(file, 0, SEEK_SET), 0);
    many[0] = (__wasi_iovec_t){(uint8_t *)bytes, 6};
    many[1] = (__wasi_iovec_t){(uint8_t *)bytes + 3, 6};
    OK(raw_fd_read(fd, AT(many), 2, AT(&used)));
    TRUE(used == 6 || used == 10);
    if (used == 6)
        BYTES(bytes, "012345");
    IS(lseek(file, 0, SEEK_CUR), used);
    for (u32 i = 0; i < 1024; i++)
        many[i] = (__wasi_iovec_t){(uint8_t *)bytes, 1};
    OK(raw_fd_pread(fd, AT(many), 1024, 0, AT(&used)));
    TRUE(used >= 1 && used <= 10);
    IS(bytes[0], "0123456789"[used - 1]);
    // The same bytes written again and again.
    OK(raw_fd_pwrite(fd, AT(many), 1024, 10, AT(&used)));
    IS(used, 1024);
    IS(lseek(file, 0, SEEK_END), 1034);

    // Over the array that names it, and the result over the buffer.
    many[0] = (__wasi_iovec_t){(uint8_t *)many, 8};
    OK(raw_fd_pread(fd, AT(many), 1, 0, AT(&used)));
    IS(used, 8);
    BYTES((char *)many, "01234567");
    many[0] = (__wasi_iovec_t){(uint8_t *)&used, 4};
    OK(raw_fd_pread(fd, AT(many), 1, 0, AT(&used)));
    IS(used, 4);
    many[0] = (__wasi_iovec_t){(uint8_t *)bytes, 4};
    OK(raw_fd_pread(fd, AT(many), 1, 0, AT(many)));
    IS(AT(many[0].buf), 4);
    say("buffers: done");
}
