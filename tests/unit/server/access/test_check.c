/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/check.h"
#include "base/secret.h"
#include "server/ticket_sharing.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define HOUR_US (3600 * UINT64_C(1000000))

/* Without a verifier: tickets are all that is right. */
struct room {
    sd_event *loop;
    struct access access;
    char ticket[TICKET_TEXT_SIZE]; /* alice's, at web1 */
};

struct asked {
    struct check *check;
    unsigned answers;
    bool ok;
    char reason[128], user[AUTH_USER_MOST + 1];
    enum role role;
};

static void room_open(struct room *r)
{
    const struct ticket_wish wish = {
        .user = "alice", .machine = "web1", .role = ROLE_WATCH, .lifetime_us = HOUR_US};
    uint64_t id, now;
    *r = (struct room){.loop = NULL};
    assert_int_equal(sd_event_new(&r->loop), 0);
    r->access.loop = r->loop;
    r->access.guard = guard_new(secret_random);
    r->access.tickets = ticket_book_new();
    sd_event_now(r->loop, CLOCK_MONOTONIC, &now);
    assert_int_equal(ticket_make(r->access.tickets, &wish, now, secret_random, r->ticket, &id),
                     0);
}

static void room_close(struct room *r)
{
    guard_free(&r->access.guard);
    ticket_book_free(&r->access.tickets);
    sd_event_unref(r->loop);
}

static struct guard_source source_of(const char *address)
{
    struct sockaddr_storage sa = {.ss_family = AF_INET};
    inet_pton(AF_INET, address, &((struct sockaddr_in *)&sa)->sin_addr);
    return guard_source_of(&sa, 0);
}

static void on_answer(void *self, const struct check_answer *a)
{
    struct asked *asked = self;
    asked->check = NULL;
    asked->answers++;
    asked->ok = a->ok;
    asked->role = a->ticket ? a->ticket->role : ROLE_NONE;
    snprintf(asked->reason, sizeof(asked->reason), "%s", a->reason ? a->reason : "");
    snprintf(asked->user, sizeof(asked->user), "%s", a->user ? a->user : "");
}

static void ask(struct room *r, struct asked *asked, const char *address, const char *user,
                const char *password, const char *machine)
{
    const struct check_wish wish = {.source = source_of(address),
                                    .address = address,
                                    .user = user,
                                    .password = password,
                                    .machine = machine};
    *asked = (struct asked){.answers = 0};
    asked->check = check_start(&r->access, &wish, on_answer, asked);
    assert_int_equal(asked->answers, 0);
}

static void wait_for(struct room *r, const struct asked *asked)
{
    while (!asked->answers)
        assert_true(sd_event_run(r->loop, 60 * UINT64_C(1000000)) > 0);
    assert_int_equal(asked->answers, 1);
}

static void a_ticket_says_who_it_is(void **state)
{
    static const struct {
        const char *user, *machine;
        bool ok;
    } rows[] = {
        {"alice", "web1", true},  {"bob", "web1", true},
        {"bob", NULL, true},      {NULL, "web1", true}, /* no name at all */
        {"alice", "web2", false}, {"alice", "", false},
    };
    (void)state;
    struct room r;
    room_open(&r);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct asked asked;
        char address[32];
        snprintf(address, sizeof(address), "192.0.2.%zu", i + 1);
        ask(&r, &asked, address, rows[i].user, r.ticket, rows[i].machine);
        wait_for(&r, &asked);
        assert_int_equal(asked.ok, rows[i].ok);
        assert_string_equal(asked.user, rows[i].ok ? "alice" : "");
        assert_int_equal(asked.role, rows[i].ok ? ROLE_WATCH : ROLE_NONE);
    }
    room_close(&r);
}

static void what_is_wrong_is_told_alike(void **state)
{
    static const char *const users[] = {"alice", "nobody-is-called-so", NULL};
    (void)state;
    struct room r;
    room_open(&r);
    for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
        struct asked asked;
        ask(&r, &asked, "192.0.2.1", users[i], "nonsense", NULL);
        wait_for(&r, &asked);
        assert_false(asked.ok);
        assert_string_equal(asked.reason, "authentication failed");
    }
    room_close(&r);
}

/* As many of one name underway as may fail before the lock: the next is not tried. */
static void attempts_underway_count_until_they_are_cancelled(void **state)
{
    (void)state;
    struct room r;
    struct asked many[10], next, other;
    room_open(&r);
    for (size_t i = 0; i < 10; i++)
        ask(&r, &many[i], "192.0.2.1", "alice", "nonsense", NULL);
    ask(&r, &next, "192.0.2.1", "alice", r.ticket, NULL);
    wait_for(&r, &next);
    assert_false(next.ok);
    assert_string_equal(next.reason, CHECK_LOCKED_TEXT);
    ask(&r, &other, "192.0.2.2", "alice", r.ticket, NULL);
    wait_for(&r, &other);
    assert_true(other.ok);
    for (size_t i = 0; i < 10; i++) {
        check_cancel(&many[i].check);
        assert_null(many[i].check);
    }
    ask(&r, &next, "192.0.2.1", "alice", r.ticket, NULL);
    wait_for(&r, &next);
    assert_true(next.ok);
    room_close(&r);
}

static void nothing_is_left_of_a_check_that_is_cancelled(void **state)
{
    (void)state;
    struct room r;
    struct asked asked;
    struct check *none = NULL;
    room_open(&r);
    ask(&r, &asked, "192.0.2.1", "alice", "nonsense", NULL);
    check_cancel(&asked.check);
    check_cancel(&none);
    while (sd_event_run(r.loop, 0) > 0)
        ;
    assert_int_equal(asked.answers, 0);
    room_close(&r);
}

static bool knows_nothing(void *self, uint64_t session)
{
    (void)self;
    (void)session;
    return false;
}

static void a_ticket_that_another_node_claimed_lets_nobody_in(void **state)
{
    struct room a, b;
    struct asked asked;
    struct store *store = NULL;
    struct ticket_sharing sharings[2];
    char *why = NULL;
    (void)state;
    room_open(&a);
    room_open(&b);
    ticket_revoke(b.access.tickets, 1); /* its own, of the same number */
    sd_event_unref(b.loop);
    b.loop = b.access.loop = sd_event_ref(a.loop);
    assert_int_equal(store_sqlite_open(&store, a.loop, ":memory:", &why), 0);
    ticket_sharing_start(&sharings[0], a.loop, a.access.tickets, store, "a", knows_nothing, &a);
    ticket_sharing_start(&sharings[1], a.loop, b.access.tickets, store, "b", knows_nothing, &b);
    a.access.sharing = &sharings[0];
    b.access.sharing = &sharings[1];
    ask(&a, &asked, "192.0.2.1", "alice", a.ticket, "web1");
    wait_for(&a, &asked);
    assert_true(asked.ok);
    while (!ticket_by_text(b.access.tickets, a.ticket, 0))
        assert_true(sd_event_run(a.loop, 60 * UINT64_C(1000000)) > 0);
    ask(&b, &asked, "192.0.2.1", "alice", a.ticket, "web1");
    wait_for(&b, &asked);
    assert_false(asked.ok);
    assert_string_equal(asked.reason, "this ticket is used at another host: try again there");
    ticket_sharing_stop(&sharings[0]);
    ticket_sharing_stop(&sharings[1]);
    store->ops->close(store);
    room_close(&b);
    room_close(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ticket_says_who_it_is),
        cmocka_unit_test(what_is_wrong_is_told_alike),
        cmocka_unit_test(attempts_underway_count_until_they_are_cancelled),
        cmocka_unit_test(nothing_is_left_of_a_check_that_is_cancelled),
        cmocka_unit_test(a_ticket_that_another_node_claimed_lets_nobody_in),
    };
    return cmocka_run_group_tests_name("server/access/check", tests, NULL, NULL);
}
