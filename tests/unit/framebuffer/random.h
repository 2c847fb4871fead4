/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers that are the same in every run (xorshift64*), for property tests. */
#ifndef HF_TESTS_UNIT_FRAMEBUFFER_RANDOM_H
#define HF_TESTS_UNIT_FRAMEBUFFER_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state; /* not 0 */
};

static inline uint32_t random_u32(struct random *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (uint32_t)(r->state * UINT64_C(0x2545f4914f6cdd1d) >> 32);
}

/* 0..n-1; n is at least 1. */
static inline int random_below(struct random *r, int n)
{
    return (int)(random_u32(r) % (uint32_t)n);
}

#endif
