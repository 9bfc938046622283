// A server of one connection. Descriptor 3 is a socket that listens.

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "check.h"
#include "raw.h"

int main(void) {
    char bytes[16] = {0};
    // Nobody is there yet.
    OK(fcntl(3, F_SETFL, O_NONBLOCK));
    FAILS(accept(3, NULL, NULL), EAGAIN);
    OK(fcntl(3, F_SETFL, 0));
    FAILS(recv(3, bytes, 1, 0), EBADF);
    FAILS(send(3, "x", 1, 0), EBADF);
    say("sockets: listens");

    struct pollfd fd = {.fd = 3, .events = POLLIN};
    IS(poll(&fd, 1, -1), 1);
    TRUE(fd.revents & POLLIN);
    int connection = accept(3, NULL, NULL);
    IS(connection, 4);
    FAILS(accept(connection, NULL, NULL), ENOTCAPABLE);
    int type;
    socklen_t size = sizeof type;
    OK(getsockopt(connection, SOL_SOCKET, SO_TYPE, &type, &size));
    IS(type, SOCK_STREAM);
    struct stat stat;
    OK(fstat(connection, &stat));
    TRUE(S_ISSOCK(stat.st_mode));

    // The client says "hello, server": looked at, then taken in parts, then all that was asked for.
    IS(recv(connection, bytes, 5, MSG_PEEK), 5);
    BYTES(bytes, "hello");
    IS(recv(connection, bytes, 7, 0), 7);
    BYTES(bytes, "hello, ");
    IS(recv(connection, bytes, 6, MSG_WAITALL), 6);
    BYTES(bytes, "server");
    OK(fcntl(connection, F_SETFL, O_NONBLOCK));
    FAILS(recv(connection, bytes, 1, 0), EAGAIN);
    FAILS(read(connection, bytes, 1), EAGAIN);
    OK(fcntl(connection, F_SETFL, 0));

    IS(send(connection, "one ", 4, 0), 4);
    IS(write(connection, "two ", 4), 4);
    __wasi_ciovec_t parts[] = {{(const uint8_t *)"thr", 3}, {(const uint8_t *)"ee", 2}};
    u32 sent, flags;
    OK(raw_sock_send((u32)connection, AT(parts), 2, 0, AT(&sent)));
    IS(sent, 5);
    IS(raw_sock_send((u32)connection, AT(parts), 2, 1, AT(&sent)), __WASI_ERRNO_INVAL);
    __wasi_iovec_t into = {(uint8_t *)bytes, 1};
    IS(raw_sock_recv((u32)connection, AT(&into), 1, 4, AT(&sent), AT(&flags)), __WASI_ERRNO_INVAL);
    FAILS(lseek(connection, 0, SEEK_SET), ESPIPE);

    // The end of one direction, which the client sees and answers.
    OK(shutdown(connection, SHUT_WR));
    FAILS(send(connection, "x", 1, 0), EPIPE);
    IS(recv(connection, bytes, 16, 0), 3);
    BYTES(bytes, "bye");
    IS(recv(connection, bytes, 16, 0), 0);
    IS(raw_sock_shutdown((u32)connection, 0), __WASI_ERRNO_INVAL);
    IS(raw_sock_shutdown((u32)connection, 4), __WASI_ERRNO_INVAL);
    OK(close(connection));
    FAILS(recv(connection, bytes, 1, 0), EBADF);

    // Another, that does not wait from the beginning.
    connection = accept4(3, NULL, NULL, SOCK_NONBLOCK);
    IS(connection, 4);
    FAILS(recv(connection, bytes, 1, 0), EAGAIN);
    FAILS(shutdown(0, SHUT_RD), ENOTSOCK);
    FAILS(recv(1, bytes, 1, 0), ENOTSOCK);
    FAILS(send(1, bytes, 1, 0), ENOTSOCK);
    FAILS(accept(1, NULL, NULL), ENOTSOCK);
    say("sockets: done");
}
