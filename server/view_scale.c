/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/view_scale.h"
#include "server/overlay/thumb.h"

#include <stdint.h>

struct view_scale view_scale_to(int w, int h, int view_w, int view_h)
{
    if (w <= 0 || h <= 0)
        return (struct view_scale){0};
    return (struct view_scale){
        .w = w, .h = h, .fit = thumb_fit((struct rect){0, 0, view_w, view_h}, w, h)};
}

/* Rounded down, also below 0. */
static int times(int at, int to, int from)
{
    int64_t product = (int64_t)at * to;
    return (int)((product - (product < 0 ? from - 1 : 0)) / from);
}

struct rect view_scale_rect(const struct view_scale *s, struct rect r)
{
    if (!s->w)
        return r;
    int x1 = times(r.x, s->fit.w, s->w), x2 = times(r.x + r.w, s->fit.w, s->w);
    int y1 = times(r.y, s->fit.h, s->h), y2 = times(r.y + r.h, s->fit.h, s->h);
    return (struct rect){s->fit.x + x1, s->fit.y + y1, x2 - x1, y2 - y1};
}

struct rect view_scale_area(const struct view_scale *s, struct rect r)
{
    if (!s->w)
        return r;
    r = view_scale_rect(s, r);
    return (struct rect){r.x - 1, r.y - 1, r.w + 3, r.h + 3};
}

void view_scale_point(const struct view_scale *s, int *x, int *y)
{
    if (!s->w)
        return;
    *x = s->fit.x + times(*x, s->fit.w, s->w);
    *y = s->fit.y + times(*y, s->fit.h, s->h);
}

static int inside(int at, int size)
{
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

void view_scale_back(const struct view_scale *s, int *x, int *y)
{
    if (!s->w)
        return;
    *x = times(inside(*x - s->fit.x, s->fit.w), s->w, s->fit.w);
    *y = times(inside(*y - s->fit.y, s->fit.h), s->h, s->fit.h);
}
