/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists that etcd answers in several pages. */
#include <config.h>
#include "server/etcd/etcd_words.h"
#include "server/etcd/store_etcd.h"
#include "tests/unit/server/etcd/etcd_process.h"
#include "tests/unit/server/session/store_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { KEYS = 2 * ETCD_PAGE + 345, IN_ONE = 100 };

/* A watch that counts what it is told, and meddles with etcd after the first key, once. */
struct counter {
    struct store_watch watch; /* first */
    struct fixture *of;
    unsigned seen[KEYS], told, gone;
    bool meddles, listed;
};

struct fixture {
    struct store_case c; /* first */
    struct etcd_process etcd;
    const char *endpoint;
    unsigned entries; /* that were got */
    int err;
    struct counter counter;
};

static void open_store(struct store_case *c)
{
    struct fixture *f = (struct fixture *)c;
    const char *why = NULL;
    const struct store_etcd_options options = {
        .endpoints = &f->endpoint, .n_endpoints = 1, .prefix = "pages/"};
    if (store_etcd_open(&c->store, c->loop, &options, &why) < 0)
        fail_msg("%s", why);
}

static void fill(struct fixture *f)
{
    static char keys[IN_ONE][16];
    struct store_change changes[IN_ONE];
    for (int at = 0; at < KEYS; at += IN_ONE) {
        int n = 0;
        for (; n < IN_ONE && at + n < KEYS; n++) {
            snprintf(keys[n], sizeof(keys[n]), "k/%05d", at + n);
            changes[n] = (struct store_change){.key = keys[n], .value = "v"};
        }
        f->c.store->ops->transact(f->c.store, NULL, 0, changes, (size_t)n, NULL, NULL);
    }
    store_case_put(&f->c, "other", "v");
    (void)store_case_answers(&f->c, 1);
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    etcd_process_init(&f->etcd);
    etcd_process_start(&f->etcd);
    f->endpoint = f->etcd.url;
    f->c.open = open_store;
    store_case_open(&f->c);
    fill(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    store_case_close(&f->c);
    etcd_process_fini(&f->etcd);
    free(f);
    return 0;
}

/* ---- got ---- */

static void on_got(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    char key[32];
    f->err = a->err;
    for (size_t i = 0; i < a->n; i++) {
        snprintf(key, sizeof(key), "k/%05zu", i);
        assert_string_equal(a->entries[i].key, key);
        assert_string_equal(a->entries[i].value, "v");
    }
    f->entries = (unsigned)a->n;
}

static void a_long_list_is_got_whole_and_in_order(void **state)
{
    struct fixture *f = *state;
    uint64_t end_us = store_case_deadline_us(&f->c);
    f->c.store->ops->get(f->c.store, "k/", "k0", on_got, f);
    store_case_put(&f->c, "k/00001", "later"); /* is done after it */
    while (!f->entries)
        store_case_run(&f->c, end_us);
    assert_int_equal(f->err, 0);
    assert_int_equal(f->entries, KEYS);
}

/* ---- watched ---- */

static void ctl(struct fixture *f, const char *a, const char *b, const char *c)
{
    const char *words[] = {a, b, c, NULL};
    etcd_process_ctl(&f->etcd, words);
}

/* What the next page is of is compacted away, the first key is gone, the last is another. */
static void meddle(struct fixture *f)
{
    char revision[32], last[32];
    snprintf(last, sizeof(last), "pages/k/%05d", KEYS - 1);
    ctl(f, "del", "pages/k/00000", NULL);
    ctl(f, "put", last, "new");
    snprintf(revision, sizeof(revision), "%d", etcd_process_revision(&f->etcd));
    ctl(f, "compact", revision, NULL);
}

static void on_changed(struct store_watch *w, const char *key, const char *value)
{
    struct counter *n = (struct counter *)w;
    n->told++;
    n->gone += !value;
    n->seen[atoi(key + 2)]++;
    if (n->meddles)
        meddle(n->of);
    n->meddles = false;
}

static void on_listed(struct store_watch *w)
{
    struct counter *n = (struct counter *)w;
    assert_false(n->listed);
    n->listed = true;
}

static struct counter *count(struct fixture *f, bool meddles)
{
    struct counter *n = &f->counter;
    uint64_t end_us = store_case_deadline_us(&f->c);
    *n = (struct counter){
        .watch = {.prefix = "k/", .changed = on_changed, .existing = true, .listed = on_listed},
        .of = f,
        .meddles = meddles};
    f->c.store->ops->watch(f->c.store, &n->watch);
    while (!n->listed)
        store_case_run(&f->c, end_us);
    return n;
}

static void a_watch_tells_each_key_of_a_long_list_once_and_then_what_changes(void **state)
{
    struct fixture *f = *state;
    struct counter *n = count(f, false);
    uint64_t end_us = store_case_deadline_us(&f->c);
    assert_int_equal(n->told, KEYS);
    for (int i = 0; i < KEYS; i++)
        assert_int_equal(n->seen[i], 1);
    store_case_put(&f->c, "k/00007", "w");
    while (n->seen[7] < 2)
        store_case_run(&f->c, end_us);
    assert_int_equal(n->told, KEYS + 1);
    f->c.store->ops->unwatch(f->c.store, &n->watch);
}

static void a_list_that_is_compacted_away_between_two_pages_is_begun_again(void **state)
{
    struct fixture *f = *state;
    struct counter *n = count(f, true);
    assert_int_equal(n->gone, 1);
    assert_int_equal(n->seen[0], 2); /* it was there, and went */
    for (int i = 1; i < KEYS; i++)
        assert_int_equal(n->seen[i], 1);
    f->c.store->ops->unwatch(f->c.store, &n->watch);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_long_list_is_got_whole_and_in_order),
        TEST(a_watch_tells_each_key_of_a_long_list_once_and_then_what_changes),
        TEST(a_list_that_is_compacted_away_between_two_pages_is_begun_again),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
