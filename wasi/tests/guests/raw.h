// The functions as they are imported: with pointers as numbers, so that a guest can say anything.

#ifndef RAW_H
#define RAW_H

#include <stdint.h>
#include <wasi/api.h>

typedef uint32_t u32;
typedef uint64_t u64;

#define RAW(name, ...)                                                                             \
    __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int32_t raw_##name(__VA_ARGS__)

RAW(args_get, u32 argv, u32 buf);
RAW(args_sizes_get, u32 count, u32 bytes);
RAW(environ_get, u32 env, u32 buf);
RAW(environ_sizes_get, u32 count, u32 bytes);
RAW(clock_res_get, u32 id, u32 out);
RAW(clock_time_get, u32 id, u64 precision, u32 out);
RAW(fd_advise, u32 fd, u64 offset, u64 len, u32 advice);
RAW(fd_allocate, u32 fd, u64 offset, u64 len);
RAW(fd_close, u32 fd);
RAW(fd_datasync, u32 fd);
RAW(fd_fdstat_get, u32 fd, u32 out);
RAW(fd_fdstat_set_flags, u32 fd, u32 flags);
RAW(fd_fdstat_set_rights, u32 fd, u64 base, u64 inheriting);
RAW(fd_filestat_get, u32 fd, u32 out);
RAW(fd_filestat_set_size, u32 fd, u64 size);
RAW(fd_filestat_set_times, u32 fd, u64 atim, u64 mtim, u32 flags);
RAW(fd_pread, u32 fd, u32 iovs, u32 count, u64 offset, u32 out);
RAW(fd_prestat_get, u32 fd, u32 out);
RAW(fd_prestat_dir_name, u32 fd, u32 path, u32 len);
RAW(fd_pwrite, u32 fd, u32 iovs, u32 count, u64 offset, u32 out);
RAW(fd_read, u32 fd, u32 iovs, u32 count, u32 out);
RAW(fd_readdir, u32 fd, u32 buf, u32 len, u64 cookie, u32 out);
RAW(fd_renumber, u32 fd, u32 to);
RAW(fd_seek, u32 fd, int64_t delta, u32 whence, u32 out);
RAW(fd_sync, u32 fd);
RAW(fd_tell, u32 fd, u32 out);
RAW(fd_write, u32 fd, u32 iovs, u32 count, u32 out);
RAW(path_create_directory, u32 fd, u32 path, u32 len);
RAW(path_filestat_get, u32 fd, u32 flags, u32 path, u32 len, u32 out);
RAW(path_filestat_set_times, u32 fd, u32 flags, u32 path, u32 len, u64 atim, u64 mtim, u32 how);
RAW(path_link, u32 fd, u32 flags, u32 path, u32 len, u32 to_fd, u32 to, u32 to_len);
RAW(path_open, u32 fd, u32 flags, u32 path, u32 len, u32 oflags, u64 base, u64 inheriting,
    u32 fdflags, u32 out);
RAW(path_readlink, u32 fd, u32 path, u32 len, u32 buf, u32 buf_len, u32 out);
RAW(path_remove_directory, u32 fd, u32 path, u32 len);
RAW(path_rename, u32 fd, u32 path, u32 len, u32 to_fd, u32 to, u32 to_len);
RAW(path_symlink, u32 target, u32 target_len, u32 fd, u32 path, u32 len);
RAW(path_unlink_file, u32 fd, u32 path, u32 len);
RAW(poll_oneoff, u32 subscriptions, u32 events, u32 count, u32 out);
RAW(proc_raise, u32 signal);
RAW(random_get, u32 buf, u32 len);
RAW(sched_yield, void);
RAW(sock_accept, u32 fd, u32 flags, u32 out);
RAW(sock_recv, u32 fd, u32 iovs, u32 count, u32 flags, u32 out, u32 flags_out);
RAW(sock_send, u32 fd, u32 iovs, u32 count, u32 flags, u32 out);
RAW(sock_shutdown, u32 fd, u32 how);

// A pointer as a number.
#define AT(pointer) ((u32)(uintptr_t)(pointer))
// A path as a pointer and a length.
#define PATH(text) AT(text), (u32)strlen(text)

#define ALL_RIGHTS (~(u64)0)

#endif
