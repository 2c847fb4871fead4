/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clock: milliseconds since boot, counted by the PIT (channel 0, IRQ 0). It stands still while
 * the machine is stopped and goes on after a migration, because the PIT's state migrates. */
#ifndef HF_GUEST_CLOCK_H
#define HF_GUEST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct clock {
    volatile uint32_t now_ms; /* wraps: compare differences */
    uint32_t tick_ms;
    void (*on_tick)(void *context);
    void *context;
};

/* Starts with slow ticks. `on_tick`, which may be NULL, is called with interrupts off. */
void clock_start(struct clock *clock, void (*on_tick)(void *context), void *context);

/* Fast: a tick each millisecond, to draw by. Slow: one each 50 ms, so that an idle guest costs
 * its host next to nothing. */
void clock_set_fast(struct clock *clock, bool fast);

#endif
