/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/groups.h"
#include "tests/unit/input/recorder.h"
#include "input/pointer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { LEFT = 1 << BUTTON_LEFT, RIGHT = 1 << BUTTON_RIGHT, UP = 1 << BUTTON_WHEEL_UP };

struct fixture {
    struct recorder recorder;
    struct pointer p;
    struct mouse alice, bob;
};

static void begin(struct fixture *f, bool absolute)
{
    *f = (struct fixture){.p.absolute = absolute};
    f->p.sink = recorder_sink(&f->recorder);
}

static void positions_go_to_a_machine_that_takes_them(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_event(&f.p, &f.alice, 0, 0, 0, 0);
    pointer_event(&f.p, &f.alice, 0, 10, 20, 0);
    pointer_event(&f.p, &f.alice, 0, 10, 20, 0);
    pointer_event(&f.p, &f.alice, 1, 10, 20, 0);
    assert_string_equal(recorder_take(&f.recorder), "@0:0,0 @0:10,20 @1:10,20");
}

static void motion_goes_before_buttons(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_event(&f.p, &f.alice, 0, 5, 6, LEFT);
    pointer_event(&f.p, &f.alice, 0, 7, 8, LEFT | RIGHT);
    pointer_event(&f.p, &f.alice, 0, 7, 9, RIGHT);
    assert_string_equal(recorder_take(&f.recorder), "@0:5,6 (0 @0:7,8 (2 @0:7,9 0)");
}

static void a_button_may_be_pressed_or_released_at_another_place(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_adopt(&f.p, &f.alice, BUTTON_LEFT);
    pointer_adopt(&f.p, &f.alice, BUTTON_WHEEL_UP);
    assert_string_equal(recorder_take(&f.recorder), "");
    pointer_event(&f.p, &f.alice, 0, 5, 6, LEFT | RIGHT);
    pointer_event(&f.p, &f.alice, 0, 5, 6, RIGHT);
    assert_string_equal(recorder_take(&f.recorder), "@0:5,6 (2 0)");
    assert_true(pointer_drop(&f.p, &f.alice, BUTTON_RIGHT));
    assert_false(pointer_drop(&f.p, &f.alice, BUTTON_RIGHT));
    assert_false(pointer_drop(&f.p, &f.bob, BUTTON_LEFT));
    pointer_lift(&f.p, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "");
}

static void every_wheel_bit_is_one_click(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_event(&f.p, &f.alice, 0, 0, 0, UP);
    pointer_event(&f.p, &f.alice, 0, 0, 0, UP);
    pointer_event(&f.p, &f.alice, 0, 0, 0, 0);
    pointer_event(&f.p, &f.alice, 0, 0, 0, UP | 1 << BUTTON_WHEEL_LEFT);
    pointer_lift(&f.p, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "@0:0,0 (3 3) (3 3) (7 7)");
}

static void another_users_position_is_set_again_before_a_click(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_event(&f.p, &f.alice, 0, 1, 1, 0);
    pointer_event(&f.p, &f.bob, 0, 50, 50, 0);
    pointer_event(&f.p, &f.alice, 0, 1, 1, LEFT);
    assert_string_equal(recorder_take(&f.recorder), "@0:1,1 @0:50,50 @0:1,1 (0");
}

static void a_button_of_two_users_goes_up_with_the_last(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_event(&f.p, &f.alice, 0, 1, 1, LEFT);
    pointer_event(&f.p, &f.bob, 0, 1, 1, LEFT);
    pointer_event(&f.p, &f.alice, 0, 1, 1, 0);
    assert_string_equal(recorder_take(&f.recorder), "@0:1,1 (0");
    pointer_lift(&f.p, &f.bob);
    pointer_lift(&f.p, &f.bob);
    assert_string_equal(recorder_take(&f.recorder), "0)");
}

static void positions_become_motion_from_each_users_own_last(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    pointer_event(&f.p, &f.alice, 0, 100, 100, 0);
    pointer_event(&f.p, &f.bob, 0, 300, 300, 0);
    pointer_event(&f.p, &f.alice, 0, 103, 98, LEFT);
    pointer_event(&f.p, &f.bob, 0, 300, 301, 0);
    pointer_event(&f.p, &f.alice, 0, 103, 98, 0);
    assert_string_equal(recorder_take(&f.recorder), "~0:3,-2 (0 ~0:0,1 0)");
}

static void another_head_starts_a_new_motion(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    pointer_event(&f.p, &f.alice, 0, 100, 100, 0);
    pointer_event(&f.p, &f.alice, 1, 5, 5, 0);
    pointer_event(&f.p, &f.alice, 1, 6, 5, 0);
    assert_string_equal(recorder_take(&f.recorder), "~1:1,0");
}

static void motion_of_the_client_goes_on_as_it_is(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    pointer_move_by(&f.p, &f.alice, 0, -4, 7, LEFT);
    pointer_move_by(&f.p, &f.alice, 0, 0, 0, 0);
    assert_string_equal(recorder_take(&f.recorder), "~0:-4,7 (0 0)");
}

static void a_position_after_motion_starts_anew(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, false);
    pointer_event(&f.p, &f.alice, 0, 100, 100, 0);
    pointer_move_by(&f.p, &f.alice, 0, 1, 1, 0);
    pointer_event(&f.p, &f.alice, 0, 200, 200, 0);
    pointer_event(&f.p, &f.alice, 0, 201, 200, 0);
    assert_string_equal(recorder_take(&f.recorder), "~0:1,1 ~0:1,0");
}

static void motion_is_nothing_to_a_machine_that_takes_positions(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_move_by(&f.p, &f.alice, 0, 3, 3, LEFT);
    assert_string_equal(recorder_take(&f.recorder), "(0");
}

static void unknown_button_bits_are_ignored(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, true);
    pointer_event(&f.p, &f.alice, 0, 0, 0, ~0u << BUTTON_COUNT);
    assert_string_equal(recorder_take(&f.recorder), "@0:0,0");
    assert_int_equal(f.alice.buttons, 0);
}

static void nobody_needs_to_listen(void **state)
{
    (void)state;
    struct fixture f = {0};
    pointer_event(&f.p, &f.alice, 0, 1, 1, LEFT | UP);
    pointer_event(&f.p, &f.alice, 0, 2, 2, LEFT);
    pointer_move_by(&f.p, &f.alice, 0, 1, 1, LEFT);
    f.p.sink = recorder_sink(&f.recorder);
    pointer_lift(&f.p, &f.alice);
    assert_string_equal(recorder_take(&f.recorder), "0)");
}

static void buttons_of_the_wire_have_these_names(void **state)
{
    (void)state;
    static const enum pointer_button buttons[] = {
        BUTTON_LEFT,       BUTTON_MIDDLE,      BUTTON_RIGHT, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN,
        BUTTON_WHEEL_LEFT, BUTTON_WHEEL_RIGHT, BUTTON_SIDE,  BUTTON_EXTRA,
    };
    for (unsigned i = 0; i < sizeof(buttons) / sizeof(buttons[0]); i++)
        assert_int_equal(pointer_buttons_from_rfb(1u << i), 1u << buttons[i]);
    assert_int_equal(pointer_buttons_from_rfb(0), 0);
    assert_int_equal(pointer_buttons_from_rfb(0x1ff), (1u << BUTTON_COUNT) - 1);
    assert_int_equal(pointer_buttons_from_rfb(~0x1ffu), 0);
}

int test_pointer(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_go_to_a_machine_that_takes_them),
        cmocka_unit_test(motion_goes_before_buttons),
        cmocka_unit_test(a_button_may_be_pressed_or_released_at_another_place),
        cmocka_unit_test(every_wheel_bit_is_one_click),
        cmocka_unit_test(another_users_position_is_set_again_before_a_click),
        cmocka_unit_test(a_button_of_two_users_goes_up_with_the_last),
        cmocka_unit_test(positions_become_motion_from_each_users_own_last),
        cmocka_unit_test(another_head_starts_a_new_motion),
        cmocka_unit_test(motion_of_the_client_goes_on_as_it_is),
        cmocka_unit_test(a_position_after_motion_starts_anew),
        cmocka_unit_test(motion_is_nothing_to_a_machine_that_takes_positions),
        cmocka_unit_test(unknown_button_bits_are_ignored),
        cmocka_unit_test(nobody_needs_to_listen),
        cmocka_unit_test(buttons_of_the_wire_have_these_names),
    };
    return cmocka_run_group_tests_name("pointer", tests, NULL, NULL);
}
