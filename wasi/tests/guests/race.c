// Uses a directory that the host swaps for a link to another outside, over and over. Whatever
// it gets is from inside.

#include "check.h"
#include "raw.h"

int main(int argc, char **argv) {
    TRUE(argc == 2);
    const int rounds = atoi(argv[1]);
    int reached = 0, missed = 0;
    const u64 rights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_WRITE;
    _Alignas(8) char buffer[256];
    u32 fd, used;
    for (int i = 0; i < rounds; i++) {
        int before = reached;
        // To read: what is outside says something else.
        if (!raw_path_open(3, 1, PATH("flip/secret"), 0, __WASI_RIGHTS_FD_READ, 0, 0, AT(&fd))) {
            __wasi_iovec_t into = {(uint8_t *)buffer, 16};
            OK(raw_fd_read(fd, AT(&into), 1, AT(&used)));
            IS(used, 6);
            BYTES(buffer, "inside");
            OK(raw_fd_close(fd));
            reached++;
        }
        // To write and to create.
        if (!raw_path_open(3, 1, PATH("flip/written"), __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC,
                           rights, 0, 0, AT(&fd))) {
            __wasi_ciovec_t from = {(const uint8_t *)"guest", 5};
            OK(raw_fd_write(fd, AT(&from), 1, AT(&used)));
            OK(raw_fd_close(fd));
        }
        // To list: the marker is outside.
        if (!raw_path_open(3, 1, PATH("flip"), __WASI_OFLAGS_DIRECTORY, ALL_RIGHTS, ALL_RIGHTS, 0,
                           AT(&fd))) {
            OK(raw_fd_readdir(fd, AT(buffer), sizeof buffer, 0, AT(&used)));
            for (u32 at = 0; at + 24 <= used;) {
                __wasi_dirent_t entry;
                memcpy(&entry, buffer + at, sizeof entry);
                at += 24 + entry.d_namlen;
                TRUE(at > used || entry.d_namlen != 6 || memcmp(buffer + at - 6, "marker", 6));
            }
            OK(raw_fd_close(fd));
        }
        // What exists outside alone is never found, removed, moved or linked to.
        __wasi_filestat_t stat;
        TRUE(raw_path_filestat_get(3, 1, PATH("flip/marker"), AT(&stat)) != 0);
        TRUE(raw_path_unlink_file(3, PATH("flip/marker")) != 0);
        TRUE(raw_path_rename(3, PATH("flip/marker"), 3, PATH("stolen")) != 0);
        TRUE(raw_path_link(3, 0, PATH("flip/marker"), 3, PATH("stolen")) != 0);
        TRUE(raw_path_remove_directory(3, PATH("flip/empty")) != 0);
        TRUE(raw_path_readlink(3, PATH("flip/link"), AT(buffer), 256, AT(&used)) != 0);
        (void)!raw_path_filestat_set_times(3, 1, PATH("flip/secret"), 1, 1, 5);
        // These may succeed inside; the host looks whether they did outside.
        (void)!raw_path_create_directory(3, PATH("flip/made"));
        (void)!raw_path_symlink(PATH("x"), 3, PATH("flip/madelink"));
        (void)!raw_path_link(3, 0, PATH("file"), 3, PATH("flip/madehard"));
        (void)!raw_path_rename(3, PATH("move"), 3, PATH("flip/moved"));
        (void)!raw_path_rename(3, PATH("flip/moved"), 3, PATH("move"));
        missed += reached == before;
    }
    put(1, "race: ");
    put_number(1, reached);
    put(1, " ");
    put_number(1, missed);
    say("");
}
