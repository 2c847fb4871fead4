/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A layer: a small picture that lies over a larger one at a place of its own, opaque or as
 * transparent everywhere as its one alpha says. Pure; knows neither what it shows nor whom.
 */
#ifndef HF_FRAMEBUFFER_LAYER_H
#define HF_FRAMEBUFFER_LAYER_H

#include <stdint.h>

#include "framebuffer/surface.h"

struct layer {
    struct surface picture; /* 0 x 0: there is no layer */
    int x, y;               /* px, where its left top corner lies in what is below */
    uint8_t alpha;          /* 255: opaque; 0: not to be seen */
};

void layer_init(struct layer *l);
void layer_fini(struct layer *l);
/* Makes it r.w x r.h, all black, opaque, at r.x, r.y. Empty: as after layer_init. 0, or -E2BIG
 * as surface_resize. */
int layer_place(struct layer *l, struct rect r);
/* What it covers; empty when there is none. */
struct rect layer_rect(const struct layer *l);
/* Draws the part of it that lies in clip over s. */
void layer_draw(const struct layer *l, struct surface *s, struct rect clip);

#endif
