/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/groups.h"
#include "input/keystate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void only_changes_count(void **state)
{
    (void)state;
    struct keystate k = {0};
    for (int qnum = 0; qnum < 256; qnum++) {
        assert_false(keystate_any(&k));
        assert_false(keystate_set(&k, (uint8_t)qnum, false));
        assert_true(keystate_set(&k, (uint8_t)qnum, true));
        assert_true(keystate_is_down(&k, (uint8_t)qnum));
        assert_false(keystate_set(&k, (uint8_t)qnum, true));
        assert_true(keystate_any(&k));
        assert_true(keystate_set(&k, (uint8_t)qnum, false));
        assert_false(keystate_is_down(&k, (uint8_t)qnum));
    }
}

static void keys_are_found_in_order(void **state)
{
    (void)state;
    static const uint8_t down[] = {0, 1, 30, 63, 64, 127, 128, 191, 200, 255};
    struct keystate k = {0};
    assert_int_equal(keystate_next(&k, 0), -1);
    for (size_t i = 0; i < sizeof(down); i++)
        assert_true(keystate_set(&k, down[i], true));
    int at = -1;
    for (size_t i = 0; i < sizeof(down); i++) {
        at = keystate_next(&k, at + 1);
        assert_int_equal(at, down[i]);
    }
    assert_int_equal(keystate_next(&k, at + 1), -1);
    assert_int_equal(keystate_next(&k, -5), 0);
    assert_int_equal(keystate_next(&k, 1000), -1);
}

int test_keystate(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_changes_count),
        cmocka_unit_test(keys_are_found_in_order),
    };
    return cmocka_run_group_tests_name("keystate", tests, NULL, NULL);
}
