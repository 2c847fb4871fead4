/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the menu and its rows lie in a view: the same for drawing and for the mouse. Pure. */
#ifndef HF_SERVER_OVERLAY_MENU_SHAPE_H
#define HF_SERVER_OVERLAY_MENU_SHAPE_H

#include "framebuffer/rect.h"

enum { MENU_SHAPE_NO_ROW = -1, MENU_SHAPE_OUTSIDE = -2 };

struct menu_shape {
    struct rect all; /* px in the view, on whole tiles */
    int text_px, line_h, pad;
    unsigned first, n_shown; /* rows that fit */
    int rows_y;              /* px below the top of `all` where the first of them begins */
};

/* For n rows (at least one) of which `chosen` must be seen. */
void menu_shape_find(struct menu_shape *shape, int view_w, int view_h, unsigned n,
                     unsigned chosen);
/* Row i, which is shown, in px of the menu's own picture. */
struct rect menu_shape_row(const struct menu_shape *shape, unsigned i);
/* The row at x, y of the view; MENU_SHAPE_NO_ROW on its title or edge. */
int menu_shape_row_at(const struct menu_shape *shape, int x, int y);

#endif
