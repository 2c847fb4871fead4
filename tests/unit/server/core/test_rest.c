/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/rest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { COLS = 6, STEP_US = 10000 };

static void set(struct damage *d, int col)
{
    damage_init(d);
    damage_resize(d, COLS * TILE, TILE);
    if (col >= 0)
        damage_set_tile(d, col, 0);
    else
        damage_set_all(d);
}

static bool rests(const struct rest *r, int col)
{
    struct damage d;
    set(&d, col);
    rest_keep_resting(r, &d);
    bool any = damage_any(&d);
    damage_fini(&d);
    return any;
}

static void change(struct rest *r, int col)
{
    struct damage d;
    set(&d, col);
    rest_note(r, &d);
    damage_fini(&d);
}

static void a_tile_rests_one_to_two_periods_after_its_last_change(void **state)
{
    (void)state;
    for (uint64_t at = 1; at <= 60; at++) {
        struct rest r;
        uint64_t changed_us = 0;
        rest_init(&r);
        for (uint64_t now = 5 * REST_US; now < 12 * REST_US; now += STEP_US) {
            rest_advance(&r, COLS * TILE, TILE, now);
            if (!changed_us && now >= 5 * REST_US + at * STEP_US) {
                change(&r, 2);
                changed_us = now;
            }
            assert_true(rests(&r, 3));
            if (changed_us && now - changed_us < REST_US)
                assert_false(rests(&r, 2));
            if (!changed_us || now - changed_us > 2 * REST_US)
                assert_true(rests(&r, 2));
        }
        rest_fini(&r);
    }
}

static void a_long_pause_brings_everything_to_rest(void **state)
{
    struct rest r;
    (void)state;
    rest_init(&r);
    rest_advance(&r, COLS * TILE, TILE, 10 * REST_US);
    change(&r, -1);
    assert_false(rests(&r, 0));
    rest_advance(&r, COLS * TILE, TILE, 13 * REST_US);
    for (int col = 0; col < COLS; col++)
        assert_true(rests(&r, col));
    rest_fini(&r);
}

static void another_size_starts_anew(void **state)
{
    struct rest r;
    struct damage d;
    (void)state;
    rest_init(&r);
    rest_advance(&r, COLS * TILE, TILE, 10 * REST_US);
    change(&r, -1);
    rest_advance(&r, 40 * TILE, 30 * TILE, 10 * REST_US + 1);
    damage_init(&d);
    damage_resize(&d, 40 * TILE, 30 * TILE);
    damage_set_all(&d);
    rest_keep_resting(&r, &d);
    assert_int_equal(damage_count(&d), 40 * 30);
    damage_fini(&d);
    rest_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tile_rests_one_to_two_periods_after_its_last_change),
        cmocka_unit_test(a_long_pause_brings_everything_to_rest),
        cmocka_unit_test(another_size_starts_anew),
    };
    return cmocka_run_group_tests_name("rest", tests, NULL, NULL);
}
