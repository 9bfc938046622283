// Listing directories, with positions that are told and sought.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

enum { FILES = 300 };

static void name_of(char *name, int i) {
    strcpy(name, "many/file-000");
    name[12] = (char)('0' + i % 10);
    name[11] = (char)('0' + i / 10 % 10);
    name[10] = (char)('0' + i / 100);
}

static int number_of(const char *name) {
    TRUE(!strncmp(name, "file-", 5) && strlen(name) == 8);
    return atoi(name + 5);
}

static int sort_by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

// Counts the entries of each number, from where the directory stands.
static int count(DIR *dir, int *counts) {
    int total = 0;
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] != '.')
            counts[number_of(entry->d_name)]++;
        total++;
    }
    OK(errno);
    return total;
}

int main(void) {
    OK(mkdir("many", 0777));
    char name[16];
    for (int i = 0; i < FILES; i++) {
        name_of(name, i);
        OK(close(open(name, O_CREAT | O_WRONLY, 0666)));
    }
    DIR *dir = opendir("many");
    TRUE(dir != NULL);
    int counts[FILES] = {0};
    IS(count(dir, counts), FILES + 2);
    for (int i = 0; i < FILES; i++)
        IS(counts[i], 1);

    // From every tenth position, the same entries come again in the same order.
    rewinddir(dir);
    static long places[FILES + 2];
    static char names[FILES + 2][16];
    for (int i = 0; i < FILES + 2; i++) {
        places[i] = telldir(dir);
        struct dirent *entry = readdir(dir);
        TRUE(entry != NULL);
        strcpy(names[i], entry->d_name);
    }
    for (int i = FILES + 1; i > 0; i -= 10) {
        seekdir(dir, places[i]);
        for (int j = i; j < i + 5 && j < FILES + 2; j++)
            SAME(readdir(dir)->d_name, names[j]);
    }

    // Entries that stay are told of once, while every third goes away in between.
    rewinddir(dir);
    memset(counts, 0, sizeof counts);
    for (int i = 0; i < FILES; i += 3) {
        struct dirent *entry = readdir(dir);
        if (entry && entry->d_name[0] != '.')
            counts[number_of(entry->d_name)]++;
        name_of(name, i);
        OK(unlink(name));
    }
    count(dir, counts);
    for (int i = 0; i < FILES; i++)
        TRUE(counts[i] == 1 || (i % 3 == 0 && counts[i] == 0));
    rewinddir(dir);
    memset(counts, 0, sizeof counts);
    IS(count(dir, counts), FILES / 3 * 2 + 2);
    OK(closedir(dir));

    // Types, and sorted.
    OK(mkdir("kinds", 0777));
    OK(mkdir("kinds/dir", 0777));
    OK(close(open("kinds/file", O_CREAT | O_WRONLY, 0666)));
    OK(symlink("file", "kinds/link"));
    struct dirent **list;
    IS(scandir("kinds", &list, NULL, sort_by_name), 5);
    const char *expected[] = {".", "..", "dir", "file", "link"};
    const int types[] = {DT_DIR, DT_DIR, DT_DIR, DT_REG, DT_LNK};
    for (int i = 0; i < 5; i++) {
        SAME(list[i]->d_name, expected[i]);
        IS(list[i]->d_type, types[i]);
        struct stat stat;
        if (i >= 2) {
            char path[16] = "kinds/";
            OK(lstat(strcat(path, expected[i]), &stat));
            IS(list[i]->d_ino, stat.st_ino);
        }
    }

    FAILS(opendir("missing"), ENOENT);
    FAILS(opendir("kinds/file"), ENOTDIR);
    int file = open("kinds/file", O_RDONLY);
    FAILS(fdopendir(file), ENOTDIR);

    // At once: a buffer that is too small is full, and the cookie of an entry is where the next begins.
    int fd = open("kinds", O_RDONLY | O_DIRECTORY);
    u32 used;
    _Alignas(8) char buffer[256];
    for (u32 len = 0; len <= 24; len++) {
        OK(raw_fd_readdir((u32)fd, AT(buffer), len, 0, AT(&used)));
        IS(used, len);
    }
    u64 cookie = 0;
    int seen = 0;
    while (1) {
        OK(raw_fd_readdir((u32)fd, AT(buffer), 29, cookie, AT(&used)));
        TRUE(used <= 29);
        if (used < 24)
            break;
        __wasi_dirent_t entry;
        memcpy(&entry, buffer, sizeof entry);
        TRUE(entry.d_namlen >= 1 && entry.d_namlen <= 4);
        cookie = entry.d_next;
        seen++;
    }
    IS(seen, 5);
    IS(raw_fd_readdir((u32)file, AT(buffer), 256, 0, AT(&used)), __WASI_ERRNO_NOTDIR);
    OK(close(fd));
    IS(raw_fd_readdir((u32)fd, AT(buffer), 256, 0, AT(&used)), __WASI_ERRNO_BADF);

    // A directory that is gone has nothing in it.
    OK(mkdir("gone", 0777));
    dir = opendir("gone");
    OK(rmdir("gone"));
    int rest = 0;
    while (readdir(dir))
        rest++;
    TRUE(rest == 0 || rest == 2);
    OK(closedir(dir));
    say("readdir: done");
}
