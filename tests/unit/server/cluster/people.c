/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/cluster/people.h"
#include "server/cluster/peer_seats.h"
#include "tests/unit/server/cluster/late_store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

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

static void on_refused(struct seat *seat, const char *why)
{
    struct chair *c = (struct chair *)seat;
    snprintf(c->refused, sizeof(c->refused), "%s", why);
}

static const struct seat_ops chair_ops = {.lift = on_lift,
                                          .changed = on_changed,
                                          .leave = on_leave,
                                          .refused = on_refused,
                                          .describe = on_describe};

static bool answer_each(struct stage *s)
{
    bool any = false;
    for (int i = 0; s->db && i < HOSTS; i++)
        any = late_store_answer(s->stores[i]) || any;
    return any;
}

void people_settle(struct stage *s)
{
    do
        hosts_settle(&s->all);
    while (answer_each(s));
}

struct chair *people_come_now(struct stage *s, struct host *at, const char *user,
                              enum role role)
{
    const struct machine *m = host_machine(at);
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct chair *c = s->chairs;
    const char *why = NULL;
    while (c->taken)
        c++;
    *c = (struct chair){.seat.ops = &chair_ops, .s = s, .at = at, .taken = true};
    assert_true(session_join(at->cluster.sessions, &c->seat, &key, user, role, &why));
    return c;
}

struct chair *people_come(struct stage *s, struct host *at, const char *user, enum role role)
{
    struct chair *c = people_come_now(s, at, user, role);
    people_settle(s);
    return c;
}

void people_go_now(struct chair *c)
{
    struct machine *m = host_machine(c->at);
    if (m)
        keyboard_lift(&m->keyboard, &c->hands);
    session_leave(&c->seat);
    c->taken = false;
}

void people_go(struct chair *c)
{
    people_go_now(c);
    people_settle(c->s);
}

/* As server/viewer_input.c does. */
bool people_key(struct chair *c, uint8_t code, bool down)
{
    struct machine *m = host_machine(c->at);
    bool may = down ? seat_input(&c->seat, WHEEL_PRESS) : seat_drives(&c->seat);
    if (may)
        keyboard_key(&m->keyboard, &c->hands, code, down);
    return may;
}

const char *people_act(struct chair *c, enum wheel_event event, struct session *target)
{
    const char *why = session_act(c->seat.session, event, target, NULL);
    people_settle(c->s);
    return why;
}

static const char *wish(struct chair *c, struct console_wish wish)
{
    const char *why = seat_wish(&c->seat, wish);
    people_settle(c->s);
    return why;
}

const char *people_power(struct chair *c, enum power_action action)
{
    return wish(c, (struct console_wish){.kind = WISH_POWER, .power = action});
}

const char *people_resize(struct chair *c, int w, int h)
{
    return wish(c, (struct console_wish){.kind = WISH_RESIZE, .w = w, .h = h});
}

/* ---- what is so ---- */

struct console *people_console(const struct host *h)
{
    const struct machine *m = host_machine(h);
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    return sessions_console(h->cluster.sessions, &key);
}

const char *people_driver(const struct host *h)
{
    const struct console *c = people_console(h);
    const struct session *d = c ? console_driver(c) : NULL;
    return d ? session_user(d) : "nobody";
}

struct session *people_session_of(const struct host *h, const char *user)
{
    return console_find(people_console(h), user);
}

char *people_told(struct host *h)
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
    sessions_init_shared(&club->sessions, s->all.loop, s->stores[i], h->config,
                         h->cluster.node);
    sessions_observe(&club->sessions, &club->observer);
    h->cluster.sessions = &club->sessions;
    peer_seats_start(&h->cluster);
}

struct stage *stage_new(bool with_store)
{
    struct stage *s = calloc(1, sizeof(*s));
    char *why = NULL;
    hosts_start(&s->all);
    if (with_store)
        assert_int_equal(store_db_open(&s->db, ":memory:", &why), 0);
    for (int i = 0; s->db && i < HOSTS; i++)
        s->stores[i] = late_store_new(s->db);
    open_club(s, &s->all.a, 0);
    open_club(s, &s->all.b, 1);
    open_club(s, &s->all.g, 2);
    return s;
}

/* It runs at a, may go to b, and all know each other. */
void people_play(struct stage *s)
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
    people_settle(s);
}

void people_moves(struct stage *s, struct fake_place *from, struct fake_place *to)
{
    fake_says_state(from, PLACE_SWITCHING);
    people_settle(s);
    fake_says_state(from, PLACE_GONE);
    fake_says_state(to, PLACE_RUNNING);
    people_settle(s);
    people_settle(s);
}

void stage_free(struct stage *s)
{
    struct host *hosts[] = {&s->all.a, &s->all.b, &s->all.g};
    for (int i = 0; i < HOSTS; i++)
        peer_seats_stop(&hosts[i]->cluster);
    for (int i = 0; i < HOSTS; i++)
        sessions_fini(&s->clubs[i].sessions);
    for (int i = 0; s->db && i < HOSTS; i++)
        s->stores[i]->ops->close(s->stores[i]);
    store_db_close(&s->db);
    hosts_stop(&s->all);
    free(s);
}
