/* SPDX-License-Identifier: GPL-2.0-or-later */
/* People at a machine that they reach over several hosts: who is there, who drives. */
#include <config.h>
#include "auth/rules.h"
#include "server/cluster/served_seats.h"
#include "tests/unit/server/cluster/late_store.h"
#include "tests/unit/server/cluster/people.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

enum { KEY_A = 30, KEY_B = 48 };

static int set_up(void **state)
{
    *state = stage_new(true);
    return 0;
}

static int set_up_without_store(void **state)
{
    *state = stage_new(false);
    return 0;
}

static int tear_down(void **state)
{
    stage_free(*state);
    return 0;
}

/* ---- at home and away ---- */

static void people_at_two_hosts_are_at_one_machine(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.a, "alice", ROLE_DRIVE);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_non_null(people_session_of(&s->all.a, "bob"));
    assert_non_null(people_session_of(&s->all.g, "alice"));
    assert_int_equal(people_session_of(&s->all.g, "bob")->id,
                     people_session_of(&s->all.a, "bob")->id);
    assert_non_null(strstr(people_told(&s->all.a), "session-attached bob; "));
    assert_non_null(strstr(people_told(&s->all.g), "session-attached bob; "));
    people_go(bob);
    assert_non_null(strstr(people_told(&s->all.g), "session-detached bob; "));
    assert_false(session_is_here(people_session_of(&s->all.a, "bob")));
    assert_string_equal(people_driver(&s->all.g), "nobody");
    people_go(alice);
}

static void the_first_key_takes_the_wheel_at_home_and_follows(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    assert_true(people_key(bob, KEY_A, false));
    people_settle(s);
    assert_string_equal(people_driver(&s->all.a), "bob");
    assert_string_equal(s->a->input, "+30 -30 ");
    assert_true(seat_drives(&bob->seat));
}

static void who_does_not_drive_at_home_types_nothing(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.a, "alice", ROLE_DRIVE);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *eve = people_come(s, &s->all.g, "eve", ROLE_WATCH);
    assert_true(people_key(alice, KEY_A, true)); /* bob has not heard of it */
    assert_true(people_key(bob, KEY_B, true));
    people_settle(s);
    assert_string_equal(people_driver(&s->all.g), "alice");
    assert_string_equal(s->a->input, "+30 ");
    assert_false(people_key(bob, KEY_B, true));
    assert_false(people_key(eve, KEY_B, true));
    assert_true(bob->lifts > 0);
}

static void two_gateways_race_for_the_wheel_and_one_gets_it(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *carol = people_come(s, &s->all.b, "carol", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    assert_true(people_key(carol, KEY_B, true));
    people_settle(s);
    assert_string_equal(people_driver(&s->all.g), people_driver(&s->all.a));
    assert_string_equal(people_driver(&s->all.b), people_driver(&s->all.a));
    assert_int_equal(seat_drives(&bob->seat) + seat_drives(&carol->seat), 1);
    assert_true(strcmp(s->a->input, "+30 ") == 0 || strcmp(s->a->input, "+48 ") == 0);
}

static void the_wheel_is_asked_for_refused_and_given_over_links(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.b, "alice", ROLE_DRIVE);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    people_key(alice, KEY_A, true);
    people_settle(s);
    bool queued = false;
    assert_null(session_act(bob->seat.session, WHEEL_ASK, NULL, &queued));
    assert_true(queued);
    people_settle(s);
    assert_non_null(strstr(people_told(&s->all.b), "asked bob; "));
    assert_int_equal(people_console(&s->all.b)->wheel.n_queue, 1);
    assert_null(people_act(alice, WHEEL_DENY, NULL));
    assert_non_null(strstr(people_told(&s->all.g), "denied bob; "));
    assert_int_equal(people_console(&s->all.g)->wheel.n_queue, 0);
    assert_non_null(people_act(bob, WHEEL_GIVE, bob->seat.session));
    assert_null(people_act(bob, WHEEL_ASK, NULL));
    assert_null(people_act(alice, WHEEL_GIVE, people_session_of(&s->all.b, "bob")));
    assert_string_equal(people_driver(&s->all.a), "bob");
    assert_true(seat_drives(&bob->seat));
    assert_false(seat_drives(&alice->seat));
    assert_string_equal(s->a->input, "+30 -30 "); /* what alice held was lifted */
    assert_non_null(strstr(people_told(&s->all.g), "driver-changed bob; "));
}

/* What the one before typed while the wheel went is nobody's. */
static void keys_that_were_under_way_are_not_the_next_drivers(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.g, "alice", ROLE_DRIVE);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_true(people_key(alice, KEY_A, true));
    assert_true(people_key(alice, KEY_A, false));
    people_settle(s);
    assert_null(console_act(people_console(&s->all.a), WHEEL_GIVE,
                            people_session_of(&s->all.a, "bob")));
    assert_true(people_key(alice, KEY_A, true)); /* g has not heard of it */
    people_settle(s);
    assert_string_equal(s->a->input, "+30 -30 ");
    assert_true(people_key(bob, KEY_B, true));
    people_settle(s);
    assert_string_equal(s->a->input, "+30 -30 +48 ");
}

static void operators_reach_sessions_at_other_hosts(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.b, "alice", ROLE_DRIVE);
    people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    people_key(alice, KEY_A, true);
    people_settle(s);
    assert_false(console_is_home(people_console(&s->all.g)));
    assert_null(console_message(people_console(&s->all.g), "at noon"));
    assert_null(console_act(people_console(&s->all.g), WHEEL_GIVE,
                            people_session_of(&s->all.g, "bob")));
    people_settle(s);
    assert_non_null(strstr(people_told(&s->all.a), "message - at noon; "));
    assert_string_equal(people_driver(&s->all.a), "bob");
    assert_null(session_set_role(people_session_of(&s->all.g, "bob"), ROLE_WATCH));
    people_settle(s);
    assert_int_equal(people_session_of(&s->all.b, "bob")->role, ROLE_WATCH);
    assert_string_equal(people_driver(&s->all.b), "nobody");
    assert_null(session_end(people_session_of(&s->all.g, "alice"), "x"));
    people_settle(s);
    assert_string_equal(alice->why, "an administrator ended the session");
    assert_null(alice->seat.session);
    assert_null(people_session_of(&s->all.g, "alice"));
}

static void home_bounds_roles_and_viewers(void **state)
{
    struct stage *s = *state;
    struct rules *rules = NULL;
    static const char *const texts[] = {"bob:watch", "carol:drive"};
    static const char *const others[] = {"bob:drive", "dave:drive"};
    const char *why;
    size_t bad;
    people_play(s);
    assert_int_equal(rules_new(texts, 2, &rules, &bad, &why), 0);
    host_machine(&s->all.a)->config.rules = rules;
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_ADMIN);
    struct chair *eve = people_come(s, &s->all.g, "eve", ROLE_ADMIN);
    struct chair *carol = people_come(s, &s->all.g, "carol", ROLE_ADMIN);
    assert_int_equal(bob->seat.role, ROLE_WATCH);
    assert_false(people_key(bob, KEY_A, true));
    assert_string_equal(eve->why, "the access rules where the machine runs do not let you in");
    assert_int_equal(people_session_of(&s->all.a, "carol")->role, ROLE_DRIVE);
    people_console(&s->all.a)->max_viewers_per_user = 1;
    seat_set_role(&carol->seat, ROLE_WATCH);
    people_settle(s);
    assert_int_equal(people_session_of(&s->all.a, "carol")->role, ROLE_WATCH);
    seat_set_role(&carol->seat, ROLE_ADMIN);
    people_settle(s);
    assert_int_equal(carol->seat.role, ROLE_DRIVE);
    rules_free(&rules);
    assert_int_equal(rules_new(others, 2, &rules, &bad, &why), 0);
    host_machine(&s->all.a)->config.rules = rules;
    served_seats_apply_rules(&s->all.a.cluster);
    people_settle(s);
    assert_int_equal(bob->seat.role, ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    assert_string_equal(carol->why,
                        "the access rules where the machine runs do not let you in");
    host_machine(&s->all.a)->config.rules = NULL;
    rules_free(&rules);
}

/* ---- what is asked of the machine, and what home says ---- */

static void who_drives_changes_size_and_power_there(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_null(people_resize(bob, 1024, 768));
    assert_null(people_power(bob, POWER_RESET));
    assert_int_equal(s->a->resize_w, 1024);
    assert_int_equal(s->a->resize_h, 768);
    assert_int_equal(s->a->power, POWER_RESET);
    assert_string_equal(bob->refused, "");
    s->a->resize_answer = -EINVAL;
    assert_null(people_resize(bob, 1000, 10));
    assert_string_equal(bob->refused, "the machine cannot have that size");
}

/* Whatever the node of a viewer lets it ask. */
static void home_refuses_size_and_power_to_who_may_not_drive(void **state)
{
    static const struct {
        const char *user;
        enum role role;
        bool other_drives;
        const char *rule; /* of home */
    } rows[] = {
        {"eve", ROLE_WATCH, false, NULL},
        {"bob", ROLE_ADMIN, false, "bob:watch"},
        {"dave", ROLE_DRIVE, true, NULL},
    };
    struct stage *s = *state;
    people_play(s);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rules *rules = NULL;
        const char *why;
        size_t bad;
        if (rows[i].rule)
            assert_int_equal(rules_new(&rows[i].rule, 1, &rules, &bad, &why), 0);
        host_machine(&s->all.a)->config.rules = rules;
        struct chair *alice = people_come(s, &s->all.a, "alice", ROLE_DRIVE);
        if (rows[i].other_drives)
            assert_true(people_key(alice, KEY_A, true));
        struct chair *c = people_come(s, &s->all.g, rows[i].user, rows[i].role);
        uint64_t before = s->all.a.cluster.wishes_refused;
        assert_null(people_resize(c, 1024, 768));
        assert_string_equal(c->refused, "only who drives may do that");
        c->refused[0] = 0;
        assert_null(people_power(c, POWER_SHUTDOWN));
        assert_string_equal(c->refused, "only who drives may do that");
        assert_int_equal(s->a->resize_w, 0);
        assert_int_equal(s->a->power, -1);
        assert_true(s->all.a.cluster.wishes_refused == before + 2);
        people_go(c);
        people_go(alice);
        host_machine(&s->all.a)->config.rules = NULL;
        rules_free(&rules);
    }
}

static void a_node_without_that_session_asks_in_vain(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.b, "alice", ROLE_ADMIN);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct console *c = people_console(&s->all.g);
    const struct console_wish wish = {
        .kind = WISH_POWER, .session = alice->seat.session->id, .power = POWER_RESET};
    assert_true(c->home_ops->act(c->home_self, &wish) > 0); /* as a node that lies */
    people_settle(s);
    assert_int_equal(s->a->power, -1);
    assert_string_equal(bob->refused, "");
}

static void a_refusal_that_only_home_knows_is_told_to_who_asked(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *alice = people_come(s, &s->all.a, "alice", ROLE_DRIVE);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *eve = people_come(s, &s->all.g, "eve", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    people_settle(s);
    assert_null(session_act(alice->seat.session, WHEEL_ASK, NULL, NULL));
    people_settle(s);
    assert_null(console_act(people_console(&s->all.a), WHEEL_GIVE, alice->seat.session));
    assert_null(session_act(bob->seat.session, WHEEL_DENY, NULL, NULL)); /* not heard yet */
    people_settle(s);
    assert_string_not_equal(bob->refused, "");
    assert_string_equal(eve->refused, "");
}

static void what_was_asked_over_a_link_that_breaks_is_answered(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_null(seat_wish(&bob->seat, (struct console_wish){.kind = WISH_POWER}));
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_non_null(strstr(bob->refused, "the link to the node of this machine broke"));
    assert_int_equal(people_console(&s->all.g)->n_asked, 0);
}

/* ---- another home ---- */

static void who_drove_drives_on_where_the_machine_goes(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *alice = people_come(s, &s->all.a, "alice", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    people_settle(s);
    assert_null(people_act(alice, WHEEL_ASK, NULL));
    for (int i = 0; i < 5; i++) {
        struct host *home = i % 2 ? &s->all.a : &s->all.b;
        fake_says_state(i % 2 ? s->a : s->b, PLACE_INCOMING);
        people_settle(s);
        people_moves(s, i % 2 ? s->b : s->a, i % 2 ? s->a : s->b);
        assert_true(console_is_home(people_console(home)));
        assert_string_equal(people_driver(home), "bob");
        assert_string_equal(people_driver(&s->all.g), "bob");
        assert_int_equal(people_console(home)->wheel.n_queue, 1);
        assert_true(seat_drives(&bob->seat));
        assert_false(seat_drives(&alice->seat));
        assert_int_equal(people_session_of(home, "bob")->n_seats, 1);
        assert_int_equal(people_session_of(home, "alice")->n_seats, 1);
    }
    assert_true(people_key(bob, KEY_B, true));
    people_settle(s);
    assert_non_null(strstr(s->b->input, "+48 "));
    assert_null(people_act(bob, WHEEL_GIVE, people_session_of(&s->all.g, "alice")));
    assert_string_equal(people_driver(&s->all.b), "alice");
    assert_true(seat_drives(&alice->seat));
}

static void a_nameless_driver_drives_on_too(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *one = people_come(s, &s->all.g, "", ROLE_DRIVE);
    struct chair *other = people_come(s, &s->all.g, "", ROLE_DRIVE);
    assert_true(people_key(one, KEY_A, true));
    people_settle(s);
    people_moves(s, s->a, s->b);
    assert_true(seat_drives(&one->seat));
    assert_false(seat_drives(&other->seat));
    assert_ptr_not_equal(one->seat.session, other->seat.session);
    assert_int_equal(people_console(&s->all.b)->wheel.driver, one->seat.session->id);
}

/* b never spoke with a, and there is no store: g remembers. */
static void a_gateway_remembers_for_a_home_that_knows_nothing(void **state)
{
    struct stage *s = *state;
    s->a = host_attach(&s->all.a, "a");
    fake_runs(s->a, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *alice = people_come(s, &s->all.g, "alice", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    people_settle(s);
    assert_null(people_act(alice, WHEEL_ASK, NULL));
    hosts_cut(&s->all, &s->all.g, &s->all.a); /* a dies */
    s->b = host_attach(&s->all.b, "b");
    fake_runs(s->b, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    people_settle(s);
    assert_string_equal(people_driver(&s->all.b), "bob");
    assert_true(seat_drives(&bob->seat));
    assert_int_equal(people_console(&s->all.b)->wheel.n_queue, 1);
    assert_true(people_key(bob, KEY_B, true));
    people_settle(s);
    assert_non_null(strstr(s->b->input, "+48 "));
}

static void a_link_that_breaks_for_a_moment_takes_nobody_the_wheel(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "", ROLE_DRIVE);
    struct chair *alice = people_come(s, &s->all.a, "alice", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    people_settle(s);
    assert_null(people_act(alice, WHEEL_ASK, NULL));
    uint64_t id = bob->seat.session->id;
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_non_null(session_act(bob->seat.session, WHEEL_RELEASE, NULL, NULL));
    assert_int_equal(people_console(&s->all.a)->wheel.driver, id);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    people_settle(s);
    assert_int_equal(bob->seat.session->id, id);
    assert_true(seat_drives(&bob->seat));
    assert_int_equal(people_console(&s->all.a)->wheel.driver, id);
    assert_null(people_act(bob, WHEEL_RELEASE, NULL));
    assert_string_equal(people_driver(&s->all.g), "alice");
}

/* a has not heard that the link before is dead. */
static void a_node_that_calls_again_finds_its_seats(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "", ROLE_DRIVE);
    assert_true(people_key(bob, KEY_A, true));
    people_settle(s);
    uint64_t id = bob->seat.session->id;
    hosts_join_again(&s->all, &s->all.g, &s->all.a);
    people_settle(s);
    assert_int_equal(bob->seat.session->id, id);
    assert_int_equal(bob->seat.session->n_away, 0);
    assert_true(seat_drives(&bob->seat));
    assert_int_equal(people_console(&s->all.a)->wheel.driver, id);
}

/* b, which knows nobody, decides before the store answers; then it knows alice's number. */
static void a_number_that_the_store_had_is_told_at_once(void **state)
{
    struct stage *s = *state;
    s->a = host_attach(&s->all.a, "a");
    fake_runs(s->a, "m", UUID, 640, 480);
    people_come(s, &s->all.a, "alice", ROLE_DRIVE);
    uint64_t kept = people_session_of(&s->all.a, "alice")->id;
    fake_says_state(s->a, PLACE_GONE);
    people_settle(s);
    s->b = host_attach(&s->all.b, "b");
    fake_runs(s->b, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    struct chair *alice = people_come_now(s, &s->all.g, "alice", ROLE_DRIVE);
    assert_true(people_key(alice, KEY_A, true));
    hosts_settle(&s->all);
    assert_string_equal(people_driver(&s->all.b), "alice");
    assert_int_not_equal(people_session_of(&s->all.b, "alice")->id, kept);
    while (people_session_of(&s->all.b, "alice")->id != kept)
        assert_true(late_store_answer(s->stores[1]));
    hosts_settle(&s->all); /* the store says no more for now */
    assert_int_equal(people_session_of(&s->all.g, "alice")->id, kept);
    assert_int_equal(people_console(&s->all.g)->wheel.driver, kept);
    assert_int_equal(alice->hands.owner, kept);
    assert_true(seat_drives(&alice->seat));
}

/* g has not heard where the machine went: it asks b, which is home no more, and is home again
 * later. */
static void what_no_home_was_asked_is_not_hoped_for(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    people_moves(s, s->a, s->b);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    fake_says_state(s->a, PLACE_INCOMING);
    people_settle(s);
    people_moves(s, s->b, s->a);
    people_key(bob, KEY_A, true);
    people_key(bob, KEY_A, false);
    people_settle(s);
    fake_says_state(s->b, PLACE_INCOMING);
    people_settle(s);
    people_moves(s, s->a, s->b);
    assert_true(console_is_home(people_console(&s->all.b)));
    assert_string_equal(people_driver(&s->all.b), "nobody");
    assert_string_equal(people_driver(&s->all.g), "nobody");
    assert_string_equal(s->b->input, ""); /* nor was it let through */
}

/* Whoever lost the wheel where the machine went types nothing there that waited elsewhere. */
static void what_waited_of_one_who_may_only_watch_since_is_dropped(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.b, "bob", ROLE_DRIVE);
    people_moves(s, s->a, s->b);
    people_key(bob, KEY_A, true);
    people_key(bob, KEY_A, false);
    people_settle(s);
    fake_says_state(s->a, PLACE_INCOMING);
    people_settle(s);
    hosts_cut(&s->all, &s->all.b, &s->all.a);
    people_moves(s, s->b, s->a);
    assert_string_equal(people_driver(&s->all.a), "bob");
    assert_true(people_key(bob, KEY_B, true)); /* b goes on deciding */
    assert_true(people_key(bob, KEY_B, false));
    assert_null(session_set_role(people_session_of(&s->all.a, "bob"), ROLE_WATCH));
    hosts_join(&s->all, &s->all.b, &s->all.a);
    people_settle(s);
    assert_false(console_is_home(people_console(&s->all.b)));
    assert_int_equal(bob->seat.session->role, ROLE_WATCH);
    assert_string_equal(s->a->input, "");
}

static void a_lesser_viewer_that_comes_first_takes_its_user_no_wheel(void **state)
{
    struct stage *s = *state;
    people_play(s);
    struct chair *bob = people_come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *lesser = people_come(s, &s->all.b, "bob", ROLE_WATCH);
    assert_true(people_key(bob, KEY_A, true));
    people_settle(s);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    hosts_cut(&s->all, &s->all.b, &s->all.a);
    hosts_join(&s->all, &s->all.b, &s->all.a);
    people_settle(s);
    assert_string_equal(people_driver(&s->all.a), "bob");
    assert_false(seat_drives(&lesser->seat));
    hosts_join(&s->all, &s->all.g, &s->all.a);
    people_settle(s);
    assert_string_equal(people_driver(&s->all.a), "bob");
    assert_true(seat_drives(&bob->seat));
    seat_set_role(&bob->seat, ROLE_WATCH);
    people_settle(s);
    assert_string_equal(people_driver(&s->all.a), "nobody");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define U(name) cmocka_unit_test_setup_teardown(name, set_up_without_store, tear_down)
        T(people_at_two_hosts_are_at_one_machine),
        T(the_first_key_takes_the_wheel_at_home_and_follows),
        T(who_does_not_drive_at_home_types_nothing),
        T(two_gateways_race_for_the_wheel_and_one_gets_it),
        T(the_wheel_is_asked_for_refused_and_given_over_links),
        T(keys_that_were_under_way_are_not_the_next_drivers),
        T(operators_reach_sessions_at_other_hosts),
        T(who_drives_changes_size_and_power_there),
        T(home_refuses_size_and_power_to_who_may_not_drive),
        T(a_node_without_that_session_asks_in_vain),
        T(a_refusal_that_only_home_knows_is_told_to_who_asked),
        T(what_was_asked_over_a_link_that_breaks_is_answered),
        T(home_bounds_roles_and_viewers),
        T(who_drove_drives_on_where_the_machine_goes),
        U(a_nameless_driver_drives_on_too),
        U(a_gateway_remembers_for_a_home_that_knows_nothing),
        U(a_node_that_calls_again_finds_its_seats),
        U(a_link_that_breaks_for_a_moment_takes_nobody_the_wheel),
        T(a_number_that_the_store_had_is_told_at_once),
        T(what_no_home_was_asked_is_not_hoped_for),
        T(what_waited_of_one_who_may_only_watch_since_is_dropped),
        T(a_lesser_viewer_that_comes_first_takes_its_user_no_wheel),
    };
    return cmocka_run_group_tests_name("people at several hosts", tests, NULL, NULL);
}
