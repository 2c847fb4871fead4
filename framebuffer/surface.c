/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/surface.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { STRIDE_STEP = 16, ROW_ALIGNMENT = 64 };

void surface_init(struct surface *s)
{
    *s = (struct surface){0};
}

void surface_fini(struct surface *s)
{
    free(s->pixels);
    surface_init(s);
}

bool surface_size_ok(int64_t w, int64_t h)
{
    return w >= 1 && h >= 1 && w <= SURFACE_SIDE_MOST && h <= SURFACE_SIDE_MOST &&
           w * h <= SURFACE_AREA_MOST;
}

static uint32_t *black_pixels(size_t n)
{
    uint32_t *pixels = aligned_alloc(ROW_ALIGNMENT, n * sizeof(*pixels));
    if (!pixels) {
        fputs("out of memory\n", stderr);
        abort();
    }
    return memset(pixels, 0, n * sizeof(*pixels));
}

int surface_resize(struct surface *s, int w, int h)
{
    bool none = w == 0 && h == 0;
    if (!none && !surface_size_ok(w, h))
        return -E2BIG;
    surface_fini(s);
    if (none)
        return 0;
    int stride = (w + STRIDE_STEP - 1) / STRIDE_STEP * STRIDE_STEP;
    s->pixels = black_pixels((size_t)stride * (size_t)h);
    s->w = w;
    s->h = h;
    s->stride = stride;
    return 0;
}

void surface_release(struct surface *s)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t n = (size_t)s->stride * (size_t)s->h * sizeof(*s->pixels);
    char *from = (char *)s->pixels;
    if (!from)
        return;
    size_t before = (page - (uintptr_t)from % page) % page;
    size_t pages = n > before ? (n - before) / page * page : 0;
    /* Pages that the kernel takes back read as zeros. */
    if (!pages || madvise(from + before, pages, MADV_DONTNEED) != 0) {
        memset(from, 0, n);
        return;
    }
    memset(from, 0, before);
    memset(from + before + pages, 0, n - before - pages);
}

/*
 * The clipping is done in 64 bits: a rectangle of a peer may hold any numbers, and its far edge
 * need not fit into an int.
 */
static struct rect clip(struct rect r, int64_t x1, int64_t y1, int64_t x2, int64_t y2)
{
    int64_t left = r.x > x1 ? r.x : x1, top = r.y > y1 ? r.y : y1;
    int64_t right = (int64_t)r.x + r.w, bottom = (int64_t)r.y + r.h;
    right = right < x2 ? right : x2;
    bottom = bottom < y2 ? bottom : y2;
    if (right <= left || bottom <= top)
        return (struct rect){0, 0, 0, 0};
    return (struct rect){(int)left, (int)top, (int)(right - left), (int)(bottom - top)};
}

void surface_copy(struct surface *dst, const struct surface *src, struct rect r, int dx, int dy)
{
    int64_t ox = dx, oy = dy;
    r = clip(r, 0, 0, src->w, src->h);
    r = clip(r, -ox, -oy, dst->w - ox, dst->h - oy);
    if (rect_empty(&r))
        return;
    size_t n = (size_t)r.w * sizeof(uint32_t);
    /* Within one surface a move downwards must not overwrite rows that are still to be read. */
    bool upwards = dst->pixels == src->pixels && dy > 0;
    for (int i = 0; i < r.h; i++) {
        int y = upwards ? r.y + r.h - 1 - i : r.y + i;
        memmove(surface_at(dst, r.x + dx, y + dy), surface_at(src, r.x, y), n);
    }
}

void surface_fill(struct surface *s, struct rect r, uint32_t colour)
{
    r = clip(r, 0, 0, s->w, s->h);
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = surface_at(s, r.x, y);
        for (int x = 0; x < r.w; x++)
            row[x] = colour & 0xffffff;
    }
}
