/* SPDX-License-Identifier: GPL-2.0-or-later */
/* clock: the monotonic time in milliseconds, and how patient end-to-end tests are. */
#ifndef HF_TESTS_E2E_CLOCK_H
#define HF_TESTS_E2E_CLOCK_H

#include <stdint.h>
#include <time.h>

/* What normally takes a moment or a few seconds may take this long on a busy machine. */
#define PATIENCE_MS 120000
/* Between two looks at what has no event to wait for. */
#define LOOK_AGAIN_MS 10

static inline int64_t clock_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is left until a deadline, for poll(2); never negative. */
static inline int clock_left_ms(int64_t deadline_ms)
{
    int64_t left = deadline_ms - clock_now_ms();

    return left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

#endif
