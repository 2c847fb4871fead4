/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/place_picture.h"
#include "base/alloc.h"

#include <stdlib.h>

struct place_picture *place_picture_new(void)
{
    return ALLOC(struct place_picture);
}

void place_picture_free(struct place_picture **at)
{
    struct place_picture *picture = *at;
    *at = NULL;
    if (!picture)
        return;
    for (unsigned i = 0; i < HEADS_MOST; i++)
        surface_fini(&picture->heads[i]);
    pointer_image_unref(&picture->pointer_image);
    free(picture);
}

void place_picture_take_heads(struct place_picture *picture, const struct place_head *heads,
                              unsigned n)
{
    for (unsigned i = 0; i < HEADS_MOST; i++) {
        struct surface *s = &picture->heads[i];
        int w = i < n ? heads[i].w : 0, h = i < n ? heads[i].h : 0;
        if (s->w == w && s->h == h)
            continue;
        if (surface_resize(s, w, h) < 0)
            surface_resize(s, 0, 0);
    }
}

void place_picture_take_pixels(struct place_picture *picture, unsigned head, struct rect r,
                               const void *src, size_t src_stride, enum source_format format)
{
    if (head >= HEADS_MOST)
        return;
    struct surface *s = &picture->heads[head];
    struct rect whole = surface_rect(s);
    if (rect_empty(&r) || !rect_contains(&whole, &r))
        return;
    for (int y = 0; y < r.h; y++)
        source_format_convert(format, surface_at(s, r.x, r.y + y),
                              (const char *)src + (size_t)y * src_stride, (size_t)r.w);
}

void place_picture_blank(struct place_picture *picture, unsigned head)
{
    if (head < HEADS_MOST)
        surface_fill(&picture->heads[head], surface_rect(&picture->heads[head]), 0);
}

void place_picture_set_pointer_image(struct place_picture *picture, struct pointer_image *image)
{
    pointer_image_ref(image);
    pointer_image_unref(&picture->pointer_image);
    picture->pointer_image = image;
}

void place_picture_point(struct place_picture *picture, unsigned head, int x, int y,
                         bool visible)
{
    if (!visible && picture->pointer_told && head != picture->pointer_head)
        return; /* heads tell in any order: where it left is no news when it is elsewhere */
    picture->pointer_told = true;
    picture->pointer_visible = visible;
    picture->pointer_head = head;
    picture->pointer_x = x;
    picture->pointer_y = y;
}
