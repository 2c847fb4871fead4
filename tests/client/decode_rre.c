/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode.h"

#include "tests/client/pixel.h"

/* RRE and CoRRE differ in the width of a subrectangle's coordinates only. */
typedef int take_fn(struct client_source *source);

static int take_u16(struct client_source *source)
{
    return client_source_u16(source);
}

static int take_u8(struct client_source *source)
{
    return client_source_u8(source);
}

static void paint_subrect(struct client_source *source, const struct client_target *target,
                          take_fn *take)
{
    uint32_t value = client_pixel_take(source, target->picture->format);
    int x_px = take(source);
    int y_px = take(source);
    int width_px = take(source);
    int height_px = take(source);

    if (x_px + width_px > target->width_px || y_px + height_px > target->height_px) {
        client_fault_blame(source->fault,
                           "a subrectangle %dx%d at %d,%d in a rectangle of %dx%d", width_px,
                           height_px, x_px, y_px, target->width_px, target->height_px);
        return;
    }
    client_picture_fill(target->picture, target->x_px + x_px, target->y_px + y_px, width_px,
                        height_px, value);
}

static void decode(struct client_source *source, const struct client_target *target,
                   take_fn *take)
{
    uint32_t count = client_source_u32(source);
    uint32_t background = client_pixel_take(source, target->picture->format);

    if (count > client_target_bytes(target, 1))
        client_fault_blame(source->fault, "%u subrectangles in a rectangle of %dx%d",
                           (unsigned)count, target->width_px, target->height_px);
    if (client_fault_is(source->fault))
        return;
    client_picture_fill(target->picture, target->x_px, target->y_px, target->width_px,
                        target->height_px, background);
    for (uint32_t i = 0; i < count && !client_fault_is(source->fault); i++)
        paint_subrect(source, target, take);
}

void client_decode_rre(struct client_decoder *decoder, struct client_source *source,
                       const struct client_target *target)
{
    (void)decoder;
    decode(source, target, take_u16);
}

void client_decode_corre(struct client_decoder *decoder, struct client_source *source,
                         const struct client_target *target)
{
    (void)decoder;
    decode(source, target, take_u8);
}
