/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store of several hosts, on a real etcd. */
#include <config.h>
#include "server/etcd/store_etcd.h"
#include "tests/unit/server/etcd/etcd_process.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define DEADLINE_US (60 * UINT64_C(1000000))

struct fixture {
    struct etcd_process *etcd;
    struct store_etcd_options options;
    char prefix[32];
    const char *endpoints[2];
    sd_event *loop;
    struct store *store;
    char told[4096]; /* answers and changes, each with a space behind */
    int answers;
    uint64_t lease;
    unsigned went, came; /* how often etcd did */
};

static void told(struct fixture *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void told(struct fixture *f, const char *format, ...)
{
    size_t n = strlen(f->told);
    va_list args;
    va_start(args, format);
    vsnprintf(f->told + n, sizeof(f->told) - n, format, args);
    va_end(args);
}

static void on_away(void *self, bool away, const char *why)
{
    struct fixture *f = self;
    assert_non_null(why);
    *(away ? &f->went : &f->came) += 1;
}

static void open_store(struct fixture *f)
{
    const char *why = NULL;
    f->options.self = f;
    if (store_etcd_open(&f->store, f->loop, &f->options, &why) < 0)
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
    assert_true(sd_event_new(&f->loop) >= 0);
    open_store(f);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    f->store->ops->close(f->store);
    sd_event_unref(f->loop);
    free(f);
    return 0;
}

static void on_answer(void *self, const struct store_answer *a)
{
    struct fixture *f = self;
    f->answers++;
    f->lease = a->lease;
    if (a->err)
        told(f, "%s ", strerrorname_np(-a->err));
    for (size_t i = 0; i < a->n; i++)
        told(f, "%s=%s/%d ", a->entries[i].key, a->entries[i].value,
             (int)a->entries[i].version);
}

static void run(struct fixture *f, uint64_t end_us)
{
    uint64_t now_us;
    assert_true(sd_event_run(f->loop, 1000000) >= 0);
    sd_event_now(f->loop, CLOCK_MONOTONIC, &now_us);
    if (now_us > end_us)
        fail_msg("waited in vain; told so far: %s", f->told);
}

static uint64_t deadline_us(struct fixture *f)
{
    uint64_t now_us;
    sd_event_now(f->loop, CLOCK_MONOTONIC, &now_us);
    return now_us + DEADLINE_US;
}

static const char *taken(struct fixture *f)
{
    static char text[sizeof(f->told)];
    f->answers = 0;
    strcpy(text, f->told);
    f->told[0] = 0;
    return text;
}

/* Runs the loop until n answers have come; what they told. */
static const char *answers(struct fixture *f, int n)
{
    uint64_t end_us = deadline_us(f);
    while (f->answers < n)
        run(f, end_us);
    return taken(f);
}

/* Runs the loop until it was told this last and n answers have come. */
static const char *until_both(struct fixture *f, const char *last, int n_answers)
{
    uint64_t end_us = deadline_us(f);
    size_t n = strlen(last);
    while (strlen(f->told) < n || strcmp(f->told + strlen(f->told) - n, last) != 0 ||
           f->answers < n_answers)
        run(f, end_us);
    return taken(f);
}

static const char *until(struct fixture *f, const char *last)
{
    return until_both(f, last, 0);
}

static void put(struct fixture *f, const char *key, const char *value)
{
    f->store->ops->put(f->store, key, value, 0, on_answer, f);
}

static void delete (struct fixture *f, const char *from, const char *to)
{
    f->store->ops->delete (f->store, from, to, on_answer, f);
}

static const char *all(struct fixture *f)
{
    f->store->ops->get(f->store, "", "\x7f", on_answer, f);
    return answers(f, 1);
}

static void what_is_put_is_got_in_order(void **state)
{
    struct fixture *f = *state;
    put(f, "b/2", "Zeile \303\244\n'quoted'");
    put(f, "b/1", "one");
    put(f, "a", "");
    put(f, "b/1", "uno");
    assert_int_equal(f->answers, 0); /* never before the operation returns */
    assert_string_equal(answers(f, 4), "");
    f->store->ops->get(f->store, "a", NULL, on_answer, f);
    f->store->ops->get(f->store, "b/", "b0", on_answer, f);
    f->store->ops->get(f->store, "c", NULL, on_answer, f);
    assert_string_equal(answers(f, 3), "a=/1 b/1=uno/2 b/2=Zeile \303\244\n'quoted'/1 ");
}

static void closing_carries_out_what_was_asked(void **state)
{
    struct fixture *f = *state;
    put(f, "k", "1");
    put(f, "l", "2");
    f->store->ops->close(f->store);
    assert_int_equal(f->answers, 0);
    open_store(f);
    assert_string_equal(all(f), "k=1/1 l=2/1 ");
}

static void settling_waits_for_all_answers(void **state)
{
    struct fixture *f = *state;
    put(f, "k", "1");
    put(f, "l", "2");
    f->store->ops->settle(f->store);
    assert_int_equal(f->answers, 2);
}

static void deleting_takes_one_or_a_range(void **state)
{
    struct fixture *f = *state;
    static const char *const keys[] = {"a", "a/1", "a/2", "b"};
    for (size_t i = 0; i < 4; i++)
        put(f, keys[i], "x");
    delete (f, "a", NULL);
    (void)answers(f, 5);
    assert_string_equal(all(f), "a/1=x/1 a/2=x/1 b=x/1 ");
    delete (f, "a/", "a0");
    (void)answers(f, 1);
    assert_string_equal(all(f), "b=x/1 ");
}

static void a_transaction_is_made_whole_or_not_at_all(void **state)
{
    struct fixture *f = *state;
    const struct store_change changes[] = {{.key = "x", .value = "2"}, {.key = "y"}};
    const struct store_condition holds[] = {{"x", 1}, {"z", 0}}, fails[] = {{"x", 2}, {"y", 7}};
    put(f, "x", "1");
    put(f, "y", "1");
    (void)answers(f, 2);
    f->store->ops->transact(f->store, fails, 2, changes, 2, on_answer, f);
    assert_string_equal(answers(f, 1), "EAGAIN ");
    assert_string_equal(all(f), "x=1/1 y=1/1 ");
    f->store->ops->transact(f->store, holds, 2, changes, 2, on_answer, f);
    assert_string_equal(answers(f, 1), "");
    assert_string_equal(all(f), "x=2/2 ");
}

struct listener {
    struct store_watch watch; /* first */
    struct fixture *f;
    bool once; /* removes itself when it is told something */
};

static void on_changed(struct store_watch *w, const char *key, const char *value)
{
    struct listener *l = (struct listener *)w;
    told(l->f, "%s:%s ", key, value ? value : "-");
    if (l->once)
        l->f->store->ops->unwatch(l->f->store, w);
}

/* Watches, and waits until that counts. */
static void watch(struct fixture *f, struct listener *l, const char *prefix)
{
    char key[64];
    *l = (struct listener){.watch = {.prefix = prefix, .changed = on_changed}, .f = f};
    f->store->ops->watch(f->store, &l->watch);
    snprintf(key, sizeof(key), "%s!", prefix);
    for (unsigned i = 0; !f->told[0]; i++) {
        f->answers = 0;
        f->store->ops->put(f->store, key, "begins", 0, on_answer, f);
        uint64_t end_us = deadline_us(f);
        while (f->answers < 1)
            run(f, end_us);
    }
    f->told[0] = 0;
    f->store->ops->delete (f->store, key, NULL, NULL, NULL);
    snprintf(key, sizeof(key), "%s!:- ", prefix);
    until(f, key);
}

static void watchers_hear_of_changes_of_their_keys(void **state)
{
    struct fixture *f = *state;
    struct listener l;
    put(f, "a/old", "x");
    (void)answers(f, 1);
    watch(f, &l, "a/");
    put(f, "a/1", "x");
    put(f, "b/1", "x");
    put(f, "a/2", "");
    delete (f, "a/", "b0");
    assert_string_equal(until_both(f, "a/old:- ", 4), "a/1:x a/2: a/1:- a/2:- a/old:- ");
    l.once = true;
    put(f, "a/1", "x");
    put(f, "a/1", "y");
    assert_string_equal(until_both(f, "a/1:x ", 2), "a/1:x ");
    put(f, "a/1", "z");
    (void)answers(f, 1);
    assert_string_equal(taken(f), "");
}

static void on_listed(struct store_watch *w)
{
    told(((struct listener *)w)->f, "listed ");
}

static void a_watch_begins_with_what_is_there_if_it_wants_that(void **state)
{
    struct fixture *f = *state;
    struct listener l = {
        .watch = {.prefix = "a/", .changed = on_changed, .existing = true, .listed = on_listed},
        .f = f};
    put(f, "a", "-");
    put(f, "a/1", "x");
    put(f, "a/2", "y");
    put(f, "a0", "-");
    (void)answers(f, 4);
    f->store->ops->watch(f->store, &l.watch);
    assert_string_equal(until(f, "listed "), "a/1:x a/2:y listed ");
    put(f, "a/3", "z");
    assert_string_equal(until_both(f, "a/3:z ", 1), "a/3:z ");
    f->store->ops->unwatch(f->store, &l.watch);
}

static void what_is_put_with_a_lease_goes_with_it(void **state)
{
    struct fixture *f = *state;
    struct listener l;
    f->store->ops->lease(f->store, 0, DEADLINE_US, on_answer, f);
    (void)answers(f, 1);
    uint64_t lease = f->lease;
    assert_true(lease != 0);
    f->store->ops->put(f->store, "node", "here", lease, on_answer, f);
    f->store->ops->put(f->store, "nobody", "here", lease + 1, on_answer, f);
    put(f, "stays", "x");
    f->store->ops->lease(f->store, lease, DEADLINE_US, on_answer, f);
    assert_string_equal(answers(f, 4), "ENOENT ");
    assert_string_equal(all(f), "node=here/1 stays=x/1 ");
    watch(f, &l, "n");
    f->store->ops->lease(f->store, lease, 0, NULL, NULL);
    assert_string_equal(until(f, "node:- "), "node:- ");
    f->store->ops->lease(f->store, lease, DEADLINE_US, on_answer, f);
    assert_string_equal(answers(f, 1), "ENOENT ");
    f->store->ops->unwatch(f->store, &l.watch);
}

static void a_lease_that_nobody_renews_ends(void **state)
{
    struct fixture *f = *state;
    struct listener l;
    watch(f, &l, "n");
    f->store->ops->lease(f->store, 0, 1000000, on_answer, f);
    (void)answers(f, 1);
    f->store->ops->put(f->store, "node", "here", f->lease, NULL, NULL);
    assert_string_equal(until(f, "node:- "), "node:here node:- ");
    f->store->ops->unwatch(f->store, &l.watch);
}

static void what_is_asked_while_etcd_is_away_is_done_when_it_is_back(void **state)
{
    struct fixture *f = *state;
    struct listener l;
    watch(f, &l, "a/");
    put(f, "a/1", "before");
    until_both(f, "a/1:before ", 1); /* what is not answered is done again */
    etcd_process_kill(f->etcd);
    put(f, "a/1", "meanwhile");
    put(f, "a/2", "as well");
    uint64_t end_us = deadline_us(f);
    while (!f->went)
        run(f, end_us);
    assert_int_equal(f->answers, 0);
    etcd_process_start(f->etcd);
    assert_string_equal(until_both(f, "a/2:as well ", 2), "a/1:meanwhile a/2:as well ");
    assert_string_equal(all(f), "a/1=meanwhile/2 a/2=as well/1 ");
    assert_true(f->came >= 1);
    f->store->ops->unwatch(f->store, &l.watch);
}

/* What another store does while ours has no connection, and etcd forgets how. */
static void what_changed_and_was_compacted_meanwhile_is_told(void **state)
{
    struct fixture *f = *state;
    struct listener l;
    const char *compact[] = {"compact", NULL, NULL};
    char revision[32];
    put(f, "a/same", "x");
    put(f, "a/changes", "x");
    put(f, "a/goes", "x");
    (void)answers(f, 3);
    watch(f, &l, "a/");
    etcd_process_kill(f->etcd);
    uint64_t end_us = deadline_us(f);
    put(f, "b", "x"); /* so that it is noticed */
    while (!f->went)
        run(f, end_us);
    etcd_process_start(f->etcd);
    /* Our loop does not run, so our store hears nothing of this. */
    struct fixture other = {.etcd = f->etcd, .options = f->options};
    assert_true(sd_event_new(&other.loop) >= 0);
    open_store(&other);
    put(&other, "a/changes", "y");
    put(&other, "a/changes", "z");
    put(&other, "a/new", "n");
    delete (&other, "a/goes", NULL);
    (void)answers(&other, 4);
    other.store->ops->close(other.store);
    sd_event_unref(other.loop);
    snprintf(revision, sizeof(revision), "%d", etcd_process_revision(f->etcd));
    compact[1] = revision;
    etcd_process_ctl(f->etcd, compact);
    const char *said = until(f, "a/goes:- ");
    assert_non_null(strstr(said, "a/changes:z "));
    assert_non_null(strstr(said, "a/new:n "));
    assert_null(strstr(said, "a/same"));
    assert_null(strstr(said, "a/changes:y"));
    f->store->ops->unwatch(f->store, &l.watch);
}

static void another_endpoint_is_used_when_one_is_away(void **state)
{
    struct fixture *f = *state;
    f->store->ops->close(f->store);
    f->endpoints[0] = "http://127.0.0.1:1/";
    f->endpoints[1] = etcd.url;
    f->options.n_endpoints = 2;
    open_store(f);
    put(f, "k", "v");
    assert_string_equal(answers(f, 1), "");
    assert_string_equal(all(f), "k=v/1 ");
}

static void what_is_no_address_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store *other;
    const char *why = NULL;
    f->endpoints[0] = "127.0.0.1:2379";
    assert_int_equal(store_etcd_open(&other, f->loop, &f->options, &why), -EINVAL);
    assert_string_equal(why, "an endpoint of etcd begins with http:// or https://");
}

static void etcd_may_ask_who_we_are(void **state)
{
    struct fixture *f = *state;
    static const char *const enable[][8] = {
        {"user", "add", "root:secret", NULL},
        {"user", "grant-role", "root", "root", NULL},
        {"auth", "enable", NULL},
    };
    static const char *const disable[] = {"--user", "root:secret", "auth", "disable", NULL};
    for (size_t i = 0; i < sizeof(enable) / sizeof(enable[0]); i++)
        etcd_process_ctl(f->etcd, enable[i]);
    f->store->ops->close(f->store);
    f->options.user = "root";
    f->options.password = "secret";
    open_store(f);
    struct listener l;
    watch(f, &l, "a/");
    put(f, "a/1", "v");
    until_both(f, "a/1:v ", 1);
    f->store->ops->unwatch(f->store, &l.watch);
    etcd_process_ctl(f->etcd, disable);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_put_is_got_in_order),
        TEST(closing_carries_out_what_was_asked),
        TEST(settling_waits_for_all_answers),
        TEST(deleting_takes_one_or_a_range),
        TEST(a_transaction_is_made_whole_or_not_at_all),
        TEST(watchers_hear_of_changes_of_their_keys),
        TEST(a_watch_begins_with_what_is_there_if_it_wants_that),
        TEST(what_is_put_with_a_lease_goes_with_it),
        TEST(a_lease_that_nobody_renews_ends),
        TEST(what_is_asked_while_etcd_is_away_is_done_when_it_is_back),
        TEST(what_changed_and_was_compacted_meanwhile_is_told),
        TEST(another_endpoint_is_used_when_one_is_away),
        TEST(what_is_no_address_is_refused),
        TEST(etcd_may_ask_who_we_are),
    };
    return cmocka_run_group_tests_name("etcd store", tests, start_etcd, stop_etcd);
}
