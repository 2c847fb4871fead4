/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rectangle in pixels. Knows no surface. */
#ifndef HF_FRAMEBUFFER_RECT_H
#define HF_FRAMEBUFFER_RECT_H

#include <stdbool.h>

struct rect {
    int x, y, w, h; /* px; empty when w or h is 0 or less */
};

static inline bool rect_empty(const struct rect *r)
{
    return r->w <= 0 || r->h <= 0;
}

/* The common part; empty when there is none. */
static inline struct rect rect_intersect(struct rect a, struct rect b)
{
    int x1 = a.x > b.x ? a.x : b.x, y1 = a.y > b.y ? a.y : b.y;
    int x2 = a.x + a.w < b.x + b.w ? a.x + a.w : b.x + b.w;
    int y2 = a.y + a.h < b.y + b.h ? a.y + a.h : b.y + b.h;
    if (x2 <= x1 || y2 <= y1)
        return (struct rect){0, 0, 0, 0};
    return (struct rect){x1, y1, x2 - x1, y2 - y1};
}

static inline bool rect_contains(const struct rect *outer, const struct rect *inner)
{
    return inner->x >= outer->x && inner->y >= outer->y &&
           inner->x + inner->w <= outer->x + outer->w &&
           inner->y + inner->h <= outer->y + outer->h;
}

#endif
