/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small PNG pictures (RFC 2083) over our own deflate: a palette of 1 or 8 bits, or full
 * colours. Knows no RFB.
 */
#ifndef HF_RFB_ENCODE_PNG_H
#define HF_RFB_ENCODE_PNG_H

#include "rfb/encode/deflate.h"
#include "rfb/encode/palette.h"
#include "rfb/encode/pixels.h"

struct png_writer {
    struct deflate *deflate;
    int effort;
    struct bytes *plain; /* memory to work with */
    struct bytes *out;   /* what is made is appended here */
};

/* Pixels are surface words. runs and palette are those of px, with 2 to 256 colours. */
void png_put_palette(struct png_writer *w, const struct pixels *px,
                     const struct palette *palette, const struct runs *runs);
void png_put_mono(struct png_writer *w, const struct pixels *px, const uint32_t colours[2]);
/* smooth: neighbours are alike, as in photographs. */
void png_put_full(struct png_writer *w, const struct pixels *px, bool smooth);

#endif
