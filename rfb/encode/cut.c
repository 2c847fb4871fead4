/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/cut.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "rfb/encode/choose.h"

/*
 * Runs of damaged tiles are taken from top to bottom. A run joins a rectangle above or beside
 * it when the box around both holds little else; what remains starts a rectangle. All in tiles
 * until the end.
 */
struct cutter {
    const struct damage *damage;
    struct damage taken;    /* tiles that belong to a rectangle already */
    struct rect_list *list; /* rectangles in tiles from `first` on */
    size_t first;
    size_t *open,
        n_open; /* places in the list of rectangles that the current row may still join */
    int waste_most, width_most, area_most; /* tiles */
};

/* A rectangle may be joined over so many rows without damage. */
enum { GAP_ROWS = 1 };

/*
 * Limits for damage that is made to be dear: how many rectangles a run may choose from, and how
 * many may come out before whole bands are taken instead (an update holds 65535).
 */
enum { CHOICES_MOST = 128, RECTS_MOST = 8192, BAND_ROWS = 4 };

void rect_list_fini(struct rect_list *list)
{
    free(list->rects);
    *list = (struct rect_list){0};
}

void rect_list_add(struct rect_list *list, struct rect r)
{
    if (list->n == list->cap) {
        list->cap = list->cap ? list->cap * 2 : 64;
        list->rects = alloc_resize(list->rects, list->cap, sizeof *list->rects);
    }
    list->rects[list->n++] = r;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static struct rect box_around(const struct rect *a, const struct rect *b)
{
    int x = least(a->x, b->x), y = least(a->y, b->y);
    return (struct rect){x, y, most(a->x + a->w, b->x + b->w) - x,
                         most(a->y + a->h, b->y + b->h) - y};
}

/* Whether no other rectangle than `own` has tiles in box. */
static bool box_is_free(const struct cutter *c, const struct rect *box, const struct rect *own)
{
    for (int row = box->y; row < box->y + box->h; row++) {
        bool own_row = row >= own->y && row < own->y + own->h;
        for (int col = box->x; col < box->x + box->w; col++) {
            if (own_row && col == own->x)
                col += own->w;
            if (col < box->x + box->w && damage_tile(&c->taken, col, row))
                return false;
        }
    }
    return true;
}

static void take(struct cutter *c, const struct rect *tiles)
{
    struct rect px = {tiles->x * TILE, tiles->y * TILE, tiles->w * TILE, tiles->h * TILE};
    damage_add_rect(&c->taken, px);
}

static bool join(struct cutter *c, const struct rect *run)
{
    size_t oldest = c->n_open > CHOICES_MOST ? c->n_open - CHOICES_MOST : 0;
    for (size_t i = c->n_open; i-- > oldest;) {
        struct rect *r = &c->list->rects[c->open[i]];
        struct rect box = box_around(r, run);
        int waste = box.w * box.h - r->w * r->h - run->w * run->h;
        if (waste > c->waste_most || !box_is_free(c, &box, r))
            continue;
        *r = box;
        take(c, r);
        return true;
    }
    return false;
}

static void start(struct cutter *c, const struct rect *run)
{
    take(c, run);
    c->open[c->n_open++] = c->list->n;
    rect_list_add(c->list, *run);
}

/* The tiles of one word of a row that are damaged and in no rectangle yet. */
static uint64_t free_tiles(const struct cutter *c, int row, int word)
{
    size_t i = (size_t)row * (size_t)c->damage->words + (size_t)word;
    return c->damage->bits[i] & ~c->taken.bits[i];
}

/* The next such run at or right of col; its width is 0 at the end of the row. */
static struct rect next_run(const struct cutter *c, int col, int row)
{
    struct rect run = {col, row, 0, 1};
    for (int word = col / 64; word < c->damage->words; word++) {
        uint64_t left = free_tiles(c, row, word);
        if (word == col / 64)
            left &= ~UINT64_C(0) << col % 64;
        if (!left)
            continue;
        run.x = word * 64 + __builtin_ctzll(left);
        while (run.x + run.w < c->damage->cols &&
               free_tiles(c, row, (run.x + run.w) / 64) >> (run.x + run.w) % 64 & 1)
            run.w++;
        break;
    }
    return run;
}

static void cut_row(struct cutter *c, int row)
{
    struct rect run = next_run(c, 0, row);
    while (run.w) {
        if (!join(c, &run))
            start(c, &run);
        run = next_run(c, run.x + run.w, row);
    }
}

static void close_rects_above(struct cutter *c, int row)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->n_open; i++) {
        const struct rect *r = &c->list->rects[c->open[i]];
        if (r->y + r->h + GAP_ROWS >= row)
            c->open[kept++] = c->open[i];
    }
    c->n_open = kept;
}

/* Tiles to pixels, in pieces within the limits. */
static void add_pieces(struct cutter *c, const struct rect *tiles)
{
    struct rect picture = {0, 0, c->damage->w, c->damage->h};
    int w = least(tiles->w, c->width_most), h = most(c->area_most / w, 1);
    /* Whole tiles of 64 pixels, where they fit, suit ZRLE. */
    if (h > 4)
        h -= h % 4;
    for (int row = 0; row < tiles->h; row += h) {
        for (int col = 0; col < tiles->w; col += w) {
            struct rect px = {(tiles->x + col) * TILE, (tiles->y + row) * TILE,
                              least(w, tiles->w - col) * TILE, least(h, tiles->h - row) * TILE};
            rect_list_add(c->list, rect_intersect(px, picture));
        }
    }
}

static int from_top_to_bottom(const void *a, const void *b)
{
    const struct rect *p = a, *q = b;
    return p->y != q->y ? (p->y > q->y) - (p->y < q->y) : (p->x > q->x) - (p->x < q->x);
}

static void cut_into_joined_runs(struct cutter *c)
{
    damage_init(&c->taken);
    damage_resize(&c->taken, c->damage->w, c->damage->h);
    /* An open rectangle has a tile in one of the last rows, and no two share one. */
    c->open = alloc_zero((size_t)c->damage->cols * (GAP_ROWS + 2), sizeof *c->open);
    for (int row = 0; row < c->damage->rows && c->list->n - c->first <= RECTS_MOST; row++) {
        close_rects_above(c, row);
        cut_row(c, row);
    }
    free(c->open);
    damage_fini(&c->taken);
}

/* A rectangle for each few rows that have damage, from its first to its last column. */
static void cut_into_bands(struct cutter *c)
{
    for (int row = 0; row < c->damage->rows; row += BAND_ROWS) {
        struct rect band = {0, 0, 0, 0};
        int col = 0, at = row, length;
        while ((length = damage_next_run(c->damage, &col, &at)) > 0 && at < row + BAND_ROWS) {
            struct rect run = {col, at, length, 1};
            band = rect_empty(&band) ? run : box_around(&band, &run);
            col += length;
        }
        if (!rect_empty(&band))
            rect_list_add(c->list, band);
    }
}

/* Replaces the rectangles in tiles by their pieces in pixels. */
static void replace_by_pieces(struct cutter *c)
{
    struct rect_list *list = c->list;
    size_t made = list->n - c->first;
    for (size_t i = 0; i < made; i++) {
        struct rect tiles = list->rects[c->first + i];
        add_pieces(c, &tiles);
    }
    list->n -= made;
    for (size_t i = c->first; i < list->n; i++)
        list->rects[i] = list->rects[made + i];
}

void cut_damage(const struct damage *damage, const struct encode_class *class,
                struct rect_list *list)
{
    struct cut_limits limits = choose_cut_limits(class);
    struct cutter c = {
        .damage = damage,
        .list = list,
        .first = list->n,
        .waste_most = limits.waste_px / (TILE * TILE),
        .width_most = most(limits.width_most / TILE, 1),
        .area_most = most(limits.area_most / (TILE * TILE), 1),
    };
    if (!damage_any(damage))
        return;
    cut_into_joined_runs(&c);
    if (list->n - c.first > RECTS_MOST) {
        list->n = c.first;
        cut_into_bands(&c);
    }
    replace_by_pieces(&c);
    qsort(list->rects + c.first, list->n - c.first, sizeof *list->rects, from_top_to_bottom);
}
