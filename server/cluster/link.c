/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link.h"
#include "base/alloc.h"
#include "server/cluster/link_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

uint64_t link_now_us(const struct link *l)
{
    uint64_t now = 0;
    sd_event_now(l->o.loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- its end ---- */

static void shut(struct link *l)
{
    l->stage = LINK_DOWN;
    l->io = sd_event_source_disable_unref(l->io);
    l->kick = sd_event_source_disable_unref(l->kick);
    l->timer = sd_event_source_disable_unref(l->timer);
    stream_close(&l->stream);
    outq_fini(&l->out);
    bytes_fini(&l->tail);
}

static void destroy(struct link *l)
{
    shut(l);
    bytes_fini(&l->in);
    free((char *)l->o.node);
    free((char *)l->o.other);
    free(l);
}

void link_free(struct link **link)
{
    struct link *l = *link;
    *link = NULL;
    if (!l)
        return;
    shut(l);
    l->freed = true;
    if (!l->inside)
        destroy(l);
}

/* Tells the owner, once. */
void link_end(struct link *l, const char *why)
{
    if (l->stage == LINK_DOWN)
        return;
    shut(l);
    l->o.ops->down(l->o.self, why);
}

/* Ends it from the loop: for calls inside which the owner is not told. */
void link_break(struct link *l, const char *why)
{
    if (l->stage == LINK_DOWN || l->broken)
        return;
    snprintf(l->why, sizeof(l->why), "%s", why);
    l->broken = true;
    sd_event_source_set_enabled(l->kick, SD_EVENT_ONESHOT);
}

const char *link_trouble(const struct link *l, int err)
{
    const char *why = l->o.proof ? l->o.proof->trouble(l->stream) : NULL;
    return why ? why : strerror(-err);
}

/* ---- turns of the loop ---- */

static void want_events(struct link *l)
{
    if (l->stage == LINK_DOWN)
        return;
    uint32_t events = stream_wants(l->stream);
    if (l->stage != LINK_SHAKING)
        events |= EPOLLIN;
    if (l->stage != LINK_SHAKING && !outq_empty(&l->out))
        events |= EPOLLOUT;
    sd_event_source_set_io_events(l->io, events);
    if (l->stage != LINK_SHAKING && (stream_pending(l->stream) || l->tail.len))
        sd_event_source_set_enabled(l->kick, SD_EVENT_ONESHOT);
}

static void prepare(struct link *l)
{
    const char *why = NULL;
    int err = stream_prepare(l->stream, &why);
    if (err == 0)
        l->stage = LINK_GREETING;
    else if (err != -EAGAIN && err != -EINTR)
        link_end(l, why ? why : strerror(-err));
}

static void run(struct link *l)
{
    if (l->broken)
        link_end(l, l->why);
    if (l->stage == LINK_SHAKING)
        prepare(l);
    if (l->stage != LINK_SHAKING && l->stage != LINK_DOWN)
        link_receive(l);
    if (l->stage != LINK_SHAKING && l->stage != LINK_DOWN && !l->broken)
        link_transmit(l);
    want_events(l);
}

static void enter(struct link *l)
{
    l->inside = true;
}

static int leave(struct link *l)
{
    l->inside = false;
    if (l->freed)
        destroy(l);
    return 0;
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct link *l = self;
    (void)source;
    (void)fd;
    enter(l);
    if ((events & EPOLLOUT) && l->waited)
        link_life_took(&l->life, link_now_us(l));
    run(l);
    return leave(l);
}

static int on_kick(sd_event_source *source, void *self)
{
    (void)source;
    enter(self);
    run(self);
    return leave(self);
}

static void look_after(struct link *l)
{
    uint64_t next, now = link_now_us(l);
    enum link_life_step step = link_life_step(&l->life, now, &next);
    if (step == LINK_LIFE_DEAD) {
        link_end(l, "nothing came from the other end for too long");
        return;
    }
    if (step == LINK_LIFE_PING) {
        link_put_time(l, LINK_PING, now);
        link_life_asked(&l->life, now);
        sd_event_source_set_enabled(l->kick, SD_EVENT_ONESHOT);
    }
    sd_event_source_set_time(l->timer, next);
    sd_event_source_set_enabled(l->timer, SD_EVENT_ONESHOT);
}

/* What came while the loop was busy counts before it is judged. */
static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct link *l = self;
    (void)source;
    (void)usec;
    enter(l);
    run(l);
    if (l->stage == LINK_UP)
        look_after(l);
    else
        link_end(l, l->stage == LINK_SHAKING ? "no connection came about in time"
                                             : "it did not say in time who it is");
    return leave(l);
}

/* ---- its beginning ---- */

static unsigned or_else(unsigned ms, unsigned built_in)
{
    return ms ? ms : built_in;
}

static void add_sources(struct link *l)
{
    sd_event *loop = l->o.loop;
    uint64_t hello_us = or_else(l->o.hello_ms, LINK_HELLO_MS) * UINT64_C(1000);
    sd_event_add_defer(loop, &l->kick, on_kick, l);
    sd_event_add_time_relative(loop, &l->timer, CLOCK_MONOTONIC, hello_us, 0, on_timer, l);
    if (!l->stream)
        return;
    int err = sd_event_add_io(loop, &l->io, stream_fd(l->stream), 0, on_io, l);
    if (err < 0)
        link_break(l, strerror(-err));
}

struct link *link_new(struct stream **stream, const struct link_options *options)
{
    struct link *l = ALLOC(struct link);
    l->o = *options;
    l->o.node = alloc_text(options->node);
    l->o.other = alloc_text(options->other);
    l->stream = *stream;
    *stream = NULL;
    outq_init(&l->out);
    bytes_init(&l->in, SIZE_MAX);
    bytes_init(&l->tail, SIZE_MAX);
    link_life_init(&l->life, or_else(l->o.ping_ms, LINK_PING_MS),
                   or_else(l->o.dead_ms, LINK_DEAD_MS), link_now_us(l));
    if (!l->o.dialed)
        link_put_hello(l);
    add_sources(l);
    return l;
}

void link_set_owner(struct link *link, const struct link_owner_ops *ops, void *self)
{
    link->o.ops = ops;
    link->o.self = self;
}

/* ---- for owners ---- */

size_t link_unsent(const struct link *link)
{
    return link->out.unsent + link->tail.len;
}

uint64_t link_sent(const struct link *link)
{
    return link->out.sent;
}

uint64_t link_rtt_us(const struct link *link)
{
    return link->life.rtt_us;
}

unsigned link_version(const struct link *link)
{
    return link->version;
}
