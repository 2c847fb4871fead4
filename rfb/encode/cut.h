/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damage becomes rectangles: few enough that headers and restarts cost little, tight enough
 * that unchanged pixels are not sent. Pure.
 */
#ifndef HF_RFB_ENCODE_CUT_H
#define HF_RFB_ENCODE_CUT_H

#include <stddef.h>

#include "framebuffer/damage.h"
#include "framebuffer/rect.h"
#include "rfb/encode/class.h"

struct rect_list {
    struct rect *rects;
    size_t n, cap;
};
void rect_list_fini(struct rect_list *list);
void rect_list_add(struct rect_list *list, struct rect r);

/*
 * Rectangles that cover every set tile of damage (clipped to the picture), do not overlap, and
 * suit the encoding; appended to list. Never empty ones. The order is from top to bottom.
 */
void cut_damage(const struct damage *damage, const struct encode_class *class,
                struct rect_list *list);

#endif
