// A million things to wait for.

#include "check.h"
#include "raw.h"

int main(void) {
    const u32 million = 1000000;
    __wasi_subscription_t *subs = calloc(million, sizeof *subs);
    __wasi_event_t *events = calloc(million, sizeof *events);
    TRUE(subs && events);
    for (u32 i = 0; i < 5000; i++) {
        subs[i].userdata = i;
        subs[i].u.tag = i % 2 ? __WASI_EVENTTYPE_FD_WRITE : __WASI_EVENTTYPE_CLOCK;
        if (i % 2)
            subs[i].u.u.fd_write.file_descriptor = 1;
        else
            subs[i].u.u.clock.timeout = ALL_RIGHTS;
    }
    u32 count = 7;
    const u32 counts[] = {million, million / 2, 4097};
    for (u32 i = 0; i < 3; i++)
        IS(raw_poll_oneoff(AT(subs), AT(events), counts[i], AT(&count)), __WASI_ERRNO_INVAL);
    // More than there is memory for.
    IS(raw_poll_oneoff(AT(subs), AT(events), 0xffffffff, AT(&count)), __WASI_ERRNO_FAULT);
    IS(raw_poll_oneoff(AT(subs), AT(events), 0x05555556, AT(&count)), __WASI_ERRNO_FAULT);
    IS(count, 7);
    IS(events[0].userdata, 0);
    // Thousands are served, again and again.
    for (int round = 0; round < 5; round++) {
        OK(raw_poll_oneoff(AT(subs), AT(events), 4096, AT(&count)));
        IS(count, 2048);
        for (u32 i = 0; i < count; i++) {
            IS(events[i].userdata, 2 * i + 1);
            IS(events[i].error, 0);
        }
    }
    // Or told what is wrong with each.
    for (u32 i = 0; i < 4096; i++)
        subs[i] = (__wasi_subscription_t){.userdata = i, .u.tag = __WASI_EVENTTYPE_FD_READ,
                                          .u.u.fd_read.file_descriptor = (int)(i + 1000)};
    OK(raw_poll_oneoff(AT(subs), AT(events), 4096, AT(&count)));
    IS(count, 4096);
    for (u32 i = 0; i < count; i++)
        IS(events[i].error, __WASI_ERRNO_BADF);
    // Events over their own subscriptions are the guest's loss.
    OK(raw_poll_oneoff(AT(subs), AT(subs), 100, AT(&count)));
    IS(count, 100);
    say("poll_million: done");
}
