/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/class.h"

#include <stddef.h>

/* What a client gets that wants JPEG (21) and names no level. */
enum { JPEG_QUALITY_UNASKED = 80, JPEG_SUBSAMPLING_UNASKED = 2 };

/* Compression levels up to here mean effort 0, from there on effort 2; what lies between is
 * usual. */
enum { COMPRESSION_FASTEST = 0, COMPRESSION_SMALLEST = 7 };

static bool takes_jpeg(int32_t encoding)
{
    return encoding == ENCODING_TIGHT || encoding == ENCODING_TIGHT_PNG ||
           encoding == ENCODING_JPEG;
}

static bool takes_deflate(int32_t encoding)
{
    return encoding == ENCODING_TIGHT || encoding == ENCODING_TIGHT_PNG ||
           encoding == ENCODING_ZLIB || encoding == ENCODING_ZRLE;
}

static int8_t effort_of(int compression)
{
    if (compression < 0)
        return 1;
    return compression <= COMPRESSION_FASTEST ? 0 : compression >= COMPRESSION_SMALLEST ? 2 : 1;
}

/* JPEG goes to formats of 16 or 32 bits only (rfbproto, Tight Encoding). */
static bool jpeg_allowed(const struct pixel_format *f)
{
    return f->true_colour && f->bpp >= 16;
}

struct encode_class encode_class_for(const struct encodings *e, const struct pixel_format *f)
{
    struct encode_class c = {
        .encoding = e->best, .format = *f, .quality = -1, .subsampling = 1, .effort = 1};
    bool jpeg = takes_jpeg(e->best) && jpeg_allowed(f);

    if (e->best == ENCODING_JPEG && !jpeg)
        c.encoding = ENCODING_RAW;
    if (e->best == ENCODING_TIGHT_PNG && !pixel_format_is_tpixel(f))
        c.encoding = ENCODING_RAW;
    /* noVNC, which alone asks for Tight PNG, stops at a rectangle with the gradient filter. */
    c.gradient = c.encoding == ENCODING_TIGHT && !encodings_have(e, EXT_TIGHT_PNG);
    if (takes_deflate(c.encoding))
        c.effort = effort_of(e->compression);
    if (!jpeg || c.encoding == ENCODING_RAW)
        return c;
    if (e->quality >= 0) {
        c.quality = e->quality;
        c.subsampling = e->subsampling;
    } else if (e->best == ENCODING_JPEG) {
        c.quality = JPEG_QUALITY_UNASKED;
        c.subsampling = JPEG_SUBSAMPLING_UNASKED;
    }
    return c;
}

struct encode_class encode_class_lossless(const struct encode_class *c)
{
    struct encode_class exact = *c;
    exact.quality = -1;
    exact.subsampling = 1;
    /* A client of JPEG (21) need not know another encoding but Raw. */
    if (c->encoding == ENCODING_JPEG) {
        exact.encoding = ENCODING_RAW;
        exact.effort = 1;
    }
    return exact;
}

static bool encoding_good(const struct encode_class *c)
{
    static const int32_t encodings[] = {ENCODING_RAW,  ENCODING_RRE,   ENCODING_HEXTILE,
                                        ENCODING_ZLIB, ENCODING_TIGHT, ENCODING_TIGHT_PNG,
                                        ENCODING_TRLE, ENCODING_ZRLE,  ENCODING_JPEG};
    size_t i = 0;
    while (i < sizeof(encodings) / sizeof(encodings[0]) && encodings[i] != c->encoding)
        i++;
    return i < sizeof(encodings) / sizeof(encodings[0]) &&
           (c->encoding != ENCODING_TIGHT_PNG || pixel_format_is_tpixel(&c->format)) &&
           (!c->gradient || c->encoding == ENCODING_TIGHT);
}

static bool loss_good(const struct encode_class *c)
{
    int s = c->subsampling;
    if (c->quality == -1)
        return s == 1 && c->encoding != ENCODING_JPEG;
    return c->quality >= 0 && c->quality <= 100 && (s == 0 || s == 1 || s == 2 || s == 4) &&
           takes_jpeg(c->encoding) && jpeg_allowed(&c->format);
}

bool encode_class_good(struct encode_class *c)
{
    const char *why;
    return pixel_format_accept(&c->format, &why) && encoding_good(c) && loss_good(c) &&
           c->effort >= 0 && c->effort <= 2 && (c->effort == 1 || takes_deflate(c->encoding));
}

bool encode_class_equal(const struct encode_class *a, const struct encode_class *b)
{
    return a->encoding == b->encoding && a->quality == b->quality &&
           a->subsampling == b->subsampling && a->gradient == b->gradient &&
           a->effort == b->effort && pixel_format_equal(&a->format, &b->format);
}
