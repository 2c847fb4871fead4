/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a QEMU as a place does for a machine that moves: input whose arrival is known, and a
 * picture that is told anew when the machine has come. */
#include <config.h>
#include "tests/unit/server/attach/fixture.h"
#include "tests/unit/server/attach/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static const struct input_sink_ops *ops(struct fixture *f)
{
    return f->w.place->ops->input;
}

static void set_input(struct fixture *f, enum input_mode mode)
{
    f->w.place->ops->set_input(f->w.place, mode);
}

static void tap(struct fixture *f, uint8_t qnum)
{
    ops(f)->key(f->w.place, qnum, true);
    ops(f)->key(f->w.place, qnum, false);
}

/* ---- input ---- */

static void before_a_move_keys_and_buttons_go_where_refusals_are_told(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    ops(f)->key(f->w.place, 0x2a, true);
    set_input(f, INPUT_CONFIRMED);
    ops(f)->move_to(f->w.place, 0, 5, 6);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, true);
    ops(f)->key(f->w.place, 0x2a, false);
    fixture_until(f, "\"type\":\"key\"");
    set_input(f, INPUT_PASSES);
    ops(f)->key(f->w.place, 0x1e, true);
    fixture_until(f, "key Press 30\n");
    assert_non_null(strstr(
        fake_qemu_log(f->q),
        "key Press 42\nSetAbsPosition 5 6\n"
        "qmp input-send-event {\"events\":[{\"data\":{\"button\":\"left\",\"down\":true},"
        "\"type\":\"btn\"}]}\n"
        "qmp input-send-event {\"events\":[{\"data\":{\"down\":false,\"key\":{\"data\":42.0,"
        "\"type\":\"number\"}},\"type\":\"key\"}]}\nkey Press 30\n"));
}

static void with_two_heads_buttons_stay_with_their_head(void **state)
{
    struct fixture *f = *state;
    fake_display_add_console(&f->q->display, "Graphic", 32, 32);
    fixture_watch(f);
    set_input(f, INPUT_CONFIRMED);
    ops(f)->button(f->w.place, 0, BUTTON_RIGHT, true);
    fixture_until(f, "button Press 2\n");
}

static void a_migration_makes_keys_go_where_refusals_are_told(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_qmp_migration(&f->q->qmp, "active");
    watcher_settle(&f->w);
    ops(f)->key(f->w.place, 0x1e, true);
    fixture_until(f, "qmp input-send-event");
    fake_qmp_migration(&f->q->qmp, "cancelled");
    watcher_settle(&f->w);
    ops(f)->key(f->w.place, 0x1f, true);
    fixture_until(f, "key Press 31\n");
}

static void what_a_stopped_guest_did_not_get_comes_back_in_order(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    set_input(f, INPUT_CONFIRMED);
    tap(f, 30);
    fixture_until(f, "\"down\":false");
    f->q->status = "finish-migrate"; /* nobody has heard of it */
    tap(f, 31);
    watcher_settle(&f->w);
    tap(f, 32);
    ops(f)->button(f->w.place, 0, BUTTON_LEFT, true);
    set_input(f, INPUT_HELD);
    watcher_until(&f->w, "back key+31 key-31 key+32 key-32 button+0\n");
    f->q->status = "running";
    set_input(f, INPUT_PASSES);
    tap(f, 33);
    fixture_until(f, "key Press 33\nkey Release 33\n");
    assert_null(strstr(fake_qemu_log(f->q), "key Press 32"));
}

static void nothing_in_flight_is_told_at_once(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    set_input(f, INPUT_HELD);
    assert_non_null(strstr(watcher_log(&f->w), "back\n"));
}

static void a_short_stop_that_nobody_hears_of_delays_keys(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    set_input(f, INPUT_CONFIRMED);
    f->q->status = "paused";
    tap(f, 30);
    tap(f, 31);
    watcher_settle(&f->w);
    assert_null(strstr(fake_qemu_log(f->q), "input-send-event"));
    f->q->status = "running";
    fixture_until(f, "\"data\":{\"down\":false,\"key\":{\"data\":31.0");
    const char *first = strstr(fake_qemu_log(f->q), "\"data\":30.0");
    assert_non_null(first);
    assert_true(first < strstr(fake_qemu_log(f->q), "\"data\":31.0"));
}

static void a_guest_that_stops_and_goes_on_gets_keys_in_their_order(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    set_input(f, INPUT_CONFIRMED);
    f->q->refuses_inputs = 1;
    tap(f, 30);
    tap(f, 31);
    fixture_until(f, "\"data\":{\"down\":false,\"key\":{\"data\":31.0");
    const char *at = fake_qemu_log(f->q);
    static const char *const order[] = {
        "true,\"key\":{\"data\":30.0",
        "false,\"key\":{\"data\":30.0",
        "true,\"key\":{\"data\":31.0",
        "false,\"key\":{\"data\":31.0",
    };
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        at = strstr(at, order[i]);
        assert_non_null(at);
    }
}

static void a_qemu_that_ends_gives_back_what_it_has_not_answered(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    set_input(f, INPUT_CONFIRMED);
    tap(f, 30);
    set_input(f, INPUT_HELD);
    fake_qmp_hang_up(&f->q->qmp);
    watcher_until(&f->w, "back key+30 key-30\n");
    watcher_until(&f->w, "state lost");
}

/* ---- the picture ---- */

/* A QEMU that waits for the machine, and has told all of what it shows meanwhile. */
static void watch_incoming(struct fixture *f)
{
    f->q->status = "inmigrate";
    fixture_watch(f);
    watcher_forget(&f->w);
}

static void arrive(struct fixture *f)
{
    fake_qemu_status(f->q, "running", "RESUME");
    watcher_until(&f->w, "state running\n");
    assert_null(strstr(watcher_log(&f->w), "complete"));
}

static void a_whole_picture_after_the_load_is_told_as_complete(void **state)
{
    struct fixture *f = *state;
    watch_incoming(f);
    unsigned registered = f->c->registered;
    arrive(f);
    fake_console_scanout(f->c, 64, 32, 0xff00ff00);
    watcher_until(&f->w, "complete\n");
    assert_int_equal(watcher_pixel(&f->w, 0, 5, 5), 0x00ff00);
    assert_int_equal(f->c->registered, registered);
}

static void a_picture_that_comes_in_lines_is_whole_with_the_last(void **state)
{
    struct fixture *f = *state;
    watch_incoming(f);
    arrive(f);
    fake_console_update(f->c, 0, 16, 64, 16, 0xff00ff00);
    watcher_settle(&f->w);
    assert_null(strstr(watcher_log(&f->w), "complete"));
    fake_console_update(f->c, 0, 0, 64, 16, 0xff00ff00);
    watcher_until(&f->w, "complete\n");
}

static void a_picture_that_was_missed_is_asked_for(void **state)
{
    struct fixture *f = *state;
    watch_incoming(f);
    unsigned registered = f->c->registered;
    arrive(f);
    watcher_until(&f->w, "complete\n");
    assert_true(f->c->registered > registered);
}

int test_qemu_move(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(before_a_move_keys_and_buttons_go_where_refusals_are_told),
        with_fixture(with_two_heads_buttons_stay_with_their_head),
        with_fixture(a_migration_makes_keys_go_where_refusals_are_told),
        with_fixture(what_a_stopped_guest_did_not_get_comes_back_in_order),
        with_fixture(nothing_in_flight_is_told_at_once),
        with_fixture(a_short_stop_that_nobody_hears_of_delays_keys),
        with_fixture(a_guest_that_stops_and_goes_on_gets_keys_in_their_order),
        with_fixture(a_qemu_that_ends_gives_back_what_it_has_not_answered),
        with_fixture(a_whole_picture_after_the_load_is_told_as_complete),
        with_fixture(a_picture_that_comes_in_lines_is_whole_with_the_last),
        with_fixture(a_picture_that_was_missed_is_asked_for),
    };
    return cmocka_run_group_tests_name("qemu_move", tests, NULL, NULL);
}
