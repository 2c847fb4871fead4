/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode.h"

#include "tests/client/pixel.h"

enum {
    TILE_PX = 16,
    RAW = 1,
    BACKGROUND_SPECIFIED = 2,
    FOREGROUND_SPECIFIED = 4,
    ANY_SUBRECTS = 8,
    SUBRECTS_COLOURED = 16,
    KNOWN_BITS = 31,
};

/* What one tile hands to the next. */
struct carry {
    uint32_t background, foreground;
    bool has_background, has_foreground;
};

static void paint_subrects(struct client_source *source, const struct client_target *tile,
                           const struct carry *carry, bool coloured)
{
    unsigned count = client_source_u8(source);

    for (unsigned i = 0; i < count && !client_fault_is(source->fault); i++) {
        uint32_t value =
            coloured ? client_pixel_take(source, tile->picture->format) : carry->foreground;
        uint8_t position = client_source_u8(source);
        uint8_t size = client_source_u8(source);
        int x_px = position >> 4, y_px = position & 15;
        int width_px = (size >> 4) + 1, height_px = (size & 15) + 1;

        if (x_px + width_px > tile->width_px || y_px + height_px > tile->height_px)
            client_fault_blame(source->fault,
                               "Hextile: a subrectangle %dx%d at %d,%d in a tile "
                               "of %dx%d",
                               width_px, height_px, x_px, y_px, tile->width_px,
                               tile->height_px);
        else
            client_picture_fill(tile->picture, tile->x_px + x_px, tile->y_px + y_px, width_px,
                                height_px, value);
    }
}

static const char *check_mask(unsigned mask)
{
    if (mask & ~(unsigned)KNOWN_BITS)
        return "unknown bits in the subencoding";
    if (!(mask & RAW) && mask & FOREGROUND_SPECIFIED && mask & SUBRECTS_COLOURED)
        return "a foreground together with coloured subrectangles";
    return NULL;
}

static void decode_painted(struct client_source *source, const struct client_target *tile,
                           struct carry *carry, unsigned mask)
{
    if (mask & BACKGROUND_SPECIFIED) {
        carry->background = client_pixel_take(source, tile->picture->format);
        carry->has_background = true;
    }
    if (mask & FOREGROUND_SPECIFIED) {
        carry->foreground = client_pixel_take(source, tile->picture->format);
        carry->has_foreground = true;
    }
    if (!carry->has_background)
        client_fault_blame(source->fault, "Hextile: a tile without a background to carry over");
    if (mask & ANY_SUBRECTS && !(mask & SUBRECTS_COLOURED) && !carry->has_foreground)
        client_fault_blame(source->fault, "Hextile: a tile without a foreground to carry over");
    if (client_fault_is(source->fault))
        return;
    client_picture_fill(tile->picture, tile->x_px, tile->y_px, tile->width_px, tile->height_px,
                        carry->background);
    if (mask & ANY_SUBRECTS)
        paint_subrects(source, tile, carry, mask & SUBRECTS_COLOURED);
    if (mask & SUBRECTS_COLOURED)
        carry->has_foreground = false;
}

static void decode_tile(struct client_decoder *decoder, struct client_source *source,
                        const struct client_target *tile, struct carry *carry)
{
    unsigned mask = client_source_u8(source);
    const char *wrong = check_mask(mask);

    if (wrong)
        client_fault_blame(source->fault, "Hextile: %s (%u)", wrong, mask);
    if (!(mask & RAW)) {
        decode_painted(source, tile, carry, mask);
        return;
    }
    client_decode_raw(decoder, source, tile);
    carry->has_background = false;
    carry->has_foreground = false;
}

void client_decode_hextile(struct client_decoder *decoder, struct client_source *source,
                           const struct client_target *target)
{
    struct carry carry = {0};
    struct client_target tile;

    for (int i = 0; client_target_tile(target, TILE_PX, i, &tile); i++)
        if (!client_fault_is(source->fault))
            decode_tile(decoder, source, &tile, &carry);
}
