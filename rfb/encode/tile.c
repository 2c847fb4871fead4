/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/tile.h"

#include <string.h>

#include <string.h>

#include "rfb/encode/choose.h"
#include "rfb/encode/row.h"
#include "rfb/vectorise.h"

/* Subencodings; a packed palette is its size, runs of palette colours are TILE_RUNS + its size.
 */
enum {
    TILE_RAW = 0,
    TILE_SOLID = 1,
    TILE_PACKED_AGAIN = 127,
    TILE_RUNS = 128,
    TILE_RUNS_AGAIN = 129
};

enum { OVERRUN = 16 };

size_t tile_size_most(int w, int h)
{
    /* Raw and its byte is the upper limit of what choose_tile_coding takes; a palette never
     * adds to less. */
    return (size_t)w * (size_t)h * 4 + 1 + 4 * TILE_COLOURS_MOST + OVERRUN;
}

static uint8_t *put_length(uint8_t *dst, int length)
{
    for (length--; length >= 255; length -= 255)
        *dst++ = 255;
    *dst++ = (uint8_t)length;
    return dst;
}

/* Runs of any colours; one may go on from row to row. */
static uint8_t *put_runs(const struct pixels *px, uint8_t *dst)
{
    uint32_t colour = px->at[0];
    int length = 0;
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        int from = 0;
        for (uint64_t starts = row_starts(row, px->w, colour); starts; starts &= starts - 1) {
            int to = __builtin_ctzll(starts);
            dst = put_length(pixels_put(px, dst, colour), length + to - from);
            colour = row[to];
            length = 0;
            from = to;
        }
        length += px->w - from;
    }
    return put_length(pixels_put(px, dst, colour), length);
}

static uint8_t *put_palette_run(uint8_t *dst, uint8_t id, int length)
{
    if (length > 2)
        return put_length((*dst = id | 128, dst + 1), length);
    *dst++ = id;
    if (length == 2)
        *dst++ = id;
    return dst;
}

/* Runs of numbered colours, which may go on from row to row too. */
static uint8_t *put_palette_runs(const struct runs *runs, const uint8_t *number, uint8_t *dst)
{
    const uint8_t *id = runs->ids;
    uint8_t colour = *id;
    int length = 0;
    for (int y = 0; y < runs->h; y++) {
        uint64_t starts = runs->starts[y]; /* one column */
        while (starts) {
            int from = __builtin_ctzll(starts);
            starts &= starts - 1;
            int to = starts ? __builtin_ctzll(starts) : runs->w;
            if (*id != colour) {
                dst = put_palette_run(dst, number[colour], length);
                colour = *id;
                length = 0;
            }
            length += to - from;
            id++;
        }
    }
    return put_palette_run(dst, number[colour], length);
}

static int packed_bits(int colours)
{
    return colours <= 2 ? 1 : colours <= 4 ? 2 : 4;
}

VECTORISED
static void pack_pairs(uint8_t *restrict dst, const uint8_t *restrict ids, int pairs)
{
    for (int i = 0; i < pairs; i++)
        dst[i] = (uint8_t)(ids[2 * i] << 4 | ids[2 * i + 1]);
}

VECTORISED
static void pack_fours(uint8_t *restrict dst, const uint8_t *restrict ids, int fours)
{
    for (int i = 0; i < fours; i++)
        dst[i] = (uint8_t)(ids[4 * i] << 6 | ids[4 * i + 1] << 4 | ids[4 * i + 2] << 2 |
                           ids[4 * i + 3]);
}

/* A row of numbers as fields of 2 or 4 bits, the leftmost highest. */
static uint8_t *pack_row(uint8_t *dst, const uint8_t *ids, int n, int bits)
{
    int in_byte = 8 / bits, whole = n / in_byte, rest = n % in_byte;
    if (bits == 4)
        pack_pairs(dst, ids, whole);
    else
        pack_fours(dst, ids, whole);
    dst += whole;
    if (!rest)
        return dst;
    unsigned byte = 0;
    for (int i = 0; i < in_byte; i++)
        byte = byte << bits | (i < rest ? ids[whole * in_byte + i] : 0);
    *dst++ = (uint8_t)byte;
    return dst;
}

static uint8_t *put_packed(const struct runs *runs, const struct pixels *px,
                           const struct palette *p, const uint8_t *number, uint8_t *dst)
{
    uint8_t ids[64 * 64 + OVERRUN];
    int bits = packed_bits(p->n);
    if (bits == 1) {
        for (int y = 0; y < px->h; y++)
            dst = row_bits(dst, pixels_row(px, y), px->w, p->colours[0]);
        return dst;
    }
    runs_expand(runs, number, ids);
    for (int y = 0; y < runs->h; y++)
        dst = pack_row(dst, ids + y * runs->w, runs->w, bits);
    return dst;
}

static uint8_t *put_palette(const struct pixels *px, const struct palette *p, uint8_t *dst)
{
    for (int i = 0; i < p->n; i++)
        dst = pixels_put(px, dst, p->colours[i]);
    return dst;
}

/* Each colour's number in the last palette; false when one is missing there. */
static bool number_as_before(const struct palette *p, const struct palette *last,
                             uint8_t *number_r)
{
    for (int i = 0; i < p->n; i++) {
        int found = palette_lookup(last, p->colours[i]);
        if (found < 0)
            return false;
        number_r[i] = (uint8_t)found;
    }
    return true;
}

/* Writes the subencoding and the palette, or that the last one is used again. */
static uint8_t *put_tile_header(struct tile_coder *coder, const struct pixels *px, bool packed,
                                uint8_t *number_r, uint8_t *dst)
{
    const struct palette *p = coder->palette;
    uint8_t reuse = packed ? TILE_PACKED_AGAIN : TILE_RUNS_AGAIN;

    if (coder->last && coder->last_reuse == reuse &&
        number_as_before(p, coder->last, number_r)) {
        *dst++ = reuse;
        return dst;
    }
    memcpy(number_r, palette_same_numbers, (size_t)p->n);
    *dst++ = (uint8_t)(packed ? p->n : TILE_RUNS + p->n);
    if (coder->last) {
        *coder->last = *p;
        coder->last_reuse = reuse;
    }
    return put_palette(px, p, dst);
}

static uint8_t *put_with_palette(struct tile_coder *coder, const struct pixels *px, bool packed,
                                 uint8_t *dst)
{
    uint8_t number[TILE_COLOURS_MOST];
    dst = put_tile_header(coder, px, packed, number, dst);
    if (!packed)
        return put_palette_runs(coder->runs, number, dst);
    return put_packed(coder->runs, px, coder->last ? coder->last : coder->palette, number, dst);
}

uint8_t *tile_put(struct tile_coder *coder, const struct pixels *px, uint8_t *dst)
{
    struct tile_facts facts = {
        .area = px->w * px->h, .bytes = px->bytes, .deflated = coder->deflated};
    if (runs_find(coder->runs, coder->palette, px, choose_tile_colours_most(coder->deflated))) {
        facts.colours = coder->palette->n;
        facts.runs = (int)coder->runs->n;
        facts.packed_bytes = (px->w * packed_bits(facts.colours) + 7) / 8 * px->h;
    } else {
        facts.runs = runs_count(px);
    }

    enum tile_coding coding = choose_tile_coding(&facts);
    if (coding == TILE_CODING_PACKED || coding == TILE_CODING_PALETTE_RUNS)
        return put_with_palette(coder, px, coding == TILE_CODING_PACKED, dst);
    coder->last_reuse = 0;
    if (coding == TILE_CODING_SOLID) {
        *dst++ = TILE_SOLID;
        return pixels_put(px, dst, px->at[0]);
    }
    if (coding == TILE_CODING_RUNS) {
        *dst++ = TILE_RUNS;
        return put_runs(px, dst);
    }
    *dst++ = TILE_RAW;
    return pixels_pack_all(px, dst);
}
