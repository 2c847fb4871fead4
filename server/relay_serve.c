/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which classes a relay has streams for, and when clients are looked at. */
#include <config.h>
#include "base/alloc.h"
#include "server/relay_private.h"
#include "server/serve.h"

#include <stdlib.h>
#include <string.h>

#define LINGER_US 5000000 /* for so long a class stays open without clients */

/* ---- classes ---- */

struct relay_class *relay_find_class(const struct relay *r, const struct encode_class *class)
{
    struct relay_class *k = r->classes;
    while (k && !encode_class_equal(&k->class, class))
        k = k->next;
    return k;
}

struct relay_class *relay_class_of(struct relay *r, const struct encode_class *class,
                                   const struct view_known *has)
{
    struct relay_class *k = relay_find_class(r, class);
    if (k)
        return k;
    k = relay_class_new(class, has);
    k->used_us = relay_now_us(r);
    k->next = r->classes;
    r->classes = k;
    return k;
}

static bool has_all_to_get(const struct view_client *c)
{
    return damage_count(&c->pending) == (size_t)c->pending.cols * (size_t)c->pending.rows;
}

/* Its clients were sent something of it, or nothing at all: then the stream brings it whole. */
static struct relay_class *class_for(struct relay *r, const struct view_client *c)
{
    struct relay_class *k = relay_find_class(r, &c->class);
    if (k || !has_all_to_get(c))
        return k ? k : relay_class_of(r, &c->class, r->known);
    struct view_known *nothing = view_known_new(r->known->w, r->known->h, NULL);
    k = relay_class_of(r, &c->class, nothing);
    view_known_free(&nothing);
    return k;
}

static bool any_takes_moves(const struct relay *r, const struct relay_class *k)
{
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        if (encode_class_equal(&c->class, &k->class) && c->ops->takes_moves(c))
            return true;
    }
    return false;
}

/* What was asked for in a class is not made any more when its stream is closed. */
static void forget_asked(struct relay *r, const struct encode_class *class)
{
    struct relay_class *k = relay_find_class(r, class);
    if (k)
        memset(k->asked, 0, k->has->n);
}

static void close_stream(struct relay *r, struct relay_class *k)
{
    const struct encode_class exact = encode_class_lossless(&k->class);
    if (!k->stream)
        return;
    forget_asked(r, &k->class);
    forget_asked(r, &exact);
    r->shared->relay_streams--;
    if (r->up)
        r->ops->close(r->self, k->stream);
    k->stream = 0;
}

static bool has_clients(const struct relay *r, const struct relay_class *k)
{
    const struct view_client *c = r->view->clients;
    while (c && !encode_class_equal(&c->class, &k->class))
        c = c->next;
    return c;
}

/* A viewer can change its class as often as it likes: what nobody uses gives way at once. */
static bool make_room(struct relay *r)
{
    unsigned n = 0;
    for (const struct relay_class *k = r->classes; k; k = k->next)
        n += k->stream != 0;
    for (struct relay_class *k = r->classes; n >= RELAY_STREAMS_MOST && k; k = k->next) {
        if (!k->stream || has_clients(r, k))
            continue;
        close_stream(r, k);
        n--;
    }
    return n < RELAY_STREAMS_MOST;
}

void relay_fit_stream(struct relay *r, struct relay_class *k)
{
    bool moves = r->up && any_takes_moves(r, k);
    if (!r->up)
        return;
    if (!k->stream) {
        if (!make_room(r))
            return;
        k->stream = r->ops->open(r->self, &k->class, moves, k->has);
        r->shared->relay_streams += k->stream != 0;
        k->moves = moves;
    } else if (k->moves != moves) {
        k->moves = moves;
        r->ops->set_moves(r->self, k->stream, moves);
    }
}

void relay_free_class(struct relay *r, struct relay_class **at)
{
    struct relay_class *k = *at;
    *at = k->next;
    close_stream(r, k);
    relay_class_free(&k);
}

/* One that has not asked for anything may not even have said what it can show. */
static bool wants_pictures(struct view_client *c, uint64_t now)
{
    struct rect area;
    return c->delivered_us || c->ops->ready(c, now, &area);
}

/* Opens what clients need, closes what none has needed for a while. */
static void fit_classes(struct relay *r, uint64_t now)
{
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        if (!wants_pictures(c, now))
            continue;
        struct relay_class *k = class_for(r, c);
        if (k->used_us != now || !k->stream)
            relay_fit_stream(r, k);
        k->used_us = now;
    }
    for (struct relay_class **at = &r->classes; *at;) {
        if ((*at)->used_us + LINGER_US <= now) {
            relay_free_class(r, at);
            continue;
        }
        if ((*at)->used_us != now)
            relay_at_time(r, (*at)->used_us + LINGER_US);
        at = &(*at)->next;
    }
}

/* ---- serving ---- */

static void send_wanted(struct relay *r, struct relay_class *k)
{
    if (!k->wanting || !r->up || !r->layout)
        return;
    uint32_t *blocks = alloc_zero(k->has->n, sizeof(blocks[0]));
    size_t n = 0;
    for (size_t i = 0; i < k->has->n; i++) {
        if (k->asked[i] != 2)
            continue;
        k->asked[i] = 1;
        blocks[n++] = (uint32_t)i;
    }
    k->wanting = false;
    r->shared->relay_asked += n;
    if (n)
        r->ops->want(r->self, r->layout, &k->class, blocks, n);
    free(blocks);
}

/* Units are kept for clients that lack something. */
static bool is_lacked(const struct relay *r, const struct relay_class *k)
{
    for (const struct view_client *c = r->view->clients; c; c = c->next) {
        if (damage_any(&c->pending) && encode_class_equal(&c->class, &k->class))
            return true;
    }
    return false;
}

void relay_serve(struct relay *r, const struct encode_class *only)
{
    uint64_t now = relay_now_us(r);
    r->view->layout_changed = false; /* told by relay_told_size */
    damage_clear(&r->view->changed);
    rest_advance(&r->rest, r->view->frame.w, r->view->frame.h, now);
    uint64_t due = serve_each(r->view, only, now, relay_give, r);
    for (struct view_client *c = r->view->clients; c; c = c->next)
        c->in_step = false;
    for (struct relay_class *k = r->classes; k; k = k->next) {
        send_wanted(r, k);
        if (!only)
            relay_class_drop_arrived(k);
        if ((!only || encode_class_equal(only, &k->class)) && !is_lacked(r, k))
            relay_class_drop_units(k);
    }
    shelf_trim(&r->shared->shelf);
    if (due)
        relay_at_time(r, due);
    else if (serve_any_lossy(r->view))
        relay_at_time(r, now + REST_US);
}

void relay_serve_all(struct relay *r)
{
    struct view *view = view_ref(r->view);
    sd_event_source_set_enabled(r->soon, SD_EVENT_OFF);
    sd_event_source_set_enabled(r->timer, SD_EVENT_OFF);
    fit_classes(r, relay_now_us(r));
    relay_serve(r, NULL);
    view_unref(&view);
}
