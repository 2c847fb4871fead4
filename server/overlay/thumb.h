/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A picture made small. Pure. */
#ifndef HF_SERVER_OVERLAY_THUMB_H
#define HF_SERVER_OVERLAY_THUMB_H

#include "framebuffer/surface.h"

/*
 * Draws `from`, made to fit r of `to`, but only what lies in clip: each pixel the mean of at
 * most 4 x 4 of those that it stands for, so that its cost is that of what is drawn, whatever
 * the size of `from`. A pixel is the same whatever the clip.
 */
void thumb_draw(const struct surface *from, struct surface *to, struct rect r,
                struct rect clip);
/* The largest rectangle in the middle of box with the proportions of w x h px. */
struct rect thumb_fit(struct rect box, int w, int h);

#endif
