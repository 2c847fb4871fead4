/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/subrects.h"

#include <string.h>

uint32_t subrects_background(const struct pixels *px, struct palette *palette)
{
    uint32_t count[PALETTE_MOST] = {0}, most = 0;
    palette_clear(palette);
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (int x = 0; x < px->w; x++) {
            int i = palette_add(palette, row[x]);
            /* With so many colours none is much of a background. */
            if (i < 0)
                return palette->colours[most];
            if (++count[i] > count[most])
                most = (uint32_t)i;
        }
    }
    return palette->colours[most];
}

/* The pixel at x, y begins a rectangle of its colour: as wide as the row allows, then as high.
 */
static struct rect grow(const struct pixels *px, const uint8_t *covered, int x, int y)
{
    uint32_t colour = pixels_row(px, y)[x];
    struct rect r = {x, y, 1, 1};
    while (x + r.w < px->w && pixels_row(px, y)[x + r.w] == colour &&
           !covered[y * px->w + x + r.w])
        r.w++;
    for (; y + r.h < px->h; r.h++) {
        const uint32_t *row = pixels_row(px, y + r.h) + x;
        int same = 0;
        while (same < r.w && row[same] == colour && !covered[(y + r.h) * px->w + x + same])
            same++;
        if (same < r.w)
            break;
    }
    return r;
}

bool subrects_find(const struct pixels *px, uint32_t background, struct bytes *covered,
                   bool (*on_rect)(void *arg, struct rect r, uint32_t colour), void *arg)
{
    size_t area = (size_t)px->w * (size_t)px->h;
    bytes_clear(covered);
    uint8_t *taken = bytes_reserve(covered, area);
    if (!taken)
        return false;
    memset(taken, 0, area);
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (int x = 0; x < px->w; x++) {
            if (row[x] == background || taken[y * px->w + x])
                continue;
            struct rect r = grow(px, taken, x, y);
            for (int i = 0; i < r.h; i++)
                memset(taken + (size_t)(y + i) * (size_t)px->w + x, 1, (size_t)r.w);
            if (!on_rect(arg, r, row[x]))
                return false;
            x += r.w - 1;
        }
    }
    return true;
}
