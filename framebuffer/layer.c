/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/layer.h"

void layer_init(struct layer *l)
{
    *l = (struct layer){.alpha = 255};
}

void layer_fini(struct layer *l)
{
    surface_fini(&l->picture);
    layer_init(l);
}

int layer_place(struct layer *l, struct rect r)
{
    layer_fini(l);
    if (rect_empty(&r))
        return 0;
    l->x = r.x;
    l->y = r.y;
    return surface_resize(&l->picture, r.w, r.h);
}

struct rect layer_rect(const struct layer *l)
{
    return (struct rect){l->x, l->y, l->picture.w, l->picture.h};
}

/* Rounded, per channel; both words without a top byte. */
static uint32_t mix(uint32_t under, uint32_t over, uint32_t alpha)
{
    uint32_t out = 0;
    for (unsigned shift = 0; shift < 24; shift += 8) {
        uint32_t u = under >> shift & 0xff, o = over >> shift & 0xff;
        out |= (o * alpha + u * (255 - alpha) + 127) / 255 << shift;
    }
    return out;
}

static void mix_rows(const struct layer *l, struct surface *s, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        const uint32_t *from = surface_at(&l->picture, r.x - l->x, y - l->y);
        uint32_t *to = surface_at(s, r.x, y);
        for (int i = 0; i < r.w; i++)
            to[i] = mix(to[i], from[i], l->alpha);
    }
}

void layer_draw(const struct layer *l, struct surface *s, struct rect clip)
{
    struct rect r = rect_intersect(rect_intersect(layer_rect(l), surface_rect(s)), clip);
    if (rect_empty(&r))
        return;
    if (l->alpha < 255)
        mix_rows(l, s, r);
    else
        surface_copy(s, &l->picture, (struct rect){r.x - l->x, r.y - l->y, r.w, r.h}, l->x,
                     l->y);
}
