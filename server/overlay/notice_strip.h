/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notices as a strip: what it looks like in a picture of some size, and where it lies so that
 * it does not cover the pointer's surroundings. Knows nobody who looks.
 */
#ifndef HF_SERVER_OVERLAY_NOTICE_STRIP_H
#define HF_SERVER_OVERLAY_NOTICE_STRIP_H

#include "framebuffer/layer.h"
#include "server/overlay/notice.h"

/* Where a strip lies. */
struct strip_place {
    int view_w, view_h; /* px, the whole picture */
    struct rect taken;  /* by another strip; empty: none */
    bool pointer_known;
    int pointer_x, pointer_y; /* px in the picture */
    bool at_bottom;           /* the edge that it prefers */
};

/* Draws the lines as they read now; l has no picture when there are none. It lies at 0, 0 until
 * it is placed. */
void notice_strip_draw(const struct notices *n, uint64_t now_us, int view_w, int view_h,
                       struct layer *l);
/* Where a strip of w x h px lies: in the middle of an edge of the picture, its right and lower
 * end inside it if it fits. */
struct rect notice_strip_place(const struct strip_place *place, int w, int h);

#endif
