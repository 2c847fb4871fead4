/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/pixel_translator.h"
#include "rfb/vectorise.h"

#include <string.h>

/* The fixed colour map: a cube of 6 levels a channel, then greys that lie between the cube's
 * own. */
enum { CUBE_SIDE = 6, CUBE_STEP = 51, CUBE_COLOURS = 216, GREYS = 40 };

static uint32_t wire_order(const struct pixel_format *f, uint32_t v)
{
    if (!f->big_endian || f->bpp == 8)
        return v;
    return f->bpp == 16 ? __builtin_bswap16((uint16_t)v) : __builtin_bswap32(v);
}

static uint32_t channel_value(const struct pixel_format *f, unsigned c, unsigned max,
                              unsigned shift)
{
    return wire_order(f, (c * max + 127) / 255 << shift);
}

void pixel_translator_init(struct pixel_translator *t, const struct pixel_format *f)
{
    t->format = *f;
    t->identity = f->true_colour && f->bpp == 32 && !f->big_endian && f->red_max == 255 &&
                  f->green_max == 255 && f->blue_max == 255 && f->red_shift == 16 &&
                  f->green_shift == 8 && f->blue_shift == 0 &&
                  __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
    t->scaled =
        f->true_colour && f->red_max <= 255 && f->green_max <= 255 && f->blue_max <= 255;
    for (unsigned c = 0; c < 256; c++) {
        if (f->true_colour) {
            t->red[c] = channel_value(f, c, f->red_max, f->red_shift);
            t->green[c] = channel_value(f, c, f->green_max, f->green_shift);
            t->blue[c] = channel_value(f, c, f->blue_max, f->blue_shift);
        } else {
            uint32_t level = (c + CUBE_STEP / 2) / CUBE_STEP;
            t->red[c] = level * CUBE_SIDE * CUBE_SIDE;
            t->green[c] = level * CUBE_SIDE;
            t->blue[c] = level;
        }
    }
}

static int grey_level(int i)
{
    return ((i + 1) * 255 + (GREYS + 1) / 2) / (GREYS + 1);
}

static int distance(uint32_t rgb, int red, int green, int blue)
{
    int r = (int)(rgb >> 16 & 255) - red, g = (int)(rgb >> 8 & 255) - green,
        b = (int)(rgb & 255) - blue;
    return r * r + g * g + b * b;
}

/* The nearest of all entries: the nearest of the cube, or the grey nearest to the mean if that
 * is nearer. */
static uint32_t map_index(const struct pixel_translator *t, uint32_t rgb)
{
    uint32_t r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
    uint32_t cube = t->red[r] + t->green[g] + t->blue[b];
    int best = distance(rgb, (int)t->blue[r] * CUBE_STEP, (int)t->blue[g] * CUBE_STEP,
                        (int)t->blue[b] * CUBE_STEP);
    int near = (int)(r + g + b) * (GREYS + 1) / (3 * 255) - 1;
    uint32_t index = cube;
    for (int i = near < 0 ? 0 : near; i <= near + 1 && i < GREYS; i++) {
        int d = distance(rgb, grey_level(i), grey_level(i), grey_level(i));
        if (d < best) {
            best = d;
            index = (uint32_t)(CUBE_COLOURS + i);
        }
    }
    return index;
}

uint32_t pixel_translate_one(const struct pixel_translator *t, uint32_t rgb)
{
    if (!t->format.true_colour)
        return map_index(t, rgb);
    return t->red[rgb >> 16 & 255] | t->green[rgb >> 8 & 255] | t->blue[rgb & 255];
}

/* round(c * max / 255) for max up to 255 without a division: the same as the tables hold. */
INLINED uint32_t scale(uint32_t c, uint32_t max)
{
    uint32_t x = c * max + 128;
    return (x + (x >> 8)) >> 8;
}

INLINED uint32_t pack(const struct pixel_format *f, uint32_t rgb)
{
    return scale(rgb >> 16 & 255, f->red_max) << f->red_shift |
           scale(rgb >> 8 & 255, f->green_max) << f->green_shift |
           scale(rgb & 255, f->blue_max) << f->blue_shift;
}

/* Pixels of any alignment. */
typedef uint16_t pixel16 __attribute__((aligned(1), may_alias));
typedef uint32_t pixel32 __attribute__((aligned(1), may_alias));

INLINED uint16_t swap16(uint32_t v)
{
    return (uint16_t)(v << 8 | v >> 8);
}

/* Whether a word in host order must be swapped to become the bytes of the wire. */
static bool swapped(const struct pixel_format *f)
{
    return f->big_endian != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
}

VECTORISED
static void scale_8(const struct pixel_format *format, uint8_t *restrict dst,
                    const uint32_t *restrict src, size_t n)
{
    struct pixel_format f = *format;
    for (size_t i = 0; i < n; i++)
        dst[i] = (uint8_t)pack(&f, src[i]);
}

VECTORISED
static void scale_16(const struct pixel_format *format, pixel16 *restrict dst,
                     const uint32_t *restrict src, size_t n)
{
    struct pixel_format f = *format;
    if (swapped(&f)) {
        for (size_t i = 0; i < n; i++)
            dst[i] = swap16(pack(&f, src[i]));
    } else {
        for (size_t i = 0; i < n; i++)
            dst[i] = (uint16_t)pack(&f, src[i]);
    }
}

VECTORISED
static void scale_32(const struct pixel_format *format, pixel32 *restrict dst,
                     const uint32_t *restrict src, size_t n)
{
    struct pixel_format f = *format;
    if (swapped(&f)) {
        for (size_t i = 0; i < n; i++)
            dst[i] = __builtin_bswap32(pack(&f, src[i]));
    } else {
        for (size_t i = 0; i < n; i++)
            dst[i] = pack(&f, src[i]);
    }
}

static void store(uint8_t *dst, uint32_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        dst[i] = (uint8_t)(v >> 8 * i);
}

/* Any format; neighbours of one colour are looked up once. */
static void translate_by_table(const struct pixel_translator *t, uint8_t *dst,
                               const uint32_t *src, size_t n)
{
    unsigned bytes = pixel_format_bytes(&t->format);
    uint32_t last = n ? src[0] : 0, v = pixel_translate_one(t, last);
    for (size_t i = 0; i < n; i++, dst += bytes) {
        if (src[i] != last) {
            last = src[i];
            v = pixel_translate_one(t, last);
        }
        store(dst, v, bytes);
    }
}

void pixel_translate(const struct pixel_translator *t, void *dst, const uint32_t *src, size_t n)
{
    if (t->identity)
        memcpy(dst, src, n * 4);
    else if (!t->scaled)
        translate_by_table(t, dst, src, n);
    else if (t->format.bpp == 8)
        scale_8(&t->format, dst, src, n);
    else if (t->format.bpp == 16)
        scale_16(&t->format, dst, src, n);
    else
        scale_32(&t->format, dst, src, n);
}

VECTORISED
static void scale_words(const struct pixel_format *format, uint32_t *restrict dst,
                        const uint32_t *restrict src, size_t n)
{
    struct pixel_format f = *format;
    for (size_t i = 0; i < n; i++)
        dst[i] = pack(&f, src[i]);
    if (f.big_endian && f.bpp == 32) {
        for (size_t i = 0; i < n; i++)
            dst[i] = __builtin_bswap32(dst[i]);
    } else if (f.big_endian && f.bpp == 16) {
        for (size_t i = 0; i < n; i++)
            dst[i] = swap16(dst[i]);
    }
}

void pixel_translate_words(const struct pixel_translator *t, uint32_t *dst, const uint32_t *src,
                           size_t n)
{
    if (t->scaled) {
        scale_words(&t->format, dst, src, n);
        return;
    }
    uint32_t last = n ? src[0] : 0, v = pixel_translate_one(t, last);
    for (size_t i = 0; i < n; i++) {
        if (src[i] != last) {
            last = src[i];
            v = pixel_translate_one(t, last);
        }
        dst[i] = v;
    }
}

void pixel_colour_map_entry(unsigned i, uint16_t rgb_r[3])
{
    for (unsigned c = 0; c < 3; c++) {
        unsigned divisor = c == 0 ? CUBE_SIDE * CUBE_SIDE : c == 1 ? CUBE_SIDE : 1;
        unsigned level = i < CUBE_COLOURS ? i / divisor % CUBE_SIDE * CUBE_STEP
                                          : (unsigned)grey_level((int)(i - CUBE_COLOURS));
        rgb_r[c] = (uint16_t)(level * 257);
    }
}
