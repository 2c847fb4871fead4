/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Draw: marks on a surface, each exactly reproducible from its arguments (README.md has the
 * formulas). Everything is clipped to the surface. Pure. */
#ifndef HF_GUEST_DRAW_H
#define HF_GUEST_DRAW_H

#include "tests/guest/surface.h"

#define GLYPH_W 8u
#define GLYPH_H 16u

void draw_fill(const struct surface *surface, struct rect rect, uint32_t rgb);

/* Moves the pixels of `from` so that its corner comes to (x, y), as if through a second buffer.
 * Source and destination must be on the surface. */
void draw_copy(const struct surface *surface, struct rect from, uint32_t x, uint32_t y);

void draw_noise(const struct surface *surface, struct rect rect, uint32_t seed);
void draw_gradient(const struct surface *surface, struct rect rect);

/* One character of 8x16 pixels times `scale`; what is not ASCII 32 to 126 is drawn as '?'. */
void draw_glyph(const struct surface *surface, uint32_t x, uint32_t y, char c, uint32_t scale,
                uint32_t ink_rgb, uint32_t paper_rgb);

/* Ends where the text or the surface ends; returns the width drawn, in pixels. */
uint32_t draw_string(const struct surface *surface, uint32_t x, uint32_t y, const char *text,
                     uint32_t scale, uint32_t ink_rgb, uint32_t paper_rgb);

/* The next value of the generator that noise is made of; never 0 for a state that is not 0. */
static inline uint32_t noise_next(uint32_t state)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/* A state for a seed; neighbouring seeds give unlike states. */
static inline uint32_t noise_seed(uint32_t seed)
{
    uint32_t state = (seed + 1) * 2654435761u;
    return state != 0 ? state : 1;
}

#endif
