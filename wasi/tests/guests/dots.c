// Paths that end in a dot or a slash name what a link leads to, and never the link.

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

int main(void) {
    struct stat stat;
    char bytes[16];
    OK(mkdir("dir", 0777));
    OK(close(open("file", O_CREAT | O_WRONLY, 0666)));
    OK(symlink("dir", "dirlink"));
    OK(symlink("file", "filelink"));
    const char *dirs[] = {"dirlink/.", "dirlink/./", "dirlink/", "dirlink//", "dirlink/./.",
                          "dir/.", "dir/./", "./dirlink/."};
    for (u32 i = 0; i < sizeof dirs / sizeof *dirs; i++) {
        OK(lstat(dirs[i], &stat));
        TRUE(S_ISDIR(stat.st_mode));
        FAILS(readlink(dirs[i], bytes, 16), EINVAL);
        OK(utimensat(AT_FDCWD, dirs[i], (struct timespec[]){{5, 0}, {(int)i, 0}},
                     AT_SYMLINK_NOFOLLOW));
        OK(lstat("dir", &stat));
        IS(stat.st_mtim.tv_sec, i);
        TRUE(unlink(dirs[i]) == -1);
        TRUE(rename(dirs[i], "new") == -1);
        TRUE(link(dirs[i], "new") == -1);
    }
    const char *files[] = {"file/.", "file/./", "file/", "filelink/.", "filelink/", "filelink/./."};
    for (u32 i = 0; i < sizeof files / sizeof *files; i++) {
        FAILS(lstat(files[i], &stat), ENOTDIR);
        FAILS(readlink(files[i], bytes, 16), ENOTDIR);
        FAILS(utimensat(AT_FDCWD, files[i], NULL, AT_SYMLINK_NOFOLLOW), ENOTDIR);
        FAILS(unlink(files[i]), ENOTDIR);
        FAILS(rmdir(files[i]), ENOTDIR);
        FAILS(rename(files[i], "new"), ENOTDIR);
        FAILS(link(files[i], "new"), ENOTDIR);
        FAILS(open(files[i], O_RDONLY), ENOTDIR);
    }
    FAILS(rmdir("dir/."), EINVAL);
    FAILS(unlink("dir/."), EISDIR);
    FAILS(rename("dir/.", "new"), EBUSY);
    FAILS(rename("file", "dir/."), EBUSY);
    FAILS(mkdir("dir/.", 0777), EEXIST);
    FAILS(rmdir("dirlink/"), ENOTDIR);
    OK(lstat("dirlink", &stat));
    TRUE(S_ISLNK(stat.st_mode));
    say("dots: done");
}
