/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/relay_rects.h"
#include "base/alloc.h"
#include "base/reader.h"
#include "rfb/pixel_format.h"

#include <stdlib.h>
#include <zlib.h>

enum { PIXEL_SIZE = 4, WINDOW_BITS = 15 };

struct encode_class relay_rects_class(void)
{
    return (struct encode_class){
        .encoding = ENCODING_ZLIB,
        .format = pixel_format_native,
        .quality = -1,
        .subsampling = 1,
        .effort = 1,
    };
}

struct drawing {
    struct surface *to;
    z_stream z;
    uint8_t *row; /* as it is inflated */
};

static uint32_t pixel_at(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

/* False: there is no more, or what there is cannot be inflated. */
static bool inflate_row(struct drawing *d, size_t n)
{
    d->z.next_out = d->row;
    d->z.avail_out = (unsigned)n;
    inflate(&d->z, Z_SYNC_FLUSH);
    return d->z.avail_out == 0;
}

static const char *draw_pixels(struct drawing *d, struct rect r, const uint8_t *data, size_t n)
{
    if (inflateReset(&d->z) != Z_OK)
        return "no memory to inflate";
    d->z.next_in = (uint8_t *)data; /* zlib only reads it */
    d->z.avail_in = (unsigned)n;
    for (int y = 0; y < r.h; y++) {
        uint32_t *to = surface_at(d->to, r.x, r.y + y);
        if (!inflate_row(d, (size_t)r.w * PIXEL_SIZE))
            return "a rectangle with less data than it has pixels";
        for (int x = 0; x < r.w; x++)
            to[x] = pixel_at(d->row + (size_t)x * PIXEL_SIZE);
    }
    return NULL;
}

/* RFC 6143 7.6.1, then a length and so many bytes. */
static const char *draw_rect(struct drawing *d, struct reader *from, int64_t *area)
{
    struct rect whole = surface_rect(d->to), r;
    r.x = reader_u16(from);
    r.y = reader_u16(from);
    r.w = reader_u16(from);
    r.h = reader_u16(from);
    int32_t encoding = (int32_t)reader_u32(from);
    size_t n = reader_u32(from);
    const uint8_t *data = reader_bytes(from, n);
    if (!data)
        return "a rectangle that is cut off";
    if (encoding != ENCODING_ZLIB)
        return "a rectangle in another encoding than was asked for";
    if (rect_empty(&r) || !rect_contains(&whole, &r))
        return "a rectangle that leaves the picture";
    *area -= (int64_t)r.w * r.h;
    return *area < 0 ? "more than a picture" : draw_pixels(d, r, data, n);
}

const char *relay_rects_draw(struct surface *to, const uint8_t *data, size_t n, int64_t *area)
{
    struct drawing d = {.to = to};
    struct reader from = reader_over(data, n);
    const char *why = NULL;
    if (inflateInit2(&d.z, -WINDOW_BITS) != Z_OK)
        return "no memory to inflate";
    d.row = alloc_zero((size_t)to->w + 1, PIXEL_SIZE);
    while (!why && reader_left(&from))
        why = draw_rect(&d, &from, area);
    free(d.row);
    inflateEnd(&d.z);
    return why;
}
