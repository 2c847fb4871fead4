/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From words of a surface to pixels in a client's format (rfb/pixel_format.h). Pure. */
#ifndef HF_RFB_PIXEL_TRANSLATOR_H
#define HF_RFB_PIXEL_TRANSLATOR_H

#include "rfb/pixel_format.h"

/*
 * Translates words 0x00RRGGBB into the format; made once per class, tables inside. A channel
 * value c becomes (c * max + 127) / 255; without true colour a pixel becomes the index of the
 * nearest colour of our map.
 */
struct pixel_translator {
    struct pixel_format format;
    bool identity; /* words go out as they are */
    bool scaled; /* every maximum is at most 255: plain arithmetic gives what the tables hold */
    /* Each value shifted into place, in the order of bytes on the wire. */
    uint32_t red[256], green[256], blue[256];
};
void pixel_translator_init(struct pixel_translator *t, const struct pixel_format *f);
/* n pixels; dst has n * bytes-per-pixel bytes of any alignment, src and dst do not overlap. */
void pixel_translate(const struct pixel_translator *t, void *dst, const uint32_t *src,
                     size_t n);
/* The same, each pixel as one word as pixel_translate_one gives it. */
void pixel_translate_words(const struct pixel_translator *t, uint32_t *dst, const uint32_t *src,
                           size_t n);
/* One pixel as the (little-endian when written byte by byte from bit 0) wire word. */
uint32_t pixel_translate_one(const struct pixel_translator *t, uint32_t rgb);

/* Colour i of the map that clients without true colour get: a 6x6x6 cube and 40 greys, 16 bits
 * a channel. */
void pixel_colour_map_entry(unsigned i, uint16_t rgb_r[3]);

#endif
