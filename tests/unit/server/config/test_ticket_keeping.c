/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/ticket_keeping.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE_US UINT64_C(60000000)

/* A daemon's life: a book that is kept in a store which outlives it. */
struct life {
    sd_event *loop;
    struct store *store;
    struct ticket_book *book;
    struct ticket_keeping keeping;
    uint64_t session; /* that there is */
};

static bool has_session(void *self, uint64_t session)
{
    return ((struct life *)self)->session == session;
}

static void begin(struct life *l)
{
    l->book = ticket_book_new();
    ticket_keeping_start(&l->keeping, l->loop, l->book, l->store, has_session, l);
}

static void end(struct life *l)
{
    ticket_keeping_stop(&l->keeping);
    l->store->ops->settle(l->store);
    ticket_book_free(&l->book);
}

static int setup(void **state)
{
    struct life *l = ALLOC(struct life);
    char *why = NULL;
    log_set_level(LOG_LEVEL_ERROR);
    assert_true(sd_event_new(&l->loop) >= 0);
    assert_int_equal(store_sqlite_open(&l->store, l->loop, ":memory:", &why), 0);
    begin(l);
    *state = l;
    return 0;
}

static int teardown(void **state)
{
    struct life *l = *state;
    end(l);
    l->store->ops->close(l->store);
    sd_event_unref(l->loop);
    free(l);
    return 0;
}

static uint64_t now_us(const struct life *l)
{
    uint64_t now = 0;
    sd_event_now(l->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static uint64_t make(struct life *l, bool vnc, uint64_t lifetime_us,
                     char text_r[TICKET_TEXT_SIZE])
{
    const struct ticket_wish wish = {.user = "al\"ice",
                                     .machine = "web1",
                                     .role = ROLE_WATCH,
                                     .lifetime_us = lifetime_us,
                                     .vnc = vnc};
    uint64_t id = 0;
    assert_int_equal(ticket_make(l->book, &wish, now_us(l), secret_random, text_r, &id), 0);
    return id;
}

static void a_ticket_outlives_the_daemon(void **state)
{
    struct life *l = *state;
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(l, false, MINUTE_US, text);
    end(l);
    begin(l);
    const struct ticket *t = ticket_by_text(l->book, text, now_us(l));
    assert_non_null(t);
    assert_true(t->id == id && t->role == ROLE_WATCH && t->session == 0);
    assert_string_equal(t->user, "al\"ice");
    assert_string_equal(t->machine, "web1");
    assert_true(t->expires_us > now_us(l) && t->expires_us <= now_us(l) + 2 * MINUTE_US);
}

/* Also without an orderly end: a moment later it is in the store. */
static void changes_are_kept_by_the_loop(void **state)
{
    struct life *l = *state;
    char text[TICKET_TEXT_SIZE];
    struct ticket_keeping again;
    struct ticket_book *other = ticket_book_new();
    make(l, false, MINUTE_US, text);
    assert_true(sd_event_run(l->loop, 0) >= 0);
    l->store->ops->settle(l->store);
    ticket_keeping_start(&again, l->loop, other, l->store, has_session, l);
    assert_non_null(ticket_by_text(other, text, now_us(l)));
    ticket_keeping_stop(&again);
    ticket_book_free(&other);
}

static void a_used_one_is_kept_as_long_as_its_session(void **state)
{
    struct life *l = *state;
    char first[TICKET_TEXT_SIZE], second[TICKET_TEXT_SIZE];
    ticket_used(l->book, make(l, false, 1, first), 7);
    ticket_used(l->book, make(l, false, 1, second), 8);
    l->session = 8;
    end(l);
    begin(l);
    assert_null(ticket_by_text(l->book, first, now_us(l)));
    assert_non_null(ticket_by_text(l->book, second, now_us(l)));
    ticket_session_ended(l->book, 8);
    end(l);
    begin(l);
    assert_null(ticket_by_text(l->book, second, now_us(l)));
}

static void what_is_taken_back_or_for_vnc_is_not_kept(void **state)
{
    struct life *l = *state;
    char revoked[TICKET_TEXT_SIZE], vnc[TICKET_TEXT_SIZE];
    struct vnc_password password;
    assert_true(ticket_revoke(l->book, make(l, false, MINUTE_US, revoked)));
    make(l, true, MINUTE_US, vnc);
    end(l);
    begin(l);
    assert_null(ticket_by_text(l->book, revoked, now_us(l)));
    assert_int_equal(ticket_vnc_passwords(l->book, NULL, now_us(l), &password, 1), 0);
}

static void what_cannot_be_read_is_passed_over(void **state)
{
    struct life *l = *state;
    static const char *const values[] = {
        "",
        "{}",
        "[1]",
        "{\"hash\":\"00\",\"user\":\"a\",\"machine\":\"b\",\"role\":\"drive\"}",
        "{\"hash\":7,\"user\":\"a\",\"machine\":\"b\",\"role\":\"emperor\"}",
    };
    char text[TICKET_TEXT_SIZE];
    make(l, false, MINUTE_US, text);
    end(l);
    for (unsigned i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char *key = alloc_printf("ticket/%020u", 100 + i);
        l->store->ops->put(l->store, key, values[i], 0, NULL, NULL);
        free(key);
    }
    begin(l);
    assert_non_null(ticket_by_text(l->book, text, now_us(l)));
    assert_null(ticket_by_id(l->book, 100, now_us(l)));
}

static void without_a_store_nothing_is_kept(void **state)
{
    (void)state;
    struct ticket_keeping k = {0};
    struct ticket_book *book = ticket_book_new();
    ticket_keeping_stop(&k);
    ticket_keeping_start(&k, NULL, book, NULL, has_session, NULL);
    ticket_keeping_stop(&k);
    ticket_book_free(&book);
}

int main(void)
{
#define WITH_STORE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        WITH_STORE(a_ticket_outlives_the_daemon),
        WITH_STORE(changes_are_kept_by_the_loop),
        WITH_STORE(a_used_one_is_kept_as_long_as_its_session),
        WITH_STORE(what_is_taken_back_or_for_vnc_is_not_kept),
        WITH_STORE(what_cannot_be_read_is_passed_over),
        cmocka_unit_test(without_a_store_nothing_is_kept),
    };
    return cmocka_run_group_tests_name("ticket_keeping", tests, NULL, NULL);
}
