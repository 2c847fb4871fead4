/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose writes about a machine's sessions count: two nodes and a real etcd. */
#include <config.h>
#include "server/etcd/store_etcd.h"
#include "server/session/home.h"
#include "tests/unit/server/core/rig.h"
#include "tests/unit/server/etcd/etcd_process.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))

struct node {
    struct store *store;
    struct sessions all;
    struct seat seat; /* of its one viewer */
};

struct fixture {
    struct etcd_process etcd;
    sd_event *loop;
    struct config *config;
    struct node a, b;
    char read[2048];
    bool answered;
};

static const struct console_key web1 = {"web1", NULL};

static void on_seat(struct seat *seat)
{
    (void)seat;
}

static void on_leave(struct seat *seat, const char *why)
{
    (void)seat;
    (void)why;
}

static const struct seat_ops seat_ops = {
    .lift = on_seat, .changed = on_seat, .leave = on_leave};

static void no_home(void *self, struct console *c)
{
    (void)self;
    (void)c;
}

static void start(struct fixture *f, struct node *n, const char *name)
{
    const char *endpoint = f->etcd.url, *why = NULL;
    const struct store_etcd_options options = {.endpoints = &endpoint, .n_endpoints = 1};
    assert_int_equal(store_etcd_open(&n->store, f->loop, &options, &why), 0);
    sessions_init_shared(&n->all, f->loop, n->store, f->config, name);
    n->all.on_console = no_home;
    n->seat.ops = &seat_ops;
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    *state = f;
    etcd_process_init(&f->etcd);
    etcd_process_start(&f->etcd);
    assert_int_equal(sd_event_new(&f->loop), 0);
    f->config = rig_config("machine web1 { place = {\"pattern:64x64\"} }\n");
    start(f, &f->a, "a");
    start(f, &f->b, "b");
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    sessions_fini(&f->a.all);
    sessions_fini(&f->b.all);
    f->a.store->ops->close(f->a.store);
    f->b.store->ops->close(f->b.store);
    config_free(&f->config);
    sd_event_unref(f->loop);
    etcd_process_fini(&f->etcd);
    free(f);
    return 0;
}

static struct console *console(struct node *n)
{
    return console_get(&n->all, &web1);
}

static void wait_fence(struct fixture *f, struct node *n, enum console_fence fence)
{
    const uint64_t end_us = waiting_end_us();
    while (console(n)->fence != fence)
        waiting_turn(f->loop, end_us);
}

static void on_read(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    f->answered = true;
    f->read[0] = 0;
    for (size_t i = 0; i < a->n; i++) {
        size_t n = strlen(f->read);
        snprintf(f->read + n, sizeof(f->read) - n, "%s\n", a->entries[i].value);
    }
}

/* All that n asked before is answered then. */
static const char *stored(struct fixture *f, struct node *n, const char *from, const char *to)
{
    sd_event_run(f->loop, 0); /* what is to be saved soon */
    sd_event_run(f->loop, 0);
    f->answered = false;
    n->store->ops->get(n->store, from, to, on_read, f);
    while (!f->answered)
        assert_true(sd_event_run(f->loop, DEADLINE_US) > 0);
    return f->read;
}

static void come(struct node *n, const char *user)
{
    const char *why = NULL;
    assert_true(session_join(&n->all, &n->seat, &web1, user, ROLE_ADMIN, &why));
}

static void sessions_go_with_the_machine_and_late_writes_are_refused(void **state)
{
    struct fixture *f = *state;
    console_come_home(console(&f->a));
    come(&f->a, "alice");
    assert_true(seat_input(&f->a.seat, WHEEL_PRESS));
    wait_fence(f, &f->a, FENCE_HELD);
    assert_non_null(strstr(stored(f, &f->a, "session/", "session0"), "\"driving\":true"));

    console_come_home(console(&f->b)); /* nobody told a */
    wait_fence(f, &f->b, FENCE_HELD);
    assert_string_equal(session_user(console_driver(console(&f->b))), "alice");
    assert_non_null(strstr(stored(f, &f->b, "home/name:web1", NULL), "\"node\":\"b\""));

    session_act(f->a.seat.session, WHEEL_RELEASE, NULL, NULL);
    wait_fence(f, &f->a, FENCE_LOST);
    assert_non_null(strstr(stored(f, &f->b, "session/", "session0"), "\"driving\":true"));
    come(&f->b, "bob");
    assert_null(session_act(f->b.seat.session, WHEEL_TAKE, NULL, NULL));
    const char *text = stored(f, &f->b, "session/", "session0");
    assert_non_null(strstr(text, "bob"));
    assert_int_equal(console(&f->b)->fence, FENCE_HELD);
}

static void a_home_decides_while_etcd_is_away_and_writes_then(void **state)
{
    struct fixture *f = *state;
    console_come_home(console(&f->a));
    come(&f->a, "alice");
    wait_fence(f, &f->a, FENCE_HELD);
    assert_non_null(strstr(stored(f, &f->a, "session/", "session0"), "alice"));
    etcd_process_kill(&f->etcd);
    assert_true(seat_input(&f->a.seat, WHEEL_PRESS));
    console_come_home(console(&f->b));
    come(&f->b, "bob");
    assert_true(seat_input(&f->b.seat, WHEEL_PRESS));
    sd_event_run(f->loop, 0);
    etcd_process_start(&f->etcd);
    wait_fence(f, &f->b, FENCE_HELD);
    assert_string_equal(session_user(console_driver(console(&f->b))), "bob"); /* decided here */
    assert_non_null(console_find(console(&f->b), "alice"));
    session_set_role(f->a.seat.session, ROLE_WATCH);
    wait_fence(f, &f->a, FENCE_LOST);
    assert_non_null(strstr(stored(f, &f->b, "home/name:web1", NULL), "\"node\":\"b\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            sessions_go_with_the_machine_and_late_writes_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_home_decides_while_etcd_is_away_and_writes_then,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("whose writes count", tests, NULL, NULL);
}
