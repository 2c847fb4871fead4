/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

int64_t client_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t client_deadline(int timeout_ms)
{
    return timeout_ms < 0 ? CLIENT_NEVER : client_clock_ms() + timeout_ms;
}

/* 0 when fd is ready for events, -ETIMEDOUT, or another -errno. */
static int wait_ready(int fd, short events, int64_t deadline_ms)
{
    struct pollfd entry = {.fd = fd, .events = events};

    for (;;) {
        int64_t left = deadline_ms == CLIENT_NEVER ? -1 : deadline_ms - client_clock_ms();
        int wait_ms = left > 60000 ? 60000 : (int)left;
        int ready;

        if (deadline_ms != CLIENT_NEVER && left < 0)
            wait_ms = 0;
        ready = poll(&entry, 1, wait_ms);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return -errno;
        if (ready == 0 && deadline_ms != CLIENT_NEVER && client_clock_ms() >= deadline_ms)
            return -ETIMEDOUT;
    }
}

static int fd_of(void *state)
{
    return (int)(intptr_t)state;
}

static ssize_t fd_read(void *state, void *to, size_t size, int64_t deadline_ms)
{
    for (;;) {
        int ready = wait_ready(fd_of(state), POLLIN, deadline_ms);
        ssize_t taken;

        if (ready)
            return ready;
        taken = read(fd_of(state), to, size);
        if (taken >= 0)
            return taken;
        if (errno != EINTR && errno != EAGAIN)
            return -errno;
    }
}

static int fd_write(void *state, const void *from, size_t size, int64_t deadline_ms)
{
    const uint8_t *at = from;

    while (size > 0) {
        int ready = wait_ready(fd_of(state), POLLOUT, deadline_ms);
        ssize_t put;

        if (ready)
            return ready;
        put = send(fd_of(state), at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno != EINTR && errno != EAGAIN)
            return -errno;
        if (put > 0) {
            at += put;
            size -= (size_t)put;
        }
    }
    return 0;
}

static void fd_close(void *state)
{
    close(fd_of(state));
}

static const struct client_channel_ops fd_ops = {
    .read = fd_read,
    .write = fd_write,
    .close = fd_close,
};

void client_channel_init_fd(struct client_channel *channel, int fd)
{
    int on = 1;

    /* Small messages must leave at once; on a Unix socket this fails and does not matter. */
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    channel->ops = &fd_ops;
    channel->state = (void *)(intptr_t)fd;
}

/* A connected socket or -errno. */
static int connect_to(const struct sockaddr *address, socklen_t size, int64_t deadline_ms)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t error_size = sizeof(int);
    int error = 0;

    if (fd < 0)
        return -errno;
    if (connect(fd, address, size) < 0 && errno != EINPROGRESS)
        error = errno;
    if (!error)
        error = -wait_ready(fd, POLLOUT, deadline_ms);
    if (!error)
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size);
    if (!error)
        return fd;
    close(fd);
    return -error;
}

static int connect_unix(const char *path, int64_t deadline_ms)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof address.sun_path)
        return -ENAMETOOLONG;
    strcpy(address.sun_path, path);
    return connect_to((const struct sockaddr *)&address, sizeof address, deadline_ms);
}

/* Cuts "HOST:PORT" or "[HOST]:PORT" into host and port; false when it is neither. */
static bool split_host(const char *text, char *host, size_t host_size, const char **port_r)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;

    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    }
    if (length == 0 || length >= host_size || !colon[1])
        return false;
    memcpy(host, text, length);
    host[length] = '\0';
    *port_r = colon + 1;
    return true;
}

static int connect_inet(const char *text, int64_t deadline_ms, const char **why_r)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list = NULL;
    char host[256];
    const char *port = NULL;
    int fd = -EINVAL;

    if (!split_host(text, host, sizeof host, &port)) {
        *why_r = "the address is neither HOST:PORT nor unix:/PATH";
        return -EINVAL;
    }
    if (getaddrinfo(host, port, &hints, &list) != 0) {
        *why_r = "the host or port is unknown";
        return -EINVAL;
    }
    for (const struct addrinfo *one = list; one && fd < 0; one = one->ai_next)
        fd = connect_to(one->ai_addr, one->ai_addrlen, deadline_ms);
    freeaddrinfo(list);
    return fd;
}

int client_channel_dial(struct client_channel *channel, const char *address,
                        int64_t deadline_ms, const char **why_r)
{
    int fd;

    *why_r = NULL;
    if (!strncmp(address, "unix:", 5))
        fd = connect_unix(address + 5, deadline_ms);
    else if (address[0] == '/')
        fd = connect_unix(address, deadline_ms);
    else
        fd = connect_inet(address, deadline_ms, why_r);
    if (fd < 0) {
        if (!*why_r)
            *why_r = strerrordesc_np(-fd);
        return fd;
    }
    client_channel_init_fd(channel, fd);
    return 0;
}

void client_channel_close(struct client_channel *channel)
{
    if (channel->ops)
        channel->ops->close(channel->state);
    channel->ops = NULL;
    channel->state = NULL;
}
