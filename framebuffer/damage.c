/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/damage.h"
#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Tiles: columns x1..x2-1 of rows y1..y2-1. */
struct span {
    int x1, x2, y1, y2;
};

void damage_init(struct damage *d)
{
    *d = (struct damage){0};
}

void damage_fini(struct damage *d)
{
    free(d->bits);
    damage_init(d);
}

static size_t word_count(const struct damage *d)
{
    return (size_t)d->rows * (size_t)d->words;
}

/* So that the first range that is added is taken as it is. */
static void set_empty(struct damage *d)
{
    d->top = d->rows;
    d->bottom = 0;
}

void damage_resize(struct damage *d, int w, int h)
{
    damage_fini(d);
    if (w <= 0 || h <= 0)
        return;
    d->w = w;
    d->h = h;
    d->cols = (w - 1) / TILE + 1;
    d->rows = (h - 1) / TILE + 1;
    d->words = (d->cols - 1) / 64 + 1;
    d->bits = alloc_zero(word_count(d), sizeof(*d->bits));
    set_empty(d);
}

/* All words of rows from..to-1 as one array. */
static uint64_t *rows_at(const struct damage *d, int from, int to, size_t *n_r)
{
    *n_r = to > from ? (size_t)(to - from) * (size_t)d->words : 0;
    return d->bits + (size_t)from * (size_t)d->words;
}

static void clear_rows(struct damage *d, int from, int to)
{
    size_t n;
    uint64_t *words = rows_at(d, from, to, &n);
    if (n)
        memset(words, 0, n * sizeof(*words));
}

void damage_clear(struct damage *d)
{
    clear_rows(d, d->top, d->bottom);
    set_empty(d);
}

static bool row_is_empty(const struct damage *d, int row)
{
    uint64_t some = 0;
    for (int word = 0; word < d->words; word++)
        some |= d->bits[(size_t)row * (size_t)d->words + (size_t)word];
    return !some;
}

/* After clearing: the outer rows hold something again, or nothing is set. */
static void tighten(struct damage *d)
{
    while (d->top < d->bottom && row_is_empty(d, d->top))
        d->top++;
    while (d->top < d->bottom && row_is_empty(d, d->bottom - 1))
        d->bottom--;
    if (d->top >= d->bottom)
        set_empty(d);
}

static int lower(int a, int b)
{
    return a < b ? a : b;
}

static int higher(int a, int b)
{
    return a > b ? a : b;
}

static void widen(struct damage *d, int top, int bottom)
{
    d->top = lower(d->top, top);
    d->bottom = higher(d->bottom, bottom);
}

/* The bits of word `word` that stand for columns x1..x2-1. */
static uint64_t word_mask(int word, int x1, int x2)
{
    int from = x1 - word * 64, to = x2 - word * 64;
    if (from >= 64 || to <= 0)
        return 0;
    uint64_t low = from > 0 ? UINT64_MAX << from : UINT64_MAX;
    uint64_t high = to < 64 ? UINT64_MAX >> (64 - to) : UINT64_MAX;
    return low & high;
}

static uint64_t *row_at(const struct damage *d, int row)
{
    return d->bits + (size_t)row * (size_t)d->words;
}

static void set_span(struct damage *d, struct span s)
{
    for (int row = s.y1; row < s.y2 && s.x1 < s.x2; row++)
        for (int word = s.x1 / 64; word <= (s.x2 - 1) / 64; word++)
            row_at(d, row)[word] |= word_mask(word, s.x1, s.x2);
    if (s.x1 < s.x2 && s.y1 < s.y2)
        widen(d, s.y1, s.y2);
}

static void clear_span(struct damage *d, struct span s)
{
    for (int row = s.y1; row < s.y2 && s.x1 < s.x2; row++)
        for (int word = s.x1 / 64; word <= (s.x2 - 1) / 64; word++)
            row_at(d, row)[word] &= ~word_mask(word, s.x1, s.x2);
    tighten(d);
}

void damage_set_all(struct damage *d)
{
    set_span(d, (struct span){0, d->cols, 0, d->rows});
}

/* The part of at..at+n that lies in 0..most, as start and end; 64 bits: at + n need not fit
 * into an int. */
static void clip(int at, int n, int most, int *from_r, int *to_r)
{
    int64_t end = (int64_t)at + (n > 0 ? n : 0);
    *from_r = at < 0 ? 0 : at > most ? most : at;
    *to_r = end < 0 ? 0 : end > most ? most : (int)end;
}

static struct span tiles_touched(const struct damage *d, struct rect r)
{
    struct span px;
    clip(r.x, r.w, d->w, &px.x1, &px.x2);
    clip(r.y, r.h, d->h, &px.y1, &px.y2);
    if (px.x1 >= px.x2 || px.y1 >= px.y2)
        return (struct span){0};
    return (struct span){px.x1 / TILE, (px.x2 - 1) / TILE + 1, px.y1 / TILE,
                         (px.y2 - 1) / TILE + 1};
}

static struct span tiles_inside(const struct damage *d, struct rect r)
{
    struct span px;
    clip(r.x, r.w, d->w, &px.x1, &px.x2);
    clip(r.y, r.h, d->h, &px.y1, &px.y2);
    return (struct span){
        .x1 = (px.x1 + TILE - 1) / TILE,
        .x2 = px.x2 == d->w ? d->cols : px.x2 / TILE,
        .y1 = (px.y1 + TILE - 1) / TILE,
        .y2 = px.y2 == d->h ? d->rows : px.y2 / TILE,
    };
}

void damage_add_rect(struct damage *d, struct rect r)
{
    set_span(d, tiles_touched(d, r));
}

void damage_remove_rect(struct damage *d, struct rect r)
{
    if (!rect_empty(&r))
        clear_span(d, tiles_inside(d, r));
}

bool damage_any(const struct damage *d)
{
    return d->top < d->bottom;
}

bool damage_touches(const struct damage *d, struct rect r)
{
    struct span s = tiles_touched(d, r);
    for (int row = higher(s.y1, d->top); row < lower(s.y2, d->bottom); row++)
        for (int word = s.x1 / 64; word <= (s.x2 - 1) / 64; word++)
            if (row_at(d, row)[word] & word_mask(word, s.x1, s.x2))
                return true;
    return false;
}

size_t damage_count(const struct damage *d)
{
    size_t n, count = 0;
    const uint64_t *words = rows_at(d, d->top, d->bottom, &n);
    for (size_t i = 0; i < n; i++)
        count += (size_t)__builtin_popcountll(words[i]);
    return count;
}

static void check_same_size(const struct damage *a, const struct damage *b)
{
    (void)a;
    (void)b;
    assert(a->w == b->w && a->h == b->h);
}

void damage_or(struct damage *d, const struct damage *other)
{
    size_t n;
    check_same_size(d, other);
    uint64_t *words = rows_at(d, other->top, other->bottom, &n);
    const uint64_t *more = rows_at(other, other->top, other->bottom, &n);
    for (size_t i = 0; i < n; i++)
        words[i] |= more[i];
    widen(d, other->top, other->bottom);
}

void damage_and(struct damage *d, const struct damage *other)
{
    size_t n;
    check_same_size(d, other);
    int from = higher(d->top, other->top), to = lower(d->bottom, other->bottom);
    if (from >= to) {
        damage_clear(d);
        return;
    }
    clear_rows(d, d->top, from);
    clear_rows(d, to, d->bottom);
    uint64_t *words = rows_at(d, from, to, &n);
    const uint64_t *kept = rows_at(other, from, to, &n);
    for (size_t i = 0; i < n; i++)
        words[i] &= kept[i];
    d->top = from;
    d->bottom = to;
    tighten(d);
}

void damage_and_not(struct damage *d, const struct damage *other)
{
    size_t n;
    check_same_size(d, other);
    int from = higher(d->top, other->top), to = lower(d->bottom, other->bottom);
    uint64_t *words = rows_at(d, from, to, &n);
    const uint64_t *less = rows_at(other, from, to, &n);
    for (size_t i = 0; i < n; i++)
        words[i] &= ~less[i];
    tighten(d);
}

void damage_copy(struct damage *d, const struct damage *other)
{
    if (d == other)
        return;
    damage_clear(d);
    damage_or(d, other);
}

bool damage_equal(const struct damage *a, const struct damage *b)
{
    size_t n;
    if (a->w != b->w || a->h != b->h || a->top != b->top || a->bottom != b->bottom)
        return false;
    const uint64_t *words = rows_at(a, a->top, a->bottom, &n);
    return n == 0 || memcmp(words, rows_at(b, b->top, b->bottom, &n), n * sizeof(*words)) == 0;
}

/* The first column from `col` on whose bit, after XOR with flip, is set; cols when there is
 * none. */
static int find_column(const struct damage *d, int row, int col, uint64_t flip)
{
    while (col < d->cols) {
        uint64_t left = (row_at(d, row)[col / 64] ^ flip) >> (col & 63);
        if (left) {
            col += __builtin_ctzll(left);
            break;
        }
        col = (col / 64 + 1) * 64;
    }
    return col < d->cols ? col : d->cols;
}

int damage_next_run(const struct damage *d, int *col, int *row)
{
    for (int x = *row < d->top ? 0 : *col, y = higher(*row, d->top); y < d->bottom;
         x = 0, y++) {
        int first = find_column(d, y, x, 0);
        if (first < d->cols) {
            *col = first;
            *row = y;
            return find_column(d, y, first, UINT64_MAX) - first;
        }
    }
    return 0;
}

struct rect damage_bounds(const struct damage *d)
{
    int x1 = d->cols, x2 = 0, y1 = d->rows, y2 = 0, n;
    for (int col = 0, row = 0; (n = damage_next_run(d, &col, &row)) > 0; col += n) {
        x1 = col < x1 ? col : x1;
        x2 = col + n > x2 ? col + n : x2;
        y1 = row < y1 ? row : y1;
        y2 = row + 1;
    }
    return y2 ? (struct rect){x1, y1, x2 - x1, y2 - y1} : (struct rect){0, 0, 0, 0};
}
