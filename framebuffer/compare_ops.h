/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inner loops of compare, once for every processor and once for AVX2. They know one row of
 * pixels and nothing of surfaces, rectangles or damage.
 */
#ifndef HF_FRAMEBUFFER_COMPARE_OPS_H
#define HF_FRAMEBUFFER_COMPARE_OPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "framebuffer/source_format.h"

/* How one tile differs, ORed together over its rows: all lanes zero means that it does not. */
struct tile_difference {
    _Alignas(32) uint64_t lane[4];
};

static inline bool tile_differs(const struct tile_difference *d)
{
    return (d->lane[0] | d->lane[1] | d->lane[2] | d->lane[3]) != 0;
}

struct compare_ops {
    /*
     * ORs into difference[i], for each of n tiles, the XOR of its 16 pixels at shadow + 16 * i
     * (aligned to 64 bytes) with the converted ones at src + 64 * i (any alignment).
     */
    void (*tiles)(struct tile_difference *difference, const uint32_t *shadow,
                  const uint8_t *src, size_t n, enum source_format format);
    /* As source_format_convert. */
    void (*convert)(enum source_format format, uint32_t *dst, const void *src, size_t n);
};

/* The fastest loops that this processor runs. */
const struct compare_ops *compare_ops_best(void);
/* The AVX2 loops where this program and this processor have them, else NULL. */
const struct compare_ops *compare_ops_avx2(void);

#endif
