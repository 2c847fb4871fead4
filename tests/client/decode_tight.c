/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode_tight.h"

#include <stdlib.h>

#include "tests/client/image.h"
#include "tests/client/pixel.h"

enum {
    MOST_WIDTH_PX = 2048,
    CONTROL_BASIC_BIT = 8, /* clear for basic compression */
    CONTROL_FILTER_BIT = 4,
    CONTROL_FILL = 8,
    CONTROL_JPEG = 9,
    CONTROL_PNG = 10, /* in Tight PNG */
    CONTROL_RAW = 10, /* in Tight */
    CONTROL_RAW_FILTER = 14,
};

uint32_t client_tight_take_length(struct client_source *source)
{
    uint32_t length = 0;
    uint8_t byte = client_source_u8(source);

    length = byte & 0x7f;
    if (byte & 0x80) {
        byte = client_source_u8(source);
        length |= (uint32_t)(byte & 0x7f) << 7;
        if (byte & 0x80)
            length |= (uint32_t)client_source_u8(source) << 14;
    }
    return length;
}

static void decode_fill(struct client_source *source, const struct client_target *target)
{
    uint32_t value = client_pixel_take_t(source, target->picture->format);

    client_picture_fill(target->picture, target->x_px, target->y_px, target->width_px,
                        target->height_px, value);
}

/* A JPEG must be complete in itself and end where its announced length does. */
static uint8_t *read_jpeg(struct client_source *source, const uint8_t *data, uint32_t size,
                          const struct client_target *target)
{
    struct client_source inner;
    struct client_jpeg_file file;
    uint8_t *rgb;

    client_source_init_memory(&inner, source->fault, "a Tight JPEG", data, size);
    client_jpeg_stream_take(&inner, NULL, size, &file);
    client_source_finish(&inner);
    rgb = client_image_read_jpeg(source->fault, file.data, file.size, target->width_px,
                                 target->height_px);
    client_jpeg_file_fini(&file);
    return rgb;
}

static void decode_image(struct client_source *source, const struct client_target *target,
                         bool is_png)
{
    uint32_t length = client_tight_take_length(source);
    uint64_t most = client_decode_most_compressed(client_target_bytes(target, 4)) + 65536;
    uint8_t *data = client_source_take(source, length, most, "a Tight image");
    uint8_t *rgb = NULL;

    if (data && is_png)
        rgb = client_image_read_png(source->fault, data, length, target->width_px,
                                    target->height_px);
    else if (data)
        rgb = read_jpeg(source, data, length, target);
    if (rgb)
        client_target_put_rgb(target, rgb);
    free(rgb);
    free(data);
}

static void decode_jpeg(struct client_decoder *decoder, struct client_source *source,
                        const struct client_target *target)
{
    if (!decoder->may_send_jpeg)
        client_fault_blame(source->fault, "Tight: a JPEG, but no quality level was asked for");
    if (target->picture->format->bits == 8)
        client_fault_blame(source->fault, "Tight: a JPEG with 8 bits a pixel");
    decoder->jpegs++;
    decode_image(source, target, false);
}

/* Takes the control byte, resets the streams that it names, and returns its upper half. */
static unsigned take_control(struct client_decoder *decoder, struct client_source *source,
                             const struct client_target *target)
{
    uint8_t control = client_source_u8(source);

    if (target->width_px > MOST_WIDTH_PX)
        client_fault_blame(source->fault, "Tight: a rectangle %d pixels wide",
                           target->width_px);
    for (unsigned i = 0; i < 4; i++)
        if (control & 1u << i)
            client_inflate_reset(&decoder->tight[i]);
    return control >> 4;
}

void client_decode_tight(struct client_decoder *decoder, struct client_source *source,
                         const struct client_target *target)
{
    unsigned control = take_control(decoder, source, target);

    if (client_fault_is(source->fault))
        return;
    if (!(control & CONTROL_BASIC_BIT))
        client_tight_decode_basic(source, target, &decoder->tight[control & 3],
                                  control & CONTROL_FILTER_BIT);
    else if (control == CONTROL_FILL)
        decode_fill(source, target);
    else if (control == CONTROL_JPEG)
        decode_jpeg(decoder, source, target);
    else if (control != CONTROL_RAW && control != CONTROL_RAW_FILTER)
        client_fault_blame(source->fault, "Tight: compression %u is invalid", control);
    else if (!decoder->may_send_tight_raw)
        client_fault_blame(source->fault, "Tight: data without zlib, which was not asked for");
    else
        client_tight_decode_basic(source, target, NULL, control == CONTROL_RAW_FILTER);
}

void client_decode_tight_png(struct client_decoder *decoder, struct client_source *source,
                             const struct client_target *target)
{
    unsigned control = take_control(decoder, source, target);

    if (client_fault_is(source->fault))
        return;
    if (control == CONTROL_FILL)
        decode_fill(source, target);
    else if (control == CONTROL_JPEG)
        decode_jpeg(decoder, source, target);
    else if (control == CONTROL_PNG)
        decode_image(source, target, true);
    else
        client_fault_blame(source->fault, "Tight PNG: compression %u is invalid", control);
}
