// Waiting for times and descriptors. The standard input is a pipe with five bytes in it that stays
// open, the standard output one with room.

#include <fcntl.h>
#include <poll.h>
#include <sys/select.h>
#include <time.h>

#include "check.h"
#include "raw.h"

static u64 now(void) {
    u64 time;
    OK(raw_clock_time_get(__WASI_CLOCKID_MONOTONIC, 0, AT(&time)));
    return time;
}

static __wasi_subscription_t clock_in(u64 userdata, u64 timeout, u32 flags) {
    __wasi_subscription_t sub = {.userdata = userdata};
    sub.u.tag = __WASI_EVENTTYPE_CLOCK;
    sub.u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
    sub.u.u.clock.timeout = timeout;
    sub.u.u.clock.flags = (__wasi_subclockflags_t)flags;
    return sub;
}

static __wasi_subscription_t fd_for(u64 userdata, u32 type, u32 fd) {
    __wasi_subscription_t sub = {.userdata = userdata};
    sub.u.tag = (uint8_t)type;
    sub.u.u.fd_read.file_descriptor = (int)fd;
    return sub;
}

int main(void) {
    const u32 reading = __WASI_EVENTTYPE_FD_READ, writing = __WASI_EVENTTYPE_FD_WRITE;
    const u64 second = 1000000000;
    __wasi_subscription_t subs[4];
    __wasi_event_t events[4];
    u32 count;

    // The earliest of several times is the one that comes.
    u64 start = now();
    subs[0] = clock_in(1, 100 * second, 0);
    subs[1] = clock_in(2, second / 50, 0);
    subs[2] = clock_in(3, start + 100 * second, __WASI_SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME);
    OK(raw_poll_oneoff(AT(subs), AT(events), 3, AT(&count)));
    IS(count, 1);
    IS(events[0].userdata, 2);
    IS(events[0].error, 0);
    IS(events[0].type, __WASI_EVENTTYPE_CLOCK);
    TRUE(now() - start >= second / 50 && now() - start < 50 * second);

    // Descriptors that are ready, and the time that is not.
    int file = open("file", O_RDWR | O_CREAT, 0666);
    IS(write(file, "123", 3), 3);
    IS(lseek(file, 1, SEEK_SET), 1);
    subs[0] = clock_in(1, 100 * second, 0);
    subs[1] = fd_for(2, reading, 0);
    subs[2] = fd_for(3, writing, 1);
    subs[3] = fd_for(4, reading, (u32)file);
    OK(raw_poll_oneoff(AT(subs), AT(events), 4, AT(&count)));
    IS(count, 3);
    for (u32 i = 0; i < 3; i++) {
        IS(events[i].userdata, i + 2);
        IS(events[i].error, 0);
    }
    IS(events[0].fd_readwrite.nbytes, 5);
    IS(events[2].fd_readwrite.nbytes, 2);

    // One that is wrong says so in its event.
    subs[0] = fd_for(1, reading, 77);
    subs[1] = clock_in(2, 100 * second, 0);
    OK(raw_poll_oneoff(AT(subs), AT(events), 2, AT(&count)));
    IS(count, 1);
    IS(events[0].error, __WASI_ERRNO_BADF);
    IS(raw_poll_oneoff(AT(subs), AT(events), 0, AT(&count)), __WASI_ERRNO_INVAL);
    subs[0].u.tag = 3;
    IS(raw_poll_oneoff(AT(subs), AT(events), 1, AT(&count)), __WASI_ERRNO_INVAL);

    // As C has it.
    struct pollfd fds[] = {
        {.fd = 0, .events = POLLIN}, {.fd = 1, .events = POLLOUT}, {.fd = file, .events = POLLIN}};
    IS(poll(fds, 3, -1), 3);
    for (int i = 0; i < 3; i++)
        IS(fds[i].revents, fds[i].events);
    char bytes[8];
    IS(read(0, bytes, 8), 5);
    BYTES(bytes, "hello");
    IS(poll(fds, 1, 0), 0);
    start = now();
    IS(poll(fds, 1, 20), 0);
    TRUE(now() - start >= second / 50);
    IS(poll(NULL, 0, 1), 0);
    fds[0] = (struct pollfd){.fd = 77, .events = POLLIN};
    IS(poll(fds, 1, 1000), 1);
    TRUE(fds[0].revents & POLLNVAL);

    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(0, &readable);
    FD_SET(1, &writable);
    IS(select(2, &readable, &writable, NULL, NULL), 1);
    TRUE(!FD_ISSET(0, &readable) && FD_ISSET(1, &writable));
    FD_SET(0, &readable);
    IS(select(1, &readable, NULL, NULL, &(struct timeval){.tv_usec = 10000}), 0);

    // What has nothing waits, or says so at once.
    OK(fcntl(0, F_SETFL, O_NONBLOCK));
    FAILS(read(0, bytes, 8), EAGAIN);
    OK(fcntl(0, F_SETFL, 0));
    say("poll: waits");
    // The other side answers that line, then goes.
    IS(read(0, bytes, 8), 6);
    BYTES(bytes, "answer");
    IS(read(0, bytes, 8), 0);
    subs[0] = fd_for(1, reading, 0);
    OK(raw_poll_oneoff(AT(subs), AT(events), 1, AT(&count)));
    IS(count, 1);
    IS(events[0].fd_readwrite.nbytes, 0);
    TRUE(events[0].fd_readwrite.flags & __WASI_EVENTRWFLAGS_FD_READWRITE_HANGUP);
    say("poll: done");
}
