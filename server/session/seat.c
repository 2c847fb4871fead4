/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer in a session: how it joins and leaves, and what it may do there. */
#include <config.h>
#include "server/session/sessions_private.h"

/* ---- joining ---- */

static unsigned count_viewers(const struct console *c, const char *user)
{
    const struct session *s = console_find(c, user);
    return s ? s->n_seats : 0;
}

/* One without a name finds its session by the number alone, while nobody is in it. */
static struct session *find_or_make(struct console *c, const char *user, uint64_t number)
{
    struct session *s = user[0] ? console_find(c, user) : console_session(c, number);
    bool good = s && (user[0] || (!s->user[0] && !s->n_seats));
    return good ? s : session_new(c, sessions_number_or(c->all, number), user);
}

static void sit_down(struct session *s, struct seat *seat)
{
    seat->session = s;
    seat->next = s->seats;
    if (seat->next)
        seat->next->link = &seat->next;
    seat->link = &s->seats;
    s->seats = seat;
    s->n_seats++;
    s->ends_us = UINT64_MAX;
    s->active_us = sessions_real_us();
}

/* Whoever was waited for has not come: nothing is told. */
static void join_home(struct session *s)
{
    struct wheel_party who = session_party(s);
    if (s->expected_us && s->n_away)
        s->n_away--;
    else
        session_tell(s, s->n_seats == 1 ? SESSION_ATTACHED : SESSION_VIEWER_JOINED);
    if (!s->n_away)
        s->expected_us = 0;
    session_update_role(s);
    who = session_party(s);
    if (s->n_seats == 1)
        console_turn(s->console, WHEEL_BACK, &who, NULL);
    session_mark(s);
}

static void join_away(struct session *s, struct seat *seat)
{
    struct console *c = s->console;
    if (s->role == ROLE_NONE)
        s->role = seat->role;
    if (c->home == CONSOLE_AWAY)
        c->home_ops->join(c->home_self, seat);
}

bool session_join_as(struct sessions *all, struct seat *seat, const struct console_key *machine,
                     const char *user, enum role role, uint64_t number, const char **why_r)
{
    struct console *c = console_get(all, machine);
    if (seat->guest && !console_is_home(c)) {
        console_collect(c);
        *why_r = CONSOLE_MOVED;
        return false;
    }
    if (console_is_home(c) && c->max_viewers_per_user &&
        count_viewers(c, user) >= c->max_viewers_per_user) {
        *why_r = "you have as many viewers here as one user may have";
        return false;
    }
    struct session *s = find_or_make(c, user, number);
    seat->login = seat->role = role;
    sit_down(s, seat);
    if (console_is_home(c))
        join_home(s);
    else
        join_away(s, seat);
    return true;
}

bool session_join(struct sessions *all, struct seat *seat, const struct console_key *machine,
                  const char *user, enum role role, const char **why_r)
{
    return session_join_as(all, seat, machine, user, role, 0, why_r);
}

/* ---- leaving ---- */

void session_unseat(struct seat *seat)
{
    *seat->link = seat->next;
    if (seat->next)
        seat->next->link = seat->link;
    seat->session->n_seats--;
    seat->session = NULL;
    seat->link = NULL;
    seat->next = NULL;
}

void session_reseat(struct seat *seat, struct session *to)
{
    session_unseat(seat);
    sit_down(to, seat);
}

static void leave_home(struct session *s)
{
    s->active_us = sessions_real_us();
    if (session_is_here(s)) {
        session_tell(s, SESSION_VIEWER_LEFT);
        console_changed(s->console);
    } else {
        session_linger(s);
    }
}

void session_leave(struct seat *seat)
{
    struct session *s = seat->session;
    struct console *c = s ? s->console : NULL;
    if (!s)
        return;
    if (c->home == CONSOLE_AWAY)
        c->home_ops->leave(c->home_self, seat);
    session_unseat(seat);
    if (console_is_home(c))
        leave_home(s);
    else if (!s->n_seats)
        session_left_away(s);
}

/* ---- what it may do ---- */

bool seat_drives(const struct seat *seat)
{
    const struct session *s = seat->session;
    return s && (s->role_set || seat->role >= ROLE_DRIVE) &&
           wheel_drives(&s->console->wheel, s->id, s->role);
}

bool seat_may_drive(const struct seat *seat)
{
    const struct session *s = seat->session;
    const struct wheel *w = s ? &s->console->wheel : NULL;
    bool loose = w && w->sharing == SHARING_SINGLE && !w->driver && s->role >= ROLE_DRIVE &&
                 (s->role_set || seat->role >= ROLE_DRIVE);
    return loose || seat_drives(seat);
}

bool seat_input(struct seat *seat, enum wheel_event event)
{
    struct session *s = seat->session;
    if (!s || (!s->role_set && seat->role < ROLE_DRIVE))
        return false;
    s->active_us = sessions_real_us();
    if (!console_is_home(s->console))
        return seat_input_away(seat, event);
    struct wheel_party who = session_party(s);
    return console_turn(s->console, event, &who, NULL).why == NULL;
}

void seat_set_role(struct seat *seat, enum role role)
{
    struct session *s = seat->session;
    seat->login = seat->role = role;
    if (!s)
        return;
    if (console_is_home(s->console))
        session_update_role(s);
    else if (s->console->home == CONSOLE_AWAY)
        s->console->home_ops->role(s->console->home_self, seat);
    session_update_seats(s);
}
