/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/scroll.h"
#include "framebuffer/compare_ops.h"
#include "framebuffer/scroll_area.h"
#include "framebuffer/scroll_vote.h"

#include <assert.h>
#include <string.h>

enum {
    GAIN_LEAST = 16,     /* damaged tiles that a move must make right to pay */
    DISTANCES_TRIED = 3, /* each costs a look at all that lies between damaged tiles */
};

/* What one distance could make right. */
struct candidate {
    int dx, dy; /* px */
    struct scroll_area area;
    struct rect best; /* in tiles; its gain never grows while other moves take tiles away */
    uint32_t gain;
    bool fresh; /* best and gain are those of the area as it is now */
};

struct search {
    const struct surface *old, *next;
    const struct compare_ops *ops;
    struct damage *damage;
    struct rect bounds; /* of the damage, in tiles */
    struct candidate candidates[DISTANCES_TRIED];
    int n_candidates;
    struct scroll_move *moves;
    int n, most;
};

static struct rect source_of(const struct scroll_move *m)
{
    return (struct rect){m->to.x - m->dx, m->to.y - m->dy, m->to.w, m->to.h};
}

static struct rect in_pixels(const struct search *s, struct rect tiles)
{
    struct rect r = {tiles.x * TILE, tiles.y * TILE, tiles.w * TILE, tiles.h * TILE};
    return rect_intersect(r, surface_rect(s->next));
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Columns first..end-1 of tiles in one row of them, all of full width. */
struct strip {
    int row, first, end;
};

/* How each tile of the strip, in pixel rows from..to-1, differs from what has moved there. */
static void compare_strip(const struct search *s, const struct candidate *c, struct strip t,
                          int from, int to, struct tile_difference *difference)
{
    for (int i = from; i < to; i++) {
        int x = t.first * TILE, y = t.row * TILE + i;
        s->ops->tiles(difference, surface_at(s->next, x, y),
                      (const uint8_t *)surface_at(s->old, x - c->dx, y - c->dy),
                      (size_t)(t.end - t.first), SOURCE_XRGB);
    }
}

/* The damaged ones among the strip's tiles that do not differ. */
static int count_damaged(const struct search *s, struct strip t,
                         const struct tile_difference *difference)
{
    int found = 0;
    for (int col = t.first; col < t.end; col++)
        found +=
            !tile_differs(&difference[col - t.first]) && damage_tile(s->damage, col, t.row);
    return found;
}

/*
 * Marks the tiles of the strip that the distance makes or leaves right and returns how many of
 * them are damaged. Most strips that do not fit are given up after their first pixel rows.
 */
static int mark_strip(const struct search *s, struct candidate *c, struct strip t, int h)
{
    struct tile_difference difference[SURFACE_SIDE_MOST / TILE];
    if (t.first >= t.end)
        return 0;
    memset(difference, 0, (size_t)(t.end - t.first) * sizeof(difference[0]));
    for (int from = 0, to = 1; from < h; from = to, to = smaller(4 * to, h)) {
        compare_strip(s, c, t, from, to, difference);
        if (!count_damaged(s, t, difference))
            return 0;
    }
    for (int col = t.first; col < t.end; col++)
        if (!tile_differs(&difference[col - t.first]))
            *scroll_area_fits(&c->area, col, t.row) = 1;
    return count_damaged(s, t, difference);
}

/* A last tile that is narrower than others. */
static int mark_edge(const struct search *s, struct candidate *c, int row, int h)
{
    int col = s->next->w / TILE, x = col * TILE, w = s->next->w - x;
    if (!w || col >= s->bounds.x + s->bounds.w || c->dx < 0 || x < c->dx)
        return 0;
    for (int y = row * TILE; y < row * TILE + h; y++)
        if (memcmp(surface_at(s->next, x, y), surface_at(s->old, x - c->dx, y - c->dy),
                   (size_t)w * sizeof(uint32_t)) != 0)
            return 0;
    *scroll_area_fits(&c->area, col, row) = 1;
    return damage_tile(s->damage, col, row);
}

/* Marks what fits among the damaged tiles and those between them. */
static int mark_fitting(const struct search *s, struct candidate *c)
{
    int found = 0, w = s->next->w, h = s->next->h;
    struct strip t = {
        .first = larger(s->bounds.x, (c->dx + TILE - 1) / TILE),
        .end = smaller(s->bounds.x + s->bounds.w, smaller(w, w + c->dx) / TILE),
    };
    for (t.row = s->bounds.y; t.row < s->bounds.y + s->bounds.h; t.row++) {
        int top = t.row * TILE, height = smaller(TILE, h - top);
        if (top >= c->dy && top + height - c->dy <= h)
            found += mark_strip(s, c, t, height) + mark_edge(s, c, t.row, height);
    }
    return found;
}

static void add_candidate(struct search *s, const struct scroll_vote *vote)
{
    struct candidate *c = &s->candidates[s->n_candidates];
    *c = (struct candidate){.dx = vote->dx, .dy = vote->dy};
    scroll_area_init(&c->area, s->damage);
    int found = mark_fitting(s, c);
    if (found < GAIN_LEAST) {
        scroll_area_fini(&c->area);
        return;
    }
    c->gain = (uint32_t)found;
    s->n_candidates++;
}

static bool overlap(struct rect a, struct rect b)
{
    struct rect common = rect_intersect(a, b);
    return !rect_empty(&common);
}

/* Whether the move may stand before the one that is at `at` now. */
static bool place_ok(const struct search *s, const struct scroll_move *move, int at)
{
    for (int i = 0; i < s->n; i++) {
        bool before = i < at;
        if (before && overlap(source_of(move), s->moves[i].to))
            return false;
        if (!before && overlap(source_of(&s->moves[i]), move->to))
            return false;
    }
    return true;
}

static bool insert(struct search *s, const struct scroll_move *move)
{
    for (int at = s->n; at >= 0; at--) {
        if (!place_ok(s, move, at))
            continue;
        memmove(&s->moves[at + 1], &s->moves[at], (size_t)(s->n - at) * sizeof(*s->moves));
        s->moves[at] = *move;
        s->n++;
        return true;
    }
    return false;
}

/* The candidate that makes the most tiles right with its best move; NULL when none pays. */
static struct candidate *best_candidate(struct search *s)
{
    for (;;) {
        struct candidate *best = NULL;
        for (int i = 0; i < s->n_candidates; i++)
            if (!best || s->candidates[i].gain > best->gain)
                best = &s->candidates[i];
        if (!best || best->gain < GAIN_LEAST)
            return NULL;
        if (best->fresh)
            return best;
        best->best = scroll_area_best(&best->area, s->damage, &best->gain);
        best->fresh = true;
    }
}

static void take(struct search *s, struct rect tiles)
{
    for (int i = 0; i < s->n_candidates; i++) {
        scroll_area_take(&s->candidates[i].area, tiles);
        s->candidates[i].fresh = false;
    }
}

/* A move that no order allows is given up, and its tiles stay for other distances. */
static void choose_moves(struct search *s)
{
    struct candidate *c;
    for (int tries = 0; s->n < s->most && tries < 2 * s->most; tries++) {
        if (!(c = best_candidate(s)))
            return;
        struct scroll_move move = {.to = in_pixels(s, c->best), .dx = c->dx, .dy = c->dy};
        if (insert(s, &move)) {
            damage_remove_rect(s->damage, move.to);
            take(s, c->best);
        } else {
            scroll_area_take(&c->area, c->best);
            c->fresh = false;
        }
    }
}

int scroll_find(const struct surface *old, const struct surface *next, struct damage *damage,
                struct scroll_move *moves_r, int most)
{
    struct scroll_vote votes[DISTANCES_TRIED];
    struct search s = {
        .old = old, .next = next, .damage = damage, .moves = moves_r, .most = most};
    assert(old->w == next->w && old->h == next->h);
    assert(damage->w == next->w && damage->h == next->h);
    if (most <= 0 || damage_count(damage) < GAIN_LEAST)
        return 0;
    s.ops = compare_ops_best();
    s.bounds = damage_bounds(damage);
    int n = scroll_vote(old, next, damage, votes, DISTANCES_TRIED);
    for (int i = 0; i < n; i++)
        if (i == 0 || votes[i].count > 1)
            add_candidate(&s, &votes[i]);
    choose_moves(&s);
    for (int i = 0; i < s.n_candidates; i++)
        scroll_area_fini(&s.candidates[i].area);
    return s.n;
}
