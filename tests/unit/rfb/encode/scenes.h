/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random pictures of the kinds that encoders treat differently. */
#ifndef HF_UNIT_RFB_ENCODE_SCENES_H
#define HF_UNIT_RFB_ENCODE_SCENES_H

#include "framebuffer/surface.h"

enum scene {
    SCENE_SOLID,
    SCENE_TWO_COLOURS, /* letters on a ground */
    SCENE_FEW_COLOURS,
    SCENE_TEXT,     /* letters with blended edges */
    SCENE_GRADIENT, /* a new colour in every row or column */
    SCENE_PICTURE,  /* smooth with a little noise */
    SCENE_NOISE,
    SCENE_STRIPES, /* long runs */
    SCENE_MIXED,   /* patches of the others */
    SCENES,
};

/* The next of a row of numbers that starts with a seed in *state. */
uint32_t scene_random(uint32_t *state);
/* Draws over r. */
void scene_draw(struct surface *s, struct rect r, enum scene scene, uint32_t *state);

#endif
