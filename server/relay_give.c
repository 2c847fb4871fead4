/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/relay_private.h"
#include "server/serve.h"
#include "server/view_private.h"

#include <stdlib.h>

/* What a client is given at once. */
struct gift {
    struct relay *relay;
    struct view_client *client;
    struct blob **blobs; /* lent by pieces that are held elsewhere */
    unsigned n_blobs, n_rects;
    bool uses_stream;
    struct damage covered, lossy;
};

static void gift_init(struct gift *g, struct relay *r, struct view_client *c)
{
    *g = (struct gift){.relay = r, .client = c};
    damage_init(&g->covered);
    damage_init(&g->lossy);
    damage_resize(&g->covered, r->view->frame.w, r->view->frame.h);
    damage_resize(&g->lossy, r->view->frame.w, r->view->frame.h);
}

static void gift_fini(struct gift *g)
{
    for (unsigned i = 0; i < g->n_blobs; i++)
        blob_unref(&g->blobs[i]);
    free(g->blobs);
    damage_fini(&g->covered);
    damage_fini(&g->lossy);
}

/* False: it would be too many rectangles. */
static bool gift_add(struct gift *g, const struct piece *p)
{
    if (g->n_rects + p->n_rects > FANOUT_RECTS_MOST)
        return false;
    g->blobs = alloc_resize(g->blobs, g->n_blobs + p->n_blobs, sizeof(g->blobs[0]));
    for (unsigned i = 0; i < p->n_blobs; i++)
        g->blobs[g->n_blobs++] = blob_ref(p->blobs[i]);
    g->n_rects += p->n_rects;
    g->uses_stream |= p->uses_stream;
    return true;
}

static void deliver(struct relay *r, struct view_client *c, const struct fanout_update *update)
{
    c->ready_us = 0;
    c->delivered_us = relay_now_us(r);
    r->shared->deliveries++;
    c->ops->deliver(c, update);
    if (r->view->machine)
        machine_update_queued(r->view->machine, r->picture);
}

static void gift_deliver(struct gift *g, const struct encode_class *class)
{
    const struct fanout_update update = {
        .blobs = g->blobs,
        .n_blobs = g->n_blobs,
        .n_rects = g->n_rects,
        .uses_stream = g->uses_stream,
        .class = class,
        .covered = &g->covered,
        .lossy = &g->lossy,
    };
    deliver(g->relay, g->client, &update);
}

static bool contains(const struct damage *all, const struct damage *part)
{
    struct damage rest;
    damage_init(&rest);
    damage_resize(&rest, all->w, all->h);
    damage_copy(&rest, part);
    damage_and_not(&rest, all);
    bool any = damage_any(&rest);
    damage_fini(&rest);
    return !any;
}

static bool is_whole(const struct relay *r, struct rect area)
{
    struct rect whole = surface_rect(&r->view->frame);
    return rect_contains(&area, &whole);
}

/* ---- units in order ---- */

static struct fanout_update unit_update(const struct relay_class *k, const struct relay_unit *u)
{
    return (struct fanout_update){
        .blobs = u->piece->blobs,
        .n_blobs = u->piece->n_blobs,
        .n_rects = u->piece->n_rects,
        .uses_stream = u->piece->uses_stream,
        .class = &k->class,
        .covered = &u->covered,
        .lossy = &u->lossy,
        .moves = u->moves,
        .n_moves = u->n_moves,
    };
}

static bool moves_suit(struct view_client *c, const struct relay_unit *u)
{
    return !u->n_moves ||
           (c->ops->takes_moves(c) && !view_private_in_the_way(c, u->moves, u->n_moves));
}

/* Whether it takes all units that it missed: they are here, they are all that it lacks, and
 * they draw little twice. */
static bool takes_units(struct relay *r, struct relay_class *k, struct view_client *c)
{
    struct damage all;
    size_t tiles = 0;
    bool suit = c->unit + 1 >= k->oldest && c->unit < k->newest;
    const struct relay_unit *newest = relay_class_unit(k, k->newest);
    if (!suit)
        return false;
    if (c->unit + 1 == k->newest)
        return damage_equal(&newest->touched, &c->pending) && moves_suit(c, newest);
    damage_init(&all);
    damage_resize(&all, r->view->frame.w, r->view->frame.h);
    for (uint64_t i = c->unit + 1; suit && i <= k->newest; i++) {
        const struct relay_unit *u = relay_class_unit(k, i);
        suit = moves_suit(c, u);
        tiles += damage_count(&u->covered);
        damage_or(&all, &u->touched);
    }
    suit = suit && damage_equal(&all, &c->pending) && tiles * 2 <= damage_count(&all) * 3;
    damage_fini(&all);
    return suit;
}

static bool give_units(struct relay *r, struct relay_class *k, struct view_client *c)
{
    struct gift g;
    uint64_t first = c->unit + 1;
    damage_clear(&c->pending);
    c->unit = k->newest;
    if (first == k->newest) {
        const struct fanout_update update = unit_update(k, relay_class_unit(k, first));
        view_client_has_got(c, &update);
        deliver(r, c, &update);
        return true;
    }
    gift_init(&g, r, c);
    for (uint64_t i = first; i <= k->newest; i++) {
        const struct relay_unit *u = relay_class_unit(k, i);
        const struct fanout_update update = unit_update(k, u);
        if (!gift_add(&g, u->piece)) {
            damage_or(&c->pending, &u->touched);
            c->follows = false;
            continue;
        }
        view_client_has_got(c, &update);
        damage_or(&g.covered, &u->covered);
    }
    gift_deliver(&g, &k->class);
    gift_fini(&g);
    return true;
}

/* ---- blocks ---- */

static struct piece *find_block(struct relay *r, struct relay_class *k, unsigned block,
                                uint64_t hash)
{
    struct piece *p = k->arrived[block];
    k->used_us = relay_now_us(r);
    if (p && p->sources[0].hash == hash)
        return p;
    return shelf_find(&r->kept, &k->class, (int)block, hash);
}

static void want_block(struct relay_class *k, unsigned block)
{
    if (k->asked[block])
        return;
    k->asked[block] = 2;
    k->wanting = true;
}

/* Adds the blocks of class k that wanted touches and that show what `has` says; those that are
 * not here are asked for. */
static void add_blocks(struct gift *g, struct relay_class *k, const struct view_known *has,
                       const struct damage *wanted)
{
    int columns = (has->w + BLOCK_W - 1) / BLOCK_W;
    unsigned first, end;
    piece_block_range(wanted, columns, &first, &end);
    for (unsigned i = first; i < end; i++) {
        if (!piece_block_tiles(wanted, i, columns) || !has->blocks[i])
            continue;
        const struct piece *p = find_block(g->relay, k, i, has->blocks[i]);
        if (!p) {
            want_block(k, i);
        } else if (gift_add(g, p)) {
            struct rect r = {(int)i % columns * BLOCK_W, (int)i / columns * BLOCK_H, BLOCK_W,
                             BLOCK_H};
            damage_add_rect(&g->covered, r);
            piece_add_lossy(p, &g->lossy);
        }
    }
}

static bool finish(struct gift *g, const struct encode_class *class)
{
    struct view_client *c = g->client;
    bool any = g->n_blobs > 0;
    if (any) {
        const struct fanout_update got = {.covered = &g->covered, .lossy = &g->lossy};
        damage_and_not(&c->pending, &g->covered);
        c->follows = false;
        view_client_has_got(c, &got);
        gift_deliver(g, class);
    }
    gift_fini(g);
    return any;
}

/* ---- what a client gets ---- */

/* The newest unit, if it lacks all of that, and blocks for the rest. */
static bool give_blocks(struct relay *r, struct relay_class *k, struct view_client *c,
                        struct rect area)
{
    struct gift g;
    struct damage wanted;
    gift_init(&g, r, c);
    damage_init(&wanted);
    damage_resize(&wanted, r->view->frame.w, r->view->frame.h);
    damage_copy(&wanted, &c->pending);
    serve_bound(&wanted, r->view, area, 0);
    const struct relay_unit *u = k->oldest <= k->newest ? relay_class_unit(k, k->newest) : NULL;
    if (u && !u->n_moves && contains(&wanted, &u->covered) && gift_add(&g, u->piece)) {
        damage_or(&g.covered, &u->covered);
        damage_or(&g.lossy, &u->lossy);
        damage_and_not(&wanted, &u->covered);
    }
    add_blocks(&g, k, k->has, &wanted);
    damage_fini(&wanted);
    return finish(&g, &k->class);
}

/* What it got inexactly and what has come to rest, exactly. */
static bool give_exact(struct relay *r, struct relay_class *k, struct view_client *c,
                       struct rect area)
{
    struct gift g;
    struct damage wanted;
    const struct encode_class exact = encode_class_lossless(&c->class);
    damage_init(&wanted);
    damage_resize(&wanted, r->view->frame.w, r->view->frame.h);
    damage_copy(&wanted, &c->lossy);
    rest_keep_resting(&r->rest, &wanted);
    serve_bound(&wanted, r->view, area, c->refresh_most);
    gift_init(&g, r, c);
    if (damage_any(&wanted))
        add_blocks(&g, relay_class_of(r, &exact, r->known), k->has, &wanted);
    damage_fini(&wanted);
    return finish(&g, &exact);
}

bool relay_give(void *self, struct view_client *c, struct rect area)
{
    struct relay *r = self;
    struct relay_class *k = relay_class_of(r, &c->class, r->known);
    if (c->follows && is_whole(r, area) && takes_units(r, k, c))
        return give_units(r, k, c);
    if (damage_any(&c->pending))
        return give_blocks(r, k, c, area);
    return damage_any(&c->lossy) && give_exact(r, k, c, area);
}
