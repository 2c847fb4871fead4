/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pictures of the synthetic place: each depends on its size and a frame number alone, so
 * that anyone can draw it again and compare. Pure; knows no clock.
 */
#ifndef HF_SERVER_ATTACH_PATTERN_SCENES_H
#define HF_SERVER_ATTACH_PATTERN_SCENES_H

#include <stdint.h>

#include "framebuffer/surface.h"

enum pattern_scene {
    PATTERN_STILL,         /* a test card */
    PATTERN_SCROLL,        /* a console whose text moves up by a line each frame */
    PATTERN_NUMBER_SCROLL, /* the same; bits of the frame number, lowest first, are squares of
                              16 px at the upper left: white is 1 */
    PATTERN_TYPE,          /* text that grows by a letter each frame, with a cursor */
    PATTERN_VIDEO,         /* a film of 320x240 px in the middle of the test card */
    PATTERN_NUMBER_VIDEO,  /* the same, with the frame number */
    PATTERN_WINDOW,        /* a window that wanders over the test card */
};

/* "still", "scroll", ...: 0, or -EINVAL for another name. name need not end with a zero; n
 * bytes count. */
int pattern_scene_by_name(const char *name, size_t n, enum pattern_scene *scene_r);
/* Draws frame n wholly. */
void pattern_draw(struct surface *s, enum pattern_scene scene, uint32_t frame);
/*
 * s holds frame - 1: makes it frame, and returns the rectangle outside which nothing was
 * touched (empty for a scene that never changes).
 */
struct rect pattern_advance(struct surface *s, enum pattern_scene scene, uint32_t frame);

#endif
