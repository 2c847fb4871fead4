/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/attach.h"
#include "tests/unit/server/attach/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void a_place_is_found_by_its_scheme(void **state)
{
    (void)state;
    static const struct {
        const char *place, *scheme, *address;
    } rows[] = {
        {"qmp:/run/x.sock", "qmp", "/run/x.sock"},
        {"pattern:640x480", "pattern", "640x480"},
        {"node:b/uuid:1", "node", "b/uuid:1"},
        {"qmp:", "qmp", ""},
        {"qmp", NULL, NULL},
        {"qmpx:/run/x.sock", NULL, NULL},
        {"/run/x.sock", NULL, NULL},
        {"", NULL, NULL},
        {"vnc:host", NULL, NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *address = "untouched";
        const struct attach_ops *ops = attach_ops_for(rows[i].place, &address);
        if (!rows[i].scheme) {
            assert_null(ops);
            continue;
        }
        assert_non_null(ops);
        assert_string_equal(ops->scheme, rows[i].scheme);
        assert_string_equal(address, rows[i].address);
    }
}

static void every_state_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(place_state_name(PLACE_CONNECTING), "connecting");
    assert_string_equal(place_state_name(PLACE_GONE), "gone-elsewhere");
    for (int s = PLACE_CONNECTING; s <= PLACE_LOST; s++)
        assert_non_null(place_state_name((enum place_state)s));
}

int test_attach_table(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_found_by_its_scheme),
        cmocka_unit_test(every_state_has_a_name),
    };
    return cmocka_run_group_tests_name("attach table", tests, NULL, NULL);
}
