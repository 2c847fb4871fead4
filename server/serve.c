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

/* What a client gets in this frame. */
struct share {
    struct encode_class class;
    struct damage tiles;
    bool moves; /* with the view's moves before them */
};

/* A client that has all of the frame before takes what moved as CopyRect. */
static bool takes_moves(const struct view *view, struct view_client *c, struct rect area)
{
    struct rect whole = surface_rect(&view->frame);
    return view->n_moves && c->in_step && rect_contains(&area, &whole) &&
           c->ops->takes_moves(c) && !view_private_in_the_way(c, view);
}

static bool find_share(const struct view *view, const struct rest *rest, struct view_client *c,
                       struct rect area, struct share *share)
{
    share->class = c->class;
    damage_copy(&share->tiles, &view->rest);
    share->moves = takes_moves(view, c, area) && bound(&share->tiles);
    if (!share->moves)
        damage_copy(&share->tiles, &c->pending);
    clip_to_area(&share->tiles, view, area);
    bound(&share->tiles);
    if (share->moves || damage_any(&share->tiles))
        return true;
    /* Nothing new: what it got inexactly and what has come to rest is sent again. */
    share->class = encode_class_lossless(&c->class);
    damage_copy(&share->tiles, &c->lossy);
    rest_keep_resting(rest, &share->tiles);
    clip_to_area(&share->tiles, view, area);
    if (c->refresh_most)
        bound_tiles(&share->tiles, c->refresh_most);
    bound(&share->tiles);
    return damage_any(&share->tiles);
}

static void assign(const struct view *view, struct view_client *c, const struct share *share,
                   struct encode_group **groups)
{
    c->group =
        group_find_or_add(groups, &share->class, &share->tiles,
                          share->moves ? view->moves : NULL, share->moves ? view->n_moves : 0);
    c->group->n_clients++;
    damage_and_not(&c->pending, share->moves ? &view->fresh : &share->tiles);
}

static void serve_client(const struct view *view, const struct rest *rest,
                         struct view_client *c, uint64_t now_us, struct share *share,
                         struct encode_group **groups)
{
    struct rect area;
    if (c->group || !c->ops->ready(c, now_us, &area))
        return;
    if (c->ops->has_news(c) == VIEW_NEWS_FIRST) {
        c->ops->deliver(c, NULL);
        /* It may be gone now; or want pixels without asking again. */
        if (c->view != view || !c->ops->ready(c, now_us, &area) ||
            c->ops->has_news(c) == VIEW_NEWS_FIRST)
            return;
    }
    view_private_trim(c);
    if (find_share(view, rest, c, area, share))
        assign(view, c, share, groups);
    else if (c->ops->has_news(c) == VIEW_NEWS_SOME)
        c->ops->deliver(c, NULL);
}

void serve_clients(struct view *view, const struct rest *rest, uint64_t now_us,
                   struct encode_group **groups)
{
    struct share share;
    damage_init(&share.tiles);
    damage_resize(&share.tiles, view->frame.w, view->frame.h);
    for (struct view_client *c = view->clients, *next; c; c = next) {
        next = c->next;
        serve_client(view, rest, c, now_us, &share, groups);
        c->in_step = false;
    }
    damage_fini(&share.tiles);
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
