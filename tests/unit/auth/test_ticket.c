/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ticket.h"
#include "base/secret.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct ticket_wish wish = {
    .user = "alice", .machine = "web1", .role = ROLE_DRIVE, .lifetime_us = 1000};
static const struct ticket_wish vnc_wish = {
    .user = "bob", .machine = "web1", .role = ROLE_WATCH, .lifetime_us = 1000, .vnc = true};

static int make_book(void **state)
{
    *state = ticket_book_new();
    return 0;
}

static int free_book(void **state)
{
    struct ticket_book *book = *state;
    ticket_book_free(&book);
    return 0;
}

static uint64_t make(struct ticket_book *book, const struct ticket_wish *w, uint64_t now_us,
                     char *text_r)
{
    uint64_t id = 0;
    assert_int_equal(ticket_make(book, w, now_us, secret_random, text_r, &id), 0);
    assert_int_not_equal(id, 0);
    return id;
}

static void a_ticket_says_who_where_and_what(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(*state, &wish, 100, text);
    assert_int_equal(strlen(text), 27);
    const struct ticket *t = ticket_by_text(*state, text, 1000);
    assert_non_null(t);
    assert_int_equal(t->id, id);
    assert_string_equal(t->user, "alice");
    assert_string_equal(t->machine, "web1");
    assert_int_equal(t->role, ROLE_DRIVE);
    assert_int_equal(t->expires_us, 1100);
    assert_ptr_equal(ticket_by_id(*state, id, 1000), t);
}

static void the_text_is_kept_nowhere(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(*state, &wish, 0, text);
    const struct ticket *t = ticket_by_id(*state, id, 0);
    assert_null(memmem(t, sizeof(*t), text, 8));
}

static void another_text_is_no_ticket(void **state)
{
    char text[TICKET_TEXT_SIZE], vnc[TICKET_TEXT_SIZE];
    make(*state, &wish, 0, text);
    make(*state, &vnc_wish, 0, vnc);
    assert_int_equal(strlen(vnc), 8);
    text[26] = (char)(text[26] == 'a' ? 'b' : 'a');
    assert_null(ticket_by_text(*state, text, 0));
    text[26] = 0;
    assert_null(ticket_by_text(*state, text, 0));
    assert_null(ticket_by_text(*state, "", 0));
    assert_null(ticket_by_text(*state, vnc, 0));
    assert_null(ticket_by_id(*state, 0, 0));
    assert_null(ticket_by_id(*state, 77, 0));
}

static void a_ticket_is_for_one_session(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(*state, &wish, 0, text);
    assert_int_equal(ticket_by_text(*state, text, 0)->session, 0);
    ticket_used(*state, id, 5);
    assert_int_equal(ticket_by_text(*state, text, 999999)->session, 5); /* the viewer is back */
    ticket_used(*state, id, 6);
    assert_int_equal(ticket_by_text(*state, text, 0)->session, 5);
    ticket_session_ended(*state, 6);
    ticket_session_ended(*state, 0);
    assert_non_null(ticket_by_text(*state, text, 0));
    ticket_session_ended(*state, 5);
    assert_null(ticket_by_text(*state, text, 0));
}

static void the_session_of_a_ticket_may_get_another_number(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(*state, &wish, 0, text);
    ticket_session_renumbered(*state, id, 6); /* it has begun none */
    assert_int_equal(ticket_by_text(*state, text, 0)->session, 0);
    ticket_used(*state, id, 5);
    ticket_session_renumbered(*state, id, 6);
    ticket_session_ended(*state, 5);
    assert_int_equal(ticket_by_text(*state, text, 0)->session, 6);
    ticket_session_ended(*state, 6);
    assert_null(ticket_by_text(*state, text, 0));
}

static void an_unused_ticket_expires(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(*state, &wish, 500, text);
    assert_non_null(ticket_by_text(*state, text, 1499));
    assert_null(ticket_by_text(*state, text, 1500));
    assert_null(ticket_by_id(*state, id, 1500));
}

static void a_ticket_can_be_taken_back(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(*state, &wish, 0, text);
    assert_true(ticket_revoke(*state, id));
    assert_false(ticket_revoke(*state, id));
    assert_null(ticket_by_text(*state, text, 0));
}

static void vnc_tickets_are_passwords_of_their_machine(void **state)
{
    char text[TICKET_TEXT_SIZE], other[TICKET_TEXT_SIZE], full[TICKET_TEXT_SIZE];
    struct ticket_wish elsewhere = vnc_wish;
    struct vnc_password list[4];
    elsewhere.machine = "web2";
    elsewhere.role = ROLE_DRIVE;
    make(*state, &wish, 0, full);
    uint64_t id = make(*state, &vnc_wish, 0, text);
    make(*state, &elsewhere, 0, other);
    assert_int_equal(ticket_vnc_passwords(*state, "web1", 0, list, 4), 1);
    assert_memory_equal(list[0].key, text, 8);
    assert_int_equal(list[0].ticket, id);
    assert_true(list[0].watch_only);
    assert_int_equal(ticket_vnc_passwords(*state, NULL, 0, list, 4), 2);
    assert_false(list[1].watch_only);
    assert_int_equal(ticket_vnc_passwords(*state, NULL, 0, list, 1), 1);
    assert_int_equal(ticket_vnc_passwords(*state, NULL, 1000, list, 4), 0);
    assert_int_equal(ticket_vnc_passwords(*state, "web3", 0, list, 4), 0);
}

static void a_full_book_makes_room_by_forgetting(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = 0;
    for (unsigned i = 0; i < TICKETS_MOST; i++)
        make(*state, &wish, 0, text);
    assert_int_equal(ticket_make(*state, &wish, 999, secret_random, text, &id), -ENOSPC);
    assert_int_equal(id, 0);
    make(*state, &wish, 1000, text);
    assert_non_null(ticket_by_text(*state, text, 1000));
}

static void a_machine_has_so_many_tickets_for_vnc_and_no_more(void **state)
{
    char text[TICKET_TEXT_SIZE];
    uint64_t id = 0, first = 0;
    struct ticket_wish elsewhere = vnc_wish;
    elsewhere.machine = "web2";
    first = make(*state, &vnc_wish, 0, text);
    for (unsigned i = 1; i < TICKETS_VNC_MOST; i++)
        make(*state, &vnc_wish, 0, text);
    assert_int_equal(ticket_make(*state, &vnc_wish, 0, secret_random, text, &id), -ENOSPC);
    make(*state, &elsewhere, 0, text);
    make(*state, &wish, 0, text);
    assert_true(ticket_revoke(*state, first));
    make(*state, &vnc_wish, 0, text);
}

static void what_cannot_be_a_ticket_is_none(void **state)
{
    char text[TICKET_TEXT_SIZE], name[AUTH_USER_MOST + 2];
    uint64_t id = 0;
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = 0;
    const struct ticket_wish rows[] = {
        {.user = name, .machine = "m", .role = ROLE_WATCH},
        {.user = "u", .machine = name, .role = ROLE_WATCH},
        {.user = "u", .machine = "", .role = ROLE_WATCH},
        {.user = "u", .machine = "m", .role = ROLE_NONE},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(ticket_make(*state, &rows[i], 0, secret_random, text, &id), -EINVAL);
    const struct ticket_wish forever = {
        .user = "", .machine = "m", .role = ROLE_ADMIN, .lifetime_us = UINT64_MAX};
    make(*state, &forever, 5, text);
    assert_int_equal(ticket_by_text(*state, text, 6)->expires_us, UINT64_MAX);
}

static void count_up(void *self, const struct ticket *t)
{
    unsigned *n = self;
    assert_false(t->vnc);
    ++*n;
}

static void keep_one(void *self, const struct ticket *t)
{
    *(struct ticket *)self = *t;
}

static void tickets_outlive_a_book(void **state)
{
    char text[TICKET_TEXT_SIZE], vnc[TICKET_TEXT_SIZE];
    struct ticket kept;
    unsigned n = 0;
    struct ticket_book *book = ticket_book_new();
    make(book, &vnc_wish, 0, vnc);
    uint64_t id = make(book, &wish, 0, text);
    ticket_each(book, 0, keep_one, &kept);
    ticket_each(book, 0, count_up, &n);
    assert_int_equal(n, 1);
    ticket_each(book, 1000, count_up, &n);
    assert_int_equal(n, 1);
    ticket_book_free(&book);
    assert_int_equal(ticket_restore(*state, &kept), 0);
    assert_int_equal(ticket_restore(*state, &kept), -EEXIST);
    assert_int_equal(ticket_by_text(*state, text, 0)->id, id);
    assert_true(make(*state, &wish, 0, text) > id);
    kept.id = 0;
    assert_int_equal(ticket_restore(*state, &kept), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ticket_says_who_where_and_what, make_book, free_book),
        cmocka_unit_test_setup_teardown(the_text_is_kept_nowhere, make_book, free_book),
        cmocka_unit_test_setup_teardown(another_text_is_no_ticket, make_book, free_book),
        cmocka_unit_test_setup_teardown(a_ticket_is_for_one_session, make_book, free_book),
        cmocka_unit_test_setup_teardown(the_session_of_a_ticket_may_get_another_number,
                                        make_book, free_book),
        cmocka_unit_test_setup_teardown(an_unused_ticket_expires, make_book, free_book),
        cmocka_unit_test_setup_teardown(a_ticket_can_be_taken_back, make_book, free_book),
        cmocka_unit_test_setup_teardown(vnc_tickets_are_passwords_of_their_machine, make_book,
                                        free_book),
        cmocka_unit_test_setup_teardown(a_full_book_makes_room_by_forgetting, make_book,
                                        free_book),
        cmocka_unit_test_setup_teardown(a_machine_has_so_many_tickets_for_vnc_and_no_more,
                                        make_book, free_book),
        cmocka_unit_test_setup_teardown(what_cannot_be_a_ticket_is_none, make_book, free_book),
        cmocka_unit_test_setup_teardown(tickets_outlive_a_book, make_book, free_book),
    };
    return cmocka_run_group_tests_name("auth/ticket", tests, NULL, NULL);
}
