/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tiles that one move could make right, and the largest rectangles of them. Knows tiles, no
 * pixels.
 */
#ifndef HF_FRAMEBUFFER_SCROLL_AREA_H
#define HF_FRAMEBUFFER_SCROLL_AREA_H

#include "framebuffer/damage.h"

struct scroll_area {
    int cols, rows; /* tiles */
    uint8_t *fits;  /* a byte a tile: the move makes or leaves it right */
    uint32_t
        *gain; /* (rows + 1) * (cols + 1): fitting damaged tiles above and left of a corner */
    int *heights; /* cols + 1, for the search */
    int *starts;  /* likewise */
};

/* Fits the size of damage; no tile fits. */
void scroll_area_init(struct scroll_area *a, const struct damage *damage);
void scroll_area_fini(struct scroll_area *a);

static inline uint8_t *scroll_area_fits(const struct scroll_area *a, int col, int row)
{
    return &a->fits[(size_t)row * (size_t)a->cols + (size_t)col];
}

/*
 * The rectangle (in tiles) of fitting tiles that holds the most damaged ones, without borders
 * that hold none, and in *gain_r their number; empty when no damaged tile fits.
 */
struct rect scroll_area_best(struct scroll_area *a, const struct damage *damage,
                             uint32_t *gain_r);
/* The tiles of r (in tiles) do not fit any more. */
void scroll_area_take(struct scroll_area *a, struct rect r);

#endif
