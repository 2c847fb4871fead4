/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_input.h"
#include "tests/unit/server/attach/fixture.h"
#include "tests/unit/server/attach/groups.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const struct input_sink_ops *ops(struct fixture *f)
{
    return f->w.place->ops->input;
}

static void keys_and_buttons_arrive_once_and_in_order(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->key(f->w.place, 0x2a, true);
    ops(f)->key(f->w.place, 0x1e, true);
    ops(f)->move_to(f->w.place, 0, 5, 6);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, true);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, false);
    ops(f)->button(f->w.place, 0, BUTTON_WHEEL_RIGHT, true);
    ops(f)->move_by(f->w.place, 0, -3, 4);
    ops(f)->key(f->w.place, 0x1e, false);
    ops(f)->key(f->w.place, 0x2a, false);
    fixture_until(f, "key Release 42\n");
    assert_non_null(strstr(fake_qemu_log(f->q),
                           "key Press 42\nkey Press 30\nSetAbsPosition 5 6\nbutton Press 0\n"
                           "button Release 0\nbutton Press 8\nRelMotion -3 4\n"
                           "key Release 30\nkey Release 42\n"));
}

static void buttons_that_would_abort_qemu_are_dropped(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->button(f->w.place, 0, (enum pointer_button)9, true);
    ops(f)->button(f->w.place, 0, (enum pointer_button)255, true);
    ops(f)->button(f->w.place, 0, (enum pointer_button) - 1, true);
    ops(f)->button(f->w.place, 0, BUTTON_EXTRA, true);
    fixture_until(f, "button Press 6\n");
    assert_null(strstr(fake_qemu_log(f->q), "button Press 9"));
    assert_null(strstr(fake_qemu_log(f->q), "button Press 2"));
    assert_null(strstr(fake_qemu_log(f->q), "button Press 4"));
}

static void positions_are_clipped_to_the_head(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->move_to(f->w.place, 0, 64, 32);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, true);
    ops(f)->move_to(f->w.place, 0, -1, INT_MIN);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, false);
    ops(f)->move_to(f->w.place, 1, 5, 5); /* no such head */
    ops(f)->move_to(f->w.place, 0, INT_MAX, 3);
    fixture_until(f, "SetAbsPosition 63 3\n");
    assert_non_null(strstr(fake_qemu_log(f->q),
                           "SetAbsPosition 63 31\nbutton Press 0\nSetAbsPosition 0 0\n"
                           "button Release 0\nSetAbsPosition 63 3\n"));
}

/* As after a migration: this QEMU was never told that the key was pressed, and would drop its
 * release. */
static void a_key_pressed_elsewhere_is_lifted_by_qmp_in_order(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->key(f->w.place, 0x1e, true);
    ops(f)->key(f->w.place, 0x2a, false);
    ops(f)->key(f->w.place, 0x1e, false);
    fixture_until(f, "key Release 30\n");
    assert_non_null(strstr(
        fake_qemu_log(f->q),
        "key Press 30\nqmp input-send-event {\"events\":[{\"data\":{\"down\":false,\"key\":"
        "{\"data\":42.0,\"type\":\"number\"}},\"type\":\"key\"}]}\nkey Release 30\n"));
}

static void typing_to_an_unwatched_machine_makes_a_connection_for_it(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    watcher_until(&f->w, "state running\n");
    ops(f)->key(f->w.place, 0x1e, true);
    ops(f)->key(f->w.place, 0x1e, false);
    fixture_until(f, "key Press 30\nkey Release 30\n");
    assert_int_equal(f->c->registered, 0);
}

static void many_motions_become_few(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    for (int i = 0; i < 5000; i++)
        ops(f)->move_to(f->w.place, 0, i % 64, 1);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, true);
    for (int i = 0; i < 5000; i++)
        ops(f)->move_by(f->w.place, 0, 1, -1);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, false);
    fixture_until(f, "button Release 0\n");
    assert_non_null(strstr(fake_qemu_log(f->q),
                           "SetAbsPosition 7 1\nbutton Press 0\nRelMotion 5000 -5000\n"
                           "button Release 0\n"));
}

static void on_wanted(void *self)
{
    *(bool *)self = true;
}

static void what_waits_has_a_bound_and_releases_have_room_left(void **state)
{
    (void)state;
    struct qemu_input i;
    qemu_input_init(&i, NULL);
    bool wanted = false;
    i.self = &wanted;
    i.on_wanted = on_wanted;
    for (int k = 0; k < 3000; k++)
        qemu_input_key(&i, (uint8_t)k, true);
    assert_int_equal(i.queue.n, INPUT_QUEUE);
    assert_int_equal(i.queue.dropped, 3000 - INPUT_QUEUE);
    for (int k = 0; k < 3000; k++)
        qemu_input_key(&i, (uint8_t)k, false);
    assert_int_equal(i.queue.n, INPUT_QUEUE_MOST);
    assert_true(wanted);
    assert_true(qemu_input_active(&i));
    qemu_input_drop(&i);
    assert_false(qemu_input_active(&i));
    qemu_input_fini(&i);
}

static void a_refused_motion_asks_for_the_mouse_again(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    f->c->refuses_motion = true;
    f->q->mouse_absolute = true;
    ops(f)->move_by(f->w.place, 0, 1, 1);
    watcher_until(&f->w, "mouse absolute\n");
}

static void keys_are_lifted_before_the_connection_goes(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->key(f->w.place, 0x1e, true);
    fixture_until(f, "key Press 30\n");
    watcher_close(&f->w);
    fixture_until(f, "key Release 30\n");
}

static void after_the_connection_was_lost_a_release_goes_by_qmp(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->key(f->w.place, 0x1e, true);
    fixture_until(f, "key Press 30\n");
    watcher_forget(&f->w);
    fake_display_hang_up(&f->q->display);
    watcher_until(&f->w, "complete");
    ops(f)->key(f->w.place, 0x1e, false);
    fixture_until(f, "qmp input-send-event");
}

int test_qemu_input(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(keys_and_buttons_arrive_once_and_in_order),
        with_fixture(buttons_that_would_abort_qemu_are_dropped),
        with_fixture(positions_are_clipped_to_the_head),
        with_fixture(a_key_pressed_elsewhere_is_lifted_by_qmp_in_order),
        with_fixture(typing_to_an_unwatched_machine_makes_a_connection_for_it),
        with_fixture(many_motions_become_few),
        cmocka_unit_test(what_waits_has_a_bound_and_releases_have_room_left),
        with_fixture(a_refused_motion_asks_for_the_mouse_again),
        with_fixture(keys_are_lifted_before_the_connection_goes),
        with_fixture(after_the_connection_was_lost_a_release_goes_by_qmp),
    };
    return cmocka_run_group_tests_name("qemu_input", tests, NULL, NULL);
}
