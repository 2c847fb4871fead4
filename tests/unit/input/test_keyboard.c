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

static void a_key_that_was_pressed_elsewhere_is_released_here(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_adopt(&f.kb, &f.alice, 0x2a);
    keyboard_adopt(&f.kb, &f.alice, 0x2a);
    keyboard_adopt(&f.kb, &f.alice, 0);
    assert_string_equal(recorder_take(&f.recorder), "");
    keyboard_key(&f.kb, &f.bob, 0x2a, true);
    keyboard_key(&f.kb, &f.bob, 0x2a, false);
    assert_string_equal(recorder_take(&f.recorder), "+2a");
    keyboard_lift(&f.kb, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "-2a");
    assert_null(f.kb.hands);
}

static void a_key_that_goes_elsewhere_is_not_released_here(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f);
    keyboard_key(&f.kb, &f.alice, 0x1e, true);
    keyboard_key(&f.kb, &f.bob, 0x1e, true);
    assert_false(keyboard_drop(&f.kb, &f.alice, 0x1e));
    assert_false(keyboard_drop(&f.kb, &f.alice, 0x1e));
    assert_true(keyboard_drop(&f.kb, &f.bob, 0x1e));
    assert_null(f.kb.hands);
    keyboard_lift(&f.kb, &f.alice);
    keyboard_lift(&f.kb, &f.bob);
    assert_string_equal(recorder_take(&f.recorder), "+1e +1e");
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

/* ---- several people ---- */

enum { SHIFT = 0x2a, CONTROL = 0x1d, KEY_A = 0x1e, KEY_B = 0x30 };

static void begin_with_two_people(struct fixture *f)
{
    begin(f);
    f->alice.owner = 1;
    f->bob.owner = 2;
}

static void one_persons_modifier_does_not_change_anothers_letters(void **state)
{
    (void)state;
    struct fixture f;
    begin_with_two_people(&f);
    keyboard_key(&f.kb, &f.alice, SHIFT, true);
    keyboard_key(&f.kb, &f.bob, KEY_B, true);
    assert_string_equal(recorder_take(&f.recorder), "+2a -2a +30");
    keyboard_key(&f.kb, &f.bob, KEY_B, false);
    keyboard_key(&f.kb, &f.alice, KEY_A, true);
    assert_string_equal(recorder_take(&f.recorder), "-30 +2a +1e");
    keyboard_key(&f.kb, &f.alice, KEY_A, false);
    keyboard_key(&f.kb, &f.alice, SHIFT, false);
    assert_string_equal(recorder_take(&f.recorder), "-1e -2a");
}

static void a_lifted_modifier_is_released_once(void **state)
{
    (void)state;
    struct fixture f;
    begin_with_two_people(&f);
    keyboard_key(&f.kb, &f.alice, SHIFT, true);
    keyboard_key(&f.kb, &f.bob, KEY_B, true);
    (void)recorder_take(&f.recorder);
    keyboard_key(&f.kb, &f.alice, SHIFT, false);
    keyboard_key(&f.kb, &f.alice, KEY_A, true);
    assert_string_equal(recorder_take(&f.recorder), "+1e");
}

static void a_modifier_that_both_hold_is_down_for_whoever_types(void **state)
{
    (void)state;
    struct fixture f;
    begin_with_two_people(&f);
    keyboard_key(&f.kb, &f.alice, SHIFT, true);
    keyboard_key(&f.kb, &f.alice, CONTROL, true);
    keyboard_key(&f.kb, &f.bob, SHIFT, true);
    assert_string_equal(recorder_take(&f.recorder), "+2a +1d -2a -1d +2a");
    keyboard_key(&f.kb, &f.alice, KEY_A, true);
    assert_string_equal(recorder_take(&f.recorder), "-2a +2a +1d +1e");
    keyboard_lift(&f.kb, &f.bob);
    assert_string_equal(recorder_take(&f.recorder), "");
    keyboard_lift(&f.kb, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "-1d -1e -2a");
}

static void two_viewers_of_one_person_share_modifiers(void **state)
{
    (void)state;
    struct fixture f;
    begin_with_two_people(&f);
    f.bob.owner = 1;
    keyboard_key(&f.kb, &f.alice, SHIFT, true);
    keyboard_key(&f.kb, &f.bob, KEY_B, true);
    assert_string_equal(recorder_take(&f.recorder), "+2a +30");
}

/* What is down at the machine is what is held, minus the modifiers of those whose turn it is
 * not. */
static void random_keys_of_three_people_leave_nothing_down(void **state)
{
    static const uint8_t keys[] = {SHIFT, CONTROL, 0x38, 0xb8, KEY_A, KEY_B};
    (void)state;
    struct fixture f;
    struct hands hands[3] = {{.owner = 1}, {.owner = 2}, {.owner = 3}};
    uint32_t dice = 12345;
    begin(&f);
    for (int i = 0; i < 20000; i++) {
        dice = dice * 1664525 + 1013904223;
        struct hands *h = &hands[(dice >> 16) % 3];
        uint8_t key = keys[(dice >> 8) % sizeof(keys)];
        if ((dice >> 28) == 0)
            keyboard_lift(&f.kb, h);
        else
            keyboard_key(&f.kb, h, key, dice >> 27 & 1);
        (void)recorder_take(&f.recorder);
        for (size_t k = 0; k < sizeof(keys); k++) {
            unsigned holders = 0;
            for (int n = 0; n < 3; n++)
                holders +=
                    keystate_is_down(&hands[n].keys, keys[k]) &&
                    (keys[k] == KEY_A || keys[k] == KEY_B || hands[n].owner == f.kb.owner);
            assert_int_equal(f.kb.holders[keys[k]], holders);
        }
    }
    for (int n = 0; n < 3; n++)
        keyboard_lift(&f.kb, &hands[n]);
    for (int k = 0; k < 256; k++)
        assert_int_equal(f.kb.holders[k], 0);
    assert_null(f.kb.hands);
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
        cmocka_unit_test(a_key_that_was_pressed_elsewhere_is_released_here),
        cmocka_unit_test(a_key_that_goes_elsewhere_is_not_released_here),
        cmocka_unit_test(a_key_of_two_users_goes_up_with_the_last),
        cmocka_unit_test(lifting_releases_what_nobody_else_holds),
        cmocka_unit_test(one_persons_modifier_does_not_change_anothers_letters),
        cmocka_unit_test(a_lifted_modifier_is_released_once),
        cmocka_unit_test(a_modifier_that_both_hold_is_down_for_whoever_types),
        cmocka_unit_test(two_viewers_of_one_person_share_modifiers),
        cmocka_unit_test(random_keys_of_three_people_leave_nothing_down),
        cmocka_unit_test(states_are_kept_when_nobody_listens),
        cmocka_unit_test(there_is_no_key_zero),
    };
    return cmocka_run_group_tests_name("keyboard", tests, NULL, NULL);
}
