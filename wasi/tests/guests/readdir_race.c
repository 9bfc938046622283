// Lists a directory again and again, in which the host makes and removes files meanwhile. Those that
// stay are told of once each time.

#include <dirent.h>
#include <stdlib.h>

#include "check.h"

enum { STAYS = 200 };

int main(int argc, char **argv) {
    TRUE(argc == 2);
    int rounds = atoi(argv[1]), others = 0;
    for (int round = 0; round < rounds; round++) {
        int counts[STAYS] = {0};
        DIR *dir = opendir(".");
        TRUE(dir != NULL);
        struct dirent *entry;
        errno = 0;
        while ((entry = readdir(dir))) {
            if (!strncmp(entry->d_name, "stay-", 5)) {
                int number = atoi(entry->d_name + 5);
                TRUE(number < STAYS);
                IS(entry->d_type, DT_REG);
                counts[number]++;
            } else if (entry->d_name[0] != '.') {
                TRUE(!strncmp(entry->d_name, "come-", 5));
                others++;
            }
        }
        OK(errno);
        for (int i = 0; i < STAYS; i++)
            IS(counts[i], 1);
        OK(closedir(dir));
    }
    TRUE(others > 0);
    say("readdir_race: done");
}
