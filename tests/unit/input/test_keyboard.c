/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/groups.h"
#include "tests/unit/input/recorder.h"
#include "input/keyboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct fixture {
    struct recorder recorder;
    struct keyboard kb;
    struct hands alice, bob;
};

static void begin(struct fixture *f)
{
    *f = (struct fixture){0};
    f->kb.sink = recorder_sink(&f->recorder);
}

static void a_key_goes_down_and_up(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0x1e, true);
    keyboard_key(&f.kb, &f.alice, 0x1e, false);
    assert_string_equal(recorder_take(&f.recorder), "+1e -1e");
}

static void repeats_pass(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0x1e, true);
    keyboard_key(&f.kb, &f.alice, 0x1e, true);
    keyboard_key(&f.kb, &f.alice, 0x1e, false);
    keyboard_key(&f.kb, &f.alice, 0x1e, false);
    assert_string_equal(recorder_take(&f.recorder), "+1e +1e -1e");
}

static void a_release_without_press_is_dropped(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0x1e, false);
    keyboard_key(&f.kb, &f.alice, 0x30, true);
    keyboard_key(&f.kb, &f.bob, 0x30, false);
    assert_string_equal(recorder_take(&f.recorder), "+30");
}

static void a_key_of_two_users_goes_up_with_the_last(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0x2a, true);
    keyboard_key(&f.kb, &f.bob, 0x2a, true);
    (void)recorder_take(&f.recorder);
    keyboard_key(&f.kb, &f.alice, 0x2a, false);
    assert_string_equal(recorder_take(&f.recorder), "");
    keyboard_key(&f.kb, &f.bob, 0x2a, false);
    assert_string_equal(recorder_take(&f.recorder), "-2a");
}

static void lifting_releases_what_nobody_else_holds(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0x1d, true);
    keyboard_key(&f.kb, &f.alice, 0xff, true);
    keyboard_key(&f.kb, &f.alice, 0x2a, true);
    keyboard_key(&f.kb, &f.bob, 0x2a, true);
    (void)recorder_take(&f.recorder);
    keyboard_lift(&f.kb, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "-1d -ff");
    assert_false(keystate_any(&f.alice.keys));
    keyboard_lift(&f.kb, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "");
    keyboard_lift(&f.kb, &f.bob);
    assert_string_equal(recorder_take(&f.recorder), "-2a");
}

static void states_are_kept_when_nobody_listens(void **state)
{
    (void)state;
    struct fixture f = {0};
    keyboard_key(&f.kb, &f.alice, 0x1e, true);
    assert_true(keystate_is_down(&f.alice.keys, 0x1e));
    assert_int_equal(f.kb.holders[0x1e], 1);
    f.kb.sink = recorder_sink(&f.recorder);
    keyboard_key(&f.kb, &f.alice, 0x1e, false);
    assert_string_equal(recorder_take(&f.recorder), "-1e");
}

static void there_is_no_key_zero(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0, true);
    keyboard_key(&f.kb, &f.alice, 0, false);
    assert_string_equal(recorder_take(&f.recorder), "");
    assert_false(keystate_any(&f.alice.keys));
}

int test_keyboard(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_goes_down_and_up),
        cmocka_unit_test(repeats_pass),
        cmocka_unit_test(a_release_without_press_is_dropped),
        cmocka_unit_test(a_key_of_two_users_goes_up_with_the_last),
        cmocka_unit_test(lifting_releases_what_nobody_else_holds),
        cmocka_unit_test(states_are_kept_when_nobody_listens),
        cmocka_unit_test(there_is_no_key_zero),
    };
    return cmocka_run_group_tests_name("keyboard", tests, NULL, NULL);
}
