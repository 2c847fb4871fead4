/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How tests wait for what a loop brings: by running it until something is so, for two minutes
 * at most, and never by sleeping.
 */
#ifndef HF_TESTS_UNIT_SERVER_WAITING_H
#define HF_TESTS_UNIT_SERVER_WAITING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>
#include <time.h>

#include <cmocka.h>

#define WAITING_MOST_US (120 * UINT64_C(1000000))

static inline uint64_t waiting_clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* When what is waited for from now on must have come. */
static inline uint64_t waiting_end_us(void)
{
    return waiting_clock_us() + WAITING_MOST_US;
}

/* One turn of the loop, which may be short: what is waited for may come by another way. Fails
 * the test after end_us. */
static inline void waiting_turn(sd_event *loop, uint64_t end_us)
{
    assert_true(sd_event_run(loop, 20000) >= 0);
    assert_true(waiting_clock_us() < end_us);
}

/* Runs the loop until done says so. */
static inline void wait_until(sd_event *loop, bool (*done)(void *self), void *self)
{
    const uint64_t end_us = waiting_end_us();
    while (!done(self))
        waiting_turn(loop, end_us);
}

#endif
