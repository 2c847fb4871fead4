/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/gradient.h"

#include <string.h>

#include "rfb/vectorise.h"

enum { STEP = 1024 }; /* pixels at a time, to stay in the nearest cache */

/* Differences of bytes: here - clamp(left + up - corner), each array 4 bytes a pixel. */
VECTORISED
static void differences(uint8_t *restrict dst, const uint8_t *here, const uint8_t *left,
                        const uint8_t *up, const uint8_t *corner, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int16_t guess = (int16_t)(left[i] + up[i] - corner[i]);
        guess = guess < 0 ? 0 : guess > 255 ? 255 : guess;
        dst[i] = (uint8_t)(here[i] - guess);
    }
}

static void one_difference(uint32_t *dst, uint32_t here, uint32_t left, uint32_t up,
                           uint32_t corner)
{
    differences((uint8_t *)dst, (const uint8_t *)&here, (const uint8_t *)&left,
                (const uint8_t *)&up, (const uint8_t *)&corner, sizeof here);
}

uint8_t *gradient_filter(const struct pixels *px, uint8_t *dst)
{
    static const uint32_t nothing[STEP + 1];
    uint32_t d[STEP];
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (int x = 0; x < px->w; x += STEP) {
            int n = px->w - x < STEP ? px->w - x : STEP;
            const uint32_t *here = row + x, *up = y ? pixels_row(px, y - 1) + x : nothing + 1;
            one_difference(d, here[0], x ? here[-1] : 0, up[0], x && y ? up[-1] : 0);
            differences((uint8_t *)(d + 1), (const uint8_t *)(here + 1), (const uint8_t *)here,
                        (const uint8_t *)(up + 1), (const uint8_t *)up, (size_t)(n - 1) * 4);
            dst = pixels_pack(px, dst, d, (size_t)n);
        }
    }
    return dst;
}
