/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Surface: 32-bit pixels in memory, in one of the byte orders that virtio-gpu names. Pure. */
#ifndef HF_GUEST_SURFACE_H
#define HF_GUEST_SURFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rect {
    uint32_t x;
    uint32_t y;
    uint32_t w;
    uint32_t h;
};

/* How far each part is shifted in the little-endian 32-bit pixel. */
struct pixel_order {
    uint32_t format; /* virtio-gpu's number (virtio 1.2, 5.7.6.8) */
    uint8_t red;
    uint8_t green;
    uint8_t blue;
    uint8_t fourth; /* alpha or padding */
};

struct surface {
    uint32_t *pixels; /* w * h, no padding between rows */
    uint32_t w;
    uint32_t h;
    struct pixel_order order;
    uint8_t fourth; /* value of the byte that is not colour */
};

#define PIXEL_ORDER_BGRX 2u

/* The order of this virtio-gpu format; false if it is not one of the eight. */
bool pixel_order_find(uint32_t format, struct pixel_order *order_r);

/* `rgb` is 0xRRGGBB everywhere in the guest. */
static inline uint32_t surface_pack(const struct surface *surface, uint32_t rgb)
{
    return (rgb >> 16 & 0xff) << surface->order.red |
           (rgb >> 8 & 0xff) << surface->order.green | (rgb & 0xff) << surface->order.blue |
           (uint32_t)surface->fourth << surface->order.fourth;
}

static inline uint32_t *surface_row(const struct surface *surface, uint32_t x, uint32_t y)
{
    return surface->pixels + (size_t)y * surface->w + x;
}

/* Is the rectangle not empty and wholly on the surface? */
bool surface_holds(const struct surface *surface, const struct rect *rect);

/* The part of the rectangle that is on the surface; may be empty (w or h 0). */
struct rect surface_clip(const struct surface *surface, struct rect rect);

static inline struct rect surface_whole(const struct surface *surface)
{
    return (struct rect){0, 0, surface->w, surface->h};
}

/* CRC-32 (as zlib and PNG compute it) of the bytes R, G, B of each pixel, row by row. */
uint32_t surface_hash(const struct surface *surface);

uint32_t crc32_add(uint32_t crc, const uint8_t *bytes, size_t size);

#endif
