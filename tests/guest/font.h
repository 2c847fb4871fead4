/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Font: dot-matrix letters of 5x7 in cells of 8x8. Pure. */
#ifndef HF_GUEST_FONT_H
#define HF_GUEST_FONT_H

#include <stdint.h>

#define FONT_ROWS 8u

/* FONT_ROWS bytes, the leftmost pixel in the highest bit. ASCII 32 to 126; others give '?'. */
const uint8_t *font_glyph(char c);

#endif
