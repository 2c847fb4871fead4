/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format: a pixel format as RFB describes it, and the colour map that goes with it when colours
 * are not in the pixel itself. Pure: numbers in, numbers out.
 */
#ifndef HF_TESTS_CLIENT_FORMAT_H
#define HF_TESTS_CLIENT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLIENT_FORMAT_BYTES 16 /* of PIXEL_FORMAT on the wire */

struct client_format {
    uint8_t bits;  /* 8, 16 or 32 for each pixel on the wire */
    uint8_t depth; /* useful bits */
    bool big_endian;
    bool true_colour;
    uint16_t max[3];  /* red, green, blue: 2^n - 1 */
    uint8_t shift[3]; /* red, green, blue */
};

/* The colour map of a format without true colour, as 8-bit intensities. */
struct client_colours {
    uint8_t rgb[65536][3];
    bool set[65536];
};

/* 32 bits, little endian, blue in the lowest byte: what most servers call their own. */
extern const struct client_format client_format_bgrx;

/*
 * A format by its name in the table of format.c ("bgrx", "rgb565", "map8" and others), or NULL.
 * index counts the table's rows, for loops over all; NULL past the end.
 */
const struct client_format *client_format_find(const char *name);
const char *client_format_name(size_t index);

/* Reads and writes the 16 bytes of PIXEL_FORMAT (RFC 6143 section 7.4). */
void client_format_parse(struct client_format *format, const uint8_t *wire);
void client_format_write(const struct client_format *format, uint8_t *wire);

/* What is wrong with a format, or NULL: widths, maxima, shifts and depth must fit together. */
const char *client_format_check(const struct client_format *format);

static inline unsigned client_format_pixel_bytes(const struct client_format *format)
{
    return format->bits / 8u;
}

/* The bits of a pixel value that mean something. */
uint32_t client_format_mask(const struct client_format *format);

/* A value from client_format_pixel_bytes() bytes as they came, without meaningless bits. */
uint32_t client_format_value(const struct client_format *format, const uint8_t *wire);

/*
 * Whether a CPIXEL has 3 bytes (ZRLE and TRLE, RFC 6143 section 7.7.5), and if so, whether they
 * are the most significant three.
 */
bool client_format_cpixel_is_short(const struct client_format *format, bool *upper_r);

/* Whether a TPIXEL is 3 bytes of red, green, blue (rfbproto, Tight Encoding). */
bool client_format_tpixel_is_rgb(const struct client_format *format);

/*
 * 8-bit intensities of a true-colour value: each is component * 255 / max, rounded to the
 * nearest. For a format with a colour map the map gives them; false if that entry was never
 * set.
 */
bool client_format_rgb(const struct client_format *format, const struct client_colours *colours,
                       uint32_t value, uint8_t *rgb_r);

/* The true-colour value nearest to 8-bit intensities; 0 for a format with a colour map. */
uint32_t client_format_pack(const struct client_format *format, const uint8_t *rgb);

/*
 * The two 8-bit intensities that one becomes on its way through a component of the given
 * maximum: reduced by rounding and reduced by cutting bits off. The protocol names neither.
 */
void client_format_round_trip(uint16_t max, uint8_t intensity, uint8_t *rounded_r,
                              uint8_t *cut_r);

#endif
