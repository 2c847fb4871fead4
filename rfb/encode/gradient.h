/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tight's gradient filter (rfbproto, Tight Encoding, GradientFilter). Knows no rectangle. */
#ifndef HF_RFB_ENCODE_GRADIENT_H
#define HF_RFB_ENCODE_GRADIENT_H

#include "rfb/encode/pixels.h"

/*
 * Writes, as TPIXEL bytes R, G, B, how far each pixel of px is from what its left, upper and
 * upper left neighbours predict; returns the end. dst has room for 4 bytes more than that. px
 * has 3 bytes reversed.
 */
uint8_t *gradient_filter(const struct pixels *px, uint8_t *dst);

#endif
