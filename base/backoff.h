/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long to wait before something is tried again: 250 ms, twice as long each time, 30 s at
 * most, each with a quarter of jitter, so that a thousand that wait do not come at once. Pure:
 * knows neither clock nor dice.
 */
#ifndef HF_BASE_BACKOFF_H
#define HF_BASE_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_FIRST_MS = 250, BACKOFF_MOST_MS = 30000 };

struct backoff {
    unsigned tries; /* failures in a row */
};

/* The wait in us after one more failure. random: any number, the jitter is made of it. */
uint64_t backoff_next_us(struct backoff *b, uint32_t random);
/* It worked: the next failure waits for the shortest time again. */
void backoff_reset(struct backoff *b);

#endif
