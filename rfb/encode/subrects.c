/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/subrects.h"

#include "rfb/encode/row.h"

CLONED
uint32_t subrects_background(const struct pixels *px, struct palette *palette)
{
    uint32_t count[PALETTE_MOST] = {0};
    int most = 0;
    palette_clear(palette);
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (uint64_t starts = row_starts(row, px->w, ~row[0]); starts;) {
            int from = __builtin_ctzll(starts);
            starts &= starts - 1;
            int i = palette_add(palette, row[from]);
            /* With so many colours none is much of a background. */
            if (i < 0)
                return palette->colours[most];
            count[i] += (uint32_t)((starts ? __builtin_ctzll(starts) : px->w) - from);
            if (count[i] > count[most])
                most = i;
        }
    }
    return palette->colours[most];
}

/* What is left to cover, and where colours change; one bit a pixel in each row. */
struct cover {
    const struct pixels *px;
    uint64_t left[SUBRECTS_HEIGHT_MOST], starts[SUBRECTS_HEIGHT_MOST];
};

INLINED uint64_t bits_from_to(int from, int to)
{
    uint64_t below = to < 64 ? (UINT64_C(1) << to) - 1 : ~UINT64_C(0);
    return below & ~UINT64_C(0) << from;
}

/* Takes the rectangle that begins at x, y: as wide as its colour lasts there, then as high. */
INLINED struct rect take_rect(struct cover *c, int x, int y)
{
    uint32_t colour = pixels_row(c->px, y)[x];
    uint64_t ends = (c->starts[y] | ~c->left[y]) & bits_from_to(x, 64) & ~(UINT64_C(1) << x);
    int end = ends ? __builtin_ctzll(ends) : c->px->w;
    struct rect r = {x, y, (end < c->px->w ? end : c->px->w) - x, 1};
    uint64_t all = bits_from_to(x, x + r.w), inner = all & (all - 1);

    c->left[y] &= ~all;
    while (y + r.h < c->px->h && (c->left[y + r.h] & all) == all &&
           !(c->starts[y + r.h] & inner) && pixels_row(c->px, y + r.h)[x] == colour)
        c->left[y + r.h++] &= ~all;
    return r;
}

CLONED
bool subrects_find(const struct pixels *px, uint32_t background,
                   bool (*on_rect)(void *arg, struct rect r, uint32_t colour), void *arg)
{
    struct cover c; /* only the rows of px are filled in */
    c.px = px;
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        c.left[y] = row_differs(row, px->w, background);
        c.starts[y] = row_starts(row, px->w, row[0]);
    }
    for (int y = 0; y < px->h; y++) {
        while (c.left[y]) {
            int x = __builtin_ctzll(c.left[y]);
            struct rect r = take_rect(&c, x, y);
            if (!on_rect(arg, r, pixels_row(px, y)[x]))
                return false;
        }
    }
    return true;
}
