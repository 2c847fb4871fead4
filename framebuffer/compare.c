/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/compare.h"
#include "framebuffer/compare_ops.h"

#include <assert.h>
#include <string.h>

#define RGB_OF_TWO UINT64_C(0x00ffffff00ffffff)

/* The part of a rectangle that lies in one row of tiles. */
struct band {
    const struct compare_ops *ops;
    struct surface *shadow;
    struct rect r;
    const uint8_t *src; /* its first pixel */
    size_t src_stride;
    enum source_format format;
};

static uint64_t load_two(const void *pixels)
{
    uint64_t two;
    memcpy(&two, pixels, sizeof(two));
    return two;
}

static void tile_portable(struct tile_difference *difference, const uint32_t *shadow,
                          const uint8_t *src)
{
    for (size_t i = 0; i < TILE / 2; i++)
        difference->lane[i % 4] |=
            load_two(shadow + 2 * i) ^ (load_two(src + 8 * i) & RGB_OF_TWO);
}

static void tiles_portable(struct tile_difference *difference, const uint32_t *shadow,
                           const uint8_t *src, size_t n, enum source_format format)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t converted[TILE];
        const uint8_t *at = src + i * sizeof(converted);
        if (format != SOURCE_XRGB) {
            source_format_convert(format, converted, at, TILE);
            at = (const uint8_t *)converted;
        }
        tile_portable(&difference[i], shadow + i * TILE, at);
    }
}

static const struct compare_ops portable = {
    .tiles = tiles_portable,
    .convert = source_format_convert,
};

const struct compare_ops *compare_ops_best(void)
{
    const struct compare_ops *avx2 = compare_ops_avx2();
    return avx2 ? avx2 : &portable;
}

/* Fewer pixels than a tile has: a rectangle may begin or end inside a tile. */
static void part_of_tile(struct tile_difference *difference, const uint32_t *shadow,
                         const uint8_t *src, size_t n, enum source_format format)
{
    uint32_t converted[TILE];
    source_format_convert(format, converted, src, n);
    for (size_t i = 0; i < n; i++)
        difference->lane[0] |= shadow[i] ^ converted[i];
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static void compare_row(const struct band *b, struct tile_difference *difference, int row)
{
    const uint32_t *shadow = surface_at(b->shadow, b->r.x, b->r.y + row);
    const uint8_t *src = b->src + (size_t)row * b->src_stride;
    size_t before = (size_t)smaller(b->r.w, -b->r.x & (TILE - 1));
    size_t whole = ((size_t)b->r.w - before) / TILE;
    size_t after = (size_t)b->r.w - before - whole * TILE;
    if (before) {
        part_of_tile(difference++, shadow, src, before, b->format);
        shadow += before;
        src += before * sizeof(*shadow);
    }
    b->ops->tiles(difference, shadow, src, whole, b->format);
    if (after)
        part_of_tile(difference + whole, shadow + whole * TILE,
                     src + whole * TILE * sizeof(*shadow), after, b->format);
}

/* Copies what the band covers of the tile columns from..to-1. */
static void copy_columns(const struct band *b, int from, int to)
{
    struct rect part =
        rect_intersect(b->r, (struct rect){from * TILE, b->r.y, (to - from) * TILE, b->r.h});
    const uint8_t *src = b->src + (size_t)(part.x - b->r.x) * sizeof(uint32_t);
    for (int row = 0; row < part.h; row++)
        b->ops->convert(b->format, surface_at(b->shadow, part.x, part.y + row),
                        src + (size_t)row * b->src_stride, (size_t)part.w);
}

static size_t copy_changed(const struct band *b, const struct tile_difference *difference,
                           int first, int end, struct damage *damage)
{
    size_t changed = 0;
    for (int col = first; col < end; col++) {
        int from = col;
        for (; col < end && tile_differs(&difference[col - first]); col++)
            damage_set_tile(damage, col, b->r.y / TILE);
        if (col > from)
            copy_columns(b, from, col);
        changed += (size_t)(col - from);
    }
    return changed;
}

static size_t compare_band(const struct band *b, struct damage *damage)
{
    struct tile_difference difference[SURFACE_SIDE_MOST / TILE];
    int first = b->r.x / TILE, end = (b->r.x + b->r.w - 1) / TILE + 1;
    memset(difference, 0, (size_t)(end - first) * sizeof(difference[0]));
    for (int row = 0; row < b->r.h; row++)
        compare_row(b, difference, row);
    return copy_changed(b, difference, first, end, damage);
}

static size_t compare_with(const struct compare_ops *ops, struct surface *shadow, struct rect r,
                           const void *src, size_t src_stride, enum source_format format,
                           struct damage *damage)
{
    struct rect all = surface_rect(shadow);
    assert(damage->w == shadow->w && damage->h == shadow->h);
    assert(rect_empty(&r) || rect_contains(&all, &r));
    struct band b = {ops, shadow, r, src, src_stride, format};
    size_t changed = 0;
    for (int left = rect_empty(&r) ? 0 : r.h; left > 0; left -= b.r.h) {
        b.r.h = smaller(left, TILE - b.r.y % TILE);
        changed += compare_band(&b, damage);
        b.r.y += b.r.h;
        b.src += (size_t)b.r.h * src_stride;
    }
    return changed;
}

size_t compare_copy(struct surface *shadow, struct rect r, const void *src, size_t src_stride,
                    enum source_format format, struct damage *damage)
{
    return compare_with(compare_ops_best(), shadow, r, src, src_stride, format, damage);
}

size_t compare_copy_portable(struct surface *shadow, struct rect r, const void *src,
                             size_t src_stride, enum source_format format,
                             struct damage *damage)
{
    return compare_with(&portable, shadow, r, src, src_stride, format, damage);
}
