/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pixels as a background and rectangles of one colour on it, as RRE and Hextile send them.
 * Knows no wire format.
 */
#ifndef HF_RFB_ENCODE_SUBRECTS_H
#define HF_RFB_ENCODE_SUBRECTS_H

#include "rfb/encode/palette.h"
#include "rfb/encode/pixels.h"

enum { SUBRECTS_WIDTH_MOST = 64, SUBRECTS_HEIGHT_MOST = 256 };

/* The colour that most pixels have, as far as a palette holds them; palette is used for
 * counting. */
uint32_t subrects_background(const struct pixels *px, struct palette *palette);
/*
 * Calls on_rect for rectangles that cover, once each, all pixels that are not the background,
 * until it returns false. px is within the limits above. False when it was stopped.
 */
bool subrects_find(const struct pixels *px, uint32_t background,
                   bool (*on_rect)(void *arg, struct rect r, uint32_t colour), void *arg);

#endif
