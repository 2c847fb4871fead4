/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One machine's wheel, and what follows when it turns. */
#include <config.h>
#include "server/session/sessions_private.h"

#include <string.h>

bool console_is_home(const struct console *c)
{
    return c->home == CONSOLE_HOME;
}

struct session *console_session(const struct console *c, uint64_t id)
{
    struct session *s = id ? sessions_find(c->all, id) : NULL;
    return s && s->console == c ? s : NULL;
}

struct session *console_driver(const struct console *c)
{
    return console_session(c, c->wheel.driver);
}

struct session *console_find(const struct console *c, const char *user)
{
    struct session *s = user[0] ? c->all->first : NULL;
    while (s && (s->console != c || strcmp(s->user, user) != 0))
        s = s->next;
    return s;
}

/* ---- what follows ---- */

struct wheel_party session_party(const struct session *s)
{
    return (struct wheel_party){s->id, s->role, session_is_here(s)};
}

static void lift(struct session *s)
{
    for (struct seat *seat = s ? s->seats : NULL; seat; seat = seat->next)
        seat->ops->lift(seat);
}

void console_tell_seats(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next)
        for (struct seat *seat = s->console == c ? s->seats : NULL; seat; seat = seat->next)
            seat->ops->changed(seat);
}

static void tell(struct console *c, enum session_event_kind kind, uint64_t session,
                 uint64_t other)
{
    const struct session_event e = {
        .kind = kind,
        .time_us = sessions_real_us(),
        .console = c,
        .session = console_session(c, session),
        .other = console_session(c, other),
    };
    sessions_tell(c->all, &e);
}

void console_changed(struct console *c)
{
    c->serial++;
    for (struct console_mirror *m = c->mirrors; m; m = m->next)
        m->changed(m);
}

static void follow(struct console *c, const struct wheel_result *r)
{
    if (r->actions & WHEEL_LIFT)
        lift(console_session(c, r->driver_before));
    if (r->actions & WHEEL_CHANGED) {
        tell(c, SESSION_DRIVER_CHANGED, c->wheel.driver, r->driver_before);
        console_tell_seats(c);
    }
    if (r->actions & WHEEL_TELL_ASKER)
        tell(c, SESSION_DENIED, r->denied, c->wheel.driver);
    if (r->actions & WHEEL_TELL_DRIVER)
        tell(c, SESSION_ASKED, r->asker, c->wheel.driver);
    if (r->actions)
        console_mark(c);
    sessions_arm(c->all);
}

struct wheel_result console_turn(struct console *c, enum wheel_event event,
                                 const struct wheel_party *who,
                                 const struct wheel_party *target)
{
    size_t n_queue = c->wheel.n_queue;
    struct wheel_result r = wheel_act(&c->wheel, event, who, target, sessions_now_us(c->all));
    bool only_input = event == WHEEL_PRESS || event == WHEEL_MOTION;
    if (r.actions && event != WHEEL_BACK && event != WHEEL_AWAY)
        c->decided = true;
    if (r.actions || !only_input)
        follow(c, &r);
    if (!r.actions && c->wheel.n_queue != n_queue) /* somebody asks no more */
        console_mark(c);
    return r;
}

void console_pass(struct console *c, uint64_t now_us)
{
    while (wheel_next_us(&c->wheel) <= now_us) {
        struct wheel_result r = wheel_pass(&c->wheel, now_us);
        follow(c, &r);
    }
}

/* ---- configuration ---- */

/* Where the mode changes, hands start empty: what one mode let people hold, another does not.
 */
static void change_mode(struct console *c, const struct wheel_result *r)
{
    for (struct session *s = c->all->first; s; s = s->next)
        if (s->console == c)
            lift(s);
    follow(c, r);
    console_tell_seats(c);
    console_changed(c);
}

void console_configure(struct console *c)
{
    const struct machine_config *m =
        config_machine(c->all->config, c->machine, c->has_uuid ? c->uuid : NULL);
    enum sharing before = c->wheel.sharing;
    c->linger_us = m->linger_us;
    c->max_viewers_per_user = m->max_viewers_per_user;
    if (!console_is_home(c)) /* whose mode counts */
        return;
    struct wheel_result r = wheel_set(&c->wheel, m->sharing, m->ask_us, m->idle_release_us);
    if (before != m->sharing)
        change_mode(c, &r);
}

/* ---- what people ask for ---- */

const char *session_act(struct session *s, enum wheel_event event, struct session *target,
                        bool *queued_r)
{
    struct wheel_party who = session_party(s), to = {0};
    if (target)
        to = session_party(target);
    if (event == WHEEL_GIVE && (!target || target->console != s->console))
        return "whoever gets the wheel must be here";
    if (!console_is_home(s->console))
        return session_act_away(s, event, target, queued_r);
    struct wheel_result r = console_turn(s->console, event, &who, target ? &to : NULL);
    if (queued_r)
        *queued_r = r.actions & WHEEL_QUEUED;
    return r.why;
}

const char *console_act(struct console *c, enum wheel_event event, struct session *target)
{
    const struct wheel_party operator_party = {0, ROLE_ADMIN, false};
    const struct console_wish wish = {
        .kind = WISH_WHEEL, .event = event, .target = target ? target->id : 0};
    struct wheel_party to = {0};
    if (target)
        to = session_party(target);
    if (event == WHEEL_GIVE && (!target || target->console != c))
        return "whoever gets the wheel must be here";
    if (!console_is_home(c))
        return console_ask(c, &wish);
    return console_turn(c, event, &operator_party, target ? &to : NULL).why;
}

const char *console_message(struct console *c, const char *text)
{
    const struct session_event e = {
        .kind = SESSION_MESSAGE, .time_us = sessions_real_us(), .console = c, .text = text};
    const struct console_wish wish = {.kind = WISH_MESSAGE, .text = text};
    if (!console_is_home(c))
        return console_ask(c, &wish);
    sessions_tell(c->all, &e);
    return NULL;
}
