/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tickets of two nodes that share a store. */
#include <config.h>
#include "server/ticket_sharing.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MINUTE_US UINT64_C(60000000)

struct node {
    struct ticket_book *book;
    struct ticket_sharing sharing;
    uint64_t session; /* that there is */
};

struct world {
    sd_event *loop;
    struct store *store;
    struct node a, b;
    bool answered;
};

static bool has_session(void *self, uint64_t session)
{
    return ((struct node *)self)->session == session;
}

static void begin(struct world *w, struct node *n, const char *name)
{
    n->book = ticket_book_new();
    ticket_sharing_start(&n->sharing, w->loop, n->book, w->store, name, has_session, n);
}

static void end(struct node *n)
{
    ticket_sharing_stop(&n->sharing);
    ticket_book_free(&n->book);
}

static int setup(void **state)
{
    struct world *w = ALLOC(struct world);
    char *why = NULL;
    log_set_level(LOG_LEVEL_ERROR);
    assert_true(sd_event_new(&w->loop) >= 0);
    assert_int_equal(store_sqlite_open(&w->store, w->loop, ":memory:", &why), 0);
    begin(w, &w->a, "a");
    begin(w, &w->b, "b");
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    end(&w->a);
    end(&w->b);
    w->store->ops->close(w->store);
    sd_event_unref(w->loop);
    free(w);
    return 0;
}

static uint64_t now_us(const struct world *w)
{
    uint64_t now = 0;
    sd_event_now(w->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static void on_answer(void *self, const struct store_answer *answer)
{
    (void)answer;
    ((struct world *)self)->answered = true;
}

/* Until the store has carried out all that follows from what was done. */
static void settle(struct world *w)
{
    uint64_t until = now_us(w) + MINUTE_US;
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 4; i++)
            while (sd_event_run(w->loop, 0) > 0)
                ;
        w->answered = false;
        w->store->ops->get(w->store, "x", NULL, on_answer, w);
        while (!w->answered) {
            assert_true(sd_event_run(w->loop, MINUTE_US) >= 0);
            assert_true(now_us(w) < until);
        }
    }
}

static uint64_t make(struct world *w, struct node *n, const char *user, bool vnc,
                     char text_r[TICKET_TEXT_SIZE])
{
    const struct ticket_wish wish = {.user = user,
                                     .machine = "web1",
                                     .role = ROLE_WATCH,
                                     .lifetime_us = 10 * MINUTE_US,
                                     .vnc = vnc};
    uint64_t id = 0;
    assert_int_equal(ticket_make(n->book, &wish, now_us(w), secret_random, text_r, &id), 0);
    settle(w);
    return id;
}

static void a_ticket_that_is_made_at_one_node_is_good_at_all(void **state)
{
    struct world *w = *state;
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(w, &w->a, "alice", false, text);
    const struct ticket *t = ticket_by_text(w->b.book, text, now_us(w));
    assert_non_null(t);
    assert_true(t->id == id && t->role == ROLE_WATCH);
    assert_string_equal(t->user, "alice");
    assert_null(ticket_by_text(w->b.book, text, now_us(w) + 11 * MINUTE_US));
}

static void a_ticket_that_is_taken_back_at_one_node_is_good_at_none(void **state)
{
    struct world *w = *state;
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(w, &w->a, "alice", false, text);
    assert_true(ticket_revoke(w->b.book, id));
    settle(w);
    assert_null(ticket_by_text(w->a.book, text, now_us(w)));
    assert_null(ticket_by_text(w->b.book, text, now_us(w)));
}

static void a_ticket_that_is_used_at_one_node_has_its_session_at_all(void **state)
{
    struct world *w = *state;
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(w, &w->a, "alice", false, text);
    ticket_used(w->b.book, id, 77);
    settle(w);
    assert_int_equal(ticket_by_id(w->a.book, id, now_us(w))->session, 77);
    ticket_session_ended(w->a.book, 77);
    settle(w);
    assert_null(ticket_by_text(w->b.book, text, now_us(w)));
}

static void tickets_outlast_all_daemons(void **state)
{
    struct world *w = *state;
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(w, &w->a, "alice", false, text);
    end(&w->a);
    end(&w->b);
    settle(w);
    begin(w, &w->a, "a");
    begin(w, &w->b, "b");
    settle(w);
    assert_non_null(ticket_by_id(w->a.book, id, now_us(w)));
    assert_non_null(ticket_by_text(w->b.book, text, now_us(w)));
}

static void tickets_for_vnc_stay_where_they_were_made(void **state)
{
    struct world *w = *state;
    char text[TICKET_TEXT_SIZE];
    uint64_t id = make(w, &w->a, "alice", true, text);
    assert_non_null(ticket_by_id(w->a.book, id, now_us(w)));
    assert_null(ticket_by_id(w->b.book, id, now_us(w)));
}

static void tickets_whose_session_ended_with_its_node_are_swept(void **state)
{
    static const struct {
        const char *user, *used_at, *key; /* what the store has */
        uint64_t here;                    /* the session that the node that sweeps knows */
        bool stays;
    } rows[] = {
        {"alice", "a", "session/name:web1/00000000000000000077", 0, true},
        {"alice", "a", "session/name:web1/00000000000000000078", 0, false},
        {"alice", "a", "x", 77, true},
        {"", "a", "node/a", 0, true},
        {"", "a", "node/b", 0, false},
        {"", "b", "node/b", 0, false}, /* it would know it */
    };
    struct world *w = *state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[TICKET_TEXT_SIZE];
        uint64_t id = make(w, &w->a, rows[i].user, false, text);
        w->store->ops->put(w->store, rows[i].key, "{}", 0, NULL, NULL);
        ticket_used(*rows[i].used_at == 'a' ? w->a.book : w->b.book, id, 77);
        settle(w);
        w->b.session = rows[i].here;
        ticket_sharing_sweep(&w->b.sharing);
        settle(w);
        assert_int_equal(ticket_by_id(w->a.book, id, now_us(w)) != NULL, rows[i].stays);
        ticket_revoke(w->a.book, id);
        w->store->ops->delete (w->store, rows[i].key, NULL, NULL, NULL);
        settle(w);
    }
}

static void what_is_no_ticket_is_passed_over(void **state)
{
    struct world *w = *state;
    static const char *const rows[][2] = {
        {"ticket/", "{}"},
        {"ticket/1", "{}"},
        {"ticket/0000000000000000000x", "{}"},
        {"ticket/00000000000000000007", "{}"},
        {"ticket/00000000000000000008", "["},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        w->store->ops->put(w->store, rows[i][0], rows[i][1], 0, NULL, NULL);
    settle(w);
    assert_null(ticket_by_id(w->a.book, 7, now_us(w)));
    char text[TICKET_TEXT_SIZE];
    assert_true(make(w, &w->a, "alice", false, text) < 1000000000);
}

/* ---- the first use ---- */

struct word {
    unsigned n;
    enum ticket_claimed result;
};

static void on_word(void *self, enum ticket_claimed result)
{
    struct word *word = self;
    word->n++;
    word->result = result;
}

static enum ticket_claimed claim(struct world *w, struct node *n, uint64_t id)
{
    struct word word = {0};
    ticket_sharing_claim(&n->sharing, id, on_word, &word);
    settle(w);
    assert_int_equal(word.n, 1);
    return word.result;
}

static void of_two_nodes_that_use_a_ticket_at_once_one_gets_it(void **state)
{
    struct world *w = *state;
    char text[TICKET_TEXT_SIZE];
    for (int i = 0; i < 4; i++) {
        uint64_t id = make(w, &w->a, "alice", false, text);
        struct node *first = i & 1 ? &w->a : &w->b, *second = i & 1 ? &w->b : &w->a;
        struct word words[2] = {{0}, {0}};
        ticket_sharing_claim(&first->sharing, id, on_word, &words[0]);
        ticket_sharing_claim(&second->sharing, id, on_word, &words[1]);
        settle(w);
        assert_true(words[0].n == 1 && words[1].n == 1);
        assert_int_equal(words[0].result, TICKET_CLAIMED);
        assert_int_equal(words[1].result, TICKET_TAKEN);
        assert_int_equal(claim(w, first, id), TICKET_CLAIMED); /* its login broke off */
        assert_int_equal(claim(w, second, id), TICKET_TAKEN);
        end(&w->a);
        end(&w->b);
        begin(w, &w->a, "a");
        begin(w, &w->b, "b");
        settle(w);
        assert_int_equal(claim(w, second, id), TICKET_TAKEN);
        assert_int_equal(claim(w, first, id), TICKET_CLAIMED);
        ticket_used(first->book, id, 77);
        settle(w);
        assert_int_equal(ticket_by_id(second->book, id, now_us(w))->session, 77);
    }
}

static void a_ticket_that_was_made_just_now_is_claimed_behind_that(void **state)
{
    struct world *w = *state;
    const struct ticket_wish wish = {
        .user = "alice", .machine = "web1", .role = ROLE_WATCH, .lifetime_us = MINUTE_US};
    char text[TICKET_TEXT_SIZE];
    uint64_t id = 0;
    assert_int_equal(ticket_make(w->a.book, &wish, now_us(w), secret_random, text, &id), 0);
    assert_int_equal(claim(w, &w->a, id), TICKET_CLAIMED);
    assert_int_equal(claim(w, &w->b, id), TICKET_TAKEN);
}

/* A store that is away answers nothing for long. */
static void put_nothing(struct store *s, const char *key, const char *value, uint64_t lease,
                        store_done *done, void *self)
{
    (void)s;
    (void)key;
    (void)value;
    (void)lease;
    (void)done;
    (void)self;
}

static void transact_nothing(struct store *s, const struct store_condition *conditions,
                             size_t n_conditions, const struct store_change *changes,
                             size_t n_changes, store_done *done, void *self)
{
    (void)s;
    (void)conditions;
    (void)n_conditions;
    (void)changes;
    (void)n_changes;
    (void)done;
    (void)self;
}

static void wait_word(struct world *w, const struct word *word)
{
    uint64_t until = now_us(w) + MINUTE_US;
    while (!word->n) {
        assert_true(sd_event_run(w->loop, MINUTE_US) >= 0);
        assert_true(now_us(w) < until);
    }
}

static void while_the_store_is_away_only_what_no_other_node_knows_is_used(void **state)
{
    static const struct store_ops silent = {.put = put_nothing, .transact = transact_nothing};
    struct world *w = *state;
    struct store away = {&silent}, *before = w->a.sharing.store;
    const struct ticket_wish wish = {
        .user = "alice", .machine = "web1", .role = ROLE_WATCH, .lifetime_us = MINUTE_US};
    char text[TICKET_TEXT_SIZE];
    struct word known = {0}, own = {0}, gone = {0};
    uint64_t id = make(w, &w->b, "alice", false, text), own_id = 0;
    w->a.sharing.store = &away;
    w->a.sharing.claim_ms = 1;
    assert_int_equal(ticket_make(w->a.book, &wish, now_us(w), secret_random, text, &own_id), 0);
    struct ticket_claim *left = ticket_sharing_claim(&w->a.sharing, id, on_word, &gone);
    ticket_claim_cancel(&left);
    ticket_sharing_claim(&w->a.sharing, id, on_word, &known);
    ticket_sharing_claim(&w->a.sharing, own_id, on_word, &own);
    wait_word(w, &known);
    wait_word(w, &own);
    assert_int_equal(known.result, TICKET_UNSURE);
    assert_int_equal(own.result, TICKET_CLAIMED);
    assert_int_equal(gone.n, 0);
    w->a.sharing.store = before;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_ticket_that_is_made_at_one_node_is_good_at_all),
        TEST(a_ticket_that_is_taken_back_at_one_node_is_good_at_none),
        TEST(a_ticket_that_is_used_at_one_node_has_its_session_at_all),
        TEST(tickets_outlast_all_daemons),
        TEST(tickets_for_vnc_stay_where_they_were_made),
        TEST(tickets_whose_session_ended_with_its_node_are_swept),
        TEST(what_is_no_ticket_is_passed_over),
        TEST(of_two_nodes_that_use_a_ticket_at_once_one_gets_it),
        TEST(a_ticket_that_was_made_just_now_is_claimed_behind_that),
        TEST(while_the_store_is_away_only_what_no_other_node_knows_is_used),
    };
    return cmocka_run_group_tests_name("ticket_sharing", tests, NULL, NULL);
}
