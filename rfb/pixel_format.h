/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a client wants its pixels (RFC 6143 7.4, PIXEL_FORMAT) and the translation of surface
 * words into it. Pure.
 */
#ifndef HF_RFB_PIXEL_FORMAT_H
#define HF_RFB_PIXEL_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/reader.h"

struct pixel_format {
    uint8_t bpp;   /* 8, 16 or 32 bits */
    uint8_t depth; /* useful bits */
    bool big_endian;
    bool true_colour; /* false: 8-bit index into our colour map */
    uint16_t red_max, green_max, blue_max;
    uint8_t red_shift, green_shift, blue_shift;
};

enum { PIXEL_FORMAT_WIRE_SIZE = 16 };

/* Our own: 32 bpp, depth 24, 0x00RRGGBB little-endian words. */
extern const struct pixel_format pixel_format_native;

/* The 16 bytes of the wire, padding included. Reading checks nothing. */
struct pixel_format pixel_format_read(struct reader *r);
void pixel_format_write(struct bytes *b, const struct pixel_format *f);
/*
 * Whether we can serve it: bpp 8, 16 or 32; maxima of the form 2^n - 1, n >= 1; fields inside
 * bpp that do not overlap; or bpp 8 without true colour. Normalises in place what does not
 * matter (depth out of range, endianness of 8 bits, fields of a colour map), so that equal
 * formats compare equal. False and *why_r otherwise.
 */
bool pixel_format_accept(struct pixel_format *f, const char **why_r);
bool pixel_format_equal(const struct pixel_format *a, const struct pixel_format *b);

static inline unsigned pixel_format_bytes(const struct pixel_format *f)
{
    return f->bpp / 8u;
}

/* Tight's TPIXEL (rfbproto, Tight): 3 bytes R, G, B when 32 bpp, depth 24, true colour, maxima
 * 255; else as the format. */
bool pixel_format_is_tpixel(const struct pixel_format *f);
/*
 * ZRLE's and TRLE's CPIXEL (RFC 6143 7.7.5): the number of bytes (3 when 32 bpp, depth at most
 * 24 and all fields fit in the lower or the upper three bytes), and in *skip_r the offset of
 * the first byte kept.
 */
unsigned pixel_format_cpixel(const struct pixel_format *f, unsigned *skip_r);

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
