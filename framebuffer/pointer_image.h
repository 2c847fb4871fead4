/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The shape of a mouse pointer: ARGB words 0xAARRGGBB, alpha not premultiplied, with a hot
 * spot. Immutable and reference-counted; used in the loop's thread only.
 */
#ifndef HF_FRAMEBUFFER_POINTER_IMAGE_H
#define HF_FRAMEBUFFER_POINTER_IMAGE_H

#include <stdint.h>

#include "framebuffer/surface.h"

enum { POINTER_SIDE_MOST = 512 }; /* px; QEMU's own limit */

struct pointer_image {
    unsigned refs;
    int w, h;         /* px, 1..POINTER_SIDE_MOST; or 0 x 0: an invisible pointer */
    int hot_x, hot_y; /* px, 0..w-1, 0..h-1 (0 for 0 x 0) */
    uint32_t argb[];  /* w * h */
};

/*
 * A copy of w x h words at argb. Returns 0 or -EINVAL when the size is out of range; a hot spot
 * outside the image is moved to its edge.
 */
int pointer_image_new(struct pointer_image **image_r, int w, int h, int hot_x, int hot_y,
                      const void *argb);
/* The same from premultiplied words; a colour that exceeds its alpha becomes 255. */
int pointer_image_new_premultiplied(struct pointer_image **image_r, int w, int h, int hot_x,
                                    int hot_y, const void *argb);
/* The arrow that is shown while the machine has not told its own; a new reference. */
struct pointer_image *pointer_image_arrow(void);
struct pointer_image *pointer_image_ref(struct pointer_image *image);
void pointer_image_unref(struct pointer_image **image);
/* The pixels it covers with its hot spot at x, y. */
struct rect pointer_image_rect(const struct pointer_image *image, int x, int y);
/* Draws it over s with its hot spot at x, y, clipped to s and to clip. */
void pointer_image_draw(const struct pointer_image *image, struct surface *s, int x, int y,
                        struct rect clip);

#endif
