/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One tile as ZRLE and TRLE code it (RFC 6143 7.7.5 TRLE, 7.7.6 ZRLE): raw, one colour, packed
 * palette, runs, or runs of palette colours. Knows neither rectangles nor deflate.
 */
#ifndef HF_RFB_ENCODE_TILE_H
#define HF_RFB_ENCODE_TILE_H

#include "rfb/encode/palette.h"
#include "rfb/encode/pixels.h"

enum { TILE_COLOURS_MOST = 127, TILE_PACKED_MOST = 16 };

/* What a coder of tiles keeps between them; borrowed memory. */
struct tile_coder {
    struct palette *palette;
    struct runs *runs;
    /* TRLE only, else NULL: the palette that the tile before was coded with, and how. */
    struct palette *last;
    uint8_t last_reuse; /* the subencoding that takes it again, or 0 */
    bool deflated;      /* bytes are deflated afterwards, so that what repeats is cheap */
};

/* The most bytes that a tile of w x h pixels takes, with room for tile_put's overrun. */
size_t tile_size_most(int w, int h);
/* Writes the tile px, which is at most 64 x 64; returns the end. dst has room for
 * tile_size_most. */
uint8_t *tile_put(struct tile_coder *coder, const struct pixels *px, uint8_t *dst);

#endif
