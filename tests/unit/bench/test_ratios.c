/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/ratios.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct ratios ratios_of(const double *values, size_t n)
{
    struct ratios r = {.n = 0};
    for (size_t i = 0; i < n; i++)
        ratios_add(&r, values[i]);
    return r;
}

static void a_ratio_to_nothing_is_nothing(void **state)
{
    (void)state;
    assert_float_equal((float)ratio_of(3, 2), 1.5F, 0);
    assert_float_equal((float)ratio_of(3, 0), 0, 0);
}

static void the_mean_is_geometric(void **state)
{
    static const double values[] = {0.5, 2, 8};
    struct ratios r = ratios_of(values, 3);
    (void)state;
    assert_float_equal((float)ratios_mean(&r), 2, 1e-6F);
    assert_float_equal((float)ratios_least(&r), 0.5F, 0);
    assert_float_equal((float)ratios_most(&r), 8, 0);
}

static void no_ratios_have_no_mean(void **state)
{
    struct ratios r = {.n = 0};
    (void)state;
    assert_float_equal((float)ratios_mean(&r), 0, 0);
    assert_float_equal((float)ratios_least(&r), 0, 0);
    assert_float_equal((float)ratios_most(&r), 0, 0);
}

static void one_that_failed_spoils_the_mean(void **state)
{
    static const double values[] = {4, 0};
    struct ratios r = ratios_of(values, 2);
    (void)state;
    assert_float_equal((float)ratios_mean(&r), 0, 0);
}

static void more_than_there_is_room_for_are_left_out(void **state)
{
    struct ratios r = {.n = 0};
    (void)state;
    for (int i = 0; i < RATIOS_MOST; i++)
        ratios_add(&r, 2);
    ratios_add(&r, 100);
    assert_int_equal(r.n, RATIOS_MOST);
    assert_float_equal((float)ratios_most(&r), 2, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_to_nothing_is_nothing),
        cmocka_unit_test(the_mean_is_geometric),
        cmocka_unit_test(no_ratios_have_no_mean),
        cmocka_unit_test(one_that_failed_spoils_the_mean),
        cmocka_unit_test(more_than_there_is_room_for_are_left_out),
    };
    return cmocka_run_group_tests_name("bench/ratios", tests, NULL, NULL);
}
