/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/clock.h"

#include <stddef.h>

#include "tests/guest/io.h"
#include "tests/guest/irq.h"

#define PIT_HZ 1193182u
#define PIT_CHANNEL_0 0x40u
#define PIT_COMMAND 0x43u
#define PIT_RATE_GENERATOR 0x34u
#define PIT_LINE 0u

#define FAST_MS 1u
#define SLOW_MS 50u

static void clock_tick(void *context)
{
    struct clock *clock = context;

    clock->now_ms += clock->tick_ms;
    if (clock->on_tick != NULL)
        clock->on_tick(clock->context);
}

void clock_set_fast(struct clock *clock, bool fast)
{
    uint32_t flags = irq_save();

    clock->tick_ms = fast ? FAST_MS : SLOW_MS;
    uint32_t divisor = PIT_HZ * clock->tick_ms / 1000;
    io_write8(PIT_COMMAND, PIT_RATE_GENERATOR);
    io_write8(PIT_CHANNEL_0, (uint8_t)divisor);
    io_write8(PIT_CHANNEL_0, (uint8_t)(divisor >> 8));
    irq_restore(flags);
}

void clock_start(struct clock *clock, void (*on_tick)(void *context), void *context)
{
    clock->now_ms = 0;
    clock->on_tick = on_tick;
    clock->context = context;
    clock_set_fast(clock, false);
    irq_add(PIT_LINE, clock_tick, clock);
}
