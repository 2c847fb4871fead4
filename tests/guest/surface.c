/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/surface.h"

#define HASH_PIECE 256u /* pixels */

static const struct pixel_order orders[] = {
    {1, 16, 8, 0, 24},   /* B8G8R8A8 */
    {2, 16, 8, 0, 24},   /* B8G8R8X8 */
    {3, 8, 16, 24, 0},   /* A8R8G8B8 */
    {4, 8, 16, 24, 0},   /* X8R8G8B8 */
    {67, 0, 8, 16, 24},  /* R8G8B8A8 */
    {68, 24, 16, 8, 0},  /* X8B8G8R8 */
    {121, 24, 16, 8, 0}, /* A8B8G8R8 */
    {134, 0, 8, 16, 24}, /* R8G8B8X8 */
};

bool pixel_order_find(uint32_t format, struct pixel_order *order_r)
{
    for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
        if (orders[i].format == format) {
            *order_r = orders[i];
            return true;
        }
    return false;
}

bool surface_holds(const struct surface *surface, const struct rect *rect)
{
    return rect->w > 0 && rect->h > 0 && rect->x < surface->w && rect->y < surface->h &&
           rect->w <= surface->w - rect->x && rect->h <= surface->h - rect->y;
}

struct rect surface_clip(const struct surface *surface, struct rect rect)
{
    if (rect.x >= surface->w || rect.y >= surface->h)
        return (struct rect){0, 0, 0, 0};
    if (rect.w > surface->w - rect.x)
        rect.w = surface->w - rect.x;
    if (rect.h > surface->h - rect.y)
        rect.h = surface->h - rect.y;
    return rect;
}

static void fill_crc_table(uint32_t table[256])
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (unsigned bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320u : value >> 1;
        table[i] = value;
    }
}

static uint32_t crc_step(const uint32_t table[256], uint32_t crc, const uint8_t *bytes,
                         size_t size)
{
    while (size-- > 0)
        crc = crc >> 8 ^ table[(crc ^ *bytes++) & 0xff];
    return crc;
}

uint32_t crc32_add(uint32_t crc, const uint8_t *bytes, size_t size)
{
    uint32_t table[256];

    fill_crc_table(table);
    return ~crc_step(table, ~crc, bytes, size);
}

static size_t unpack(const struct surface *surface, const uint32_t *pixels, uint32_t count,
                     uint8_t *rgb)
{
    for (uint32_t i = 0; i < count; i++) {
        rgb[3 * i] = (uint8_t)(pixels[i] >> surface->order.red);
        rgb[3 * i + 1] = (uint8_t)(pixels[i] >> surface->order.green);
        rgb[3 * i + 2] = (uint8_t)(pixels[i] >> surface->order.blue);
    }
    return 3 * (size_t)count;
}

uint32_t surface_hash(const struct surface *surface)
{
    uint32_t table[256];
    uint8_t rgb[3 * HASH_PIECE];
    uint32_t left = surface->w * surface->h;
    const uint32_t *pixels = surface->pixels;
    uint32_t crc = ~0u;

    fill_crc_table(table);
    while (left > 0) {
        uint32_t count = left < HASH_PIECE ? left : HASH_PIECE;
        crc = crc_step(table, crc, rgb, unpack(surface, pixels, count, rgb));
        pixels += count;
        left -= count;
    }
    return ~crc;
}
