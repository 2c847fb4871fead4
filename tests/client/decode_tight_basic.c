/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/decode_tight.h"

#include <errno.h>
#include <stdlib.h>

#include "tests/client/pixel.h"

enum {
    FILTER_COPY = 0,
    FILTER_PALETTE = 1,
    FILTER_GRADIENT = 2,
    LEAST_COMPRESSED = 12, /* fewer bytes than this are sent as they are, without a length */
};

struct palette {
    uint32_t value[256];
    unsigned size;
};

/* The filtered bytes of a rectangle, size of them; NULL after a fault. The caller frees. */
static uint8_t *take_data(struct client_source *source, struct client_inflate *stream,
                          size_t size)
{
    uint32_t length;
    uint8_t *packed, *plain;
    size_t got;

    if (size < LEAST_COMPRESSED)
        return client_source_take(source, size, size, "Tight data");
    length = client_tight_take_length(source);
    if (!stream) {
        /* Implementations send the length here too; rfbproto leaves it open. */
        if (length != size)
            client_fault_blame(source->fault, "Tight: %u bytes without zlib, not %zu",
                               (unsigned)length, size);
        return client_source_take(source, size, size, "Tight data");
    }
    packed =
        client_source_take(source, length, client_decode_most_compressed(size), "Tight data");
    plain = packed ? malloc(size) : NULL;
    if (packed && !plain)
        client_fault_set(source->fault, -ENOMEM, "no memory for a Tight rectangle");
    if (plain) {
        got = client_inflate_run(stream, source->fault, packed, length, plain, size);
        if (got < size)
            client_fault_blame(source->fault, "Tight: zlib data gives %zu bytes, not %zu", got,
                               size);
    }
    free(packed);
    return plain;
}

static void paint_copy(struct client_source *data, const struct client_target *target)
{
    for (int y = 0; y < target->height_px; y++)
        for (int x = 0; x < target->width_px; x++)
            client_picture_put(target->picture, target->x_px + x, target->y_px + y,
                               client_pixel_take_t(data, target->picture->format));
}

static void take_palette(struct client_source *source, const struct client_format *format,
                         struct palette *palette)
{
    palette->size = client_source_u8(source) + 1u;
    if (palette->size < 2)
        client_fault_blame(source->fault, "Tight: a palette of 1 colour");
    for (unsigned i = 0; i < palette->size; i++)
        palette->value[i] = client_pixel_take_t(source, format);
}

static void paint_palette(struct client_source *data, const struct client_target *target,
                          const struct palette *palette)
{
    for (int y = 0; y < target->height_px && !client_fault_is(data->fault); y++) {
        unsigned index = 0;

        for (int x = 0; x < target->width_px; x++) {
            if (palette->size == 2)
                index = x % 8 == 0 ? client_source_u8(data) : index << 1;
            else
                index = client_source_u8(data);
            if (palette->size > 2 && index >= palette->size) {
                client_fault_blame(data->fault, "Tight: palette index %u of %u colours", index,
                                   palette->size);
                return;
            }
            client_picture_put(target->picture, target->x_px + x, target->y_px + y,
                               palette->value[palette->size == 2 ? index >> 7 & 1 : index]);
        }
    }
}

/* The intensity of one component of a pixel that has been painted already; 0 outside. */
static int intensity_at(const struct client_target *target, int x, int y, int c)
{
    const struct client_picture *picture = target->picture;
    size_t i =
        (size_t)(target->y_px + y) * (size_t)picture->width_px + (size_t)(target->x_px + x);

    if (x < 0 || y < 0)
        return 0;
    return (int)(picture->value[i] >> picture->format->shift[c] & picture->format->max[c]);
}

/* rfbproto's P[i,j]: what the gradient filter predicts from the neighbours left and above. */
static int predict(const struct client_target *target, int x, int y, int c)
{
    int max = target->picture->format->max[c];
    int predicted = intensity_at(target, x - 1, y, c) + intensity_at(target, x, y - 1, c) -
                    intensity_at(target, x - 1, y - 1, c);

    return predicted < 0 ? 0 : predicted > max ? max : predicted;
}

static void paint_gradient(struct client_source *data, const struct client_target *target)
{
    const struct client_format *format = target->picture->format;

    if (format->bits == 8 || !format->true_colour) {
        client_fault_blame(data->fault, "Tight: the gradient filter with 8 bits a pixel");
        return;
    }
    for (int y = 0; y < target->height_px; y++)
        for (int x = 0; x < target->width_px; x++) {
            uint32_t differences = client_pixel_take_t(data, format);
            uint32_t value = 0;

            for (int c = 0; c < 3; c++) {
                uint32_t d = differences >> format->shift[c] & format->max[c];
                uint32_t sum = (uint32_t)predict(target, x, y, c) + d;

                value |= (sum & format->max[c]) << format->shift[c];
            }
            client_picture_put(target->picture, target->x_px + x, target->y_px + y, value);
        }
}

static size_t data_size(const struct client_target *target, const struct palette *palette)
{
    size_t width = (size_t)target->width_px, height = (size_t)target->height_px;

    if (palette->size == 0)
        return width * height * client_pixel_t_bytes(target->picture->format);
    return palette->size == 2 ? (width + 7) / 8 * height : width * height;
}

void client_tight_decode_basic(struct client_source *source, const struct client_target *target,
                               struct client_inflate *stream, bool has_filter)
{
    unsigned filter = has_filter ? client_source_u8(source) : FILTER_COPY;
    struct palette palette = {.size = 0};
    struct client_source data;
    uint8_t *bytes;

    if (filter > FILTER_GRADIENT)
        client_fault_blame(source->fault, "Tight: filter %u is invalid", filter);
    if (filter == FILTER_PALETTE)
        take_palette(source, target->picture->format, &palette);
    if (client_fault_is(source->fault))
        return;
    bytes = take_data(source, stream, data_size(target, &palette));
    if (!bytes)
        return;
    client_source_init_memory(&data, source->fault, "a Tight rectangle", bytes,
                              data_size(target, &palette));
    if (filter == FILTER_COPY)
        paint_copy(&data, target);
    else if (filter == FILTER_PALETTE)
        paint_palette(&data, target, &palette);
    else
        paint_gradient(&data, target);
    free(bytes);
}
