/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_frame.h"
#include "server/cluster/link_hello.h"
#include "server/cluster/link_private.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>

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

void link_put_time(struct link *l, enum link_type type, uint64_t time)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    link_put_u64(&b, time);
    put_own(l, type, &b);
}

/* At most one PONG waits, so that nobody fills our memory by asking. */
void link_pay_pong(struct link *l)
{
    if (!l->pong_owed || l->out.sent < l->pong_end)
        return;
    link_put_time(l, LINK_PONG, l->pong_owed);
    l->pong_owed = 0;
    l->pong_end = l->out.sent + link_unsent(l);
}

void link_transmit(struct link *l)
{
    int err = write_out(l);
    if (err == 0 && l->pong_owed) {
        link_pay_pong(l);
        err = write_out(l);
    }
    l->waited = !outq_empty(&l->out);
    if (err < 0)
        link_end(l, link_trouble(l, err));
}

/* Closes it and tells the other end why, if the socket takes that much. */
void link_refuse(struct link *l, const char *why)
{
    struct bytes b;
    if (l->stage == LINK_DOWN)
        return;
    bytes_init(&b, SIZE_MAX);
    link_put_text(&b, why, LINK_BYE_MOST);
    put_own(l, LINK_BYE, &b);
    (void)write_out(l);
    link_end(l, why);
}

void link_put_hello(struct link *l)
{
    struct link_hello hello = {.lowest = LINK_VERSION_LOWEST, .highest = LINK_VERSION};
    struct bytes b;
    snprintf(hello.node, sizeof(hello.node), "%s", l->o.node);
    bytes_init(&b, SIZE_MAX);
    link_hello_put(&b, &hello);
    put_own(l, LINK_HELLO, &b);
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
