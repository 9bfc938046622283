// Files as most programs use them: through stdio.

#include <stdio.h>
#include <sys/stat.h>

#include "check.h"

int main(void) {
    FILE *file = fopen("lines.txt", "w");
    TRUE(file != NULL);
    for (int i = 0; i < 1000; i++)
        TRUE(fprintf(file, "line %d of %s\n", i, "many") > 0);
    OK(fclose(file));

    file = fopen("lines.txt", "r");
    char line[64], expected[64];
    for (int i = 0; i < 1000; i++) {
        TRUE(fgets(line, sizeof line, file) == line);
        snprintf(expected, sizeof expected, "line %d of many\n", i);
        SAME(line, expected);
    }
    TRUE(!fgets(line, sizeof line, file));
    TRUE(feof(file) && !ferror(file));
    OK(fseek(file, 0, SEEK_SET));
    int number;
    IS(fscanf(file, "line %d of", &number), 1);
    IS(number, 0);
    OK(fseek(file, -5, SEEK_END));
    IS(fgetc(file), 'm');
    IS(ungetc('M', file), 'M');
    IS(fgetc(file), 'M');
    rewind(file);
    IS(ftell(file), 0);
    IS(fputc('x', file), EOF);
    TRUE(ferror(file));
    OK(fclose(file));

    file = fopen("lines.txt", "a+");
    TRUE(fputs("appended\n", file) >= 0);
    OK(fflush(file));
    OK(fseek(file, -9, SEEK_END));
    char *got = NULL;
    size_t size = 0;
    IS(getline(&got, &size, file), 9);
    SAME(got, "appended\n");
    OK(fclose(file));

    file = fopen("lines.txt", "r+b");
    IS(fwrite("LINE", 1, 4, file), 4);
    OK(fclose(file));
    FAILS(fopen("lines.txt", "wx"), EEXIST);
    FAILS(fopen("missing.txt", "r"), ENOENT);
    FAILS(fopen("missing/file.txt", "w"), ENOENT);
    OK(mkdir("dir", 0777));
    FAILS(fopen("dir", "w"), EISDIR);
    FAILS(freopen("missing.txt", "r", stdin), ENOENT);

    OK(rename("lines.txt", "renamed.txt"));
    FAILS(fopen("lines.txt", "r"), ENOENT);
    file = fopen("binary", "w+");
    unsigned char bytes[256], back[256];
    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    IS(fwrite(bytes, 16, 16, file), 16);
    rewind(file);
    IS(fread(back, 1, 256, file), 256);
    TRUE(!memcmp(bytes, back, 256));
    OK(fclose(file));
    OK(remove("binary"));
    printf("stdio: %d %s %5.2f\n", 42, "done", 3.14159);
}
