/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds that part of a picture has moved: the old and the new frame and what changed between
 * them go in, verified copies come out. Pure.
 */
#ifndef HF_FRAMEBUFFER_SCROLL_H
#define HF_FRAMEBUFFER_SCROLL_H

#include "framebuffer/damage.h"
#include "framebuffer/surface.h"

/* new[to] equals old[to moved by -dx, -dy], pixel for pixel. */
struct scroll_move {
    struct rect to; /* in px, on tile borders (or the picture's edge) */
    int dx, dy;
};

/*
 * Looks in the damaged tiles for at most `most` moves whose destinations do not overlap, where
 * no source is a destination of an EARLIER move of the list (a client carries them out in this
 * order on one picture), and which pay: each covers at least 16 damaged tiles. old and next
 * have the size of damage. Returns how many. Clears in damage the tiles that the moves make
 * right.
 */
int scroll_find(const struct surface *old, const struct surface *next, struct damage *damage,
                struct scroll_move *moves_r, int most);

#endif
