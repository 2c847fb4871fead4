/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One session: its life, its role, its seats. */
#include <config.h>
#include "base/alloc.h"
#include "server/session/sessions_private.h"

#include <stdlib.h>

const char *session_user(const struct session *s)
{
    return s->user[0] ? s->user : "anonymous";
}

static void tell(struct session *s, enum session_event_kind kind)
{
    const struct session_event e = {
        .kind = kind, .time_us = sessions_real_us(), .console = s->console, .session = s};
    sessions_tell(s->console->all, &e);
}

/* ---- coming and going ---- */

struct session *session_new(struct console *c, uint64_t id, const char *user)
{
    struct session *s = ALLOC(struct session), **at = &c->all->first;
    s->console = c;
    s->id = id;
    s->user = alloc_text(user);
    s->since_us = s->active_us = sessions_real_us();
    s->ends_us = UINT64_MAX;
    while (*at && (*at)->id < id)
        at = &(*at)->next;
    s->next = *at;
    *at = s;
    return s;
}

void session_free(struct session *s)
{
    struct session **at = &s->console->all->first;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
    free(s->user);
    free(s);
}

void session_finish(struct session *s)
{
    struct console *c = s->console;
    struct wheel_party who = session_party(s);
    console_turn(c, WHEEL_END, &who, NULL);
    tell(s, SESSION_ENDED);
    session_forget(s);
    session_free(s);
    sessions_arm(c->all);
    console_collect(c);
}

void session_end(struct session *s, const char *why)
{
    struct sessions *all = s->console->all;
    uint64_t id = s->id;
    while ((s = sessions_find(all, id)) && s->seats) {
        struct seat *seat = s->seats;
        seat->ops->leave(seat, why);
        session_leave(seat);
    }
    if (s)
        session_finish(s);
}

/* The best that its viewers' logins give, unless an admin said otherwise. */
static void update_role(struct session *s)
{
    enum role before = s->role, role = ROLE_NONE;
    for (const struct seat *seat = s->seats; seat; seat = seat->next)
        role = seat->role > role ? seat->role : role;
    if (!s->role_set && role)
        s->role = role;
    if (s->role == before)
        return;
    if (before)
        tell(s, SESSION_ROLE_CHANGED);
    session_mark(s);
    struct wheel_party who = session_party(s);
    if (s->role < ROLE_DRIVE)
        console_turn(s->console, WHEEL_LOWERED, &who, NULL);
}

/* Whoever may not drive any more holds nothing, whatever the mode. */
static void update_seats(struct session *s)
{
    for (struct seat *seat = s->seats; seat; seat = seat->next) {
        if (!seat_drives(seat))
            seat->ops->lift(seat);
        seat->ops->changed(seat);
    }
}

void session_set_role(struct session *s, enum role role)
{
    if (role == ROLE_NONE) {
        session_end(s, "an administrator closed the session");
        return;
    }
    s->role_set = true;
    if (s->role != role) {
        s->role = role;
        tell(s, SESSION_ROLE_CHANGED);
    }
    struct wheel_party who = session_party(s);
    if (role < ROLE_DRIVE)
        console_turn(s->console, WHEEL_LOWERED, &who, NULL);
    session_mark(s);
    update_seats(s);
}

void seat_set_role(struct seat *seat, enum role role)
{
    struct session *s = seat->session;
    seat->role = role;
    if (!s)
        return;
    update_role(s);
    update_seats(s);
}

/* ---- seats ---- */

static unsigned count_viewers(const struct console *c, const char *user)
{
    const struct session *s = console_find(c, user);
    return s ? s->n_seats : 0;
}

static struct session *find_or_make(struct console *c, const char *user)
{
    struct session *s = console_find(c, user);
    return s ? s : session_new(c, ++c->all->next_id, user);
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

bool session_join(struct sessions *all, struct seat *seat, const struct console_key *machine,
                  const char *user, enum role role, const char **why_r)
{
    struct console *c = console_get(all, machine);
    if (c->max_viewers_per_user && count_viewers(c, user) >= c->max_viewers_per_user) {
        *why_r = "you have as many viewers here as one user may have";
        return false;
    }
    struct session *s = find_or_make(c, user);
    seat->role = role;
    sit_down(s, seat);
    tell(s, s->n_seats == 1 ? SESSION_ATTACHED : SESSION_VIEWER_JOINED);
    update_role(s);
    struct wheel_party who = session_party(s);
    if (s->n_seats == 1)
        console_turn(c, WHEEL_BACK, &who, NULL);
    session_mark(s);
    return true;
}

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

/* The last viewer is gone: it waits for its user, unless that is nobody. */
static void linger(struct session *s)
{
    struct console *c = s->console;
    struct wheel_party who = session_party(s);
    if (!s->user[0] || !c->linger_us) {
        session_finish(s);
        return;
    }
    s->ends_us = sessions_now_us(c->all) + c->linger_us;
    tell(s, SESSION_DETACHED);
    console_turn(c, WHEEL_AWAY, &who, NULL);
    session_mark(s);
}

void session_leave(struct seat *seat)
{
    struct session *s = seat->session;
    if (!s)
        return;
    session_unseat(seat);
    s->active_us = sessions_real_us();
    if (s->n_seats)
        tell(s, SESSION_VIEWER_LEFT);
    else
        linger(s);
}

bool seat_input(struct seat *seat, enum wheel_event event)
{
    struct session *s = seat->session;
    if (!s || (!s->role_set && seat->role < ROLE_DRIVE))
        return false;
    struct wheel_party who = session_party(s);
    s->active_us = sessions_real_us();
    return console_turn(s->console, event, &who, NULL).why == NULL;
}
