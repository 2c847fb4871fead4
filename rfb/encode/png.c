/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum png_colour { PNG_RGB = 2, PNG_PALETTE = 3 };
enum png_filter { PNG_NONE = 0, PNG_PAETH = 4 };

/* Begins a chunk whose length is filled in by end_chunk; returns where. */
static size_t begin_chunk(struct bytes *out, const char type[4])
{
    size_t start = out->len;
    bytes_put_u32(out, 0);
    bytes_put(out, type, 4);
    return start;
}

static void end_chunk(struct bytes *out, size_t start)
{
    enum { LENGTH_SIZE = 4, HEAD_SIZE = 8 };
    bytes_patch_u32(out, start, (uint32_t)(out->len - start - HEAD_SIZE));
    uLong crc =
        crc32(0, out->data + start + LENGTH_SIZE, (uInt)(out->len - start - LENGTH_SIZE));
    bytes_put_u32(out, (uint32_t)crc);
}

static void put_head(struct bytes *out, const struct pixels *px, uint8_t bits,
                     enum png_colour colour)
{
    bytes_put(out, "\x89PNG\r\n\x1a\n", 8);
    size_t start = begin_chunk(out, "IHDR");
    bytes_put_u32(out, (uint32_t)px->w);
    bytes_put_u32(out, (uint32_t)px->h);
    bytes_put(out, (uint8_t[]){bits, (uint8_t)colour, 0, 0, 0}, 5);
    end_chunk(out, start);
}

static void put_colours(struct bytes *out, const uint32_t *colours, int n)
{
    size_t start = begin_chunk(out, "PLTE");
    for (int i = 0; i < n; i++)
        bytes_put(out,
                  (uint8_t[]){(uint8_t)(colours[i] >> 16), (uint8_t)(colours[i] >> 8),
                              (uint8_t)colours[i]},
                  3);
    end_chunk(out, start);
}

/* A zlib stream of its own around one fragment, then the end. */
static void put_data(struct png_writer *w, enum deflate_content content)
{
    static const uint8_t last_block[] = {0x01, 0x00, 0x00, 0xff, 0xff};
    struct bytes *out = w->out;
    size_t start = begin_chunk(out, "IDAT");
    bytes_put(out, "\x78\x01", 2);
    deflate_append(w->deflate, content, w->plain->data, w->plain->len, w->effort, out);
    bytes_put(out, last_block, sizeof last_block);
    bytes_put_u32(out, (uint32_t)adler32(1, w->plain->data, (uInt)w->plain->len));
    end_chunk(out, start);
    end_chunk(out, begin_chunk(out, "IEND"));
}

/* Room for rows of n bytes, each behind its filter, and a little more. */
static uint8_t *start_rows(struct png_writer *w, const struct pixels *px, size_t n)
{
    bytes_clear(w->plain);
    return bytes_reserve(w->plain, (n + 1) * (size_t)px->h + 16);
}

static void end_rows(struct png_writer *w, const uint8_t *end)
{
    bytes_commit(w->plain, (size_t)(end - w->plain->data));
}

void png_put_mono(struct png_writer *w, const struct pixels *px, const uint32_t colours[2])
{
    put_head(w->out, px, 1, PNG_PALETTE);
    put_colours(w->out, colours, 2);
    uint8_t *at = start_rows(w, px, (size_t)(px->w + 7) / 8);
    for (int y = 0; y < px->h; y++) {
        *at++ = PNG_NONE;
        at = row_bits(at, pixels_row(px, y), px->w, colours[0]);
    }
    end_rows(w, at);
    put_data(w, DEFLATE_NUMBERS);
}

void png_put_palette(struct png_writer *w, const struct pixels *px,
                     const struct palette *palette, const struct runs *runs)
{
    size_t n = (size_t)px->w;
    put_head(w->out, px, 8, PNG_PALETTE);
    put_colours(w->out, palette->colours, palette->n);
    uint8_t *rows = start_rows(w, px, n);
    (void)runs_expand(runs, palette_same_numbers, rows);
    /* From the last row on, each makes room for its filter. */
    for (size_t y = (size_t)px->h; y-- > 0;) {
        memmove(rows + y * (n + 1) + 1, rows + y * n, n);
        rows[y * (n + 1)] = PNG_NONE;
    }
    end_rows(w, rows + (n + 1) * (size_t)px->h);
    put_data(w, DEFLATE_NUMBERS);
}

static int paeth(int left, int up, int corner)
{
    int by_left = abs(up - corner), by_up = abs(left - corner),
        by_corner = abs(left + up - 2 * corner);
    if (by_left <= by_up && by_left <= by_corner)
        return left;
    return by_up <= by_corner ? up : corner;
}

static uint8_t *put_paeth_row(uint8_t *at, const uint32_t *row, const uint32_t *above, int n)
{
    uint32_t left = 0, corner = 0;
    for (int x = 0; x < n; x++) {
        uint32_t up = above ? above[x] : 0;
        for (int shift = 16; shift >= 0; shift -= 8)
            *at++ = (uint8_t)((row[x] >> shift & 255) - (uint32_t)paeth(left >> shift & 255,
                                                                        up >> shift & 255,
                                                                        corner >> shift & 255));
        left = row[x];
        corner = up;
    }
    return at;
}

void png_put_full(struct png_writer *w, const struct pixels *px, bool smooth)
{
    put_head(w->out, px, 8, PNG_RGB);
    uint8_t *at = start_rows(w, px, (size_t)px->w * 3);
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        *at++ = smooth ? PNG_PAETH : PNG_NONE;
        if (smooth)
            at = put_paeth_row(at, row, y ? pixels_row(px, y - 1) : NULL, px->w);
        else
            at = pixels_pack(px, at, row, (size_t)px->w);
    }
    end_rows(w, at);
    put_data(w, smooth ? DEFLATE_DIFFERENCES : DEFLATE_PIXELS);
}
