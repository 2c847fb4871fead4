/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_views.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/served.h"
#include "server/cluster/view_msg.h"
#include "server/machine/machine.h"
#include "server/relay.h"

#include <stdlib.h>

struct peer_view {
    struct peer_view *next, **link;      /* of the machine there */
    struct peer_view *same, **same_link; /* of its bucket */
    struct peer_machine *pm;
    struct relay *relay;
    uint32_t id; /* `view` on the link */
    bool opened; /* on the present link */
};

/* ---- by number ---- */

static struct peer_view **bucket(struct peer *peer, uint32_t id)
{
    enum { BUCKETS = sizeof(peer->views) / sizeof(peer->views[0]) };
    return &peer->views[id % BUCKETS];
}

static struct peer_view *find(struct peer *peer, uint32_t id)
{
    struct peer_view *pv = *bucket(peer, id);
    while (pv && pv->id != id)
        pv = pv->same;
    return pv;
}

static void link_in(struct peer_view *pv)
{
    struct peer_machine *pm = pv->pm;
    struct peer_view **same = bucket(pm->peer, pv->id);
    pv->next = pm->views;
    if (pv->next)
        pv->next->link = &pv->next;
    pv->link = &pm->views;
    pm->views = pv;
    pv->same = *same;
    if (pv->same)
        pv->same->same_link = &pv->same;
    pv->same_link = same;
    *same = pv;
    pm->peer->n_views++;
}

static void unlink_and_free(struct peer_view *pv)
{
    pv->pm->peer->n_views--;
    *pv->link = pv->next;
    if (pv->next)
        pv->next->link = pv->link;
    *pv->same_link = pv->same;
    if (pv->same)
        pv->same->same_link = pv->same_link;
    free(pv);
}

/* ---- what is asked ---- */

static void put(struct peer_view *pv, enum link_type type, struct view_msg *msg)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    msg->view = pv->id;
    view_msg_put(&b, type, msg);
    peer_put(pv->pm->peer, type, &b);
    bytes_fini(&b);
}

static bool has_any(const struct view_known *has)
{
    size_t i = 0;
    while (i < has->n && !has->blocks[i])
        i++;
    return i < has->n;
}

static uint32_t open_stream(void *self, const struct encode_class *class, bool moves,
                            const struct view_known *has)
{
    struct peer_view *pv = self;
    struct peer *peer = pv->pm->peer;
    if (!peer->link)
        return 0;
    struct view_msg msg = {.stream = {.stream = peer->next_id++,
                                      .moves = moves,
                                      .begins = true,
                                      .class = *class,
                                      .w = has->w,
                                      .h = has->h,
                                      .blocks = has_any(has) ? has->blocks : NULL}};
    put(pv, LINK_STREAM_OPEN, &msg);
    return msg.stream.stream;
}

static void set_moves(void *self, uint32_t stream, bool moves)
{
    struct view_msg msg = {.stream = {.stream = stream, .moves = moves}};
    put(self, LINK_STREAM_OPEN, &msg);
}

static void close_stream(void *self, uint32_t stream)
{
    struct view_msg msg = {.stream = {.stream = stream}};
    put(self, LINK_STREAM_CLOSE, &msg);
}

static void want_blocks(void *self, uint32_t layout, const struct encode_class *class,
                        const uint32_t *blocks, size_t n)
{
    struct view_msg msg = {
        .wanted = {.layout = layout, .class = *class, .blocks = blocks, .rows = {.n = n}}};
    put(self, LINK_BLOCKS_WANTED, &msg);
}

static bool suits(const void *self)
{
    const struct peer_view *pv = self;
    const struct view *view = relay_view(pv->relay);
    return view->machine && machine_elsewhere(view->machine) == pv->pm;
}

static void gone(void *self)
{
    struct peer_view *pv = self;
    struct view_msg msg = {0};
    if (pv->opened)
        put(pv, LINK_VIEW_CLOSE, &msg);
    unlink_and_free(pv);
}

static const struct relay_ops relay_ops = {open_stream, set_moves, close_stream,
                                           want_blocks, suits,     gone};

static void open_view(struct peer_view *pv)
{
    if (pv->pm->peer->n_views > SERVED_VIEWS_MOST) {
        log_warning("cluster: more views of machines at %s than one link carries",
                    pv->pm->peer->node);
        return;
    }
    pv->opened = true;
    struct view_msg msg = {.open = {.machine = pv->pm->id, .key = relay_view(pv->relay)->key}};
    put(pv, LINK_VIEW_OPEN, &msg);
    relay_up(pv->relay);
}

struct view_keeper *peer_views_keep(void *shared, struct view *view)
{
    struct peer_machine *pm = view->machine ? machine_elsewhere(view->machine) : NULL;
    if (!pm)
        return fanout_new(shared, view);
    struct peer_view *pv = ALLOC(struct peer_view);
    pv->pm = pm;
    pv->id = pm->peer->next_id++;
    pv->relay = relay_new(shared, view, &relay_ops, pv);
    link_in(pv);
    if (pm->open && pm->peer->link)
        open_view(pv);
    return relay_keeper(pv->relay);
}

void peer_views_up(struct peer_machine *pm)
{
    for (struct peer_view *pv = pm->views; pv; pv = pv->next)
        open_view(pv);
}

void peer_views_down(struct peer_machine *pm)
{
    for (struct peer_view *pv = pm->views; pv; pv = pv->next) {
        pv->opened = false;
        relay_down(pv->relay);
    }
}

void peer_views_end(struct peer_machine *pm)
{
    while (pm->views) {
        relay_detach(pm->views->relay);
        unlink_and_free(pm->views);
    }
}

/* ---- what is told ---- */

/* The bytes stay with the piece; the message goes. */
static struct piece *piece_of(const struct view_msg_update *u)
{
    struct piece *p = piece_new(&u->class, u->epoch, u->version);
    struct encoded out = {.n_rects = u->n_rects, .uses_stream = u->uses_stream};
    bytes_init(&out.bytes, SIZE_MAX);
    bytes_put(&out.bytes, u->bytes, u->n_bytes);
    piece_add(p, &out);
    p->sources = alloc_zero(u->rows.n + 1, sizeof(p->sources[0]));
    p->n_sources = u->rows.n;
    for (size_t i = 0; i < u->rows.n; i++)
        p->sources[i] = view_msg_source(&u->rows, i);
    return p;
}

static void acknowledge(struct peer *peer, const struct view_msg *msg)
{
    struct view_msg ack = {.view = msg->view,
                           .ack = {.stream = msg->update.stream, .mark = msg->update.mark}};
    struct bytes b;
    if (!msg->update.mark)
        return;
    bytes_init(&b, SIZE_MAX);
    view_msg_put(&b, LINK_ACK, &ack);
    peer_put(peer, LINK_ACK, &b);
    bytes_fini(&b);
}

static const char *take_update(struct relay *relay, enum link_type type,
                               const struct view_msg_update *u)
{
    struct piece *p = piece_of(u);
    const char *why = type == LINK_UNIT ? relay_told_unit(relay, u->stream, u->layout, p,
                                                          u->moves, u->n_moves)
                                        : relay_told_block(relay, u->layout, p);
    piece_unref(&p);
    return why;
}

const char *peer_view_message(struct peer *peer, enum link_type type, struct reader *payload)
{
    struct view_msg msg;
    const char *why = view_msg_read(payload, type, &msg);
    const struct peer_view *pv = why ? NULL : find(peer, msg.view);
    if (why)
        return why;
    if (!pv)
        return NULL; /* closed meanwhile */
    if (type == LINK_VIEW_SIZE)
        return relay_told_size(pv->relay, msg.size.layout, msg.size.w, msg.size.h,
                               msg.size.sources, msg.size.n);
    why = take_update(pv->relay, type, &msg.update);
    acknowledge(peer, &msg);
    return why;
}
