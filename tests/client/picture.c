/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void client_picture_init(struct client_picture *picture, struct client_fault *fault,
                         const struct client_format *format,
                         const struct client_colours *colours)
{
    *picture = (struct client_picture){.format = format, .colours = colours, .fault = fault};
}

void client_picture_fini(struct client_picture *picture)
{
    free(picture->value);
    free(picture->rgb);
    free(picture->known);
    picture->value = NULL;
    picture->rgb = NULL;
    picture->known = NULL;
    picture->width_px = 0;
    picture->height_px = 0;
}

bool client_picture_resize(struct client_picture *picture, int width_px, int height_px)
{
    size_t count = (size_t)width_px * (size_t)height_px;

    client_picture_fini(picture);
    if (count > CLIENT_PICTURE_MOST_PIXELS) {
        client_fault_blame(picture->fault, "a picture of %d by %d, more than this client takes",
                           width_px, height_px);
        return false;
    }
    picture->value = calloc(count + 1, sizeof *picture->value);
    picture->rgb = calloc(count + 1, 3);
    picture->known = calloc(count + 1, sizeof *picture->known);
    if (!picture->value || !picture->rgb || !picture->known) {
        client_picture_fini(picture);
        client_fault_set(picture->fault, -ENOMEM, "no memory for %d by %d pixels", width_px,
                         height_px);
        return false;
    }
    picture->width_px = width_px;
    picture->height_px = height_px;
    return true;
}

bool client_picture_holds(const struct client_picture *picture, int x_px, int y_px,
                          int width_px, int height_px)
{
    return x_px >= 0 && y_px >= 0 && width_px >= 0 && height_px >= 0 &&
           x_px <= picture->width_px - width_px && y_px <= picture->height_px - height_px;
}

static size_t index_of(const struct client_picture *picture, int x_px, int y_px)
{
    return (size_t)y_px * (size_t)picture->width_px + (size_t)x_px;
}

void client_picture_put(struct client_picture *picture, int x_px, int y_px, uint32_t value)
{
    size_t i = index_of(picture, x_px, y_px);

    if (!client_format_rgb(picture->format, picture->colours, value, picture->rgb + 3 * i))
        client_fault_blame(picture->fault, "pixel %d,%d has colour %u, which the map lacks",
                           x_px, y_px, (unsigned)value);
    picture->value[i] = value;
    picture->known[i] = true;
}

void client_picture_put_rgb(struct client_picture *picture, int x_px, int y_px,
                            const uint8_t *rgb)
{
    client_picture_put(picture, x_px, y_px, client_format_pack(picture->format, rgb));
}

void client_picture_fill(struct client_picture *picture, int x_px, int y_px, int width_px,
                         int height_px, uint32_t value)
{
    for (int y = y_px; y < y_px + height_px; y++)
        for (int x = x_px; x < x_px + width_px; x++)
            client_picture_put(picture, x, y, value);
}

static void copy_pixel(struct client_picture *picture, int from_x_px, int from_y_px, int x_px,
                       int y_px)
{
    size_t from = index_of(picture, from_x_px, from_y_px);
    size_t to = index_of(picture, x_px, y_px);

    if (!picture->known[from])
        client_fault_blame(picture->fault, "CopyRect takes pixel %d,%d, which was never sent",
                           from_x_px, from_y_px);
    picture->value[to] = picture->value[from];
    memcpy(picture->rgb + 3 * to, picture->rgb + 3 * from, 3);
    picture->known[to] = picture->known[from];
}

void client_picture_copy(struct client_picture *picture, int from_x_px, int from_y_px, int x_px,
                         int y_px, int width_px, int height_px)
{
    /* Where source and destination overlap, a pixel must be read before it is overwritten. */
    bool from_below = from_y_px > y_px || (from_y_px == y_px && from_x_px >= x_px);

    for (int j = 0; j < height_px; j++)
        for (int i = 0; i < width_px; i++) {
            int dx = from_below ? i : width_px - 1 - i;
            int dy = from_below ? j : height_px - 1 - j;

            copy_pixel(picture, from_x_px + dx, from_y_px + dy, x_px + dx, y_px + dy);
        }
}

void client_picture_recolour(struct client_picture *picture)
{
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;

    for (size_t i = 0; i < count; i++)
        if (picture->known[i])
            client_format_rgb(picture->format, picture->colours, picture->value[i],
                              picture->rgb + 3 * i);
}

void client_picture_reformat(struct client_picture *picture)
{
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;

    for (size_t i = 0; i < count; i++)
        picture->value[i] = client_format_pack(picture->format, picture->rgb + 3 * i);
}

bool client_picture_is_complete(const struct client_picture *picture)
{
    size_t count = (size_t)picture->width_px * (size_t)picture->height_px;

    return count > 0 && !memchr(picture->known, false, count);
}

static int distance(int a, int b)
{
    return a < b ? b - a : a - b;
}

/* How far an intensity is from the nearer of the two that the format may have made of want. */
static int distance_in_format(const struct client_format *format, int c, uint8_t got,
                              uint8_t want)
{
    uint8_t rounded, cut;
    int by_rounding, by_cutting;

    if (!format->true_colour)
        return distance(got, want);
    client_format_round_trip(format->max[c], want, &rounded, &cut);
    by_rounding = distance(got, rounded);
    by_cutting = distance(got, cut);
    return by_rounding < by_cutting ? by_rounding : by_cutting;
}

static int pixel_distance(const struct client_picture *picture, size_t i, const uint8_t *want)
{
    int worst = picture->known[i] ? 0 : 256;

    if (!worst && !memcmp(picture->rgb + 3 * i, want, 3))
        return 0;
    for (int c = 0; c < 3; c++) {
        int d =
            distance_in_format(picture->format, c, picture->rgb[3 * i + (size_t)c], want[c]);

        if (d > worst)
            worst = d;
    }
    return worst;
}

static void note_pixel(struct client_difference *difference, int x_px, int y_px,
                       const uint8_t *got, const uint8_t *want)
{
    if (difference->count++ == 0) {
        difference->x_px = difference->left_px = x_px;
        difference->y_px = difference->top_px = y_px;
        memcpy(difference->got, got, 3);
        memcpy(difference->want, want, 3);
    }
    if (x_px < difference->left_px)
        difference->left_px = x_px;
    if (x_px >= difference->right_px)
        difference->right_px = x_px + 1;
    difference->bottom_px = y_px + 1;
}

bool client_picture_compare(const struct client_picture *picture, const uint8_t *rgb,
                            int width_px, int height_px, size_t stride, int tolerance,
                            struct client_difference *difference_r)
{
    struct client_difference found = {0};

    found.size_differs = width_px != picture->width_px || height_px != picture->height_px;
    for (int y = 0; y < height_px && !found.size_differs; y++)
        for (int x = 0; x < width_px; x++) {
            size_t i = index_of(picture, x, y);
            const uint8_t *want = rgb + (size_t)y * stride + 3 * (size_t)x;
            int d = pixel_distance(picture, i, want);

            if (d > found.worst)
                found.worst = d;
            if (d > tolerance)
                note_pixel(&found, x, y, picture->rgb + 3 * i, want);
        }
    if (difference_r)
        *difference_r = found;
    return !found.size_differs && found.count == 0;
}

void client_difference_describe(const struct client_difference *d, char *text, size_t size)
{
    if (d->size_differs)
        snprintf(text, size, "the sizes differ");
    else if (d->count == 0)
        snprintf(text, size, "no pixel differs");
    else
        snprintf(
            text, size,
            "%llu pixels differ, the first at %d,%d (got %02x%02x%02x, want %02x%02x%02x), "
            "all within %d,%d to %d,%d, by %d at most",
            (unsigned long long)d->count, d->x_px, d->y_px, d->got[0], d->got[1], d->got[2],
            d->want[0], d->want[1], d->want[2], d->left_px, d->top_px, d->right_px,
            d->bottom_px, d->worst);
}
