/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/pixel.h"

enum {
    MOST_PIXELS = 1024 * 1024,
    VMWARE_CLASSIC = 0,
    VMWARE_ALPHA = 1,
};

/* Bytes red, green, blue, alpha. With a depth of 32 no encoding leaves alpha out. */
static const struct client_format rgba_format = {
    .bits = 32,
    .depth = 32,
    .true_colour = true,
    .max = {255, 255, 255},
    .shift = {0, 8, 16},
};

/* Begins a cursor of the rectangle's size, transparent; its pixels, or NULL after a fault. */
static uint8_t *begin(struct client *client, const struct client_rect *rect,
                      enum client_cursor_kind kind)
{
    struct client_cursor *cursor = &client->cursor;
    size_t pixels = (size_t)rect->width_px * (size_t)rect->height_px;
    uint8_t *rgba;

    if (client_fault_is(&client->fault))
        return NULL;
    if (pixels > MOST_PIXELS) {
        client_fault_blame(&client->fault, "a cursor of %dx%d", rect->width_px,
                           rect->height_px);
        return NULL;
    }
    if (pixels > 0 && (rect->x_px >= rect->width_px || rect->y_px >= rect->height_px))
        client_remark(client, "the hot spot %d,%d is outside of a cursor of %dx%d", rect->x_px,
                      rect->y_px, rect->width_px, rect->height_px);
    rgba = calloc(pixels + 1, 4);
    if (!rgba) {
        client_fault_set(&client->fault, -ENOMEM, "no memory for a cursor");
        return NULL;
    }
    free(cursor->rgba);
    *cursor = (struct client_cursor){.kind = kind,
                                     .hot_x_px = rect->x_px,
                                     .hot_y_px = rect->y_px,
                                     .width_px = rect->width_px,
                                     .height_px = rect->height_px,
                                     .rgba = rgba,
                                     .count = cursor->count + 1};
    return rgba;
}

static size_t mask_size(const struct client_rect *rect)
{
    return ((size_t)rect->width_px + 7) / 8 * (size_t)rect->height_px;
}

static bool mask_bit(const uint8_t *mask, const struct client_rect *rect, int x, int y)
{
    size_t row = ((size_t)rect->width_px + 7) / 8 * (size_t)y;

    return mask[row + (size_t)x / 8] >> (7 - x % 8) & 1;
}

static void take_rgb(struct client *client, uint8_t *rgb)
{
    uint32_t value = client_pixel_take(&client->source, &client->format);

    if (!client_format_rgb(&client->format, client->colours, value, rgb) &&
        !client_fault_is(&client->fault))
        client_fault_blame(&client->fault, "a cursor has colour %u, which the map lacks",
                           (unsigned)value);
}

/* The alpha of a cursor with a bit mask. */
static void apply_mask(const struct client_rect *rect, const uint8_t *mask, uint8_t *rgba)
{
    for (int y = 0; y < rect->height_px; y++)
        for (int x = 0; x < rect->width_px; x++, rgba += 4)
            rgba[3] = mask_bit(mask, rect, x, y) ? 255 : 0;
}

void client_take_cursor(struct client *client, const struct client_rect *rect)
{
    size_t pixels = (size_t)rect->width_px * (size_t)rect->height_px;
    uint8_t *rgba = begin(client, rect, CLIENT_CURSOR_PLAIN);
    uint8_t *mask;

    if (!rgba)
        return;
    for (size_t i = 0; i < pixels; i++)
        take_rgb(client, rgba + 4 * i);
    mask = client_source_take(&client->source, mask_size(rect), MOST_PIXELS, "a cursor's mask");
    if (mask)
        apply_mask(rect, mask, rgba);
    free(mask);
}

void client_take_x_cursor(struct client *client, const struct client_rect *rect)
{
    uint8_t *rgba = begin(client, rect, CLIENT_CURSOR_X);
    uint8_t colours[2][3]; /* primary, secondary */
    uint8_t *bits, *mask;

    if (!rgba || rect->width_px == 0 || rect->height_px == 0)
        return;
    client_read_bytes(client, colours, sizeof colours);
    bits =
        client_source_take(&client->source, mask_size(rect), MOST_PIXELS, "a cursor's bitmap");
    mask = client_source_take(&client->source, mask_size(rect), MOST_PIXELS, "a cursor's mask");
    if (bits && mask) {
        for (int y = 0; y < rect->height_px; y++)
            for (int x = 0; x < rect->width_px; x++)
                memcpy(rgba + 4 * (y * rect->width_px + x),
                       colours[mask_bit(bits, rect, x, y) ? 0 : 1], 3);
        apply_mask(rect, mask, rgba);
    }
    free(bits);
    free(mask);
}

static void blame_overflow(struct client *client, const uint8_t *rgba, size_t pixels)
{
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < 3; c++)
            if (rgba[4 * i + c] > rgba[4 * i + 3]) {
                client_fault_blame(&client->fault,
                                   "a cursor's colour is not multiplied by alpha: %u of %u",
                                   rgba[4 * i + c], rgba[4 * i + 3]);
                return;
            }
}

void client_take_alpha_cursor(struct client *client, const struct client_rect *rect)
{
    size_t pixels = (size_t)rect->width_px * (size_t)rect->height_px;
    int32_t encoding = client_source_s32(&client->source);
    client_decode_fn *decode = client_decode_find(encoding);
    uint8_t *rgba = begin(client, rect, CLIENT_CURSOR_ALPHA);
    struct client_picture picture;
    struct client_target target = {&picture, 0, 0, rect->width_px, rect->height_px};

    if (!rgba)
        return;
    if (!decode || encoding == CLIENT_ENCODING_COPY_RECT ||
        !client_asked_for(client, encoding)) {
        client_fault_blame(&client->fault, "a cursor in encoding %d", encoding);
        return;
    }
    client_picture_init(&picture, &client->fault, &rgba_format, NULL);
    if (client_picture_resize(&picture, rect->width_px, rect->height_px))
        decode(&client->decoder, &client->source, &target);
    for (size_t i = 0; i < pixels && !client_fault_is(&client->fault); i++)
        for (size_t c = 0; c < 4; c++)
            rgba[4 * i + c] = (uint8_t)(picture.value[i] >> (8 * c));
    blame_overflow(client, rgba, pixels);
    client_picture_fini(&picture);
}

/* AND and XOR masks: screen stays, pixel is drawn, or screen is inverted in some bits. */
static void take_vmware_classic(struct client *client, uint8_t *rgba, size_t pixels)
{
    uint32_t all = client_format_mask(&client->format);
    uint32_t *keep = calloc(pixels + 1, sizeof *keep);

    if (!keep) {
        client_fault_set(&client->fault, -ENOMEM, "no memory for a cursor");
        return;
    }
    for (size_t i = 0; i < pixels; i++)
        keep[i] = client_pixel_take(&client->source, &client->format);
    for (size_t i = 0; i < pixels && !client_fault_is(&client->fault); i++) {
        uint32_t flip = client_pixel_take(&client->source, &client->format);

        if (keep[i] == 0)
            client_format_rgb(&client->format, client->colours, flip, rgba + 4 * i);
        else if (flip != 0 || keep[i] != all)
            client->cursor.inverting++;
        rgba[4 * i + 3] = keep[i] == all && flip == 0 ? 0 : 255;
    }
    free(keep);
}

void client_take_vmware_cursor(struct client *client, const struct client_rect *rect)
{
    size_t pixels = (size_t)rect->width_px * (size_t)rect->height_px;
    uint8_t type = client_read_u8(client);
    uint8_t *rgba =
        begin(client, rect,
              type == VMWARE_ALPHA ? CLIENT_CURSOR_VMWARE_ALPHA : CLIENT_CURSOR_VMWARE_CLASSIC);

    client_source_bytes(&client->source, NULL, 1);
    if (!rgba)
        return;
    if (type == VMWARE_CLASSIC)
        take_vmware_classic(client, rgba, pixels);
    else if (type == VMWARE_ALPHA)
        client_read_bytes(client, rgba, 4 * pixels);
    else
        client_fault_blame(&client->fault, "a VMware cursor of type %u", type);
}
