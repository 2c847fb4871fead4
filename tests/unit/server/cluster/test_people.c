/* SPDX-License-Identifier: GPL-2.0-or-later */
/* People at a machine that they reach over several hosts: who is there, who drives. */
#include <config.h>
#include "server/cluster/peer_seats.h"
#include "server/cluster/served_seats.h"
#include "server/session/home.h"
#include "tests/unit/server/cluster/hosts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

enum { CHAIRS = 12, KEY_A = 30, KEY_B = 48 };

struct stage;

/* A viewer at a host. */
struct chair {
    struct seat seat; /* first */
    struct stage *s;
    struct host *at;
    struct hands hands;
    bool taken;
    char why[96]; /* it was sent away */
    unsigned lifts;
};

/* The sessions of one host. */
struct club {
    struct session_observer observer; /* first */
    struct sessions sessions;
    struct stage *s;
    char told[4096];
};

struct stage {
    struct hosts all;
    struct club clubs[HOSTS];
    struct chair chairs[CHAIRS];
    struct store *store;
    struct fake_place *a, *b;
};

/* ---- viewers ---- */

static void on_lift(struct seat *seat)
{
    struct chair *c = (struct chair *)seat;
    struct machine *m = host_machine(c->at);
    c->lifts++;
    if (m)
        keyboard_lift(&m->keyboard, &c->hands);
}

static void on_changed(struct seat *seat)
{
    struct chair *c = (struct chair *)seat;
    c->hands.owner = seat->session ? seat->session->id : 0;
}

static void on_leave(struct seat *seat, const char *why)
{
    struct chair *c = (struct chair *)seat;
    snprintf(c->why, sizeof(c->why), "%s", why);
}

static void on_describe(struct seat *seat, struct seat_description *description_r)
{
    const struct chair *c = (struct chair *)seat;
    *description_r = (struct seat_description){.id = (uint64_t)(c - c->s->chairs) + 1,
                                               .address = "192.0.2.7:51034",
                                               .transport = "tcp",
                                               .rtt_us = -1};
}

static const struct seat_ops chair_ops = {
    .lift = on_lift, .changed = on_changed, .leave = on_leave, .describe = on_describe};

static void settle(struct stage *s)
{
    hosts_settle(&s->all);
    if (s->store)
        s->store->ops->settle(s->store);
    hosts_settle(&s->all);
}

static struct chair *come(struct stage *s, struct host *at, const char *user, enum role role)
{
    const struct machine *m = host_machine(at);
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct chair *c = s->chairs;
    const char *why = NULL;
    while (c->taken)
        c++;
    *c = (struct chair){.seat.ops = &chair_ops, .s = s, .at = at, .taken = true};
    assert_true(session_join(at->cluster.sessions, &c->seat, &key, user, role, &why));
    settle(s);
    return c;
}

static void go(struct chair *c)
{
    struct machine *m = host_machine(c->at);
    if (m)
        keyboard_lift(&m->keyboard, &c->hands);
    session_leave(&c->seat);
    c->taken = false;
    settle(c->s);
}

/* As server/viewer_input.c does. */
static bool key(struct chair *c, uint8_t code, bool down)
{
    struct machine *m = host_machine(c->at);
    bool may = down ? seat_input(&c->seat, WHEEL_PRESS) : seat_drives(&c->seat);
    if (may)
        keyboard_key(&m->keyboard, &c->hands, code, down);
    return may;
}

static const char *act(struct chair *c, enum wheel_event event, struct session *target)
{
    const char *why = session_act(c->seat.session, event, target, NULL);
    settle(c->s);
    return why;
}

/* ---- what is so ---- */

static struct console *console(const struct host *h)
{
    const struct machine *m = host_machine(h);
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    return sessions_console(h->cluster.sessions, &key);
}

static const char *driver(const struct host *h)
{
    const struct console *c = console(h);
    const struct session *d = c ? console_driver(c) : NULL;
    return d ? session_user(d) : "nobody";
}

static struct session *session_of(const struct host *h, const char *user)
{
    return console_find(console(h), user);
}

static char *told(struct host *h)
{
    return ((struct club *)((char *)h->cluster.sessions - offsetof(struct club, sessions)))
        ->told;
}

static void on_event(struct session_observer *o, const struct session_event *e)
{
    struct club *club = (struct club *)o;
    size_t n = strlen(club->told);
    snprintf(club->told + n, sizeof(club->told) - n, "%s %s%s%s; ", session_event_name(e->kind),
             e->session ? session_user(e->session) : "-", e->text ? " " : "",
             e->text ? e->text : "");
}

/* ---- the stage ---- */

static void open_club(struct stage *s, struct host *h, int i)
{
    struct club *club = &s->clubs[i];
    *club = (struct club){.s = s, .observer.on_event = on_event};
    sessions_init_shared(&club->sessions, s->all.loop, s->store, h->config, h->cluster.node);
    sessions_observe(&club->sessions, &club->observer);
    h->cluster.sessions = &club->sessions;
    peer_seats_start(&h->cluster);
}

static struct stage *stage_new(bool with_store)
{
    struct stage *s = calloc(1, sizeof(*s));
    char *why = NULL;
    hosts_start(&s->all);
    if (with_store)
        assert_int_equal(store_sqlite_open(&s->store, s->all.loop, ":memory:", &why), 0);
    open_club(s, &s->all.a, 0);
    open_club(s, &s->all.b, 1);
    open_club(s, &s->all.g, 2);
    return s;
}

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
    struct stage *s = *state;
    struct host *hosts[] = {&s->all.a, &s->all.b, &s->all.g};
    for (int i = 0; i < HOSTS; i++)
        peer_seats_stop(&hosts[i]->cluster);
    for (int i = 0; i < HOSTS; i++)
        sessions_fini(&s->clubs[i].sessions);
    if (s->store)
        s->store->ops->close(s->store);
    hosts_stop(&s->all);
    free(s);
    return 0;
}

/* It runs at a, may go to b, and all know each other. */
static void play(struct stage *s)
{
    s->a = host_attach(&s->all.a, "a");
    fake_runs(s->a, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    s->b = host_attach(&s->all.b, "b");
    fake_says_identity(s->b, "m", UUID);
    fake_says_size(s->b, 640, 480);
    fake_says_absolute(s->b, true);
    fake_says_state(s->b, PLACE_INCOMING);
    hosts_join(&s->all, &s->all.a, &s->all.b);
    hosts_join(&s->all, &s->all.b, &s->all.a);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    settle(s);
}

static void moves(struct stage *s, struct fake_place *from, struct fake_place *to)
{
    fake_says_state(from, PLACE_SWITCHING);
    settle(s);
    fake_says_state(from, PLACE_GONE);
    fake_says_state(to, PLACE_RUNNING);
    settle(s);
    settle(s);
}

/* ---- at home and away ---- */

static void people_at_two_hosts_are_at_one_machine(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *alice = come(s, &s->all.a, "alice", ROLE_DRIVE);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_non_null(session_of(&s->all.a, "bob"));
    assert_non_null(session_of(&s->all.g, "alice"));
    assert_int_equal(session_of(&s->all.g, "bob")->id, session_of(&s->all.a, "bob")->id);
    assert_non_null(strstr(told(&s->all.a), "session-attached bob; "));
    assert_non_null(strstr(told(&s->all.g), "session-attached bob; "));
    go(bob);
    assert_non_null(strstr(told(&s->all.g), "session-detached bob; "));
    assert_false(session_is_here(session_of(&s->all.a, "bob")));
    assert_string_equal(driver(&s->all.g), "nobody");
    go(alice);
}

static void the_first_key_takes_the_wheel_at_home_and_follows(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_true(key(bob, KEY_A, true));
    assert_true(key(bob, KEY_A, false));
    settle(s);
    assert_string_equal(driver(&s->all.a), "bob");
    assert_string_equal(s->a->input, "+30 -30 ");
    assert_true(seat_drives(&bob->seat));
}

static void who_does_not_drive_at_home_types_nothing(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *alice = come(s, &s->all.a, "alice", ROLE_DRIVE);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *eve = come(s, &s->all.g, "eve", ROLE_WATCH);
    assert_true(key(alice, KEY_A, true)); /* bob has not heard of it */
    assert_true(key(bob, KEY_B, true));
    settle(s);
    assert_string_equal(driver(&s->all.g), "alice");
    assert_string_equal(s->a->input, "+30 ");
    assert_false(key(bob, KEY_B, true));
    assert_false(key(eve, KEY_B, true));
    assert_true(bob->lifts > 0);
}

static void two_gateways_race_for_the_wheel_and_one_gets_it(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *carol = come(s, &s->all.b, "carol", ROLE_DRIVE);
    assert_true(key(bob, KEY_A, true));
    assert_true(key(carol, KEY_B, true));
    settle(s);
    assert_string_equal(driver(&s->all.g), driver(&s->all.a));
    assert_string_equal(driver(&s->all.b), driver(&s->all.a));
    assert_int_equal(seat_drives(&bob->seat) + seat_drives(&carol->seat), 1);
    assert_true(strcmp(s->a->input, "+30 ") == 0 || strcmp(s->a->input, "+48 ") == 0);
}

static void the_wheel_is_asked_for_refused_and_given_over_links(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *alice = come(s, &s->all.b, "alice", ROLE_DRIVE);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    key(alice, KEY_A, true);
    settle(s);
    bool queued = false;
    assert_null(session_act(bob->seat.session, WHEEL_ASK, NULL, &queued));
    assert_true(queued);
    settle(s);
    assert_non_null(strstr(told(&s->all.b), "asked bob; "));
    assert_int_equal(console(&s->all.b)->wheel.n_queue, 1);
    assert_null(act(alice, WHEEL_DENY, NULL));
    assert_non_null(strstr(told(&s->all.g), "denied bob; "));
    assert_int_equal(console(&s->all.g)->wheel.n_queue, 0);
    assert_non_null(act(bob, WHEEL_GIVE, bob->seat.session));
    assert_null(act(bob, WHEEL_ASK, NULL));
    assert_null(act(alice, WHEEL_GIVE, session_of(&s->all.b, "bob")));
    assert_string_equal(driver(&s->all.a), "bob");
    assert_true(seat_drives(&bob->seat));
    assert_false(seat_drives(&alice->seat));
    assert_string_equal(s->a->input, "+30 -30 "); /* what alice held was lifted */
    assert_non_null(strstr(told(&s->all.g), "driver-changed bob; "));
}

/* What the one before typed while the wheel went is nobody's. */
static void keys_that_were_under_way_are_not_the_next_drivers(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *alice = come(s, &s->all.g, "alice", ROLE_DRIVE);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    assert_true(key(alice, KEY_A, true));
    assert_true(key(alice, KEY_A, false));
    settle(s);
    assert_null(console_act(console(&s->all.a), WHEEL_GIVE, session_of(&s->all.a, "bob")));
    assert_true(key(alice, KEY_A, true)); /* g has not heard of it */
    settle(s);
    assert_string_equal(s->a->input, "+30 -30 ");
    assert_true(key(bob, KEY_B, true));
    settle(s);
    assert_string_equal(s->a->input, "+30 -30 +48 ");
}

static void operators_reach_sessions_at_other_hosts(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *alice = come(s, &s->all.b, "alice", ROLE_DRIVE);
    come(s, &s->all.g, "bob", ROLE_DRIVE);
    key(alice, KEY_A, true);
    settle(s);
    assert_false(console_is_home(console(&s->all.g)));
    assert_null(console_message(console(&s->all.g), "at noon"));
    assert_null(console_act(console(&s->all.g), WHEEL_GIVE, session_of(&s->all.g, "bob")));
    settle(s);
    assert_non_null(strstr(told(&s->all.a), "message - at noon; "));
    assert_string_equal(driver(&s->all.a), "bob");
    assert_null(session_set_role(session_of(&s->all.g, "bob"), ROLE_WATCH));
    settle(s);
    assert_int_equal(session_of(&s->all.b, "bob")->role, ROLE_WATCH);
    assert_string_equal(driver(&s->all.b), "nobody");
    assert_null(session_end(session_of(&s->all.g, "alice"), "x"));
    settle(s);
    assert_string_equal(alice->why, "an administrator ended the session");
    assert_null(alice->seat.session);
    assert_null(session_of(&s->all.g, "alice"));
}

static void home_bounds_roles_and_viewers(void **state)
{
    struct stage *s = *state;
    struct rules *rules = NULL;
    static const char *const texts[] = {"bob:watch", "carol:drive"};
    const char *why;
    size_t bad;
    play(s);
    assert_int_equal(rules_new(texts, 2, &rules, &bad, &why), 0);
    host_machine(&s->all.a)->config.rules = rules;
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_ADMIN);
    struct chair *eve = come(s, &s->all.g, "eve", ROLE_ADMIN);
    struct chair *carol = come(s, &s->all.g, "carol", ROLE_ADMIN);
    assert_int_equal(bob->seat.role, ROLE_WATCH);
    assert_false(key(bob, KEY_A, true));
    assert_string_equal(eve->why, "the access rules where the machine runs do not let you in");
    assert_int_equal(session_of(&s->all.a, "carol")->role, ROLE_DRIVE);
    console(&s->all.a)->max_viewers_per_user = 1;
    seat_set_role(&carol->seat, ROLE_WATCH);
    settle(s);
    assert_int_equal(session_of(&s->all.a, "carol")->role, ROLE_WATCH);
    host_machine(&s->all.a)->config.rules = NULL;
    rules_free(&rules);
}

/* ---- another home ---- */

static void who_drove_drives_on_where_the_machine_goes(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *alice = come(s, &s->all.a, "alice", ROLE_DRIVE);
    assert_true(key(bob, KEY_A, true));
    settle(s);
    assert_null(act(alice, WHEEL_ASK, NULL));
    for (int i = 0; i < 5; i++) {
        struct host *home = i % 2 ? &s->all.a : &s->all.b;
        fake_says_state(i % 2 ? s->a : s->b, PLACE_INCOMING);
        settle(s);
        moves(s, i % 2 ? s->b : s->a, i % 2 ? s->a : s->b);
        assert_true(console_is_home(console(home)));
        assert_string_equal(driver(home), "bob");
        assert_string_equal(driver(&s->all.g), "bob");
        assert_int_equal(console(home)->wheel.n_queue, 1);
        assert_true(seat_drives(&bob->seat));
        assert_false(seat_drives(&alice->seat));
        assert_int_equal(session_of(home, "bob")->n_seats, 1);
        assert_int_equal(session_of(home, "alice")->n_seats, 1);
    }
    assert_true(key(bob, KEY_B, true));
    settle(s);
    assert_non_null(strstr(s->b->input, "+48 "));
    assert_null(act(bob, WHEEL_GIVE, session_of(&s->all.g, "alice")));
    assert_string_equal(driver(&s->all.b), "alice");
    assert_true(seat_drives(&alice->seat));
}

static void a_nameless_driver_drives_on_too(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *one = come(s, &s->all.g, "", ROLE_DRIVE);
    struct chair *other = come(s, &s->all.g, "", ROLE_DRIVE);
    assert_true(key(one, KEY_A, true));
    settle(s);
    moves(s, s->a, s->b);
    assert_true(seat_drives(&one->seat));
    assert_false(seat_drives(&other->seat));
    assert_ptr_not_equal(one->seat.session, other->seat.session);
    assert_int_equal(console(&s->all.b)->wheel.driver, one->seat.session->id);
}

/* b never spoke with a, and there is no store: g remembers. */
static void a_gateway_remembers_for_a_home_that_knows_nothing(void **state)
{
    struct stage *s = *state;
    s->a = host_attach(&s->all.a, "a");
    fake_runs(s->a, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    struct chair *bob = come(s, &s->all.g, "bob", ROLE_DRIVE);
    struct chair *alice = come(s, &s->all.g, "alice", ROLE_DRIVE);
    assert_true(key(bob, KEY_A, true));
    settle(s);
    assert_null(act(alice, WHEEL_ASK, NULL));
    hosts_cut(&s->all, &s->all.g, &s->all.a); /* a dies */
    s->b = host_attach(&s->all.b, "b");
    fake_runs(s->b, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    settle(s);
    assert_string_equal(driver(&s->all.b), "bob");
    assert_true(seat_drives(&bob->seat));
    assert_int_equal(console(&s->all.b)->wheel.n_queue, 1);
    assert_true(key(bob, KEY_B, true));
    settle(s);
    assert_non_null(strstr(s->b->input, "+48 "));
}

static void a_link_that_breaks_for_a_moment_takes_nobody_the_wheel(void **state)
{
    struct stage *s = *state;
    play(s);
    struct chair *bob = come(s, &s->all.g, "", ROLE_DRIVE);
    struct chair *alice = come(s, &s->all.a, "alice", ROLE_DRIVE);
    assert_true(key(bob, KEY_A, true));
    settle(s);
    assert_null(act(alice, WHEEL_ASK, NULL));
    uint64_t id = bob->seat.session->id;
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_non_null(session_act(bob->seat.session, WHEEL_RELEASE, NULL, NULL));
    assert_int_equal(console(&s->all.a)->wheel.driver, id);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    settle(s);
    assert_int_equal(bob->seat.session->id, id);
    assert_true(seat_drives(&bob->seat));
    assert_int_equal(console(&s->all.a)->wheel.driver, id);
    assert_null(act(bob, WHEEL_RELEASE, NULL));
    assert_string_equal(driver(&s->all.g), "alice");
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
        T(home_bounds_roles_and_viewers),
        T(who_drove_drives_on_where_the_machine_goes),
        U(a_nameless_driver_drives_on_too),
        U(a_gateway_remembers_for_a_home_that_knows_nothing),
        U(a_link_that_breaks_for_a_moment_takes_nobody_the_wheel),
    };
    return cmocka_run_group_tests_name("people at several hosts", tests, NULL, NULL);
}
