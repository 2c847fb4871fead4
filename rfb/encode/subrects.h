/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pixels as a background and rectangles of one colour on it, as RRE and Hextile send them.
 * Knows no wire format.
 */
#ifndef HF_RFB_ENCODE_SUBRECTS_H
#define HF_RFB_ENCODE_SUBRECTS_H

#include "base/bytes.h"
#include "rfb/encode/palette.h"
#include "rfb/encode/pixels.h"

/* The colour that most of the looked-at pixels have. palette is used for counting. */
uint32_t subrects_background(const struct pixels *px, struct palette *palette);
/*
 * Calls on_rect for rectangles that cover, once each, all pixels that are not the background,
 * until it returns false. covered is memory to work with. False when it was stopped.
 */
bool subrects_find(const struct pixels *px, uint32_t background, struct bytes *covered,
                   bool (*on_rect)(void *arg, struct rect r, uint32_t colour), void *arg);

#endif
