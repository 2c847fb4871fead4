/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/floor_server.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { VIEWERS_MOST = 4096, EVENTS_MOST = 64, UPDATE_LEAST = 20, ZRLE = 16 };

struct viewer {
    int fd;
    bool asked;
    size_t left; /* bytes of an update that the socket has not taken */
};

struct floor {
    const struct floor_server *options;
    int epoll_fd, listen_fd, timer_fd;
    uint8_t *update;
    struct viewer viewers[VIEWERS_MOST];
    unsigned n;
};

unsigned floor_server_listen(struct floor_server *floor_server)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(in);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&in, len) || listen(fd, 512) ||
        getsockname(fd, (struct sockaddr *)&in, &len))
        measure_fail("floor", strerror(errno));
    floor_server->listen_fd = fd;
    return ntohs(in.sin_port);
}

static int tick_at(unsigned fps)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct timespec period = {0, 1000000000L / (long)fps};
    if (fps == 1)
        period = (struct timespec){1, 0};
    timerfd_settime(fd, 0, &(struct itimerspec){period, period}, NULL);
    return fd;
}

static void put32(uint8_t *at, size_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* An update of one ZRLE rectangle of 64x64 px, which nobody will decode. */
static uint8_t *make_update(size_t bytes)
{
    uint8_t *update = alloc_zero(1, bytes);
    update[3] = 1;
    update[9] = update[11] = 64;
    put32(update + 12, ZRLE);
    put32(update + 16, bytes - UPDATE_LEAST);
    for (size_t i = UPDATE_LEAST; i < bytes; i++)
        update[i] = (uint8_t)(i * 2654435761u >> 13);
    return update;
}

static void expect(int fd, size_t n)
{
    uint8_t bytes[64];
    if (recv(fd, bytes, n, MSG_WAITALL) != (ssize_t)n)
        measure_fail("floor", "a viewer did not log in");
}

static void send_all(int fd, const void *bytes, size_t n)
{
    if (send(fd, bytes, n, MSG_NOSIGNAL) != (ssize_t)n)
        measure_fail("floor", "a viewer did not log in");
}

static void log_in(int fd)
{
    static const uint8_t init[24] = {0, 64, 0, 64, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8};
    send_all(fd, "RFB 003.008\n", 12);
    expect(fd, 12);
    send_all(fd, "\1\1", 2);
    expect(fd, 1);
    send_all(fd, "\0\0\0\0", 4);
    expect(fd, 1);
    send_all(fd, init, sizeof(init));
}

static void add(struct floor *f)
{
    const int on = 1;
    int fd = accept4(f->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0 || f->n == VIEWERS_MOST)
        measure_fail("floor", "no more viewers");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    log_in(fd);
    struct viewer *v = &f->viewers[f->n++];
    v->fd = fd;
    epoll_ctl(f->epoll_fd, EPOLL_CTL_ADD, fd, &(struct epoll_event){EPOLLIN, {.ptr = v}});
}

static void drop(struct viewer *v)
{
    close(v->fd);
    v->fd = -1;
    v->asked = false;
}

static void push(struct floor *f, struct viewer *v)
{
    size_t done = f->options->bytes - v->left;
    ssize_t put = send(v->fd, f->update + done, v->left, MSG_DONTWAIT | MSG_NOSIGNAL);
    bool was_short = done > 0;
    v->left -= put > 0 ? (size_t)put : 0;
    if (v->left || was_short)
        epoll_ctl(f->epoll_fd, EPOLL_CTL_MOD, v->fd,
                  &(struct epoll_event){EPOLLIN | (v->left ? EPOLLOUT : 0), {.ptr = v}});
}

/* The format and the encodings come in the same read as the first request, and do not matter.
 */
static void on_viewer(struct floor *f, struct viewer *v, uint32_t events)
{
    uint8_t bytes[256];
    if (v->fd < 0)
        return;
    if (events & EPOLLIN) {
        if (recv(v->fd, bytes, sizeof(bytes), MSG_DONTWAIT) <= 0)
            drop(v);
        else
            v->asked = true;
    }
    if (events & EPOLLOUT && v->fd >= 0)
        push(f, v);
}

static void on_tick(struct floor *f)
{
    uint64_t ticks;
    if (read(f->timer_fd, &ticks, sizeof(ticks)) != sizeof(ticks))
        return;
    for (unsigned i = 0; i < f->n; i++) {
        struct viewer *v = &f->viewers[i];
        if (!v->asked || v->left)
            continue;
        v->asked = false;
        v->left = f->options->bytes;
        push(f, v);
    }
}

void floor_server_run(void *floor_server)
{
    struct floor *f = ALLOC(struct floor);
    struct epoll_event events[EVENTS_MOST];
    f->options = floor_server;
    f->update = make_update(f->options->bytes);
    f->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    f->listen_fd = f->options->listen_fd;
    f->timer_fd = tick_at(f->options->fps);
    epoll_ctl(f->epoll_fd, EPOLL_CTL_ADD, f->listen_fd,
              &(struct epoll_event){EPOLLIN, {.ptr = &f->listen_fd}});
    epoll_ctl(f->epoll_fd, EPOLL_CTL_ADD, f->timer_fd,
              &(struct epoll_event){EPOLLIN, {.ptr = &f->timer_fd}});
    for (;;) {
        int n = epoll_wait(f->epoll_fd, events, EVENTS_MOST, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr == &f->listen_fd)
                add(f);
            else if (events[i].data.ptr == &f->timer_fd)
                on_tick(f);
            else
                on_viewer(f, events[i].data.ptr, events[i].events);
        }
    }
}
