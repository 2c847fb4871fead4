/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/backoff.h"
#include "tests/unit/base/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void waits_double_up_to_thirty_seconds(void **state)
{
    (void)state;
    static const uint64_t ms[] = {250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000};
    struct backoff b = {0};
    for (size_t i = 0; i < sizeof(ms) / sizeof(ms[0]); i++)
        assert_int_equal(backoff_next_us(&b, 0), ms[i] * 1000);
}

static void a_success_starts_again_from_the_shortest_wait(void **state)
{
    (void)state;
    struct backoff b = {0};
    for (int i = 0; i < 5; i++)
        backoff_next_us(&b, 0);
    backoff_reset(&b);
    assert_int_equal(backoff_next_us(&b, 0), 250000);
}

static void jitter_takes_away_a_quarter_at_most(void **state)
{
    (void)state;
    for (uint32_t random = 0; random < 5000; random += 7) {
        struct backoff b = {3};
        uint64_t us = backoff_next_us(&b, random * 2654435761u);
        assert_in_range(us, 1500000, 2000000);
    }
}

static void a_thousand_failures_still_wait_thirty_seconds(void **state)
{
    (void)state;
    struct backoff b = {0};
    for (int i = 0; i < 1000; i++)
        backoff_next_us(&b, 0);
    assert_int_equal(backoff_next_us(&b, 0), 30000000);
}

int test_backoff(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_up_to_thirty_seconds),
        cmocka_unit_test(a_success_starts_again_from_the_shortest_wait),
        cmocka_unit_test(jitter_takes_away_a_quarter_at_most),
        cmocka_unit_test(a_thousand_failures_still_wait_thirty_seconds),
    };
    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
