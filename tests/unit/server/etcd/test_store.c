/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store of several hosts, on a real etcd. */
#include <config.h>
#include "server/etcd/store_etcd.h"
#include "tests/unit/server/etcd/etcd_process.h"
#include "tests/unit/server/session/store_rows.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct store_case c; /* first */
    struct etcd_process *etcd;
    struct store_etcd_options options;
    char prefix[32];
    const char *endpoints[2];
    unsigned went, came; /* how often etcd did */
    char why[128];       /* it went the last time */
};

static void on_away(void *self, bool away, const char *why)
{
    struct fixture *f = self;
    assert_non_null(why);
    *(away ? &f->went : &f->came) += 1;
    if (away)
        snprintf(f->why, sizeof(f->why), "%s", why);
}

static void open_store(struct store_case *c)
{
    struct fixture *f = (struct fixture *)c;
    const char *why = NULL;
    f->options.self = f;
    if (store_etcd_open(&c->store, c->loop, &f->options, &why) < 0)
        fail_msg("%s", why);
}

/* Each test has a prefix of its own in one etcd. */
static struct etcd_process etcd;

static int start_etcd(void **state)
{
    (void)state;
    etcd_process_init(&etcd);
    etcd_process_start(&etcd);
    return 0;
}

static int stop_etcd(void **state)
{
    (void)state;
    etcd_process_fini(&etcd);
    return 0;
}

static int set_up(void **state)
{
    static int number;
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->prefix, sizeof(f->prefix), "test%d/", ++number);
    f->etcd = &etcd;
    f->endpoints[0] = etcd.url;
    f->options = (struct store_etcd_options){
        .endpoints = f->endpoints, .n_endpoints = 1, .prefix = f->prefix, .away = on_away};
    f->c.open = open_store;
    store_case_open(&f->c);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_case_close(&f->c);
    free(f);
    return 0;
}

static void wait_for_etcd_to_go(struct fixture *f)
{
    uint64_t end_us = store_case_deadline_us(&f->c);
    while (!f->went)
        store_case_run(&f->c, end_us);
}

static void a_lease_that_nobody_renews_ends(void **state)
{
    struct fixture *f = *state;
    struct store_case *c = &f->c;
    struct store_listener l;
    store_case_watch(c, &l, "n");
    c->store->ops->lease(c->store, 0, 1000000, store_case_answer, c);
    (void)store_case_answers(c, 1);
    c->store->ops->put(c->store, "node", "here", c->lease, NULL, NULL);
    assert_string_equal(store_case_until(c, "node:- ", 0), "node:here node:- ");
    store_case_unwatch(&l);
}

static void what_is_asked_while_etcd_is_away_is_done_when_it_is_back(void **state)
{
    struct fixture *f = *state;
    struct store_case *c = &f->c;
    struct store_listener l;
    store_case_watch(c, &l, "a/");
    store_case_put(c, "a/1", "before");
    store_case_until(c, "a/1:before ", 1); /* what is not answered is done again */
    etcd_process_kill(f->etcd);
    store_case_put(c, "a/1", "meanwhile");
    store_case_put(c, "a/2", "as well");
    wait_for_etcd_to_go(f);
    assert_int_equal(c->answers, 0);
    etcd_process_start(f->etcd);
    assert_string_equal(store_case_until(c, "a/2:as well ", 2), "a/1:meanwhile a/2:as well ");
    assert_string_equal(store_case_all(c), "a/1=meanwhile/2 a/2=as well/1 ");
    assert_true(f->came >= 1);
    store_case_unwatch(&l);
}

/* As at the end of the daemon. */
static void what_is_asked_when_the_loop_has_ended_is_done(void **state)
{
    struct fixture *f = *state;
    struct fixture other = {.c.open = open_store, .etcd = f->etcd, .options = f->options};
    struct store_case *c = &other.c;
    struct store_listener l;
    store_case_open(c);
    store_case_watch(c, &l, "a/");
    sd_event_exit(c->loop, 0);
    assert_int_equal(sd_event_loop(c->loop), 0);
    store_case_unwatch(&l);
    for (int i = 0; i < 10; i++)
        c->store->ops->put(c->store, "a/1", "x", 0, NULL, NULL);
    store_case_close(c);
    assert_string_equal(store_case_all(&f->c), "a/1=x/10 ");
}

/* By another store, while the loop of ours does not run. */
static void change_meanwhile(struct fixture *f)
{
    struct fixture other = {.c.open = open_store, .etcd = f->etcd, .options = f->options};
    struct store_case *c = &other.c;
    store_case_open(c);
    store_case_put(c, "a/changes", "y");
    store_case_put(c, "a/changes", "z");
    store_case_put(c, "a/new", "n");
    store_case_delete(c, "a/goes", NULL);
    (void)store_case_answers(c, 4);
    store_case_close(c);
}

/* What another store does while ours has no connection, and etcd forgets how. */
static void what_changed_and_was_compacted_meanwhile_is_told(void **state)
{
    struct fixture *f = *state;
    struct store_case *c = &f->c;
    struct store_listener l;
    const char *compact[] = {"compact", NULL, NULL};
    char revision[32];
    store_case_put(c, "a/same", "x");
    store_case_put(c, "a/changes", "x");
    store_case_put(c, "a/goes", "x");
    (void)store_case_answers(c, 3);
    store_case_watch(c, &l, "a/");
    etcd_process_kill(f->etcd);
    store_case_put(c, "b", "x"); /* so that it is noticed */
    wait_for_etcd_to_go(f);
    etcd_process_start(f->etcd);
    change_meanwhile(f);
    snprintf(revision, sizeof(revision), "%d", etcd_process_revision(f->etcd));
    compact[1] = revision;
    etcd_process_ctl(f->etcd, compact);
    const char *said = store_case_until(c, "a/goes:- ", 0);
    assert_non_null(strstr(said, "a/changes:z "));
    assert_non_null(strstr(said, "a/new:n "));
    assert_null(strstr(said, "a/same"));
    assert_null(strstr(said, "a/changes:y"));
    store_case_unwatch(&l);
}

static void another_endpoint_is_used_when_one_is_away(void **state)
{
    struct fixture *f = *state;
    f->endpoints[0] = "http://127.0.0.1:1/";
    f->endpoints[1] = etcd.url;
    f->options.n_endpoints = 2;
    store_case_open_again(&f->c);
    store_case_put(&f->c, "k", "v");
    assert_string_equal(store_case_answers(&f->c, 1), "");
    assert_string_equal(store_case_all(&f->c), "k=v/1 ");
}

static void what_is_no_address_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *other;
    const char *why = NULL;
    f->endpoints[0] = "127.0.0.1:2379";
    assert_int_equal(store_etcd_open(&other, f->c.loop, &f->options, &why), -EINVAL);
    assert_string_equal(why, "an endpoint of etcd begins with http:// or https://");
}

static void expect_no_change(struct store_watch *w, const char *key, const char *value)
{
    (void)w;
    (void)value;
    fail_msg("%s was told", key);
}

static void expect_login_wanted(struct fixture *f)
{
    struct store_watch w = {.prefix = "a/", .changed = expect_no_change};
    store_case_open_again(&f->c);
    f->went = 0;
    f->c.store->ops->watch(f->c.store, &w);
    for (uint64_t end_us = store_case_deadline_us(&f->c); f->went == 0;)
        store_case_run(&f->c, end_us);
    assert_string_equal(f->why,
                        "etcd wants a login: name user and password-file in section cluster");
    f->c.store->ops->unwatch(f->c.store, &w);
}

static void etcd_may_ask_who_we_are(void **state)
{
    struct fixture *f = *state;
    struct store_case *c = &f->c;
    struct store_listener l;
    static const char *const enable[][8] = {
        {"user", "add", "root:secret", NULL},
        {"user", "grant-role", "root", "root", NULL},
        {"auth", "enable", NULL},
    };
    static const char *const disable[] = {"--user", "root:secret", "auth", "disable", NULL};
    for (size_t i = 0; i < sizeof(enable) / sizeof(enable[0]); i++)
        etcd_process_ctl(f->etcd, enable[i]);
    expect_login_wanted(f);
    f->options.user = "root";
    f->options.password = "secret";
    store_case_open_again(c);
    store_case_watch(c, &l, "a/");
    store_case_put(c, "a/1", "v");
    store_case_until(c, "a/1:v ", 1);
    store_case_unwatch(&l);
    etcd_process_ctl(f->etcd, disable);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STORE_ROWS(TEST),
        TEST(a_lease_that_nobody_renews_ends),
        TEST(what_is_asked_when_the_loop_has_ended_is_done),
        TEST(what_is_asked_while_etcd_is_away_is_done_when_it_is_back),
        TEST(what_changed_and_was_compacted_meanwhile_is_told),
        TEST(another_endpoint_is_used_when_one_is_away),
        TEST(what_is_no_address_is_refused),
        TEST(etcd_may_ask_who_we_are),
    };
    return cmocka_run_group_tests_name("etcd store", tests, start_etcd, stop_etcd);
}
