/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link.h"
#include "base/alloc.h"
#include "base/outq.h"
#include "server/cluster/link_frame.h"
#include "server/cluster/link_hello.h"
#include "server/cluster/link_life.h"
#include "server/cluster/link_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
    READ_STEP = 64 << 10,
    READ_MOST = 1 << 20, /* bytes in one turn of the loop; then others have theirs */
    IN_KEPT = 1 << 20,   /* more memory than this is given back when it is empty */
    WHY_SIZE = 320,
    BYE_MOST = 200, /* bytes of the other end's text that are logged */
};

enum stage {
    LINK_SHAKING,  /* the stream prepares */
    LINK_GREETING, /* the other end's HELLO is awaited */
    LINK_UP,
    LINK_DOWN
};

struct link {
    struct link_options o; /* node and other are our copies */
    enum stage stage;
    struct stream *stream;
    sd_event_source *io, *kick, *timer;
    struct bytes in;
    struct outq out;
    struct bytes tail; /* behind what is in `out`: messages without blobs, together */
    unsigned version;
    struct link_life life;
    uint64_t pong_end;  /* of all that was queued, where the last PONG ends */
    uint64_t pong_owed; /* answer to the PING that came since; 0: none */
    bool waited;        /* the socket took less than all */
    bool broken;        /* to be told, when the loop comes round */
    bool inside;        /* of a callback of ours */
    bool freed;         /* meanwhile */
    char why[WHY_SIZE];
};

static uint64_t now_us(const struct link *l)
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
static void end(struct link *l, const char *why)
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

static const char *stream_trouble(const struct link *l, int err)
{
    const char *why = l->o.proof ? l->o.proof->trouble(l->stream) : NULL;
    return why ? why : strerror(-err);
}

/* ---- sending ---- */

static void gather_tail(struct link *l)
{
    outq_put_bytes(&l->out, &l->tail);
}

static int write_out(struct link *l)
{
    gather_tail(l);
    if (!outq_empty(&l->out) || !(stream_wants(l->stream) & EPOLLOUT))
        return outq_write(&l->out, l->stream);
    ssize_t put = stream_writev(l->stream, NULL, 0);
    return put < 0 && put != -EAGAIN && put != -EINTR ? (int)put : 0;
}

static void put_own(struct link *l, enum link_type type, struct bytes *payload)
{
    link_frame_put_head(&l->tail, type, payload->len);
    bytes_put(&l->tail, payload->data, payload->len);
    bytes_fini(payload);
}

static void put_time(struct link *l, enum link_type type, uint64_t time)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    link_put_u64(&b, time);
    put_own(l, type, &b);
}

/* At most one PONG waits, so that nobody fills our memory by asking. */
static void pay_pong(struct link *l)
{
    if (!l->pong_owed || l->out.sent < l->pong_end)
        return;
    put_time(l, LINK_PONG, l->pong_owed);
    l->pong_owed = 0;
    l->pong_end = l->out.sent + link_unsent(l);
}

static void transmit(struct link *l)
{
    int err = write_out(l);
    if (err == 0 && l->pong_owed) {
        pay_pong(l);
        err = write_out(l);
    }
    l->waited = !outq_empty(&l->out);
    if (err < 0)
        end(l, stream_trouble(l, err));
}

/* Closes it and tells the other end why, if the socket takes that much. */
static void refuse(struct link *l, const char *why)
{
    struct bytes b;
    if (l->stage == LINK_DOWN)
        return;
    bytes_init(&b, SIZE_MAX);
    link_put_text(&b, why, BYE_MOST);
    put_own(l, LINK_BYE, &b);
    (void)write_out(l);
    end(l, why);
}

static void put_hello(struct link *l)
{
    struct link_hello hello = {.lowest = LINK_VERSION_LOWEST, .highest = LINK_VERSION};
    struct bytes b;
    snprintf(hello.node, sizeof(hello.node), "%s", l->o.node);
    bytes_init(&b, SIZE_MAX);
    link_hello_put(&b, &hello);
    put_own(l, LINK_HELLO, &b);
}

/* ---- what comes ---- */

static const char *take_hello(struct link *l, struct reader *payload)
{
    const struct link_hello ours = {.lowest = LINK_VERSION_LOWEST, .highest = LINK_VERSION};
    struct link_hello hello;
    const char *why = link_hello_parse(payload, &hello);
    if (why)
        return why;
    if (l->o.proof && !l->o.proof->names(l->stream, hello.node, &why))
        return why ? why : "its certificate is not that node's";
    if (l->o.other && strcmp(hello.node, l->o.other) != 0) {
        snprintf(l->why, sizeof(l->why), "it is node %s, and %s was dialed", hello.node,
                 l->o.other);
        return l->why;
    }
    if (strcmp(hello.node, l->o.node) == 0)
        return "two nodes have the same name";
    l->version = link_hello_version(&ours, &hello);
    if (!l->version) {
        snprintf(l->why, sizeof(l->why),
                 "node %s speaks versions %u to %u of what nodes speak, and we %u to %u",
                 hello.node, hello.lowest, hello.highest, ours.lowest, ours.highest);
        return l->why;
    }
    if (l->o.dialed)
        put_hello(l);
    l->stage = LINK_UP;
    sd_event_source_set_time(l->timer, now_us(l));
    why = "it is not welcome";
    return l->o.ops->up(l->o.self, l, hello.node, &why) ? NULL : why;
}

static const char *take_ping(struct link *l, struct reader *payload)
{
    uint64_t time = link_read_u64(payload);
    if (payload->more || !time)
        return "a PING without its time";
    l->pong_owed = time;
    pay_pong(l);
    return NULL;
}

static const char *take_pong(struct link *l, struct reader *payload)
{
    uint64_t time = link_read_u64(payload);
    if (payload->more)
        return "a PONG without its time";
    link_life_answered(&l->life, time, now_us(l));
    return NULL;
}

/* The other end's text, in what a log can hold. */
static const char *take_bye(struct link *l, struct reader *payload)
{
    char text[LINK_NODE_NAME_MOST + BYE_MOST] = "";
    if (!link_read_text(payload, text, BYE_MOST + 1))
        snprintf(text, sizeof(text), "no reason");
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f || *c == '\'')
            *c = '?';
    snprintf(l->why, sizeof(l->why), "the other end closed it: '%s'", text);
    end(l, l->why);
    return NULL;
}

static const char *take(struct link *l, struct link_frame *frame)
{
    if (frame->type == LINK_BYE)
        return take_bye(l, &frame->payload);
    if (l->stage == LINK_GREETING)
        return frame->type == LINK_HELLO ? take_hello(l, &frame->payload)
                                         : "it did not say who it is";
    if (frame->type == LINK_HELLO)
        return "it said twice who it is";
    if (frame->type == LINK_PING)
        return take_ping(l, &frame->payload);
    if (frame->type == LINK_PONG)
        return take_pong(l, &frame->payload);
    return l->o.ops->message(l->o.self, frame->type, &frame->payload);
}

/* All messages that are there. */
static void take_all(struct link *l)
{
    struct reader in = reader_over(l->in.data, l->in.len);
    const char *why = NULL;
    while (l->stage != LINK_DOWN && !l->broken && !why) {
        struct link_frame frame;
        size_t most = l->stage == LINK_UP ? LINK_MESSAGE_MOST : LINK_FRAME_FIRST_MOST;
        enum parse parse = link_frame_parse(&in, most, &frame, &why);
        if (parse == PARSE_MORE)
            break;
        if (parse == PARSE_DONE)
            why = take(l, &frame);
    }
    if (why)
        refuse(l, why);
    if (l->stage == LINK_DOWN)
        return;
    bytes_consume(&l->in, l->in.len - reader_left(&in));
    if (!l->in.len && l->in.cap > IN_KEPT)
        bytes_fini(&l->in);
}

static const char *end_of(const struct link *l, ssize_t got)
{
    if (got < 0)
        return stream_trouble(l, (int)got);
    return l->stage == LINK_UP ? "the other end closed it"
                               : "the other end closed it before it said who it is";
}

static void receive(struct link *l)
{
    size_t total = 0;
    while (l->stage != LINK_DOWN && !l->broken && total < READ_MOST) {
        ssize_t got = stream_read(l->stream, bytes_reserve(&l->in, READ_STEP), READ_STEP);
        if (got == -EINTR)
            continue;
        if (got == -EAGAIN)
            return;
        if (got <= 0) {
            end(l, end_of(l, got));
            return;
        }
        bytes_commit(&l->in, (size_t)got);
        total += (size_t)got;
        link_life_heard(&l->life, now_us(l));
        take_all(l);
    }
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
        end(l, why ? why : strerror(-err));
}

static void run(struct link *l)
{
    if (l->broken)
        end(l, l->why);
    if (l->stage == LINK_SHAKING)
        prepare(l);
    if (l->stage != LINK_SHAKING && l->stage != LINK_DOWN)
        receive(l);
    if (l->stage != LINK_SHAKING && l->stage != LINK_DOWN && !l->broken)
        transmit(l);
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
        link_life_took(&l->life, now_us(l));
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
    uint64_t next, now = now_us(l);
    enum link_life_step step = link_life_step(&l->life, now, &next);
    if (step == LINK_LIFE_DEAD) {
        end(l, "nothing came from the other end for too long");
        return;
    }
    if (step == LINK_LIFE_PING) {
        put_time(l, LINK_PING, now);
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
        end(l, l->stage == LINK_SHAKING ? "no connection came about in time"
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
                   or_else(l->o.dead_ms, LINK_DEAD_MS), now_us(l));
    if (!l->o.dialed)
        put_hello(l);
    add_sources(l);
    return l;
}

void link_set_owner(struct link *link, const struct link_owner_ops *ops, void *self)
{
    link->o.ops = ops;
    link->o.self = self;
}

/* ---- for owners ---- */

static size_t total_of(const struct bytes *payload, struct blob *const *blobs, size_t n_blobs)
{
    size_t total = payload ? payload->len : 0;
    for (size_t i = 0; i < n_blobs; i++)
        total += blobs[i]->len;
    return total;
}

static void put(struct link *l, enum link_type type, const struct bytes *payload,
                struct blob *const *blobs, size_t n_blobs)
{
    size_t total = total_of(payload, blobs, n_blobs);
    if ((payload && payload->overflow) || total > link_frame_most(type)) {
        char why[80];
        snprintf(why, sizeof(why), "a message of type %d is too long (%zu bytes)", (int)type,
                 total);
        link_break(l, why);
        return;
    }
    if (link_unsent(l) + total > LINK_UNSENT_MOST) {
        link_break(l, "the other end takes too little: more than 256 MiB wait for it");
        return;
    }
    link_frame_put_head(&l->tail, type, total);
    if (payload)
        bytes_put(&l->tail, payload->data, payload->len);
    if (n_blobs)
        gather_tail(l);
    for (size_t i = 0; i < n_blobs; i++)
        outq_put_blob(&l->out, blobs[i]);
    sd_event_source_set_enabled(l->kick, SD_EVENT_ONESHOT);
}

void link_put(struct link *link, enum link_type type, struct bytes *payload,
              struct blob *const *blobs, size_t n_blobs)
{
    if (link->stage == LINK_UP && !link->broken)
        put(link, type, payload, blobs, n_blobs);
    if (payload)
        bytes_fini(payload);
}

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
