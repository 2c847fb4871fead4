/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One session: its life and its role. */
#include <config.h>
#include "base/alloc.h"
#include "server/session/sessions_private.h"

#include <stdlib.h>

const char *session_user(const struct session *s)
{
    return s->user[0] ? s->user : "anonymous";
}

void session_tell(struct session *s, enum session_event_kind kind)
{
    const struct session_event e = {
        .kind = kind, .time_us = sessions_real_us(), .console = s->console, .session = s};
    sessions_tell(s->console->all, &e);
}

bool session_is_here(const struct session *s)
{
    return s->n_seats || s->n_away;
}

/* ---- coming and going ---- */

static void list(struct session *s)
{
    struct session **at = &s->console->all->first;
    while (*at && (*at)->id < s->id)
        at = &(*at)->next;
    s->next = *at;
    *at = s;
}

static void unlist(struct session *s)
{
    struct session **at = &s->console->all->first;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
}

struct session *session_new(struct console *c, uint64_t id, const char *user)
{
    struct session *s = ALLOC(struct session);
    s->console = c;
    s->id = id;
    s->user = alloc_text(user);
    s->since_us = s->active_us = sessions_real_us();
    s->ends_us = UINT64_MAX;
    list(s);
    return s;
}

void session_free(struct session *s)
{
    unlist(s);
    free(s->kept_key);
    free(s->user);
    free(s);
}

void session_renumber(struct session *s, uint64_t id)
{
    struct wheel *w = &s->console->wheel;
    size_t place = wheel_place(w, s->id);
    if (s->id == id)
        return;
    w->driver = w->driver == s->id ? id : w->driver;
    w->released_by = w->released_by == s->id ? id : w->released_by;
    if (place)
        w->queue[place - 1].id = id;
    s->console->hoped = s->console->hoped == s->id ? id : s->console->hoped;
    unlist(s);
    s->id = id;
    list(s);
}

void session_finish(struct session *s)
{
    struct console *c = s->console;
    struct wheel_party who = session_party(s);
    console_turn(c, WHEEL_END, &who, NULL);
    session_tell(s, SESSION_ENDED);
    session_forget(s);
    session_free(s);
    sessions_arm(c->all);
    console_collect(c);
}

/* A guest may be no more when it has been told. */
static void send_away(struct seat *seat, const char *why)
{
    if (seat->guest) {
        session_leave(seat);
        seat->ops->leave(seat, why);
    } else {
        seat->ops->leave(seat, why);
        session_leave(seat);
    }
}

const char *session_end(struct session *s, const char *why)
{
    const struct console_wish wish = {.kind = WISH_END, .session = s->id, .text = why};
    struct sessions *all = s->console->all;
    if (!console_is_home(s->console))
        return console_ask(s->console, &wish);
    uint64_t id = s->id;
    while ((s = sessions_find(all, id)) && s->seats)
        send_away(s->seats, why);
    if (s)
        session_finish(s);
    return NULL;
}

/* The last viewer is gone: it waits for its user, unless that is nobody. */
void session_linger(struct session *s)
{
    struct console *c = s->console;
    struct wheel_party who = session_party(s);
    if (!s->user[0] || !c->linger_us) {
        session_finish(s);
        return;
    }
    s->ends_us = sessions_now_us(c->all) + c->linger_us;
    session_tell(s, SESSION_DETACHED);
    console_turn(c, WHEEL_AWAY, &who, NULL);
    session_mark(s);
}

void session_expect_no_more(struct session *s)
{
    s->n_away = 0;
    s->expected_us = 0;
    if (!s->n_seats)
        session_linger(s);
    else
        session_update_role(s);
}

/* ---- its role ---- */

/* The best that its viewers' logins give, unless an admin said otherwise. Who is waited for may
 * give more than those who are here already. */
void session_update_role(struct session *s)
{
    enum role before = s->role, role = ROLE_NONE;
    for (const struct seat *seat = s->seats; seat; seat = seat->next)
        role = seat->role > role ? seat->role : role;
    if (!s->role_set && role && (role > before || !s->expected_us))
        s->role = role;
    if (s->role == before)
        return;
    if (before)
        session_tell(s, SESSION_ROLE_CHANGED);
    session_mark(s);
    struct wheel_party who = session_party(s);
    if (s->role < ROLE_DRIVE)
        console_turn(s->console, WHEEL_LOWERED, &who, NULL);
}

/* Whoever may not drive any more holds nothing, whatever the mode. */
void session_update_seats(struct session *s)
{
    for (struct seat *seat = s->seats; seat; seat = seat->next) {
        if (!seat_drives(seat))
            seat->ops->lift(seat);
        seat->ops->changed(seat);
    }
}

const char *session_set_role(struct session *s, enum role role)
{
    const struct console_wish wish = {.kind = WISH_ROLE, .session = s->id, .role = role};
    if (role == ROLE_NONE)
        return session_end(s, "an administrator closed the session");
    if (!console_is_home(s->console))
        return console_ask(s->console, &wish);
    s->role_set = true;
    if (s->role != role) {
        s->role = role;
        session_tell(s, SESSION_ROLE_CHANGED);
    }
    struct wheel_party who = session_party(s);
    if (role < ROLE_DRIVE)
        console_turn(s->console, WHEEL_LOWERED, &who, NULL);
    s->console->decided = true;
    session_mark(s);
    session_update_seats(s);
    return NULL;
}
