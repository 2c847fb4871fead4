/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the picture of a machine lies in a view that is smaller or larger and cannot be resized:
 * made to fit, in the middle. Positions and areas between the two. Pure; knows no pixels.
 */
#ifndef HF_SERVER_VIEW_SCALE_H
#define HF_SERVER_VIEW_SCALE_H

#include "framebuffer/rect.h"

struct view_scale {
    int w, h;        /* px of the whole picture as it is; 0: nothing is scaled */
    struct rect fit; /* px in the view: where all of it lies */
};

/* A picture of w x h px in a view of view_w x view_h; w 0: nothing is scaled. */
struct view_scale view_scale_to(int w, int h, int view_w, int view_h);
/* Where r of the picture lies in the view, and one pixel more around it: what changes there
 * when r does. */
struct rect view_scale_area(const struct view_scale *s, struct rect r);
/* The same exactly: areas side by side stay side by side. */
struct rect view_scale_rect(const struct view_scale *s, struct rect r);
/* A position of the picture becomes one of the view, and back (inside the picture). */
void view_scale_point(const struct view_scale *s, int *x, int *y);
void view_scale_back(const struct view_scale *s, int *x, int *y);

#endif
