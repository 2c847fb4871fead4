/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/choose.h"

#include "framebuffer/surface.h"
#include "rfb/encode/palette.h"

/* Tight clients need not take wider rectangles (rfbproto, Tight Encoding). */
enum { TIGHT_WIDTH_MOST = 2048 };

/*
 * Rectangles of this size feed deflate with 30 KB and more, where a fresh start costs less than
 * 5 % of the bytes, and are still small enough that the workers share out one update evenly.
 */
enum { AREA_USUAL = 2048 * 64 };

/*
 * A deflated rectangle costs about 100 bytes of headers and code tables, which is what 700
 * pixels of text come to; a raw one costs its header only, which is 3 pixels.
 */
enum { WASTE_DEFLATED_PX = 3 * 256, WASTE_PLAIN_PX = 0 };

struct cut_limits choose_cut_limits(const struct encode_class *class)
{
    struct cut_limits limits = {SURFACE_SIDE_MOST, AREA_USUAL, WASTE_DEFLATED_PX};

    switch (class->encoding) {
    case ENCODING_TIGHT:
    case ENCODING_TIGHT_PNG:
        limits.width_most = TIGHT_WIDTH_MOST;
        break;
    case ENCODING_ZLIB:
    case ENCODING_ZRLE:
    case ENCODING_JPEG:
        break;
    default:
        limits.waste_px = WASTE_PLAIN_PX;
    }
    return limits;
}

/*
 * Packed numbers deflate better than runs do. On the text and the console of tests/bench, ZRLE
 * is 10 and 12 % smaller when they are taken up to four times the bytes of runs; elsewhere it
 * is the same. Plain runs must halve raw pixels: with less, video is 8 % larger. Numbers of
 * more colours than can be packed mean something else in each tile, so that deflate does not
 * find in one what it knows from another: plain runs of smooth letters are 6 to 11 % smaller.
 */
enum { PACKED_WORTH_DEFLATED = 4, PACKED_COLOURS_MOST = 16, RUNS_WORTH_DEFLATED = 2 };

int choose_tile_colours_most(bool deflated)
{
    enum { PALETTE_RUNS_COLOURS_MOST = 127 };
    return deflated ? PACKED_COLOURS_MOST : PALETTE_RUNS_COLOURS_MOST;
}

enum tile_coding choose_tile_coding(const struct tile_facts *f)
{
    int bytes = (int)f->bytes, best = f->area * bytes;
    enum tile_coding coding = TILE_CODING_RAW;
    if (f->colours == 1)
        return TILE_CODING_SOLID;
    int plain_runs = f->runs * (bytes + 1);
    if ((f->deflated ? plain_runs * RUNS_WORTH_DEFLATED : plain_runs) < best) {
        best = plain_runs;
        coding = TILE_CODING_RUNS;
    }
    if (!f->colours)
        return coding;
    /* A run is two bytes when it is long and one when not; text has as many of both. */
    int palette = f->colours * bytes, runs = palette + f->runs * 3 / 2;
    if (runs < best) {
        best = runs;
        coding = TILE_CODING_PALETTE_RUNS;
    }
    int packed = palette + f->packed_bytes;
    if (f->colours <= PACKED_COLOURS_MOST &&
        (f->deflated ? packed / PACKED_WORTH_DEFLATED : packed) < best)
        coding = TILE_CODING_PACKED;
    return coding;
}

/*
 * Photographs and video have a new colour at most pixels, mostly near the last one: of a smooth
 * one's steps over 90 % are small, and a sharp one has steps nearly everywhere. Smooth letters
 * have steps at one pixel in four, most of them large; but small or scaled letters reach 70 %
 * small ones, and those are pictures only between others.
 */
enum {
    NOISY_PERCENT = 85,
    SMOOTH_PERCENT = 25,
    SMALL_PERCENT_SURELY = 80,
    SMALL_PERCENT_NEARLY = 50
};

enum picture_likeness choose_picture(const struct cell_facts *f)
{
    if (f->steps * 100 >= f->looked_at * NOISY_PERCENT)
        return PICTURE_SURELY;
    if (f->steps * 100 < f->looked_at * SMOOTH_PERCENT)
        return PICTURE_NOT;
    if (f->small_steps * 100 >= f->steps * SMALL_PERCENT_SURELY)
        return PICTURE_SURELY;
    return f->small_steps * 100 >= f->steps * SMALL_PERCENT_NEARLY ? PICTURE_NEARLY
                                                                   : PICTURE_NOT;
}

/*
 * Parts from these areas (px) on are sent separately. Solid ones of a quarter of this size make
 * the console 6 % larger, since they cut up the text between them; without parts of two colours
 * it would double. A JPEG picture has some 620 bytes of headers and tables.
 */
enum {
    SOLID_LEAST = 256 * 64,
    MONO_LEAST = 64 * 64,
    PICTURE_LEAST = 64 * 16,
    JPEG_LEAST = 64 * 32,
};

struct plan_limits choose_plan_limits(const struct encode_class *class)
{
    if (class->quality >= 0)
        return (struct plan_limits){SOLID_LEAST, MONO_LEAST, JPEG_LEAST, true};
    /* Without loss it does not hurt to cut letters out of a picture. */
    return (struct plan_limits){SOLID_LEAST, MONO_LEAST, PICTURE_LEAST, false};
}

int choose_palette_most(int area)
{
    enum { PIXELS_A_COLOUR = 4 };
    int most = area / PIXELS_A_COLOUR;
    return most < 2 ? 2 : most > PALETTE_MOST ? PALETTE_MOST : most;
}

/* A JPEG picture has some 620 bytes of headers and tables. */
enum { JPEG_BYTES_LEAST = 1024 };

bool choose_jpeg_rect(const struct encode_class *class, struct rect r)
{
    return class->quality >= 0 &&
           r.w * r.h * (int)pixel_format_bytes(&class->format) >= JPEG_BYTES_LEAST;
}
