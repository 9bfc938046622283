// Tries to get out of its directory with every function that takes a path. The host has put links
// there that lead out. None may succeed, and a failure is never an accident.

#include "check.h"
#include "raw.h"

static int tries;

// It fails, for one of the reasons that paths that lead out have.
static void refused(int line, const char *path, int32_t code) {
    tries++;
    if (code != __WASI_ERRNO_PERM && code != __WASI_ERRNO_NOENT && code != __WASI_ERRNO_NOTDIR &&
        code != __WASI_ERRNO_EXIST && code != __WASI_ERRNO_LOOP && code != __WASI_ERRNO_INVAL &&
        code != __WASI_ERRNO_NAMETOOLONG && code != __WASI_ERRNO_ISDIR &&
        code != __WASI_ERRNO_BUSY && code != __WASI_ERRNO_NOTEMPTY)
        fail(path, line, "code", code, __WASI_ERRNO_PERM);
}
#define REFUSED(call) refused(__LINE__, path, call)

static void opens(const char *path, u32 len, u32 follow) {
    const u32 flags[] = {0, __WASI_OFLAGS_CREAT, __WASI_OFLAGS_TRUNC, __WASI_OFLAGS_DIRECTORY,
                         __WASI_OFLAGS_CREAT | __WASI_OFLAGS_EXCL,
                         __WASI_OFLAGS_CREAT | __WASI_OFLAGS_TRUNC};
    const u64 rights[] = {0, __WASI_RIGHTS_FD_READ, __WASI_RIGHTS_FD_WRITE, ALL_RIGHTS};
    u32 fd;
    for (u32 i = 0; i < sizeof flags / sizeof *flags; i++)
        for (u32 j = 0; j < sizeof rights / sizeof *rights; j++)
            REFUSED(raw_path_open(3, follow, AT(path), len, flags[i], rights[j], ALL_RIGHTS, 0,
                                  AT(&fd)));
}

// What follows the link at the end of a path.
static void follows(const char *path, u32 len) {
    _Alignas(8) char buffer[64];
    opens(path, len, __WASI_LOOKUPFLAGS_SYMLINK_FOLLOW);
    REFUSED(raw_path_filestat_get(3, 1, AT(path), len, AT(buffer)));
    REFUSED(raw_path_filestat_set_times(3, 1, AT(path), len, 1, 1, 5));
    REFUSED(raw_path_link(3, 1, AT(path), len, 3, PATH("stolen")));
    REFUSED(raw_path_create_directory(3, AT(path), len));
    REFUSED(raw_path_symlink(PATH("file"), 3, AT(path), len));
    REFUSED(raw_path_link(3, 0, PATH("file"), 3, AT(path), len));
}

// All of it.
static void everything(const char *path, u32 len) {
    _Alignas(8) char buffer[64];
    u32 used;
    follows(path, len);
    opens(path, len, 0);
    REFUSED(raw_path_filestat_get(3, 0, AT(path), len, AT(buffer)));
    REFUSED(raw_path_filestat_set_times(3, 0, AT(path), len, 1, 1, 5));
    REFUSED(raw_path_link(3, 0, AT(path), len, 3, PATH("stolen")));
    REFUSED(raw_path_readlink(3, AT(path), len, AT(buffer), 64, AT(&used)));
    REFUSED(raw_path_remove_directory(3, AT(path), len));
    REFUSED(raw_path_rename(3, AT(path), len, 3, PATH("stolen")));
    REFUSED(raw_path_rename(3, PATH("file"), 3, AT(path), len));
    REFUSED(raw_path_unlink_file(3, AT(path), len));
}

int main(int argc, char **argv) {
    // Wherever they are tried from, these are outside. The arguments are absolute ones.
    const char *outside[] = {
        "..", "../", "../.", "../..", "../secret", "../new", "../outside", "../outside/secret",
        "../outside/", "./../secret", "dir/../../secret", "dir/.././../secret", ".//..//secret",
        "dir/../dir/../../inside/file", "../inside/file", "/", "//", "///", "/.", "/..", "/file",
        "//file", "/etc/passwd", "//etc//passwd", "/../etc/passwd", "/proc/self/cwd",
        // Through the links of the host.
        "up/secret", "up/new", "up/outside/secret", "up/inside/file", "dirlink/secret",
        "dirlink/new", "dirlink/../secret", "absolute-dir/secret", "absolute-dir/new",
        "chain/secret", "chain/new", "dir/deep/secret", "root/etc/passwd", "proc/self/cwd/x",
        "proc/self/root/etc/passwd", "up/../..", "dirlink/..", "up/.", "dirlink/./secret",
        "up//secret",
    };
    const char *links[] = {"up", "dirlink", "secretlink", "absolute", "absolute-dir", "chain",
                           "dir/deep", "root", "proc", "chain-to-file"};
    for (u32 i = 0; i < sizeof outside / sizeof *outside; i++)
        everything(outside[i], (u32)strlen(outside[i]));
    for (int i = 1; i < argc; i++)
        everything(argv[i], (u32)strlen(argv[i]));
    for (u32 i = 0; i < sizeof links / sizeof *links; i++)
        follows(links[i], (u32)strlen(links[i]));
    // A NUL does not end a path that continues innocently, nor one that does not.
    everything("../secret\0/file", 15);
    everything("file\0/../../secret", 18);
    everything("file\0", 5);
    everything("\0", 1);

    // As long as they get, and longer.
    static char long_path[70000];
    for (u32 i = 0; i < 4000; i += 3)
        memcpy(long_path + i, "../", 3);
    everything(long_path, 3999);
    memset(long_path, '/', 4000);
    memcpy(long_path + 4000, "etc/passwd", 10);
    everything(long_path, 4010);
    for (u32 i = 0; i < sizeof long_path; i += 2)
        memcpy(long_path + i, "./", 2);
    memcpy(long_path + sizeof long_path - 9, "../secret", 9);
    everything(long_path, sizeof long_path);
    memset(long_path, 'a', sizeof long_path);
    everything(long_path, sizeof long_path);

    // Links that it makes itself: those with absolute targets are not made, others lead nowhere.
    for (int i = 1; i < argc; i++)
        IS(raw_path_symlink(PATH(argv[i]), 3, PATH("own-absolute")), __WASI_ERRNO_PERM);
    OK(raw_path_symlink(PATH("../secret"), 3, PATH("own")));
    OK(raw_path_symlink(PATH(".."), 3, PATH("dir/own-up")));
    OK(raw_path_symlink(PATH("dir/own-up/.."), 3, PATH("own-upper")));
    follows("own", 3);
    follows("own-upper", 9);
    everything("own-upper/secret", 16);
    everything("dir/own-up/../secret", 20);

    // Nor from a directory below, or by moving that one while it is open.
    u32 dir, fd;
    OK(raw_path_open(3, 0, PATH("dir"), __WASI_OFLAGS_DIRECTORY, ALL_RIGHTS, ALL_RIGHTS, 0,
                     AT(&dir)));
    const u64 rights = __WASI_RIGHTS_FD_READ;
    IS(raw_path_open(dir, 1, PATH("../file"), 0, rights, 0, 0, AT(&fd)), __WASI_ERRNO_PERM);
    IS(raw_path_open(dir, 1, PATH("../../secret"), 0, rights, 0, 0, AT(&fd)), __WASI_ERRNO_PERM);
    OK(raw_path_rename(3, PATH("dir"), 3, PATH("moved")));
    IS(raw_path_open(dir, 1, PATH("../../secret"), 0, rights, 0, 0, AT(&fd)), __WASI_ERRNO_PERM);
    OK(raw_path_rename(3, PATH("moved"), 3, PATH("dir")));

    TRUE(tries > 3500);
    say("escape: refused");
}
