/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/sessions.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/session/sessions_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t sessions_now_us(const struct sessions *all)
{
    uint64_t now_us = 0;
    sd_event_now(all->loop, CLOCK_MONOTONIC, &now_us);
    return now_us;
}

uint64_t sessions_real_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

const char *session_user(const struct session *s)
{
    return s->user[0] ? s->user : "anonymous";
}

struct session *sessions_find(const struct sessions *all, uint64_t id)
{
    struct session *s = all->first;
    while (s && s->id != id)
        s = s->next;
    return s;
}

/* ---- who hears ---- */

const char *session_event_name(enum session_event_kind kind)
{
    static const char *const names[SESSION_EVENT_KINDS] = {
        [SESSION_ATTACHED] = "session-attached",
        [SESSION_DETACHED] = "session-detached",
        [SESSION_ENDED] = "session-ended",
        [SESSION_VIEWER_JOINED] = "viewer-joined",
        [SESSION_VIEWER_LEFT] = "viewer-left",
        [SESSION_DRIVER_CHANGED] = "driver-changed",
        [SESSION_ASKED] = "asked",
        [SESSION_DENIED] = "denied",
        [SESSION_ROLE_CHANGED] = "role-changed",
        [SESSION_MESSAGE] = "message",
    };
    return names[kind];
}

void sessions_observe(struct sessions *all, struct session_observer *o)
{
    o->next = all->observers;
    if (o->next)
        o->next->link = &o->next;
    o->link = &all->observers;
    all->observers = o;
}

void sessions_unobserve(struct session_observer *o)
{
    if (!o->link)
        return;
    *o->link = o->next;
    if (o->next)
        o->next->link = o->link;
    o->link = NULL;
    o->next = NULL;
}

void sessions_tell(struct sessions *all, const struct session_event *e)
{
    sessions_note(all, e);
    for (struct session_observer *o = all->observers, *next; o; o = next) {
        next = o->next;
        o->on_event(o, e);
    }
}

static void tell(struct session *s, enum session_event_kind kind)
{
    const struct session_event e = {
        .kind = kind, .time_us = sessions_real_us(), .console = s->console, .session = s};
    sessions_tell(s->console->all, &e);
}

/* ---- life of a session ---- */

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

/* It has no seats. */
static void finish(struct session *s)
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
        finish(s);
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

static void unseat(struct seat *seat)
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
        finish(s);
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
    unseat(seat);
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

/* ---- time ---- */

void sessions_arm(struct sessions *all)
{
    uint64_t next_us = UINT64_MAX;
    for (const struct session *s = all->first; s; s = s->next)
        next_us = s->ends_us < next_us ? s->ends_us : next_us;
    for (const struct console *c = all->consoles; c; c = c->next) {
        uint64_t at_us = wheel_next_us(&c->wheel);
        next_us = at_us < next_us ? at_us : next_us;
    }
    sd_event_source_set_enabled(all->timer,
                                next_us == UINT64_MAX ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
    if (next_us != UINT64_MAX)
        sd_event_source_set_time(all->timer, next_us);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct sessions *all = self;
    uint64_t now_us = sessions_now_us(all);
    (void)source;
    (void)usec;
    for (struct console *c = all->consoles; c; c = c->next)
        console_pass(c, now_us);
    for (struct session *s = all->first, *next; s; s = next) {
        next = s->next;
        if (s->ends_us <= now_us)
            finish(s);
    }
    sessions_arm(all);
    return 0;
}

/* ---- life ---- */

void sessions_init(struct sessions *all, sd_event *loop, struct store *store,
                   const struct config *config)
{
    *all = (struct sessions){.loop = loop, .store = store, .config = config};
    sd_event_add_time(loop, &all->timer, CLOCK_MONOTONIC, UINT64_MAX, 1000, on_timer, all);
    sessions_restore(all);
}

bool sessions_ready(const struct sessions *all)
{
    return all->restored;
}

void sessions_reload(struct sessions *all, const struct config *config)
{
    all->config = config;
    for (struct console *c = all->consoles; c; c = c->next)
        console_configure(c);
    sessions_arm(all);
}

void sessions_fini(struct sessions *all)
{
    if (!all->loop)
        return;
    sessions_save(all);
    while (all->first) {
        while (all->first->seats)
            unseat(all->first->seats);
        session_free(all->first);
    }
    while (all->consoles) {
        struct console *c = all->consoles;
        all->consoles = c->next;
        free(c->machine);
        free(c);
    }
    sd_event_source_disable_unref(all->timer);
    sd_event_source_disable_unref(all->saver);
    sd_event_source_disable_unref(all->sweeper);
}
