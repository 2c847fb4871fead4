/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/format.h"

#include <string.h>

#define RGB888                                                                                 \
    {                                                                                          \
        255, 255, 255                                                                          \
    }

const struct client_format client_format_bgrx = {32, 24, false, true, RGB888, {16, 8, 0}};

static const struct {
    const char *name;
    struct client_format format;
} named[] = {
    {"bgrx", {32, 24, false, true, RGB888, {16, 8, 0}}},
    {"rgbx", {32, 24, false, true, RGB888, {0, 8, 16}}},
    {"xrgb", {32, 24, true, true, RGB888, {16, 8, 0}}},
    {"bgrx-high", {32, 24, false, true, RGB888, {24, 16, 8}}},
    {"rgb101010", {32, 30, false, true, {1023, 1023, 1023}, {20, 10, 0}}},
    {"rgb565", {16, 16, false, true, {31, 63, 31}, {11, 5, 0}}},
    {"rgb565be", {16, 16, true, true, {31, 63, 31}, {11, 5, 0}}},
    {"rgb555", {16, 15, false, true, {31, 31, 31}, {10, 5, 0}}},
    {"rgb332", {8, 8, false, true, {7, 7, 3}, {5, 2, 0}}},
    {"bgr233", {8, 8, false, true, {7, 7, 3}, {0, 3, 6}}},
    {"rgb222", {8, 6, false, true, {3, 3, 3}, {4, 2, 0}}},
    {"map8", {8, 8, false, false, {0, 0, 0}, {0, 0, 0}}},
};

const struct client_format *client_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (!strcmp(named[i].name, name))
            return &named[i].format;
    return NULL;
}

const char *client_format_name(size_t index)
{
    return index < sizeof named / sizeof named[0] ? named[index].name : NULL;
}

void client_format_parse(struct client_format *format, const uint8_t *wire)
{
    format->bits = wire[0];
    format->depth = wire[1];
    format->big_endian = wire[2] != 0;
    format->true_colour = wire[3] != 0;
    for (int c = 0; c < 3; c++) {
        format->max[c] = (uint16_t)(wire[4 + 2 * c] << 8 | wire[5 + 2 * c]);
        format->shift[c] = wire[10 + c];
    }
}

void client_format_write(const struct client_format *format, uint8_t *wire)
{
    memset(wire, 0, CLIENT_FORMAT_BYTES);
    wire[0] = format->bits;
    wire[1] = format->depth;
    wire[2] = format->big_endian;
    wire[3] = format->true_colour;
    for (int c = 0; c < 3; c++) {
        wire[4 + 2 * c] = (uint8_t)(format->max[c] >> 8);
        wire[5 + 2 * c] = (uint8_t)format->max[c];
        wire[10 + c] = format->shift[c];
    }
}

static unsigned bits_of(uint16_t max)
{
    unsigned bits = 0;

    for (; max; max >>= 1)
        bits++;
    return bits;
}

static const char *check_components(const struct client_format *format)
{
    uint64_t used = 0;
    unsigned sum = 0;

    for (int c = 0; c < 3; c++) {
        unsigned bits = bits_of(format->max[c]);
        uint64_t mask = (uint64_t)format->max[c] << (format->shift[c] & 63);

        if (format->max[c] == 0 || format->max[c] + 1 != 1 << bits)
            return "a maximum is not 2^n - 1";
        if (format->shift[c] + bits > format->bits)
            return "a component lies outside of the pixel";
        if (used & mask)
            return "two components share bits";
        used |= mask;
        sum += bits;
    }
    if (sum > format->depth)
        return "the depth is less than the components need";
    return NULL;
}

const char *client_format_check(const struct client_format *format)
{
    if (format->bits != 8 && format->bits != 16 && format->bits != 32)
        return "bits-per-pixel is not 8, 16 or 32";
    if (format->depth == 0 || format->depth > format->bits)
        return "the depth is 0 or more than bits-per-pixel";
    if (format->true_colour)
        return check_components(format);
    return format->depth > 16 ? "a colour map of more than 65536 entries" : NULL;
}

uint32_t client_format_mask(const struct client_format *format)
{
    uint32_t mask = 0;

    if (!format->true_colour)
        return (uint32_t)((1ull << format->depth) - 1);
    /* Four channels fill the pixel: that is how a cursor with alpha is described. */
    if (format->depth == 32)
        return UINT32_MAX;
    for (int c = 0; c < 3; c++)
        mask |= (uint32_t)format->max[c] << format->shift[c];
    return mask;
}

static uint32_t assemble(const uint8_t *wire, unsigned bytes, bool big_endian)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value = value << 8 | wire[big_endian ? i : bytes - 1 - i];
    return value;
}

uint32_t client_format_value(const struct client_format *format, const uint8_t *wire)
{
    uint32_t value = assemble(wire, client_format_pixel_bytes(format), format->big_endian);

    return value & client_format_mask(format);
}

bool client_format_cpixel_is_short(const struct client_format *format, bool *upper_r)
{
    uint32_t mask = client_format_mask(format);

    if (!format->true_colour || format->bits != 32 || format->depth > 24)
        return false;
    *upper_r = (mask & 0xff000000) != 0;
    return !*upper_r || (mask & 0x000000ff) == 0;
}

bool client_format_tpixel_is_rgb(const struct client_format *format)
{
    return format->true_colour && format->bits == 32 && format->depth == 24 &&
           format->max[0] == 255 && format->max[1] == 255 && format->max[2] == 255;
}

/* value * to / from, rounded to the nearest */
static uint32_t scale(uint32_t value, uint32_t from, uint32_t to)
{
    return from == to ? value : (value * to + from / 2) / from;
}

bool client_format_rgb(const struct client_format *format, const struct client_colours *colours,
                       uint32_t value, uint8_t *rgb_r)
{
    if (!format->true_colour) {
        memcpy(rgb_r, colours->rgb[value & 0xffff], 3);
        return value <= 0xffff && colours->set[value];
    }
    for (int c = 0; c < 3; c++) {
        uint32_t component = value >> format->shift[c] & format->max[c];

        rgb_r[c] = (uint8_t)scale(component, format->max[c], 255);
    }
    return true;
}

uint32_t client_format_pack(const struct client_format *format, const uint8_t *rgb)
{
    uint32_t value = 0;

    if (!format->true_colour)
        return 0;
    for (int c = 0; c < 3; c++)
        value |= scale(rgb[c], 255, format->max[c]) << format->shift[c];
    return value;
}

void client_format_round_trip(uint16_t max, uint8_t intensity, uint8_t *rounded_r,
                              uint8_t *cut_r)
{
    unsigned bits = bits_of(max);
    uint32_t cut =
        bits < 8 ? (uint32_t)intensity >> (8 - bits) : (uint32_t)intensity << (bits - 8);

    *rounded_r = (uint8_t)scale(scale(intensity, 255, max), max, 255);
    *cut_r = (uint8_t)scale(cut, max, 255);
}
