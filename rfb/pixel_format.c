/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/pixel_format.h"

const struct pixel_format pixel_format_native = {
    .bpp = 32,
    .depth = 24,
    .true_colour = true,
    .red_max = 255,
    .green_max = 255,
    .blue_max = 255,
    .red_shift = 16,
    .green_shift = 8,
    .blue_shift = 0,
};

struct pixel_format pixel_format_read(struct reader *r)
{
    struct pixel_format f = {0};
    f.bpp = reader_u8(r);
    f.depth = reader_u8(r);
    f.big_endian = reader_u8(r) != 0;
    f.true_colour = reader_u8(r) != 0;
    f.red_max = reader_u16(r);
    f.green_max = reader_u16(r);
    f.blue_max = reader_u16(r);
    f.red_shift = reader_u8(r);
    f.green_shift = reader_u8(r);
    f.blue_shift = reader_u8(r);
    reader_skip(r, 3);
    return f;
}

void pixel_format_write(struct bytes *b, const struct pixel_format *f)
{
    bytes_put_u8(b, f->bpp);
    bytes_put_u8(b, f->depth);
    bytes_put_u8(b, f->big_endian);
    bytes_put_u8(b, f->true_colour);
    bytes_put_u16(b, f->red_max);
    bytes_put_u16(b, f->green_max);
    bytes_put_u16(b, f->blue_max);
    bytes_put_u8(b, f->red_shift);
    bytes_put_u8(b, f->green_shift);
    bytes_put_u8(b, f->blue_shift);
    bytes_put_zero(b, 3);
}

/* The bits of a channel within the pixel; 0 when the channel is not one that we can serve. */
static uint32_t field_bits(unsigned max, unsigned shift, unsigned bpp)
{
    if (!max || (max & (max + 1)) || shift >= bpp)
        return 0;
    uint64_t bits = (uint64_t)max << shift;
    return bits >> bpp ? 0 : (uint32_t)bits;
}

static bool accept_colour_map(struct pixel_format *f, const char **why_r)
{
    if (f->bpp != 8) {
        *why_r = "a colour map needs 8 bits per pixel";
        return false;
    }
    *f = (struct pixel_format){.bpp = 8, .depth = 8};
    return true;
}

bool pixel_format_accept(struct pixel_format *f, const char **why_r)
{
    if (f->bpp != 8 && f->bpp != 16 && f->bpp != 32) {
        *why_r = "bits per pixel are not 8, 16 or 32";
        return false;
    }
    if (!f->true_colour)
        return accept_colour_map(f, why_r);

    uint32_t red = field_bits(f->red_max, f->red_shift, f->bpp);
    uint32_t green = field_bits(f->green_max, f->green_shift, f->bpp);
    uint32_t blue = field_bits(f->blue_max, f->blue_shift, f->bpp);
    if (!red || !green || !blue) {
        *why_r = "a colour's maximum is not 2^n - 1 or lies outside the pixel";
        return false;
    }
    if ((red & green) || (red & blue) || (green & blue)) {
        *why_r = "colours overlap in the pixel";
        return false;
    }
    if (f->bpp == 8)
        f->big_endian = false;
    /* Depth has a meaning in CPIXEL and TPIXEL only, where it is compared with 24. */
    if (f->bpp < 32 || f->depth > f->bpp)
        f->depth = f->bpp;
    if (!f->depth)
        f->depth = 1;
    return true;
}

bool pixel_format_equal(const struct pixel_format *a, const struct pixel_format *b)
{
    return a->bpp == b->bpp && a->depth == b->depth && a->big_endian == b->big_endian &&
           a->true_colour == b->true_colour && a->red_max == b->red_max &&
           a->green_max == b->green_max && a->blue_max == b->blue_max &&
           a->red_shift == b->red_shift && a->green_shift == b->green_shift &&
           a->blue_shift == b->blue_shift;
}

bool pixel_format_is_tpixel(const struct pixel_format *f)
{
    return f->true_colour && f->bpp == 32 && f->depth == 24 && f->red_max == 255 &&
           f->green_max == 255 && f->blue_max == 255;
}

unsigned pixel_format_cpixel(const struct pixel_format *f, unsigned *skip_r)
{
    *skip_r = 0;
    if (!f->true_colour || f->bpp != 32 || f->depth > 24)
        return pixel_format_bytes(f);
    uint32_t bits = (uint32_t)f->red_max << f->red_shift |
                    (uint32_t)f->green_max << f->green_shift |
                    (uint32_t)f->blue_max << f->blue_shift;
    if (!(bits >> 24)) {
        *skip_r = f->big_endian ? 1 : 0;
        return 3;
    }
    if (!(bits & 0xff)) {
        *skip_r = f->big_endian ? 0 : 1;
        return 3;
    }
    return 4;
}
