/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_status.h"
#include "tests/unit/server/attach/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void every_run_state_has_a_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *status;
        enum place_state state;
        bool has_why;
    } rows[] = {
        {"running", PLACE_RUNNING, false},      {"suspended", PLACE_RUNNING, false},
        {"inmigrate", PLACE_INCOMING, false},   {"finish-migrate", PLACE_SWITCHING, false},
        {"postmigrate", PLACE_GONE, false},     {"paused", PLACE_PAUSED, false},
        {"prelaunch", PLACE_PAUSED, true},      {"shutdown", PLACE_PAUSED, true},
        {"io-error", PLACE_PAUSED, true},       {"internal-error", PLACE_PAUSED, true},
        {"guest-panicked", PLACE_PAUSED, true}, {"watchdog", PLACE_PAUSED, true},
        {"save-vm", PLACE_PAUSED, true},        {"restore-vm", PLACE_PAUSED, true},
        {"debug", PLACE_PAUSED, true},          {"colo", PLACE_PAUSED, true},
        {"of-tomorrow", PLACE_PAUSED, false},   {"", PLACE_PAUSED, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *why = "untouched";
        assert_int_equal(qemu_status_state(rows[i].status, &why), rows[i].state);
        assert_int_equal(why != NULL, rows[i].has_why);
    }
}

static void events_are_told_or_make_us_ask(void **state)
{
    (void)state;
    static const struct {
        const char *event;
        bool asks;
        int place_event;
    } rows[] = {
        {"STOP", true, PLACE_STOPPED},
        {"RESUME", true, -1},
        {"SUSPEND", true, -1},
        {"WAKEUP", true, -1},
        {"MIGRATION", true, -1},
        {"BLOCK_IO_ERROR", true, -1},
        {"WATCHDOG", true, -1},
        {"RESET", true, PLACE_RESET},
        {"SHUTDOWN", true, PLACE_SHUTDOWN},
        {"POWERDOWN", false, PLACE_POWERDOWN},
        {"GUEST_PANICKED", true, PLACE_PANIC},
        {"RTC_CHANGE", false, -1},
        {"", false, -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum place_event event;
        assert_int_equal(qemu_event_changes_status(rows[i].event), rows[i].asks);
        bool told = qemu_event_to_place(rows[i].event, &event);
        assert_int_equal(told ? (int)event : -1, rows[i].place_event);
    }
}

int test_qemu_status(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_run_state_has_a_meaning),
        cmocka_unit_test(events_are_told_or_make_us_ask),
    };
    return cmocka_run_group_tests_name("qemu_status", tests, NULL, NULL);
}
