/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/serve.h"
#include "server/view_private.h"

static void clip_to_area(struct damage *d, const struct view *view, struct rect area)
{
    struct rect whole = surface_rect(&view->frame);
    if (rect_contains(&area, &whole))
        return;
    struct damage wanted;
    damage_init(&wanted);
    damage_resize(&wanted, d->w, d->h);
    damage_add_rect(&wanted, area);
    damage_and(d, &wanted);
    damage_fini(&wanted);
}

/* Leaves no more than fit into one update, from top to bottom; true when that is all of it. */
static bool bound_rects(struct damage *d)
{
    int col = 0, row = 0, rects = 0;
    for (int n; (n = damage_next_run(d, &col, &row)); col += n) {
        rects += (n + FANOUT_CELL_TILES - 1) / FANOUT_CELL_TILES +
                 1; /* 1: runs that are joined over a gap */
        if (rects > FANOUT_RECTS_MOST) {
            damage_remove_rect(d, (struct rect){0, row * TILE, d->w, d->h - row * TILE});
            return false;
        }
    }
    return true;
}

/* Leaves no more than `most` tiles, from top to bottom; true when that is all. */
static bool bound_tiles(struct damage *d, int most)
{
    int col = 0, row = 0, tiles = 0;
    for (int n; (n = damage_next_run(d, &col, &row)); col += n) {
        tiles += n;
        if (tiles > most) {
            int y = row * TILE, x = col * TILE + (n - (tiles - most)) * TILE;
            damage_remove_rect(d, (struct rect){x, y, d->w - x, TILE});
            damage_remove_rect(d, (struct rect){0, y + TILE, d->w, d->h - y - TILE});
            return false;
        }
    }
    return true;
}

/* Leaves what one update may hold; true when that is all of it. */
static bool bound(struct damage *d)
{
    bool whole = bound_rects(d);
    return (!shelf_memory_is_scarce() || bound_tiles(d, SCARCE_TILES_MOST)) && whole;
}

void serve_bound(struct damage *d, const struct view *view, struct rect area, int most)
{
    clip_to_area(d, view, area);
    if (most)
        bound_tiles(d, most);
    bound(d);
}

/* What a client gets in this frame. */
struct share {
    struct encode_class class;
    struct damage tiles;
    bool moves; /* with the view's moves before them */
    bool late;  /* it did not get the frame before */
};

/* A client that has all of the frame before takes what moved as CopyRect. */
static bool takes_moves(const struct view *view, struct view_client *c, struct rect area)
{
    struct rect whole = surface_rect(&view->frame);
    return view->n_moves && c->in_step && rect_contains(&area, &whole) &&
           c->ops->takes_moves(c) && !view_private_in_the_way(c, view->moves, view->n_moves);
}

static bool find_share(const struct view *view, const struct rest *rest, struct view_client *c,
                       struct rect area, struct share *share)
{
    share->class = c->class;
    damage_copy(&share->tiles, &view->rest);
    share->moves = takes_moves(view, c, area) && bound(&share->tiles);
    if (!share->moves)
        damage_copy(&share->tiles, &c->pending);
    serve_bound(&share->tiles, view, area, 0);
    share->late = !c->in_step;
    if (share->moves || damage_any(&share->tiles))
        return true;
    /* Nothing new: what it got inexactly and what has come to rest is sent again. */
    share->class = encode_class_lossless(&c->class);
    share->late = false;
    damage_copy(&share->tiles, &c->lossy);
    rest_keep_resting(rest, &share->tiles);
    serve_bound(&share->tiles, view, area, c->refresh_most);
    return damage_any(&share->tiles);
}

static void assign(const struct view *view, struct view_client *c, const struct share *share,
                   struct encode_group **groups)
{
    if (c->asks)
        c->group = group_find_or_add_asked(groups, &share->class, &share->tiles);
    else if (share->late)
        c->group = group_find_or_add_late(groups, &share->class, &share->tiles);
    else
        c->group = group_find_or_add(groups, &share->class, &share->tiles,
                                     share->moves ? view->moves : NULL,
                                     share->moves ? view->n_moves : 0);
    c->group->n_clients++;
    damage_and_not(&c->pending, share->moves ? &view->fresh : &c->group->damage);
}

/* ---- late clients ---- */

/*
 * A client that could not take each frame needs other tiles than those that could, and seldom
 * at the time when another one does. So that they share what is encoded, late ones are served
 * on a beat, the slower they are the rarer: the next multiple of the longest 2^n frames that is
 * no longer than what its last update took (and 16 at most). What it then gets is as new as
 * ever. With a few of them it does not matter.
 */
enum { LATE_FRAMES = 2, LATE_MOST = 2, BEAT_FRAMES_MOST = 16 };
#define FRAME_US UINT64_C(16667)

static void note_ready(struct view_client *c, bool ready, uint64_t now_us)
{
    if (!ready) {
        c->ready_us = 0;
        c->missed = true;
    } else if (!c->ready_us) {
        c->ready_us = now_us;
        c->took_us = c->missed && c->delivered_us ? now_us - c->delivered_us : 0;
        c->missed = false;
    }
}

static bool is_late(const struct view_client *c)
{
    return !c->in_step && damage_any(&c->pending) && c->took_us >= LATE_FRAMES * FRAME_US;
}

static bool many_are_late(const struct view *view)
{
    unsigned n = 0;
    for (const struct view_client *c = view->clients; c && n <= LATE_MOST; c = c->next)
        n += is_late(c);
    return n > LATE_MOST;
}

static uint64_t beat_of(const struct view_client *c)
{
    uint64_t beat_us = LATE_FRAMES * FRAME_US;
    while (beat_us * 2 <= c->took_us && beat_us < BEAT_FRAMES_MOST * FRAME_US)
        beat_us *= 2;
    return (c->ready_us / beat_us + 1) * beat_us;
}

/* ---- all clients ---- */

struct serving {
    const struct view *view;
    uint64_t now_us, due_us; /* now; when someone's beat comes, 0: never */
    bool on_beats;
    bool (*give)(void *self, struct view_client *c, struct rect area);
    void *self;
};

static bool waits_for_beat(struct serving *s, const struct view_client *c)
{
    if (!s->on_beats || !is_late(c))
        return false;
    uint64_t due_us = beat_of(c);
    if (due_us <= s->now_us)
        return false;
    if (!s->due_us || due_us < s->due_us)
        s->due_us = due_us;
    return true;
}

static void serve_client(struct serving *s, struct view_client *c)
{
    struct rect area;
    if (c->group)
        return;
    bool ready = c->ops->ready(c, s->now_us, &area);
    note_ready(c, ready, s->now_us);
    if (!ready)
        return;
    if (c->ops->has_news(c) == VIEW_NEWS_FIRST) {
        c->ops->deliver(c, NULL);
        /* It may be gone now; or want pixels without asking again. */
        if (c->view != s->view || !c->ops->ready(c, s->now_us, &area) ||
            c->ops->has_news(c) == VIEW_NEWS_FIRST)
            return;
    }
    if (waits_for_beat(s, c))
        return;
    /* Nothing of it is looked at after something was delivered: it may be gone. */
    bool some_news = c->ops->has_news(c) == VIEW_NEWS_SOME;
    if (!s->give(s->self, c, area) && some_news)
        c->ops->deliver(c, NULL);
}

uint64_t serve_each(struct view *view, const struct encode_class *only, uint64_t now_us,
                    bool (*give)(void *self, struct view_client *c, struct rect area),
                    void *self)
{
    struct serving s = {
        .view = view,
        .now_us = now_us,
        .on_beats = many_are_late(view),
        .give = give,
        .self = self,
    };
    for (struct view_client *c = view->clients, *next; c; c = next) {
        next = c->next;
        if (only && !encode_class_equal(only, &c->class))
            continue;
        serve_client(&s, c);
    }
    return s.due_us;
}

/* ---- shares of a frame ---- */

struct sharing {
    const struct view *view;
    const struct rest *rest;
    struct share share;
    struct encode_group **groups;
};

static bool give_share(void *self, struct view_client *c, struct rect area)
{
    struct sharing *s = self;
    view_private_trim(c);
    if (!find_share(s->view, s->rest, c, area, &s->share))
        return false;
    assign(s->view, c, &s->share, s->groups);
    c->ready_us = 0;
    return true;
}

uint64_t serve_clients(struct view *view, const struct rest *rest, uint64_t now_us,
                       struct encode_group **groups)
{
    struct sharing s = {.view = view, .rest = rest, .groups = groups};
    damage_init(&s.share.tiles);
    damage_resize(&s.share.tiles, view->frame.w, view->frame.h);
    uint64_t due_us = serve_each(view, NULL, now_us, give_share, &s);
    for (struct view_client *c = view->clients; c; c = c->next)
        c->in_step = false;
    damage_fini(&s.share.tiles);
    return due_us;
}

bool serve_wants_moves(const struct view *view)
{
    for (struct view_client *c = view->clients; c; c = c->next) {
        if (!damage_any(&c->pending) && c->ops->takes_moves(c))
            return true;
    }
    return false;
}

void serve_note_frame(struct view *view)
{
    for (struct view_client *c = view->clients; c; c = c->next) {
        if (c->asks)
            continue;
        c->in_step = !damage_any(&c->pending);
        damage_or(&c->pending, &view->fresh);
    }
}

void serve_settle(struct view *view, struct encode_group *groups, struct blocks *blocks)
{
    groups_choose_blocks(groups, blocks);
    for (struct view_client *c = view->clients; c; c = c->next) {
        if (c->group && c->group->set)
            damage_and_not(&c->pending, &c->group->damage);
    }
}

bool serve_any_lossy(const struct view *view)
{
    for (const struct view_client *c = view->clients; c; c = c->next) {
        if (damage_any(&c->lossy))
            return true;
    }
    return false;
}
