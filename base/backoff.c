/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/backoff.h"

uint64_t backoff_next_us(struct backoff *b, uint32_t random)
{
    uint64_t ms = BACKOFF_FIRST_MS;
    for (unsigned i = 0; i < b->tries && ms < BACKOFF_MOST_MS; i++)
        ms *= 2;
    b->tries++;
    uint64_t us = (ms < BACKOFF_MOST_MS ? ms : BACKOFF_MOST_MS) * 1000;
    return us - us / 4 * (random % 1024) / 1024;
}

void backoff_reset(struct backoff *b)
{
    b->tries = 0;
}
