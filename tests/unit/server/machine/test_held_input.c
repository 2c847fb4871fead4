/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/held_input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A guest that writes down what it gets: "+30 @5,6 +B0 ~1,-1 ". */
struct fixture {
    struct held_input held;
    struct input_sink in;
    char log[4096];
    uint16_t keys[256], buttons[BUTTON_COUNT];
};

#define NOTE(f, ...)                                                                           \
    snprintf((f)->log + strlen((f)->log), sizeof((f)->log) - strlen((f)->log), __VA_ARGS__)

static void note_key(void *self, uint8_t qnum, bool down)
{
    NOTE((struct fixture *)self, "%c%u ", down ? '+' : '-', qnum);
}

static void note_to(void *self, unsigned head, int x, int y)
{
    (void)head;
    NOTE((struct fixture *)self, "@%d,%d ", x, y);
}

static void note_by(void *self, unsigned head, int dx, int dy)
{
    (void)head;
    NOTE((struct fixture *)self, "~%d,%d ", dx, dy);
}

static void note_button(void *self, unsigned head, enum pointer_button button, bool down)
{
    (void)head;
    NOTE((struct fixture *)self, "%cB%u ", down ? '+' : '-', (unsigned)button);
}

static const struct input_sink_ops note_ops = {note_key, note_to, note_by, note_button};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.log = ""};
    held_input_init(&f.held, 8, 1000000);
    f.held.out = (struct input_sink){&note_ops, &f};
    f.in = held_input_sink(&f.held);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    held_input_fini(&((struct fixture *)*state)->held);
    return 0;
}

static void key(struct fixture *f, uint8_t qnum, bool down)
{
    f->in.ops->key(f->in.self, qnum, down);
}

static void play_all(struct fixture *f, uint64_t now_us)
{
    while (held_input_play(&f->held, now_us))
        now_us += HELD_STEP_US;
    held_input_settle(&f->held, f->keys, f->buttons);
}

static void what_is_not_held_passes(void **state)
{
    struct fixture *f = *state;
    key(f, 30, true);
    f->in.ops->move_to(f->in.self, 0, 5, 6);
    f->in.ops->button(f->in.self, 0, BUTTON_LEFT, true);
    key(f, 30, false);
    assert_string_equal(f->log, "+30 @5,6 +B0 -30 ");
}

static void what_is_held_comes_later_in_the_same_order(void **state)
{
    struct fixture *f = *state;
    held_input_hold(&f->held, 0);
    key(f, 30, true);
    f->in.ops->button(f->in.self, 0, BUTTON_LEFT, true);
    key(f, 30, false);
    f->in.ops->button(f->in.self, 0, BUTTON_LEFT, false);
    assert_string_equal(f->log, "");
    play_all(f, 1000);
    assert_string_equal(f->log, "+30 +B0 -30 -B0 ");
    key(f, 31, true);
    assert_string_equal(f->log, "+30 +B0 -30 -B0 +31 ");
}

static void motion_is_gathered_between_buttons(void **state)
{
    struct fixture *f = *state;
    held_input_hold(&f->held, 0);
    for (int i = 0; i < 1000; i++)
        f->in.ops->move_to(f->in.self, 0, i, i);
    key(f, 30, true);
    f->in.ops->move_to(f->in.self, 0, 7, 7);
    f->in.ops->button(f->in.self, 0, BUTTON_LEFT, true);
    for (int i = 0; i < 1000; i++)
        f->in.ops->move_by(f->in.self, 0, 1, -1);
    key(f, 30, false);
    f->in.ops->move_by(f->in.self, 0, 1, -1);
    play_all(f, 1000);
    assert_string_equal(f->log, "+30 @7,7 +B0 -30 ~1001,-1001 -B0 ");
    assert_int_equal(f->held.lost, 0);
}

static void what_finds_no_room_is_counted_and_keys_are_brought_in_line(void **state)
{
    struct fixture *f = *state;
    held_input_hold(&f->held, 0);
    for (uint8_t i = 1; i <= 8; i++)
        key(f, i, true);
    key(f, 1, false); /* no room */
    key(f, 9, true);  /* no room */
    for (uint8_t i = 2; i <= 9; i++)
        f->keys[i] = 1;
    assert_int_equal(f->held.lost, 2);
    play_all(f, 1000);
    assert_string_equal(f->log, "+1 +2 +3 +4 +5 +6 +7 +8 -1 +9 ");
    assert_int_equal(f->held.made, 2);
}

static void what_waited_too_long_is_lost_and_counted(void **state)
{
    struct fixture *f = *state;
    key(f, 42, true);
    held_input_hold(&f->held, 5);
    held_input_hold(&f->held, 900000); /* still the same hold */
    key(f, 30, true);
    key(f, 30, false);
    key(f, 42, false);
    play_all(f, 1000006);
    assert_string_equal(f->log, "+42 -42 ");
    assert_int_equal(f->held.lost, 3);
}

static void a_release_without_its_press_goes_nowhere(void **state)
{
    struct fixture *f = *state;
    f->held.out.ops = NULL;
    key(f, 30, true);
    assert_int_equal(f->held.lost, 1);
    f->held.out.ops = &note_ops;
    key(f, 30, false);
    assert_string_equal(f->log, "");
    assert_int_equal(f->held.voided, 1);
}

static void what_a_place_gives_back_goes_first(void **state)
{
    static const struct input_event back[] = {{INPUT_KEY, 0, 30, 0, true},
                                              {INPUT_KEY, 0, 30, 0, false}};
    struct fixture *f = *state;
    key(f, 30, true);
    key(f, 30, false); /* sent, and not delivered */
    f->log[0] = 0;
    held_input_hold(&f->held, 0);
    key(f, 31, true);
    held_input_give_back(&f->held, back, 2, false);
    f->keys[31] = 1;
    play_all(f, 1000);
    assert_string_equal(f->log, "+30 -30 +31 ");
}

static void what_was_typed_before_goes_ahead_of_what_is_held(void **state)
{
    static const struct input_event back[] = {{INPUT_KEY, 0, 32, 0, true},
                                              {INPUT_KEY, 0, 32, 0, false}},
                                    first = {INPUT_KEY, 0, 33, 0, true};
    struct fixture *f = *state;
    f->held.most = 100;
    held_input_hold(&f->held, 0);
    key(f, 31, true);
    f->in.ops->move_to(f->in.self, 0, 5, 5);
    held_input_take_older(&f->held, true);
    key(f, 30, true);
    f->in.ops->move_to(f->in.self, 0, 1, 1);
    f->in.ops->move_to(f->in.self, 0, 2, 2);
    held_input_take_older(&f->held, false);
    key(f, 31, false);
    held_input_give_back(&f->held, back, 2, true);
    held_input_give_back(&f->held, &first, 1, false);
    held_input_take_older(&f->held, true);
    key(f, 30, false);
    held_input_take_older(&f->held, false);
    f->keys[33] = 1;
    play_all(f, 1000);
    assert_string_equal(f->log, "+33 +30 @2,2 +32 -32 -30 +31 @5,5 -31 ");
    held_input_take_older(&f->held, true); /* nothing waits: it passes */
    key(f, 34, true);
    held_input_take_older(&f->held, false);
    f->log[0] = 0;
    key(f, 34, false);
    assert_string_equal(f->log, "-34 ");
}

static void who_held_a_key_before_is_seen_from_what_waits(void **state)
{
    static const struct input_event a = {INPUT_KEY, 0, 30, 0, false},
                                    b = {INPUT_KEY, 0, 31, 0, false},
                                    c = {INPUT_KEY, 0, 32, 0, false};
    struct fixture *f = *state;
    held_input_hold(&f->held, 0);
    key(f, 30, true);
    key(f, 31, false);
    key(f, 31, true);
    assert_true(held_input_was_down(&f->held, &a, true)); /* of what comes now */
    held_input_take_older(&f->held, true);
    assert_false(held_input_was_down(&f->held, &a, true));
    assert_true(held_input_was_down(&f->held, &b, true));
    assert_true(held_input_was_down(&f->held, &c, true));
    assert_false(held_input_was_down(&f->held, &c, false));
    key(f, 30, false); /* goes ahead, so it says nothing of what waits */
    assert_false(held_input_was_down(&f->held, &a, true));
}

static void many_keys_are_played_at_the_pace_of_a_keyboard(void **state)
{
    struct fixture *f = *state;
    f->held.most = 100;
    held_input_hold(&f->held, 0);
    for (uint8_t i = 1; i <= 10; i++)
        key(f, i, true);
    assert_true(held_input_play(&f->held, 1000));
    assert_string_equal(f->log, "+1 +2 +3 +4 +5 +6 ");
    key(f, 50, true); /* waits behind the others */
    assert_true(held_input_play(&f->held, 1001));
    assert_string_equal(f->log, "+1 +2 +3 +4 +5 +6 ");
    assert_true(held_input_play(&f->held, 1001 + HELD_STEP_US));
    assert_string_equal(f->log, "+1 +2 +3 +4 +5 +6 +7 ");
    for (int i = 0; i < 10; i++)
        held_input_play(&f->held, UINT64_C(1000000) * (uint64_t)(i + 1));
    assert_string_equal(f->log, "+1 +2 +3 +4 +5 +6 +7 +8 +9 +10 +50 ");
}

static void another_guest_is_pressed_nothing(void **state)
{
    struct fixture *f = *state;
    key(f, 42, true);
    f->keys[42] = 1;
    held_input_forget(&f->held);
    f->log[0] = 0;
    play_all(f, 0);
    held_input_hold(&f->held, 0); /* and not after a pause of it either */
    play_all(f, 0);
    assert_string_equal(f->log, "");
    key(f, 42, false);
    assert_string_equal(f->log, "");
    key(f, 42, true);
    assert_string_equal(f->log, "+42 ");
}

static void a_release_that_is_given_back_is_played(void **state)
{
    static const struct input_event back = {INPUT_KEY, 0, 30, 0, false};
    struct fixture *f = *state;
    key(f, 30, true);
    key(f, 30, false); /* sent, and not delivered */
    held_input_hold(&f->held, 0);
    held_input_give_back(&f->held, &back, 1, false);
    f->log[0] = 0;
    play_all(f, 1000);
    assert_string_equal(f->log, "-30 ");
}

static void a_moved_guest_keeps_what_is_held_and_loses_what_is_not(void **state)
{
    struct fixture *f = *state;
    key(f, 42, true);
    key(f, 30, true);
    f->in.ops->button(f->in.self, 0, BUTTON_LEFT, true);
    f->in.ops->button(f->in.self, 0, BUTTON_WHEEL_UP, true);
    f->log[0] = 0;
    f->keys[42] = 1; /* 30 and the button were let go where nobody saw it */
    held_input_hold(&f->held, 0);
    play_all(f, 1);
    assert_string_equal(f->log, "-30 -B0 ");
}

static void a_late_release_is_passed_once(void **state)
{
    struct fixture *f = *state;
    const struct input_event release = {INPUT_KEY, 0, 30, 0, false};
    for (int i = 0; i < 2; i++) { /* two tell of it, and it may be down until the first did */
        held_input_may_be_down(&f->held, &release);
        input_event_send(&release, &f->in);
    }
    assert_string_equal(f->log, "-30 ");
    held_input_arrive(&f->held); /* who knows what was pressed there meanwhile */
    held_input_may_be_down(&f->held, &release);
    input_event_send(&release, &f->in);
    assert_string_equal(f->log, "-30 -30 ");
}

#define with(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with(what_is_not_held_passes),
        with(what_is_held_comes_later_in_the_same_order),
        with(motion_is_gathered_between_buttons),
        with(what_finds_no_room_is_counted_and_keys_are_brought_in_line),
        with(what_waited_too_long_is_lost_and_counted),
        with(a_release_without_its_press_goes_nowhere),
        with(a_late_release_is_passed_once),
        with(what_a_place_gives_back_goes_first),
        with(what_was_typed_before_goes_ahead_of_what_is_held),
        with(who_held_a_key_before_is_seen_from_what_waits),
        with(a_release_that_is_given_back_is_played),
        with(many_keys_are_played_at_the_pace_of_a_keyboard),
        with(another_guest_is_pressed_nothing),
        with(a_moved_guest_keeps_what_is_held_and_loses_what_is_not),
    };
    return cmocka_run_group_tests_name("held input", tests, NULL, NULL);
}
