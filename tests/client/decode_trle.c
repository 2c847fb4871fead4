/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/client/pixel.h"

enum {
    TRLE_TILE_PX = 16,
    ZRLE_TILE_PX = 64,
    TILE_RAW = 0,
    TILE_SOLID = 1,
    TILE_PACKED_MOST = 16,
    TILE_PACKED_AGAIN = 127,
    TILE_PLAIN_RUNS = 128,
    TILE_PALETTE_RUNS_AGAIN = 129,
    TILE_PALETTE_RUNS = 130,
};

/* The palette of the tile before, which TRLE may use again and ZRLE may not. */
struct palette {
    uint32_t value[127];
    unsigned size; /* 0: that tile had none */
    bool may_be_reused;
};

static void take_palette(struct client_source *source, const struct client_format *format,
                         struct palette *palette, unsigned size)
{
    palette->size = size;
    for (unsigned i = 0; i < size; i++)
        palette->value[i] = client_pixel_take_c(source, format);
}

static uint32_t look_up(struct client_source *source, const struct palette *palette,
                        unsigned index)
{
    if (index < palette->size)
        return palette->value[index];
    client_fault_blame(source->fault, "palette index %u of %u colours", index, palette->size);
    return 0;
}

static void paint_raw(struct client_source *source, const struct client_target *tile)
{
    for (int y = 0; y < tile->height_px; y++)
        for (int x = 0; x < tile->width_px; x++)
            client_picture_put(tile->picture, tile->x_px + x, tile->y_px + y,
                               client_pixel_take_c(source, tile->picture->format));
}

static void paint_packed(struct client_source *source, const struct client_target *tile,
                         const struct palette *palette)
{
    unsigned bits = palette->size == 2 ? 1 : palette->size <= 4 ? 2 : 4;

    for (int y = 0; y < tile->height_px && !client_fault_is(source->fault); y++) {
        unsigned left = 0;
        uint8_t byte = 0;

        for (int x = 0; x < tile->width_px; x++) {
            if (left == 0) {
                byte = client_source_u8(source);
                left = 8;
            }
            left -= bits;
            client_picture_put(tile->picture, tile->x_px + x, tile->y_px + y,
                               look_up(source, palette, byte >> left & ((1u << bits) - 1)));
        }
    }
}

/* A run length: one more than the sum of bytes of which only the last is not 255. */
static int take_run_length(struct client_source *source, int most_px)
{
    int length_px = 1;
    uint8_t byte;

    do {
        byte = client_source_u8(source);
        length_px += byte;
    } while (byte == 255 && length_px <= most_px);
    if (length_px > most_px)
        client_fault_blame(source->fault, "a run goes beyond the end of its tile");
    return length_px;
}

static void paint_run(const struct client_target *tile, int start_px, int length_px,
                      uint32_t value)
{
    for (int i = start_px; i < start_px + length_px; i++)
        client_picture_put(tile->picture, tile->x_px + i % tile->width_px,
                           tile->y_px + i / tile->width_px, value);
}

/* Runs of pixels (palette NULL) or of palette entries, until the tile is full. */
static void paint_runs(struct client_source *source, const struct client_target *tile,
                       const struct palette *palette)
{
    int total_px = tile->width_px * tile->height_px;
    int done_px = 0;

    while (done_px < total_px) {
        unsigned index = palette ? client_source_u8(source) : 128;
        uint32_t value = palette ? look_up(source, palette, index & 127)
                                 : client_pixel_take_c(source, tile->picture->format);
        int length_px = index & 128 ? take_run_length(source, total_px - done_px) : 1;

        if (client_fault_is(source->fault))
            return;
        paint_run(tile, done_px, length_px, value);
        done_px += length_px;
    }
}

/* The palette of the tile before must be fit to be used again with this subencoding. */
static void judge_reuse(struct client_source *source, const struct palette *palette,
                        unsigned subencoding)
{
    if (!palette->may_be_reused)
        client_fault_blame(source->fault, "ZRLE: subencoding %u is not used", subencoding);
    else if (palette->size == 0)
        client_fault_blame(source->fault, "TRLE: the tile before had no palette to use again");
    else if (subencoding == TILE_PACKED_AGAIN && palette->size > TILE_PACKED_MOST)
        client_fault_blame(source->fault, "TRLE: a palette of %u colours cannot be packed",
                           palette->size);
}

/* Brings the palette up to date for a tile of this subencoding. */
static void settle_palette(struct client_source *source, const struct client_format *format,
                           struct palette *palette, unsigned subencoding)
{
    if (subencoding == TILE_PACKED_AGAIN || subencoding == TILE_PALETTE_RUNS_AGAIN)
        judge_reuse(source, palette, subencoding);
    else if (subencoding >= TILE_PALETTE_RUNS)
        take_palette(source, format, palette, subencoding - TILE_PLAIN_RUNS);
    else if (subencoding > TILE_SOLID && subencoding <= TILE_PACKED_MOST)
        take_palette(source, format, palette, subencoding);
    else
        palette->size = 0;
}

static void decode_tile(struct client_source *source, const struct client_target *tile,
                        struct palette *palette)
{
    const struct client_format *format = tile->picture->format;
    unsigned subencoding = client_source_u8(source);

    settle_palette(source, format, palette, subencoding);
    if (client_fault_is(source->fault))
        return;
    if (subencoding == TILE_RAW)
        paint_raw(source, tile);
    else if (subencoding == TILE_SOLID)
        client_picture_fill(tile->picture, tile->x_px, tile->y_px, tile->width_px,
                            tile->height_px, client_pixel_take_c(source, format));
    else if (subencoding == TILE_PLAIN_RUNS)
        paint_runs(source, tile, NULL);
    else if (subencoding > TILE_PLAIN_RUNS)
        paint_runs(source, tile, palette);
    else if (palette->size > 0)
        paint_packed(source, tile, palette);
    else
        client_fault_blame(source->fault, "subencoding %u is not used", subencoding);
}

static void decode_tiles(struct client_source *source, const struct client_target *target,
                         int tile_px, bool may_reuse)
{
    struct palette palette = {.may_be_reused = may_reuse};
    struct client_target tile;

    for (int i = 0; client_target_tile(target, tile_px, i, &tile); i++)
        if (!client_fault_is(source->fault))
            decode_tile(source, &tile, &palette);
}

void client_decode_trle(struct client_decoder *decoder, struct client_source *source,
                        const struct client_target *target)
{
    (void)decoder;
    decode_tiles(source, target, TRLE_TILE_PX, true);
}

/* What the tiles can be at worst: a run of one pixel each, a palette each. */
static uint64_t most_plain(const struct client_target *target)
{
    uint64_t across = (uint64_t)(target->width_px + ZRLE_TILE_PX - 1) / ZRLE_TILE_PX;
    uint64_t down = (uint64_t)(target->height_px + ZRLE_TILE_PX - 1) / ZRLE_TILE_PX;

    return across * down * (1 + 127 * 4) + client_target_bytes(target, 4 + 1);
}

void client_decode_zrle(struct client_decoder *decoder, struct client_source *source,
                        const struct client_target *target)
{
    uint64_t most = most_plain(target);
    uint32_t length = client_source_u32(source);
    uint8_t *packed =
        client_source_take(source, length, client_decode_most_compressed(most), "ZRLE data");
    uint8_t *plain = packed ? malloc(most) : NULL;
    struct client_source inner;
    size_t got;

    if (packed && !plain)
        client_fault_set(source->fault, -ENOMEM, "no memory for a ZRLE rectangle");
    if (plain) {
        got = client_inflate_run(&decoder->zrle, source->fault, packed, length, plain, most);
        client_source_init_memory(&inner, source->fault, "a ZRLE rectangle", plain, got);
        decode_tiles(&inner, target, ZRLE_TILE_PX, false);
        client_source_finish(&inner);
    }
    free(plain);
    free(packed);
}
