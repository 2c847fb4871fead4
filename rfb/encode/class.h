/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What two viewers must have in common to share encoded bytes. Two viewers of one view and one
 * class get the same bytes for the same pixels.
 */
#ifndef HF_RFB_ENCODE_CLASS_H
#define HF_RFB_ENCODE_CLASS_H

#include <stdbool.h>
#include <stdint.h>

#include "rfb/encodings.h"
#include "rfb/pixel_format.h"

struct encode_class {
    int32_t encoding; /* RAW, RRE, HEXTILE, ZLIB, TIGHT, TIGHT_PNG, TRLE, ZRLE or JPEG */
    struct pixel_format format;
    int8_t quality;     /* 0..100: lossy rectangles are allowed; -1: exact pixels only */
    int8_t subsampling; /* as struct encodings; 1 when quality is -1 */
    bool gradient;      /* Tight: the client knows the gradient filter */
    int8_t effort;      /* deflate: 0 fastest, 1 usual, 2 smallest */
};

/* The class that serves a client with these encodings and this format. */
struct encode_class encode_class_for(const struct encodings *e, const struct pixel_format *f);
/* The same with exact pixels only: what refreshes lossy areas. */
struct encode_class encode_class_lossless(const struct encode_class *c);
/*
 * Whether it is a class that a client can have; one that another process tells is checked with
 * this. Normalises the format as pixel_format_accept does.
 */
bool encode_class_good(struct encode_class *c);
bool encode_class_equal(const struct encode_class *a, const struct encode_class *b);

#endif
