// Random bytes.

#include "check.h"
#include "raw.h"

int main(void) {
    unsigned char bytes[256] = {0}, others[256];
    OK(getentropy(bytes, sizeof bytes));
    OK(getentropy(others, sizeof others));
    TRUE(memcmp(bytes, others, sizeof bytes));
    FAILS(getentropy(bytes, 257), EIO);

    // All of the buffer is written, and nothing beside it.
    static unsigned char big[30002];
    OK(raw_random_get(AT(big + 1), 30000));
    IS(big[0], 0);
    IS(big[30001], 0);
    unsigned seen = 0, counts[256] = {0};
    for (unsigned i = 1; i <= 30000; i++)
        counts[big[i]]++;
    for (unsigned i = 0; i < 256; i++)
        seen += counts[i] > 40 && counts[i] < 300;
    IS(seen, 256);
    OK(raw_random_get(AT(big), 0));
    IS(raw_random_get(0xfffffff0, 16), __WASI_ERRNO_FAULT);
    say("random: done");
}
