/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A place that looks at a fake QEMU, for the tests of both. */
#ifndef HF_TESTS_UNIT_SERVER_ATTACH_FIXTURE_H
#define HF_TESTS_UNIT_SERVER_ATTACH_FIXTURE_H

#include "tests/fakeqemu/fake_qemu.h"
#include "tests/unit/server/attach/watcher.h"

struct fixture {
    struct watcher w;
    struct fake_qemu *q;
    struct fake_console *c; /* its first */
};

/* cmocka's set-up and tear-down; *state is the fixture. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);
/* Opens the place "qmp:" of the fake. */
void fixture_open(struct fixture *f);
/* Opens, watches, waits until the picture is complete. */
void fixture_watch(struct fixture *f);
/* Runs the loop until the fake's log holds text. */
void fixture_until(struct fixture *f, const char *text);
/* The same for a number reaching a value. */
void fixture_until_count(struct fixture *f, const unsigned *number, unsigned value);

#define with_fixture(test)                                                                     \
    cmocka_unit_test_setup_teardown(test, fixture_set_up, fixture_tear_down)

#endif
