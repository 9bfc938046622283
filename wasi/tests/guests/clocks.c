// Clocks and sleeping.

#include <sched.h>
#include <sys/time.h>
#include <time.h>

#include "check.h"
#include "raw.h"

static long long now(clockid_t clock) {
    struct timespec time;
    OK(clock_gettime(clock, &time));
    TRUE(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void) {
    struct timespec time;
    const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC};
    for (int i = 0; i < 2; i++) {
        OK(clock_getres(clocks[i], &time));
        TRUE(time.tv_sec == 0 ? time.tv_nsec > 0 : time.tv_sec == 1);
    }
    // It is later than when this was written, and not centuries later.
    TRUE(now(CLOCK_REALTIME) > 1700000000000000000LL);
    TRUE(now(CLOCK_REALTIME) < 4700000000000000000LL);

    struct timeval of_day;
    OK(gettimeofday(&of_day, NULL));
    long long between = now(CLOCK_REALTIME) / 1000 - (of_day.tv_sec * 1000000LL + of_day.tv_usec);
    TRUE(between >= 0 && between < 60000000);

    long long last = now(CLOCK_MONOTONIC);
    for (int i = 0; i < 1000; i++) {
        long long next = now(CLOCK_MONOTONIC);
        TRUE(next >= last);
        last = next;
    }

    // Sleeping takes at least as long as it should, relative and absolute.
    long long start = now(CLOCK_MONOTONIC);
    time = (struct timespec){.tv_nsec = 20000000};
    OK(nanosleep(&time, NULL));
    TRUE(now(CLOCK_MONOTONIC) - start >= 20000000);
    long long until = now(CLOCK_MONOTONIC) + 20000000;
    time = (struct timespec){.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
    OK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
    TRUE(now(CLOCK_MONOTONIC) >= until);
    until = now(CLOCK_REALTIME) + 20000000;
    time = (struct timespec){.tv_sec = until / 1000000000, .tv_nsec = until % 1000000000};
    OK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL));
    TRUE(now(CLOCK_REALTIME) >= until);
    // A time that is over is no reason to wait.
    time = (struct timespec){.tv_sec = 1};
    OK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0}, NULL));
    OK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL));
    OK(usleep(1000));
    OK(sched_yield());
    OK(raw_sched_yield());

    // The clocks of processor time, which this libc does not have, go as something is done.
    for (u32 id = __WASI_CLOCKID_PROCESS_CPUTIME_ID; id <= __WASI_CLOCKID_THREAD_CPUTIME_ID; id++) {
        u64 before, after, resolution;
        OK(raw_clock_time_get(id, 0, AT(&before)));
        for (int i = 0; i < 10000; i++)
            OK(raw_clock_time_get(id, 0, AT(&after)));
        TRUE(after > before);
        OK(raw_clock_res_get(id, AT(&resolution)));
        TRUE(resolution > 0 && resolution <= 1000000000);
    }
    u64 unused;
    for (u32 id = 4; id < 7; id++) {
        IS(raw_clock_time_get(id, 0, AT(&unused)), __WASI_ERRNO_INVAL);
        IS(raw_clock_res_get(id, AT(&unused)), __WASI_ERRNO_INVAL);
    }
    say("clocks: done");
}
