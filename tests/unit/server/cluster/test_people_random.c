/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * People at three hosts do anything, while the machine moves and links break: what reaches the
 * guest was typed by who drove, and in the end all hosts agree.
 */
#include <config.h>
#include "base/alloc.h"
#include "tests/unit/server/cluster/late_store.h"
#include "tests/unit/server/cluster/people.h"
#include "tests/unit/server/waiting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SEEDS = 30, STEPS = 60, USERS = 3, FIRST_KEY = 30 };

static const char *const users[USERS] = {"alice", "bob", "carol"};

struct play {
    struct stage *s;
    uint32_t seed, random;
    unsigned patience; /* each host's store answers once in so many turns; 1: each time */
    struct fake_place *now, *next; /* where the machine is */
    bool calm;      /* it has not moved, and no link came or went, since all was settled */
    unsigned drove; /* bits: users who drove in this turn of the loop */
    size_t read[2]; /* of what reached the places */
    struct session_observer observers[HOSTS];
};

static struct play *playing;

static unsigned pick(struct play *p, unsigned n)
{
    p->random = p->random * 1664525 + 1013904223;
    return (p->random >> 8) % n;
}

static struct host *host(struct play *p, unsigned i)
{
    struct host *hosts[] = {&p->s->all.a, &p->s->all.b, &p->s->all.g};
    return hosts[i];
}

/* ---- what must hold ---- */

static unsigned bit_of(const struct session *s)
{
    for (unsigned i = 0; s && i < USERS; i++)
        if (strcmp(s->user, users[i]) == 0)
            return 1u << i;
    return 0;
}

static void note_drivers(struct play *p)
{
    for (unsigned i = 0; i < HOSTS; i++) {
        const struct console *c = people_console(host(p, i));
        if (c && console_is_home(c))
            p->drove |= bit_of(console_driver(c));
    }
}

static void on_event(struct session_observer *o, const struct session_event *e)
{
    (void)o;
    if (e->kind == SESSION_DRIVER_CHANGED && console_is_home(e->console))
        playing->drove |= bit_of(e->session) | bit_of(e->other);
}

/* Each user has a key of its own. */
static void check_keys(struct play *p, struct fake_place *place, size_t *read)
{
    const char *at = place->input + *read;
    for (; *at; at = strchr(at, ' ') + 1) {
        unsigned user = (unsigned)atoi(at + 1) - FIRST_KEY;
        if (*at == '+' && p->calm && !(p->drove & 1u << user))
            fail_msg("%s typed and did not drive", users[user]);
    }
    *read = strlen(place->input);
    if (*read > sizeof(place->input) - 64)
        place->input[ *read = 0] = 0;
}

/* One that has lost the machine, and has not heard where it is, decides nothing that counts. */
static void check_homes(struct play *p)
{
    unsigned homes = 0;
    for (unsigned i = 0; i < HOSTS; i++) {
        const struct console *c = people_console(host(p, i));
        const struct machine *m = host_machine(host(p, i));
        homes += c && console_is_home(c) && m->active && m->active->state == PLACE_RUNNING;
    }
    if (p->calm)
        assert_true(homes <= 1);
}

static void check(struct play *p)
{
    note_drivers(p);
    check_keys(p, p->s->a, &p->read[0]);
    check_keys(p, p->s->b, &p->read[1]);
    check_homes(p);
}

/* Whether there was anything to do. */
static bool loop_turn(struct play *p, uint64_t most_us)
{
    p->drove = 0;
    note_drivers(p);
    int n = sd_event_run(p->s->all.loop, most_us);
    assert_true(n >= 0);
    check(p);
    return n > 0;
}

static bool answer(struct play *p, unsigned i)
{
    p->drove = 0;
    note_drivers(p);
    bool answered = p->s->db && late_store_answer(p->s->stores[i]);
    check(p);
    return answered;
}

/* What a store does may be heard of much later. */
static void turn(struct play *p)
{
    loop_turn(p, 0);
    for (unsigned i = 0; p->s->db && i < HOSTS; i++) {
        if (!pick(p, p->patience))
            late_store_work(p->s->stores[i]);
        if (!pick(p, p->patience))
            answer(p, i);
    }
}

/* What was held is played, which takes its time. */
static bool plays(struct play *p)
{
    for (unsigned i = 0; i < HOSTS; i++) {
        const struct machine *m = host_machine(host(p, i));
        if (m && m->play_wanted)
            return true;
    }
    return false;
}

/* Nothing is on its way: no host has anything to do, and each store has answered all. */
static void quiet(struct play *p)
{
    const uint64_t end_us = waiting_end_us();
    for (bool busy = true; busy;) {
        busy = loop_turn(p, plays(p) ? HELD_STEP_US : 0);
        for (unsigned i = 0; i < HOSTS; i++)
            busy = answer(p, i) || busy;
        busy = plays(p) || busy;
        assert_true(waiting_clock_us() < end_us);
    }
    p->calm = true;
}

/* ---- what they do ---- */

static struct chair *someone(struct play *p)
{
    unsigned start = pick(p, CHAIRS);
    for (unsigned i = 0; i < CHAIRS; i++) {
        struct chair *c = &p->s->chairs[(start + i) % CHAIRS];
        if (c->taken && c->seat.session)
            return c;
    }
    return NULL;
}

static void do_come(struct play *p)
{
    unsigned free = 0;
    struct host *at = host(p, pick(p, HOSTS));
    for (unsigned i = 0; i < CHAIRS; i++)
        free += !p->s->chairs[i].taken;
    if (free && host_machine(at))
        people_come_now(p->s, at, users[pick(p, USERS)], pick(p, 4) ? ROLE_DRIVE : ROLE_WATCH);
}

static void do_go(struct play *p)
{
    struct chair *c = someone(p);
    if (c && pick(p, 2))
        people_go_now(c);
}

static void do_type(struct play *p)
{
    struct chair *c = someone(p);
    for (unsigned i = 0; c && i < USERS; i++)
        if (strcmp(c->seat.session->user, users[i]) == 0) {
            people_key(c, (uint8_t)(FIRST_KEY + i), true);
            people_key(c, (uint8_t)(FIRST_KEY + i), false);
        }
}

static void do_act(struct play *p)
{
    static const enum wheel_event events[] = {WHEEL_ASK, WHEEL_RELEASE, WHEEL_DENY, WHEEL_GIVE,
                                              WHEEL_TAKE};
    struct chair *c = someone(p), *other = someone(p);
    if (c)
        session_act(c->seat.session, events[pick(p, 5)],
                    other->at == c->at ? other->seat.session : NULL, NULL);
}

static void do_operate(struct play *p)
{
    struct chair *c = someone(p);
    if (c && pick(p, 2))
        console_act(c->seat.session->console, WHEEL_GIVE, c->seat.session);
    else if (c)
        session_set_role(c->seat.session, pick(p, 3) ? ROLE_DRIVE : ROLE_WATCH);
}

static void do_move(struct play *p)
{
    struct fake_place *from = p->now, *to = p->next;
    if (pick(p, 3))
        return;
    p->calm = false;
    fake_says_state(to, PLACE_INCOMING);
    for (unsigned n = pick(p, 8); n > 0; n--)
        turn(p);
    fake_says_state(from, PLACE_SWITCHING);
    for (unsigned n = pick(p, 8); n > 0; n--)
        turn(p);
    fake_says_state(from, PLACE_GONE);
    fake_says_state(to, PLACE_RUNNING);
    p->now = to;
    p->next = from;
}

static void do_break(struct play *p)
{
    unsigned from = pick(p, HOSTS), to = pick(p, 2);
    struct host_line *line = &host(p, from)->lines[to];
    if (from == to || pick(p, 3))
        return;
    p->calm = false;
    if (line->far >= 0)
        hosts_cut(&p->s->all, host(p, from), host(p, to));
    else
        hosts_join(&p->s->all, host(p, from), host(p, to));
}

static void do_nothing(struct play *p)
{
    for (unsigned n = pick(p, 12); n > 0; n--)
        turn(p);
}

static void do_calm_down(struct play *p)
{
    if (!pick(p, 3))
        quiet(p);
}

static void do_something(struct play *p)
{
    static void (*const rows[])(struct play * p) = {
        do_come, do_come, do_go,    do_type,    do_type,    do_type,    do_type, do_act,
        do_act,  do_act,  do_break, do_operate, do_nothing, do_nothing, do_move, do_calm_down,
    };
    rows[pick(p, sizeof(rows) / sizeof(rows[0]))](p);
}

/* ---- in the end ---- */

static void join_all(struct play *p)
{
    p->calm = false;
    for (unsigned from = 0; from < HOSTS; from++)
        for (unsigned to = 0; to < 2; to++)
            if (from != to && host(p, from)->lines[to].far < 0)
                hosts_join(&p->s->all, host(p, from), host(p, to));
    quiet(p);
}

static void check_agreement(struct play *p)
{
    struct host *home = p->now == p->s->a ? &p->s->all.a : &p->s->all.b;
    assert_true(console_is_home(people_console(home)));
    for (unsigned i = 0; i < HOSTS; i++) {
        const struct console *c = people_console(host(p, i)), *h = people_console(home);
        if (!c)
            continue;
        assert_int_equal(console_is_home(c), host(p, i) == home);
        assert_int_equal(c->wheel.driver, h->wheel.driver);
        assert_int_equal(c->wheel.n_queue, h->wheel.n_queue);
        for (unsigned u = 0; u < USERS; u++) {
            const struct session *there = console_find(h, users[u]),
                                 *here = console_find(c, users[u]);
            assert_int_equal(there ? there->id : 0, here ? here->id : 0);
            assert_true(!there || there->role == here->role);
            assert_true(!there || session_is_here(there) == session_is_here(here));
        }
    }
}

static void check_seats(struct play *p)
{
    const struct console *h = people_console(p->now == p->s->a ? &p->s->all.a : &p->s->all.b);
    unsigned seats = 0, chairs = 0;
    for (const struct session *s = h->all->first; s; s = s->next)
        seats += s->n_seats;
    for (unsigned i = 0; i < CHAIRS; i++)
        chairs += p->s->chairs[i].taken && p->s->chairs[i].seat.session;
    assert_int_equal(seats, chairs);
}

/* Outlives a round that fails: then it is said which it was. */
static struct play *play_new(uint32_t seed, bool with_store)
{
    static const unsigned patience[] = {1, 4, 16, 64};
    struct play *p = ALLOC(struct play);
    *p = (struct play){.s = stage_new(with_store), .seed = seed, .random = seed, .calm = true};
    p->patience = patience[pick(p, 4)];
    return p;
}

static void one_round(uint32_t seed, bool with_store)
{
    struct play *p = playing = play_new(seed, with_store);
    people_play(p->s);
    p->now = p->s->a;
    p->next = p->s->b;
    for (unsigned i = 0; i < HOSTS; i++) {
        p->observers[i].on_event = on_event;
        sessions_observe(host(p, i)->cluster.sessions, &p->observers[i]);
    }
    for (unsigned i = 0; i < STEPS; i++) {
        do_something(p);
        turn(p);
    }
    join_all(p);
    check_agreement(p);
    check_seats(p);
    stage_free(p->s);
    free(p);
    playing = NULL;
}

struct seeds {
    uint32_t first, n;
};

static void who_types_drives_and_all_agree_in_the_end(void **state)
{
    const struct seeds *seeds = *state;
    for (uint32_t i = 0; i < seeds->n; i++) {
        one_round(seeds->first + i, true);
        one_round(seeds->first + i, false);
    }
}

/* So that it can be played again: the program's first argument. */
static int say_which_seed(void **state)
{
    (void)state;
    if (playing)
        print_message("it was seed %u, %s a store\n", (unsigned)playing->seed,
                      playing->s->db ? "with" : "without");
    return 0;
}

/* Arguments: the first seed, and how many. */
int main(int argc, char **argv)
{
    struct seeds seeds = {1, SEEDS};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(who_types_drives_and_all_agree_in_the_end,
                                                 NULL, say_which_seed, &seeds),
    };
    if (argc > 1)
        seeds.n = 1;
    if (argc > 1)
        seeds.first = (uint32_t)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seeds.n = (uint32_t)strtoul(argv[2], NULL, 10);
    return cmocka_run_group_tests_name("people at random", tests, NULL, NULL);
}
