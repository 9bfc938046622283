// Takes every descriptor there is, more than once.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

int main(void) {
    int first = open("file", O_RDWR | O_CREAT, 0666), last = first;
    IS(first, 4);
    for (int round = 0; round < 3; round++) {
        int fd;
        while ((fd = open(round == 1 ? "." : "file", O_RDONLY)) >= 0)
            last = fd;
        IS(errno, EMFILE);
        // The limit is 150, whatever they are of.
        IS(last, 149);
        FAILS(open("new", O_CREAT | O_WRONLY, 0666), EMFILE);
        FAILS(opendir("."), EMFILE);
        // What needs none goes on, and nothing was made in vain.
        struct stat stat;
        FAILS(lstat("new", &stat), ENOENT);
        OK(mkdir("dir", 0777));
        OK(rmdir("dir"));
        IS(write(first, "x", 1), 1);
        OK(raw_fd_renumber((u32)last, (u32)last - 1));
        fd = open("file", O_RDONLY);
        IS(fd, last);
        while (last > first)
            OK(close(last--));
    }
    say("exhaust: done");
}
