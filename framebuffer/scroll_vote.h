/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guesses by which distances parts of a picture have moved. A guess is a hint only: equal
 * hashes stand for equal pixels here. Knows no moves.
 */
#ifndef HF_FRAMEBUFFER_SCROLL_VOTE_H
#define HF_FRAMEBUFFER_SCROLL_VOTE_H

#include "framebuffer/damage.h"
#include "framebuffer/surface.h"

/* Pixels of the old picture at x, y seem to be at x + dx, y + dy now. */
struct scroll_vote {
    int dx, dy;     /* px, not both 0 */
    unsigned count; /* how many probes say so */
};

/*
 * Writes at most `most` different distances to votes_r, those with the most votes first, and
 * returns how many. Pixels are sought and found within the bounds of the damage. old, next and
 * damage have the same size. The cost is bounded by the size of the picture.
 */
int scroll_vote(const struct surface *old, const struct surface *next,
                const struct damage *damage, struct scroll_vote *votes_r, int most);

#endif
