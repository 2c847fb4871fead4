/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/guard.h"
#include "auth/guard_table.h"
#include "base/secret.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define SECOND 1000000ull
#define MINUTE (60 * SECOND)

/* A guard and the time, which only tests move. */
static struct {
    struct guard *guard;
    uint64_t now_us;
} g;

static int make_guard(void **state)
{
    (void)state;
    g.guard = guard_new(secret_random);
    g.now_us = 1000 * SECOND;
    return 0;
}

static int free_guard(void **state)
{
    (void)state;
    guard_free(&g.guard);
    return 0;
}

static struct guard_source source_of(const char *text)
{
    struct sockaddr_storage peer = {.ss_family = strchr(text, ':') ? AF_INET6 : AF_INET};
    void *at = peer.ss_family == AF_INET6 ? (void *)&((struct sockaddr_in6 *)&peer)->sin6_addr
                                          : (void *)&((struct sockaddr_in *)&peer)->sin_addr;
    assert_int_equal(inet_pton(peer.ss_family, text, at), 1);
    return guard_source_of(&peer, 0);
}

/* Begins, waits as told, ends; returns the answer. */
static enum guard_answer attempt(const char *source, const char *user, bool ok,
                                 uint64_t *wait_us_r)
{
    struct guard_source s = source_of(source);
    enum guard_answer answer = guard_begin(g.guard, &s, user, g.now_us, wait_us_r);
    if (answer == GUARD_LOCKED)
        return answer;
    g.now_us += *wait_us_r;
    guard_end(g.guard, &s, user, ok ? GUARD_PASSED : GUARD_FAILED, g.now_us);
    return answer;
}

/* Fails until the guard locks, at most `most` times; returns how often it could. */
static unsigned fail_until_locked(const char *source, const char *user, unsigned most)
{
    uint64_t wait_us;
    unsigned n = 0;
    while (n < most && attempt(source, user, false, &wait_us) != GUARD_LOCKED)
        n++;
    return n;
}

static void each_failure_makes_the_next_wait_longer(void **state)
{
    (void)state;
    static const uint64_t waits[] = {0,       250000,  500000,  1000000, 2000000,
                                     4000000, 8000000, 8000000, 8000000, 8000000};
    uint64_t wait_us;
    for (size_t i = 0; i < COUNT(waits); i++) {
        assert_int_equal(attempt("192.0.2.1", "alice", false, &wait_us),
                         waits[i] ? GUARD_WAIT : GUARD_GO);
        assert_int_equal(wait_us, waits[i]);
    }
    assert_int_equal(attempt("192.0.2.1", "alice", true, &wait_us), GUARD_LOCKED);
    assert_int_equal(wait_us, 60 * SECOND);
}

static void locks_end_and_grow(void **state)
{
    (void)state;
    static const uint64_t spans[] = {60, 120, 240, 480};
    uint64_t wait_us;
    for (size_t i = 0; i < COUNT(spans); i++) {
        assert_int_equal(fail_until_locked("192.0.2.1", "alice", 100), i ? 5 : 10);
        assert_int_equal(attempt("192.0.2.1", "alice", true, &wait_us), GUARD_LOCKED);
        assert_int_equal(wait_us, spans[i] * SECOND);
        g.now_us += wait_us - 1;
        assert_int_equal(attempt("192.0.2.1", "alice", true, &wait_us), GUARD_LOCKED);
        g.now_us += 1;
    }
    assert_int_equal(attempt("192.0.2.1", "alice", true, &wait_us), GUARD_WAIT);
}

static void a_success_ends_the_waiting(void **state)
{
    (void)state;
    uint64_t wait_us;
    assert_int_equal(fail_until_locked("192.0.2.1", "alice", 6), 6);
    assert_int_equal(attempt("192.0.2.1", "alice", true, &wait_us), GUARD_WAIT);
    assert_int_equal(attempt("192.0.2.1", "alice", false, &wait_us), GUARD_GO);
}

static void failures_are_forgotten(void **state)
{
    (void)state;
    uint64_t wait_us;
    assert_int_equal(fail_until_locked("192.0.2.1", "alice", 6), 6);
    g.now_us += 16 * MINUTE;
    assert_int_equal(attempt("192.0.2.1", "alice", false, &wait_us), GUARD_GO);
}

static void one_source_locks_itself_not_the_user(void **state)
{
    (void)state;
    uint64_t wait_us;
    assert_int_equal(fail_until_locked("192.0.2.1", "alice", 100), 10);
    assert_int_equal(attempt("198.51.100.7", "alice", true, &wait_us), GUARD_GO);
    /* However long it goes on. */
    for (unsigned i = 0; i < 50; i++) {
        g.now_us += 30 * MINUTE;
        fail_until_locked("192.0.2.1", "alice", 100);
    }
    assert_int_equal(attempt("203.0.113.9", "alice", true, &wait_us), GUARD_GO);
}

static void a_source_that_tries_many_users_is_locked_whole(void **state)
{
    (void)state;
    char user[16];
    uint64_t wait_us;
    unsigned n = 0;
    for (; n < 100; n++) {
        snprintf(user, sizeof(user), "user%u", n);
        if (attempt("192.0.2.1", user, false, &wait_us) == GUARD_LOCKED)
            break;
    }
    assert_int_equal(n, 30);
    assert_int_equal(attempt("192.0.2.1", "someone", true, &wait_us), GUARD_LOCKED);
    assert_int_equal(attempt("192.0.2.2", "someone", true, &wait_us), GUARD_GO);
}

static void a_success_of_ones_own_buys_no_attempts_on_others(void **state)
{
    (void)state;
    char user[16];
    uint64_t wait_us;
    unsigned n = 0;
    for (; n < 100; n++) {
        snprintf(user, sizeof(user), "user%u", n);
        if (attempt("192.0.2.1", user, false, &wait_us) == GUARD_LOCKED ||
            attempt("192.0.2.1", "mallory", true, &wait_us) == GUARD_LOCKED)
            break;
    }
    assert_true(n <= 30);
}

static void many_sources_lock_a_user_where_the_user_is_not_known(void **state)
{
    (void)state;
    char source[32];
    uint64_t wait_us;
    unsigned n = 0;
    assert_int_equal(attempt("198.51.100.7", "alice", true, &wait_us), GUARD_GO);
    for (unsigned i = 1; i < 100; i++) {
        snprintf(source, sizeof(source), "192.0.2.%u", i);
        n += fail_until_locked(source, "alice", 3);
    }
    assert_int_equal(n, 40);
    assert_int_equal(attempt("203.0.113.9", "alice", true, &wait_us), GUARD_LOCKED);
    assert_int_equal(attempt("203.0.113.9", "bob", true, &wait_us), GUARD_GO);
    assert_int_equal(attempt("198.51.100.7", "alice", true, &wait_us), GUARD_GO);
}

static void attempts_at_once_count_against_each_other(void **state)
{
    (void)state;
    struct guard_source s = source_of("192.0.2.1");
    uint64_t wait_us, last_us = 0;
    unsigned n = 0;
    for (; n < 100; n++) {
        if (guard_begin(g.guard, &s, "alice", g.now_us, &wait_us) == GUARD_LOCKED)
            break;
        assert_true(wait_us >= last_us);
        last_us = wait_us;
    }
    assert_int_equal(n, 10);
    for (unsigned i = 0; i < n; i++)
        guard_end(g.guard, &s, "alice", GUARD_DROPPED, g.now_us);
    assert_int_equal(guard_begin(g.guard, &s, "alice", g.now_us, &wait_us), GUARD_GO);
    guard_end(g.guard, &s, "alice", GUARD_DROPPED, g.now_us);
}

static void without_a_user_the_source_counts(void **state)
{
    (void)state;
    assert_int_equal(fail_until_locked("192.0.2.1", NULL, 100), 30);
    assert_int_equal(fail_until_locked("192.0.2.2", NULL, 5), 5);
}

static void sources_are_addresses_networks_and_users(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.1", "::ffff:192.0.2.1", true},
        {"2001:db8::1", "2001:db8::2", true},
        {"2001:db8:0:1::1", "2001:db8:0:2::1", false},
        {"::1", "::2", true},
    };
    struct sockaddr_storage local = {.ss_family = AF_UNIX};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct guard_source a = source_of(rows[i].a), b = source_of(rows[i].b);
        assert_int_equal(memcmp(&a, &b, sizeof(a)) == 0, rows[i].same);
    }
    struct guard_source root = guard_source_of(&local, 0),
                        other = guard_source_of(&local, 1000);
    struct guard_source loopback = source_of("::1");
    assert_memory_not_equal(&root, &other, sizeof(root));
    assert_memory_not_equal(&root, &loopback, sizeof(root));
}

static void a_flood_of_sources_does_not_unlock_anyone(void **state)
{
    (void)state;
    char source[32];
    uint64_t wait_us;
    assert_int_equal(fail_until_locked("203.0.113.9", "alice", 100), 10);
    for (unsigned i = 0; i < 20000; i++) {
        snprintf(source, sizeof(source), "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        attempt(source, source, false, &wait_us);
        g.now_us -= wait_us;
    }
    assert_int_equal(attempt("203.0.113.9", "alice", true, &wait_us), GUARD_LOCKED);
}

/* ---- the table ---- */

static void a_full_set_gives_up_what_matters_least(void **state)
{
    (void)state;
    struct guard_table t;
    guard_table_init(&t, 1, 100);
    for (uint64_t i = 1; i <= GUARD_WAYS; i++) {
        struct guard_entry *e = guard_table_get(&t, i, 1000);
        e->failures = (uint32_t)(10 * i);
        e->last_us = 1000 + i;
    }
    guard_table_find(&t, 1)->locked_us = 5000;
    guard_table_find(&t, 2)->underway = 1;
    guard_table_find(&t, 3)->good_us = 1;
    assert_non_null(guard_table_get(&t, 11, 1050)); /* instead of 4 */
    assert_null(guard_table_find(&t, 4));
    guard_table_find(&t, 11)->failures = 100;
    guard_table_find(&t, 8)->last_us = 800; /* its many failures are old */
    assert_non_null(guard_table_get(&t, 12, 1050));
    assert_null(guard_table_find(&t, 8));
    for (uint64_t i = 1; i <= 12; i++)
        if (guard_table_find(&t, i))
            guard_table_find(&t, i)->underway = 1;
    assert_null(guard_table_get(&t, 13, 1050));
    assert_non_null(guard_table_get(&t, 12, 1050));
    guard_table_fini(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_guard, free_guard)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_failure_makes_the_next_wait_longer),
        TEST(locks_end_and_grow),
        TEST(a_success_ends_the_waiting),
        TEST(failures_are_forgotten),
        TEST(one_source_locks_itself_not_the_user),
        TEST(a_source_that_tries_many_users_is_locked_whole),
        TEST(a_success_of_ones_own_buys_no_attempts_on_others),
        TEST(many_sources_lock_a_user_where_the_user_is_not_known),
        TEST(attempts_at_once_count_against_each_other),
        TEST(without_a_user_the_source_counts),
        TEST(sources_are_addresses_networks_and_users),
        TEST(a_flood_of_sources_does_not_unlock_anyone),
        cmocka_unit_test(a_full_set_gives_up_what_matters_least),
    };
    return cmocka_run_group_tests_name("auth/guard", tests, NULL, NULL);
}
