/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/attach/fixture.h"
#include "tests/unit/server/attach/groups.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define IDENTITY "identity fake 550e8400e29b41d4a716446655440000\n"

static void an_unwatched_machine_says_who_it_is_and_keeps_no_display(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    watcher_until(&f->w, "state");
    watcher_settle(&f->w);
    assert_string_equal(watcher_log(&f->w), IDENTITY "state running\n");
    assert_null(f->q->display.control);
    assert_string_equal(fake_qemu_log(f->q), "");
}

static void a_null_uuid_identifies_nothing(void **state)
{
    struct fixture *f = *state;
    f->q->uuid = "00000000-0000-0000-0000-000000000000";
    f->q->name = NULL;
    fixture_open(f);
    watcher_until(&f->w, "identity none none\n");
}

static void a_watched_machine_shows_its_picture(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    assert_non_null(strstr(watcher_log(&f->w), "heads 64x32+\n"));
    assert_non_null(strstr(watcher_log(&f->w), "leds 0\n"));
    assert_non_null(strstr(watcher_log(&f->w), "mouse relative\n"));
    assert_int_equal(watcher_pixel(&f->w, 0, 63, 31), 0x102030);
    assert_true(f->c->shares_maps);
}

static void the_display_is_given_back_when_nobody_watches(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    f->w.place->ops->watch(f->w.place, false);
    fixture_until(f, "listener 0 gone");
    watcher_settle(&f->w);
    f->w.place->ops->watch(f->w.place, true);
    watcher_forget(&f->w);
    watcher_until(&f->w, "complete");
    assert_int_equal(f->c->registered, 2);
}

static void only_graphic_consoles_are_heads_in_their_order(void **state)
{
    struct fixture *f = *state;
    fake_display_add_console(&f->q->display, "Text", 80, 25);
    for (unsigned i = 2; i < 12; i++)
        fake_display_add_console(&f->q->display, "Graphic", 10 * i, 10);
    fixture_watch(f);
    assert_non_null(strstr(watcher_log(&f->w),
                           "heads 64x32+ 20x10+ 30x10+ 40x10+ 50x10+ 60x10+ 70x10+ 80x10+ "
                           "90x10+ 100x10+ 110x10+\n"));
}

static void more_consoles_than_heads_are_cut_off(void **state)
{
    struct fixture *f = *state;
    while (f->q->display.n < FAKE_CONSOLES_MOST)
        fake_display_add_console(&f->q->display, "Graphic", 10, 10);
    fixture_watch(f);
    assert_int_equal(f->w.n_heads, HEADS_MOST);
}

static void run_states_are_followed(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *status, *event, *told;
    } rows[] = {
        {"paused", "STOP", "event stopped\nstate paused\n"},
        {"running", "RESUME", "state running\n"},
        {"finish-migrate", "STOP", "event stopped\nstate switching\n"},
        {"postmigrate", "MIGRATION", "state gone-elsewhere\n"},
        {"io-error", "STOP", "event stopped\nstate paused: stopped by a disk error\n"},
        {"guest-panicked", "GUEST_PANICKED",
         "event panic\nstate paused: the guest has crashed\n"},
    };
    fixture_open(f);
    watcher_until(&f->w, "state running\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        watcher_forget(&f->w);
        fake_qemu_status(f->q, rows[i].status, rows[i].event);
        watcher_until(&f->w, rows[i].told);
        watcher_settle(&f->w);
        assert_string_equal(watcher_log(&f->w), rows[i].told);
    }
}

static void steps_of_a_migration_without_events_are_noticed(void **state)
{
    struct fixture *f = *state;
    f->q->status = "inmigrate";
    fixture_open(f);
    watcher_until(&f->w, "state incoming\n");
    f->q->status = "paused";
    watcher_until(&f->w, "state paused\n");
}

static void events_are_passed_on(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    watcher_until(&f->w, "state running\n");
    fake_qmp_event(&f->q->qmp, "RESET");
    fake_qmp_event(&f->q->qmp, "POWERDOWN");
    fake_qmp_event(&f->q->qmp, "SHUTDOWN");
    fake_qmp_event(&f->q->qmp, "NIC_RX_FILTER_CHANGED");
    watcher_until(&f->w, "event reset\nevent powerdown\nevent shutdown\n");
}

static void a_machine_that_ends_is_lost_and_found_again(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    fake_display_hang_up(&f->q->display);
    fake_display_hang_up_listeners(&f->q->display);
    fake_qmp_hang_up(&f->q->qmp);
    watcher_until(&f->w, "complete");
    assert_string_equal(watcher_log(&f->w),
                        "state lost: QEMU closed its QMP socket\n" IDENTITY
                        "state running\nheads 64x32+\nleds 0\nmouse relative\ncomplete\n");
}

static void a_socket_that_appears_later_is_found(void **state)
{
    struct fixture *f = *state;
    char away[80];
    snprintf(away, sizeof(away), "%s.away", f->q->path);
    assert_int_equal(rename(f->q->path, away), 0);
    fixture_open(f);
    watcher_until(&f->w, "state connecting: its QMP socket is not there\n");
    assert_int_equal(rename(away, f->q->path), 0);
    watcher_until(&f->w, "state running\n");
}

static void a_held_qmp_socket_is_a_problem_told_once(void **state)
{
    struct fixture *f = *state;
    f->q->qmp.greeting = NULL;
    fixture_open(f);
    fixture_until_count(f, &f->q->qmp.clients, 2);
    watcher_until(&f->w, "problem another client holds the QMP socket");
    assert_non_null(strstr(watcher_log(&f->w), "-qmp unix:PATH,server=on,wait=off"));
    f->q->qmp.greeting = "{\"QMP\": {}}\n";
    watcher_until(&f->w, "state running\n");
    assert_null(strstr(strstr(watcher_log(&f->w), "problem") + 1, "problem"));
}

static void a_peer_that_speaks_no_qmp_is_a_problem(void **state)
{
    struct fixture *f = *state;
    f->q->qmp.greeting = "220 mail ready\r\n";
    fixture_open(f);
    watcher_until(&f->w, "is no QMP socket of a QEMU: a line is no JSON object");
}

static void garbage_on_a_good_connection_is_survived(void **state)
{
    struct fixture *f = *state;
    static const char *const rows[] = {"}\n", "{\"event\": 3}\n{\n", "\n\n\xff\n"};
    fixture_open(f);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        watcher_forget(&f->w);
        watcher_until(&f->w, "state running\n");
        fake_qmp_say(&f->q->qmp, rows[i], strlen(rows[i]));
        watcher_until(&f->w, "state lost");
    }
    watcher_until(&f->w, "problem");
}

static void no_display_is_a_problem_that_names_the_option(void **state)
{
    struct fixture *f = *state;
    f->q->no_display = "D-Bus display is not in use";
    fixture_open(f);
    f->w.place->ops->watch(f->w.place, true);
    watcher_until(
        &f->w, "problem QEMU has no display to attach to ('D-Bus display is not in use'): "
               "start it with "
               "-display dbus,p2p=yes, under libvirt with <graphics type='dbus' p2p='yes'/>\n");
    f->q->no_display = NULL;
    watcher_until(&f->w, "complete");
    assert_null(strstr(strstr(watcher_log(&f->w), "problem") + 1, "problem"));
    assert_non_null(strstr(fake_qemu_log(f->q), "qmp closefd"));
}

static void a_display_connection_that_was_taken_is_a_problem_and_taken_back(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    fake_display_hang_up(&f->q->display);
    watcher_until(&f->w, "complete");
    assert_non_null(strstr(watcher_log(&f->w), "problem QEMU closed the display connection"));
    assert_int_equal(watcher_pixel(&f->w, 0, 0, 0), 0x102030);
}

static void a_listener_that_is_closed_is_registered_again(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    watcher_forget(&f->w);
    fake_display_hang_up_listeners(&f->q->display);
    watcher_until(&f->w, "complete");
    assert_int_equal(f->c->registered, 2);
}

static void leds_are_told_when_they_change(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    fake_console_set_leds(f->c, 6);
    watcher_until(&f->w, "leds 6\n");
    fake_console_set_leds(f->c, 0xfffffff9);
    watcher_until(&f->w, "leds 1\n");
}

static void the_mouse_is_what_qmp_says(void **state)
{
    struct fixture *f = *state;
    f->q->mouse_absolute = true; /* the console's property says false */
    fixture_watch(f);
    watcher_until(&f->w, "mouse absolute\n");
    f->q->mouse_absolute = false;
    fake_qmp_event(&f->q->qmp, "RESET");
    watcher_until(&f->w, "mouse relative\n");
}

static void power_is_a_command_or_a_key(void **state)
{
    struct fixture *f = *state;
    fixture_open(f);
    assert_int_equal(f->w.place->ops->power(f->w.place, POWER_RESET), -ENODEV);
    watcher_until(&f->w, "state running\n");
    assert_int_equal(f->w.place->ops->power(f->w.place, POWER_RESET), 0);
    assert_int_equal(f->w.place->ops->power(f->w.place, POWER_SHUTDOWN), 0);
    fixture_until(f, "qmp system_reset \nqmp system_powerdown \n");
    assert_int_equal(f->w.place->ops->power(f->w.place, POWER_REBOOT), 0);
    fixture_until(f, "key Press 29\nkey Press 56\nkey Press 211\nkey Release 211\nkey Release "
                     "56\nkey Release 29\n");
}

static void resizing_is_offered_until_it_is_refused(void **state)
{
    struct fixture *f = *state;
    fixture_watch(f);
    assert_int_equal(f->w.place->ops->resize(f->w.place, 0, 1920, 1080), 0);
    fixture_until(f, "resize 1920x1080 508x285mm\n");
    assert_int_equal(f->w.place->ops->resize(f->w.place, 1, 800, 600), -EINVAL);
    assert_int_equal(f->w.place->ops->resize(f->w.place, 0, 0, 600), -EINVAL);
    f->c->refuses_resize = true;
    watcher_forget(&f->w);
    assert_int_equal(f->w.place->ops->resize(f->w.place, 0, 800, 600), 0);
    watcher_until(&f->w, "heads 64x32\n");
    assert_int_equal(f->w.place->ops->resize(f->w.place, 0, 800, 600), -EOPNOTSUPP);
}

static void a_card_that_cannot_resize_is_known_before_it_is_asked(void **state)
{
    struct fixture *f = *state;
    f->c->device = "pci/0000/02.0";
    fixture_watch(f);
    assert_non_null(strstr(watcher_log(&f->w), "heads 64x32\n"));
    assert_int_equal(f->w.place->ops->resize(f->w.place, 0, 800, 600), -EOPNOTSUPP);
}

static void it_may_be_closed_in_any_call(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "identity",      "state",     "heads", "leds",  "mouse",        "pixels", "complete",
        "pointer image", "pointer 0", "blank", "event", "state paused", "problem"};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        void *fixture;
        fixture_set_up(&fixture);
        struct fixture *f = fixture;
        f->w.close_on = lines[i];
        fixture_open(f);
        f->w.place->ops->watch(f->w.place, true);
        /* Some lines come by the clock, so it is time that ends this and not a number of turns.
         */
        const time_t end = time(NULL) + WATCHER_DEADLINE_S;
        for (unsigned turn = 1; f->w.place && time(NULL) < end; turn++) {
            sd_event_run(f->w.loop, 100000);
            if (f->w.place && f->c->listener && f->w.updates && turn % 8 == 0) {
                fake_console_tell(f->c, NULL, "CursorDefine", "iiiiay", 1, 1, 0, 0, 4, 1, 2, 3,
                                  4);
                fake_console_tell(f->c, NULL, "MouseSet", "iii", 1, 2, 1);
                fake_console_tell(f->c, NULL, "Update", "iiiiuuay", 0, 0, 5, 5, 1, 1, 0);
                fake_console_tell(f->c, NULL, "Disable", "");
                fake_qemu_status(f->q, "paused", "RESET");
            }
        }
        if (f->w.place)
            fail_msg("'%s' was never told", lines[i]);
        fixture_tear_down(&fixture);
    }
}

static void paths_that_can_never_work_are_refused(void **state)
{
    (void)state;
    char long_path[200];
    memset(long_path, 'x', sizeof(long_path));
    long_path[0] = '/';
    long_path[sizeof(long_path) - 1] = 0;
    const char *const rows[] = {"", "relative/x.sock", long_path};
    struct watcher w;
    watcher_init(&w);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *address, *why = NULL;
        struct attach *a = NULL;
        struct attach_context context = {.loop = w.loop};
        const struct attach_ops *ops = attach_ops_for("qmp:x", &address);
        assert_int_equal(ops->open(&a, &context, rows[i], NULL, NULL, &why), -EINVAL);
        assert_non_null(why);
        assert_null(a);
    }
    watcher_fini(&w);
}

int test_qemu(void)
{
    const struct CMUnitTest tests[] = {
        with_fixture(an_unwatched_machine_says_who_it_is_and_keeps_no_display),
        with_fixture(a_null_uuid_identifies_nothing),
        with_fixture(a_watched_machine_shows_its_picture),
        with_fixture(the_display_is_given_back_when_nobody_watches),
        with_fixture(only_graphic_consoles_are_heads_in_their_order),
        with_fixture(more_consoles_than_heads_are_cut_off),
        with_fixture(run_states_are_followed),
        with_fixture(steps_of_a_migration_without_events_are_noticed),
        with_fixture(events_are_passed_on),
        with_fixture(a_machine_that_ends_is_lost_and_found_again),
        with_fixture(a_socket_that_appears_later_is_found),
        with_fixture(a_held_qmp_socket_is_a_problem_told_once),
        with_fixture(a_peer_that_speaks_no_qmp_is_a_problem),
        with_fixture(garbage_on_a_good_connection_is_survived),
        with_fixture(no_display_is_a_problem_that_names_the_option),
        with_fixture(a_display_connection_that_was_taken_is_a_problem_and_taken_back),
        with_fixture(a_listener_that_is_closed_is_registered_again),
        with_fixture(leds_are_told_when_they_change),
        with_fixture(the_mouse_is_what_qmp_says),
        with_fixture(power_is_a_command_or_a_key),
        with_fixture(resizing_is_offered_until_it_is_refused),
        with_fixture(a_card_that_cannot_resize_is_known_before_it_is_asked),
        cmocka_unit_test(it_may_be_closed_in_any_call),
        cmocka_unit_test(paths_that_can_never_work_are_refused),
    };
    return cmocka_run_group_tests_name("qemu", tests, NULL, NULL);
}
