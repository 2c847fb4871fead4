/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/client/pixel.h"

void client_decode_raw(struct client_decoder *decoder, struct client_source *source,
                       const struct client_target *target)
{
    (void)decoder;
    for (int y = 0; y < target->height_px && !client_fault_is(source->fault); y++)
        for (int x = 0; x < target->width_px; x++)
            client_picture_put(target->picture, target->x_px + x, target->y_px + y,
                               client_pixel_take(source, target->picture->format));
}

void client_decode_copy_rect(struct client_decoder *decoder, struct client_source *source,
                             const struct client_target *target)
{
    int x_px = client_source_u16(source);
    int y_px = client_source_u16(source);

    (void)decoder;
    if (client_fault_is(source->fault))
        return;
    if (!client_picture_holds(target->picture, x_px, y_px, target->width_px,
                              target->height_px)) {
        client_fault_blame(source->fault, "CopyRect takes %dx%d at %d,%d, outside of %dx%d",
                           target->width_px, target->height_px, x_px, y_px,
                           target->picture->width_px, target->picture->height_px);
        return;
    }
    client_picture_copy(target->picture, x_px, y_px, target->x_px, target->y_px,
                        target->width_px, target->height_px);
}

void client_decode_zlib(struct client_decoder *decoder, struct client_source *source,
                        const struct client_target *target)
{
    uint64_t size =
        client_target_bytes(target, client_format_pixel_bytes(target->picture->format));
    uint32_t length = client_source_u32(source);
    uint8_t *packed =
        client_source_take(source, length, client_decode_most_compressed(size), "zlib data");
    uint8_t *plain = packed ? malloc(size + 1) : NULL;
    struct client_source inner;
    size_t got;

    if (packed && !plain)
        client_fault_set(source->fault, -ENOMEM, "no memory for a zlib rectangle");
    if (plain) {
        got = client_inflate_run(&decoder->zlib, source->fault, packed, length, plain, size);
        client_source_init_memory(&inner, source->fault, "a zlib rectangle", plain, got);
        client_decode_raw(decoder, &inner, target);
    }
    free(plain);
    free(packed);
}
