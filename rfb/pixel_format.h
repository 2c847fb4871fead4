/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a client wants its pixels (RFC 6143 7.4, PIXEL_FORMAT). Pure; translates none. */
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

#endif
