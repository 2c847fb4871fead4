/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/session/store_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- a store and what it told ---- */

static void told(struct store_case *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void told(struct store_case *c, const char *format, ...)
{
    size_t n = strlen(c->told);
    va_list args;
    va_start(args, format);
    vsnprintf(c->told + n, sizeof(c->told) - n, format, args);
    va_end(args);
}

void store_case_open(struct store_case *c)
{
    assert_true(sd_event_new(&c->loop) >= 0);
    c->open(c);
}

void store_case_open_again(struct store_case *c)
{
    c->store->ops->close(c->store);
    c->answers = 0;
    c->open(c);
}

void store_case_close(struct store_case *c)
{
    c->store->ops->close(c->store);
    sd_event_unref(c->loop);
}

void store_case_answer(void *self, const struct store_answer *a)
{
    struct store_case *c = self;
    c->answers++;
    c->lease = a->lease;
    if (a->err)
        told(c, "%s ", strerrorname_np(-a->err));
    for (size_t i = 0; i < a->n; i++)
        told(c, "%s=%s/%d ", a->entries[i].key, a->entries[i].value,
             (int)a->entries[i].version);
}

void store_case_put(struct store_case *c, const char *key, const char *value)
{
    c->store->ops->put(c->store, key, value, 0, store_case_answer, c);
}

void store_case_delete(struct store_case *c, const char *from, const char *to)
{
    c->store->ops->delete (c->store, from, to, store_case_answer, c);
}

const char *store_case_all(struct store_case *c)
{
    c->store->ops->get(c->store, "", "\x7f", store_case_answer, c);
    return store_case_answers(c, 1);
}

/* ---- waiting ---- */

void store_case_run(struct store_case *c, uint64_t end_us)
{
    uint64_t now_us;
    assert_true(sd_event_run(c->loop, 1000000) >= 0);
    sd_event_now(c->loop, CLOCK_MONOTONIC, &now_us);
    if (now_us > end_us)
        fail_msg("waited in vain; told so far: %s", c->told);
}

uint64_t store_case_deadline_us(const struct store_case *c)
{
    uint64_t now_us;
    sd_event_now(c->loop, CLOCK_MONOTONIC, &now_us);
    return now_us + STORE_DEADLINE_US;
}

const char *store_case_taken(struct store_case *c)
{
    static char text[sizeof(c->told)];
    c->answers = 0;
    strcpy(text, c->told);
    c->told[0] = 0;
    return text;
}

static bool told_last(const struct store_case *c, const char *last)
{
    size_t n = strlen(last), all = strlen(c->told);
    return all >= n && strcmp(c->told + all - n, last) == 0;
}

const char *store_case_until(struct store_case *c, const char *last, int n)
{
    uint64_t end_us = store_case_deadline_us(c);
    while (!told_last(c, last) || c->answers < n)
        store_case_run(c, end_us);
    return store_case_taken(c);
}

const char *store_case_answers(struct store_case *c, int n)
{
    return store_case_until(c, "", n);
}

/* ---- watching ---- */

static void on_changed(struct store_watch *w, const char *key, const char *value)
{
    struct store_listener *l = (struct store_listener *)w;
    told(l->of, "%s:%s ", key, value ? value : "-");
    if (l->once)
        store_case_unwatch(l);
}

static void on_listed(struct store_watch *w)
{
    told(((struct store_listener *)w)->of, "listed ");
}

static void watch(struct store_case *c, struct store_listener *l, const char *prefix,
                  bool existing)
{
    *l = (struct store_listener){.watch = {.prefix = prefix,
                                           .changed = on_changed,
                                           .existing = existing,
                                           .listed = on_listed},
                                 .of = c};
    c->store->ops->watch(c->store, &l->watch);
}

void store_case_watch(struct store_case *c, struct store_listener *l, const char *prefix)
{
    watch(c, l, prefix, false);
    assert_string_equal(store_case_until(c, "listed ", 0), "listed ");
}

void store_case_unwatch(struct store_listener *l)
{
    l->of->store->ops->unwatch(l->of->store, &l->watch);
}

/* ---- the rows ---- */

void what_is_put_is_got_in_order(void **state)
{
    struct store_case *c = *state;
    store_case_put(c, "b/2", "Zeile \303\244\n'quoted'");
    store_case_put(c, "b/1", "one");
    store_case_put(c, "a", "");
    store_case_put(c, "b/1", "uno");
    assert_int_equal(c->answers, 0); /* never before the operation returns */
    assert_string_equal(store_case_answers(c, 4), "");
    c->store->ops->get(c->store, "a", NULL, store_case_answer, c);
    c->store->ops->get(c->store, "b/", "b0", store_case_answer, c);
    c->store->ops->get(c->store, "c", NULL, store_case_answer, c);
    assert_string_equal(store_case_answers(c, 3),
                        "a=/1 b/1=uno/2 b/2=Zeile \303\244\n'quoted'/1 ");
}

void closing_carries_out_what_was_asked(void **state)
{
    struct store_case *c = *state;
    store_case_put(c, "k", "Zeile \303\244\n'quoted'");
    store_case_put(c, "l", "2");
    c->store->ops->close(c->store);
    assert_int_equal(c->answers, 0);
    c->open(c);
    assert_string_equal(store_case_all(c), "k=Zeile \303\244\n'quoted'/1 l=2/1 ");
}

void settling_waits_for_all_answers(void **state)
{
    struct store_case *c = *state;
    store_case_put(c, "k", "1");
    store_case_put(c, "l", "2");
    c->store->ops->settle(c->store);
    assert_int_equal(c->answers, 2);
}

void deleting_takes_one_or_a_range(void **state)
{
    struct store_case *c = *state;
    static const char *const keys[] = {"a", "a/1", "a/2", "b"};
    for (size_t i = 0; i < 4; i++)
        store_case_put(c, keys[i], "x");
    store_case_delete(c, "a", NULL);
    (void)store_case_answers(c, 5);
    assert_string_equal(store_case_all(c), "a/1=x/1 a/2=x/1 b=x/1 ");
    store_case_delete(c, "a/", "a0");
    (void)store_case_answers(c, 1);
    assert_string_equal(store_case_all(c), "b=x/1 ");
}

void a_transaction_is_made_whole_or_not_at_all(void **state)
{
    struct store_case *c = *state;
    const struct store_change changes[] = {{.key = "x", .value = "2"}, {.key = "y"}};
    const struct store_condition holds[] = {{"x", 1}, {"z", 0}}, fails[] = {{"x", 2}, {"y", 7}};
    store_case_put(c, "x", "1");
    store_case_put(c, "y", "1");
    (void)store_case_answers(c, 2);
    c->store->ops->transact(c->store, fails, 2, changes, 2, store_case_answer, c);
    assert_string_equal(store_case_answers(c, 1), "EAGAIN ");
    assert_string_equal(store_case_all(c), "x=1/1 y=1/1 ");
    c->store->ops->transact(c->store, holds, 2, changes, 2, store_case_answer, c);
    assert_string_equal(store_case_answers(c, 1), "");
    assert_string_equal(store_case_all(c), "x=2/2 ");
}

void watchers_hear_of_changes_of_their_keys(void **state)
{
    struct store_case *c = *state;
    struct store_listener l;
    store_case_put(c, "a/old", "x");
    (void)store_case_answers(c, 1);
    store_case_watch(c, &l, "a/");
    store_case_put(c, "a/1", "x");
    store_case_put(c, "b/1", "x");
    store_case_put(c, "a/2", "");
    store_case_delete(c, "a/", "b0");
    assert_string_equal(store_case_until(c, "a/old:- ", 4), "a/1:x a/2: a/1:- a/2:- a/old:- ");
    l.once = true;
    store_case_put(c, "a/1", "x");
    store_case_put(c, "a/1", "y");
    assert_string_equal(store_case_until(c, "a/1:x ", 2), "a/1:x ");
    store_case_put(c, "a/1", "z");
    (void)store_case_all(c);
    assert_string_equal(store_case_taken(c), "");
}

void a_watch_begins_with_what_is_there_if_it_wants_that(void **state)
{
    struct store_case *c = *state;
    struct store_listener l;
    store_case_put(c, "a", "-");
    store_case_put(c, "a/1", "x");
    store_case_put(c, "a/2", "y");
    store_case_put(c, "a0", "-");
    (void)store_case_answers(c, 4);
    watch(c, &l, "a/", true);
    assert_string_equal(store_case_until(c, "listed ", 0), "a/1:x a/2:y listed ");
    store_case_put(c, "a/3", "z");
    assert_string_equal(store_case_until(c, "a/3:z ", 1), "a/3:z ");
    store_case_unwatch(&l);
    watch(c, &l, "a/", true);
    store_case_unwatch(&l); /* before anything was told */
    store_case_put(c, "a/4", "z");
    assert_string_equal(store_case_answers(c, 1), "");
}

static uint64_t new_lease(struct store_case *c)
{
    c->store->ops->lease(c->store, 0, STORE_DEADLINE_US, store_case_answer, c);
    (void)store_case_answers(c, 1);
    assert_true(c->lease != 0);
    return c->lease;
}

void what_is_put_with_a_lease_goes_with_it(void **state)
{
    struct store_case *c = *state;
    struct store_listener l;
    const uint64_t lease = new_lease(c);
    c->store->ops->put(c->store, "node", "here", lease, store_case_answer, c);
    c->store->ops->put(c->store, "nobody", "here", lease + 1, store_case_answer, c);
    store_case_put(c, "stays", "x");
    c->store->ops->lease(c->store, lease, STORE_DEADLINE_US, store_case_answer, c);
    assert_string_equal(store_case_answers(c, 4), "ENOENT ");
    assert_string_equal(store_case_all(c), "node=here/1 stays=x/1 ");
    store_case_watch(c, &l, "n");
    c->store->ops->lease(c->store, lease, 0, NULL, NULL);
    assert_string_equal(store_case_until(c, "node:- ", 0), "node:- ");
    assert_string_equal(store_case_all(c), "stays=x/1 ");
    c->store->ops->lease(c->store, lease, STORE_DEADLINE_US, store_case_answer, c);
    assert_string_equal(store_case_answers(c, 1), "ENOENT ");
    store_case_unwatch(&l);
}
