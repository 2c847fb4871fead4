/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/socket.h"
#include "tests/e2e/trial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const struct sockaddr *sa, socklen_t size)
{
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, sa, size) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd < 0 ? -errno : fd;
}

static struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};

    snprintf(sa.sun_path, sizeof(sa.sun_path), "%s", path);
    return sa;
}

int socket_try_connect(const char *address)
{
    if (strncmp(address, "unix:", 5) == 0) {
        struct sockaddr_un sa = unix_address(address + 5);
        return connect_to((struct sockaddr *)&sa, sizeof(sa));
    }
    const char *colon = strrchr(address, ':');
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)atoi(colon ? colon + 1 : "0")),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return connect_to((struct sockaddr *)&in, sizeof(in));
}

int socket_connect_unix(struct trial *trial, const char *path)
{
    struct sockaddr_un sa = unix_address(path);
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    int fd;

    trial_check(trial, strlen(path) < sizeof(sa.sun_path), "too long for a socket: %s", path);
    while ((fd = connect_to((struct sockaddr *)&sa, sizeof(sa))) < 0)
        trial_look_again(trial, deadline_ms,
                         trial_text(trial, "a listener at %s: %s", path, strerror(-fd)));
    return fd;
}

static void close_fd(void *what)
{
    close((int)(intptr_t)what);
}

int socket_listen_unix(struct trial *trial, const char *path)
{
    struct sockaddr_un sa = unix_address(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    trial_check(trial,
                fd >= 0 && bind(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0 &&
                    listen(fd, 16) == 0,
                "cannot listen at %s: %s", path, strerror(errno));
    trial_on_end(trial, close_fd, (void *)(intptr_t)fd);
    return fd;
}

void socket_send_all(struct trial *trial, int fd, const void *data, size_t size)
{
    const char *at = data;

    while (size > 0) {
        struct pollfd p = {.fd = fd, .events = POLLOUT};
        trial_check(trial, poll(&p, 1, PATIENCE_MS) > 0, "a peer does not read");
        ssize_t done = send(fd, at, size, MSG_NOSIGNAL);
        trial_check(trial, done > 0, "a peer has gone: %s", strerror(errno));
        at += done;
        size -= (size_t)done;
    }
}
