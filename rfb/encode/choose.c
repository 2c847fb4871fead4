/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/choose.h"

#include "framebuffer/surface.h"

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
