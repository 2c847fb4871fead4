/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/dbus_peer.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Messages handled in one turn of the loop; what is left waits for the next turn. */
enum { MESSAGES_A_TURN = 16, PICTURE_BYTES = 4 << 20 };

struct dbus_peer {
    sd_bus *bus;
    sd_event_source *io, *timer, *again;
    void (*on_lost)(void *self);
    void *self;
    unsigned busy;
    bool closed;
};

static void free_unless_busy(struct dbus_peer *p)
{
    if (p->busy)
        return;
    sd_bus_close_unref(p->bus);
    free(p);
}

static void stop(struct dbus_peer *p)
{
    p->io = sd_event_source_disable_unref(p->io);
    p->timer = sd_event_source_disable_unref(p->timer);
    p->again = sd_event_source_disable_unref(p->again);
}

/*
 * sd-bus may keep bytes that came together with the end of the authentication in its own
 * buffer, where no poll sees them: it is asked until it has nothing to do.
 */
static void work(struct dbus_peer *p)
{
    int r = 1;
    p->busy++;
    for (int i = 0; i < MESSAGES_A_TURN && r > 0 && !p->closed; i++)
        r = sd_bus_process(p->bus, NULL);
    if (!p->closed && r < 0) {
        stop(p);
        p->on_lost(p->self);
    }
    if (p->again)
        sd_event_source_set_enabled(p->again, r > 0 ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
    p->busy--;
    if (p->closed)
        free_unless_busy(p);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    (void)source;
    (void)fd;
    (void)events;
    work(userdata);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t now_us, void *userdata)
{
    (void)source;
    (void)now_us;
    work(userdata);
    return 0;
}

static int on_again(sd_event_source *source, void *userdata)
{
    (void)source;
    work(userdata);
    return 0;
}

/* Before each poll: what sd-bus waits for now. */
static int on_prepare(sd_event_source *source, void *userdata)
{
    struct dbus_peer *p = userdata;
    uint64_t until_us = UINT64_MAX;
    int events = sd_bus_get_events(p->bus);
    if (events < 0 || sd_bus_get_timeout(p->bus, &until_us) < 0) {
        /* Broken: asking it once more says so to the owner. */
        sd_event_source_set_enabled(p->again, SD_EVENT_ONESHOT);
        return 0;
    }
    sd_event_source_set_io_events(source, (uint32_t)events);
    if (until_us == UINT64_MAX)
        return sd_event_source_set_enabled(p->timer, SD_EVENT_OFF);
    sd_event_source_set_time(p->timer, until_us);
    return sd_event_source_set_enabled(p->timer, SD_EVENT_ONESHOT);
}

static int start_bus(struct dbus_peer *p, int fd)
{
    int r = sd_bus_new(&p->bus);
    if (r >= 0)
        r = sd_bus_set_fd(p->bus, fd, fd);
    if (r < 0) {
        close(fd);
        return r;
    }
    sd_bus_negotiate_fds(p->bus, true);
    return sd_bus_start(p->bus);
}

static int start_sources(struct dbus_peer *p, sd_event *loop, int fd)
{
    int r = sd_event_add_io(loop, &p->io, fd, EPOLLIN, on_io, p);
    if (r >= 0)
        r = sd_event_source_set_prepare(p->io, on_prepare);
    if (r >= 0)
        r = sd_event_add_time(loop, &p->timer, CLOCK_MONOTONIC, 0, 1, on_timer, p);
    if (r >= 0)
        r = sd_event_add_defer(loop, &p->again, on_again, p);
    return r;
}

int dbus_peer_new(struct dbus_peer **peer_r, sd_event *loop, int fd,
                  void (*on_lost)(void *self), void *self)
{
    struct dbus_peer *p = ALLOC(struct dbus_peer);
    p->on_lost = on_lost;
    p->self = self;
    int r = start_bus(p, fd);
    if (r >= 0)
        r = start_sources(p, loop, fd);
    if (r < 0) {
        dbus_peer_free(&p);
        return r;
    }
    *peer_r = p;
    return 0;
}

void dbus_peer_free(struct dbus_peer **peer)
{
    struct dbus_peer *p = *peer;
    if (!p)
        return;
    *peer = NULL;
    p->closed = true;
    stop(p);
    free_unless_busy(p);
}

sd_bus *dbus_peer_bus(const struct dbus_peer *peer)
{
    return peer->bus;
}

int dbus_peer_sockets(int *ours_r, int *theirs_r)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        return -errno;
    /* The sender's buffer counts. A whole picture in it spares both sides going to and fro; the
     * kernel may allow less. */
    const int size = PICTURE_BYTES;
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
    *ours_r = pair[0];
    *theirs_r = pair[1];
    return 0;
}
