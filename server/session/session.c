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
    tell(s, SESSION_ENDED);
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
        tell(s, SESSION_ROLE_CHANGED);
    }
    struct wheel_party who = session_party(s);
    if (role < ROLE_DRIVE)
        console_turn(s->console, WHEEL_LOWERED, &who, NULL);
    s->console->decided = true;
    session_mark(s);
    session_update_seats(s);
    return NULL;
}

void seat_set_role(struct seat *seat, enum role role)
{
    struct session *s = seat->session;
    seat->login = seat->role = role;
    if (!s)
        return;
    if (console_is_home(s->console))
        update_role(s);
    else if (s->console->home == CONSOLE_AWAY)
        s->console->home_ops->role(s->console->home_self, seat);
    session_update_seats(s);
}

/* ---- seats ---- */

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
        tell(s, s->n_seats == 1 ? SESSION_ATTACHED : SESSION_VIEWER_JOINED);
    if (!s->n_away)
        s->expected_us = 0;
    update_role(s);
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

void session_reseat(struct seat *seat, struct session *to)
{
    session_unseat(seat);
    sit_down(to, seat);
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

void session_expect_no_more(struct session *s)
{
    s->n_away = 0;
    s->expected_us = 0;
    if (!s->n_seats)
        linger(s);
}

static void leave_home(struct session *s)
{
    s->active_us = sessions_real_us();
    if (session_is_here(s)) {
        tell(s, SESSION_VIEWER_LEFT);
        console_changed(s->console);
    } else {
        linger(s);
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
