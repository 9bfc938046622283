/* Compiled by clang, linked by wasm-ld, and run: all three inside the runtime. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int descending(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x < y) - (x > y);
}

int main(int argc, char **argv) {
    int32_t numbers[1000];
    uint32_t state = 1;
    for (int i = 0; i < 1000; i++) {
        state = state * 1664525u + 1013904223u;
        numbers[i] = (int32_t)(state >> 8);
    }
    qsort(numbers, 1000, sizeof *numbers, descending);
    printf("largest: %d, median: %d, smallest: %d\n", numbers[0], numbers[500], numbers[999]);

    double sum = 0;
    for (int i = 1; i <= 1000; i++) {
        sum += 1.0 / ((double)i * i);
    }
    printf("sum: %.9f\n", sum);

    char *text = strdup("compiled inside");
    for (size_t i = 0, j = strlen(text) - 1; i < j; i++, j--) {
        char c = text[i];
        text[i] = text[j];
        text[j] = c;
    }
    printf("%s, %d argument(s): %s\n", text, argc - 1, argc > 1 ? argv[1] : "none");
    free(text);
    return 6;
}
