/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/verifier/turns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void an_address_is_counted_as_its_network(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
        {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
        {"fe80::1%eth0", "fe80::/64"},
        {"uid 1000", "uid 1000"},
        {"no address, and longer than any address is: 0123456789012345678901234567890",
         "no address, and longer than any address is: 0123456789012345678"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        char key[TURN_KEY_SIZE];
        turn_key(key, rows[i][0]);
        assert_string_equal(key, rows[i][1]);
    }
}

/* Turns by the letters of a text: each letter an address. */
struct crowd {
    struct turns all;
    struct turn turns[64];
    size_t n;
};

static void crowd_init(struct crowd *c, unsigned running, unsigned waiting)
{
    memset(c, 0, sizeof(*c));
    c->all.running_most = running;
    c->all.waiting_most = waiting;
}

/* Returns the letters of those that were turned away, '.' for none. */
static void come(struct crowd *c, const char *letters, char *away_r)
{
    for (; *letters; letters++, c->n++) {
        c->turns[c->n].key[0] = *letters;
        struct turn *loser = turns_add(&c->all, &c->turns[c->n]);
        *away_r++ = loser ? loser->key[0] : '.';
    }
    *away_r = 0;
}

static void go(struct crowd *c, char *started_r)
{
    struct turn *t;
    while ((t = turns_next(&c->all)))
        *started_r++ = t->key[0];
    *started_r = 0;
}

static void finish(struct crowd *c, char letter)
{
    struct turn *t = c->all.first;
    while (t->key[0] != letter || !t->running)
        t = t->next;
    turns_remove(&c->all, t);
}

static void turns_go_round_among_addresses(void **state)
{
    (void)state;
    static const struct row {
        unsigned running;
        const char *come, *started;
    } rows[] = {
        {4, "aaaa", "aa"},   /* one address gets half of the places */
        {4, "aaaab", "aba"}, /* "b" has fewer running than "a" then */
        {4, "ab", "ab"},     {4, "aabbcc", "abca"}, {4, "aaabbb", "abab"}, {6, "aaaab", "abaa"},
        {1, "ab", "a"},      {2, "aab", "ab"},      {3, "aaa", "a"},       {8, "", ""},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct crowd c;
        char text[64];
        crowd_init(&c, rows[i].running, 32);
        come(&c, rows[i].come, text);
        go(&c, text);
        assert_string_equal(text, rows[i].started);
        assert_int_equal(c.all.n_running, strlen(text));
    }
}

static void who_has_least_running_is_next(void **state)
{
    (void)state;
    struct crowd c;
    char text[64];
    crowd_init(&c, 4, 32);
    come(&c, "aaaabbbb", text);
    go(&c, text);
    assert_string_equal(text, "abab");
    come(&c, "c", text);
    finish(&c, 'a');
    go(&c, text);
    assert_string_equal(text, "c");
    finish(&c, 'b');
    go(&c, text);
    assert_string_equal(text, "a");
    assert_int_equal(c.all.n_running, 4);
}

static void a_full_room_turns_away_who_crowds_it(void **state)
{
    (void)state;
    static const struct row {
        const char *come, *away;
    } rows[] = {
        {"aaa", "..."},   {"aaaa", "...a"},   {"aaab", "...a"},     {"aabc", "...a"},
        {"abcd", "...d"}, {"aaabb", "...ab"}, {"aaabcd", "...aad"}, {"abbbc", "...bb"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct crowd c;
        char text[64];
        crowd_init(&c, 1, 3);
        come(&c, rows[i].come, text);
        assert_string_equal(text, rows[i].away);
        assert_int_equal(c.all.n_waiting, 3);
    }
}

static void what_is_removed_is_counted_once(void **state)
{
    (void)state;
    struct crowd c;
    char text[64];
    crowd_init(&c, 4, 32);
    come(&c, "ab", text);
    go(&c, text);
    turns_remove(&c.all, &c.turns[0]);
    turns_remove(&c.all, &c.turns[0]);
    assert_int_equal(c.all.n_running, 1);
    assert_int_equal(c.all.n_waiting, 0);
    assert_null(turns_next(&c.all));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_counted_as_its_network),
        cmocka_unit_test(turns_go_round_among_addresses),
        cmocka_unit_test(who_has_least_running_is_next),
        cmocka_unit_test(a_full_room_turns_away_who_crowds_it),
        cmocka_unit_test(what_is_removed_is_counted_once),
    };
    return cmocka_run_group_tests_name("verifier/turns", tests, NULL, NULL);
}
