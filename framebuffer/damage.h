/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which 16x16 tiles of a w x h picture: what changed, what a viewer has not got yet, what it
 * got lossy. A plain bitmap, one row of 64-bit words per tile row; most have little set, so it
 * is known between which rows to look. Pure; knows no pixels.
 */
#ifndef HF_FRAMEBUFFER_DAMAGE_H
#define HF_FRAMEBUFFER_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "framebuffer/rect.h"

enum { TILE = 16 };

struct damage {
    int w, h;        /* px */
    int cols, rows;  /* tiles, rounded up */
    int words;       /* 64-bit words in a row */
    int top, bottom; /* rows top..bottom-1 hold all that is set, and the outer two of them some
                        of it; top >= bottom: nothing is set */
    uint64_t *bits;  /* rows * words; bits past cols are always 0 */
};

void damage_init(struct damage *d);
void damage_fini(struct damage *d);
/* Makes it fit a w x h picture (0 x 0 allowed) with nothing set. */
void damage_resize(struct damage *d, int w, int h);
void damage_clear(struct damage *d);
void damage_set_all(struct damage *d);
/* Sets every tile that r (clipped) touches. */
void damage_add_rect(struct damage *d, struct rect r);
/* Clears every tile that lies in r wholly (the picture's right and bottom edge complete a
 * tile). */
void damage_remove_rect(struct damage *d, struct rect r);
bool damage_any(const struct damage *d);
/* Whether any tile that r (clipped) touches is set. */
bool damage_touches(const struct damage *d, struct rect r);
size_t damage_count(const struct damage *d);
/* The smallest rectangle, in tiles, that holds all set tiles; empty when there are none. */
struct rect damage_bounds(const struct damage *d);
/* d |= other, d &= other, d &= ~other, d = other. Both must have the same size. */
void damage_or(struct damage *d, const struct damage *other);
void damage_and(struct damage *d, const struct damage *other);
void damage_and_not(struct damage *d, const struct damage *other);
void damage_copy(struct damage *d, const struct damage *other);
bool damage_equal(const struct damage *a, const struct damage *b);

static inline bool damage_tile(const struct damage *d, int col, int row)
{
    return d->bits[(size_t)row * (size_t)d->words + (size_t)(col >> 6)] >> (col & 63) & 1;
}

static inline void damage_set_tile(struct damage *d, int col, int row)
{
    d->bits[(size_t)row * (size_t)d->words + (size_t)(col >> 6)] |= UINT64_C(1) << (col & 63);
    d->top = row < d->top ? row : d->top;
    d->bottom = row >= d->bottom ? row + 1 : d->bottom;
}

/*
 * The next run of set tiles in row order: starts the search at *col, *row (0, 0 first), sets
 * *col and *row to the run's first tile and returns its length in tiles; 0 at the end. Continue
 * at col + length.
 */
int damage_next_run(const struct damage *d, int *col, int *row);

#endif
