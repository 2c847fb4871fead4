/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A console's next home: what ends with the one before, and what goes on. */
#include <config.h>
#include "server/session/sessions_private.h"

#include <stdlib.h>

/* Who is still there of those that were: viewers of other nodes come again. */
#define EXPECT_US (15 * UINT64_C(1000000))

/* ---- leaving the one before ---- */

static struct seat *next_guest(struct session *s)
{
    struct seat *seat = s->seats;
    while (seat && !seat->guest)
        seat = seat->next;
    return seat;
}

/* They go on at the new home by the node that they are at. */
static void leave_guests(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next) {
        struct seat *seat;
        while (s->console == c && (seat = next_guest(s))) {
            session_unseat(seat);
            s->n_away++;
            seat->ops->leave(seat, CONSOLE_MOVED);
        }
    }
}

static void end_mirrors(struct console *c)
{
    while (c->mirrors) {
        struct console_mirror *m = c->mirrors;
        console_mirror_remove(m);
        m->gone(m);
    }
}

static void stop_deciding(struct console *c)
{
    fence_drop(c);
    c->kept = false;
    c->decided = false;
    end_mirrors(c);
    leave_guests(c);
    for (struct session *s = c->all->first; s; s = s->next) {
        if (s->console != c)
            continue;
        s->ends_us = UINT64_MAX;
        s->expected_us = 0;
        free(s->kept_key);
        s->kept_key = NULL;
    }
    sessions_arm(c->all);
}

static void each_seat(struct console *c, void (*call)(void *self, struct seat *seat))
{
    for (struct session *s = c->all->first; s; s = s->next)
        for (struct seat *seat = s->console == c ? s->seats : NULL; seat; seat = seat->next)
            call(c->home_self, seat);
}

/* Home is where `home` says from now on; seats have left the one before. */
static void leave_home(struct console *c, enum console_home home)
{
    enum console_home before = c->home;
    if (before == CONSOLE_AWAY)
        each_seat(c, c->home_ops->leave);
    else if (before == CONSOLE_HOME)
        sessions_save(c->all);
    c->home = home;
    c->home_ops = NULL;
    c->home_self = NULL;
    c->hoped = 0;
    if (before == CONSOLE_HOME)
        stop_deciding(c);
    else if (before == CONSOLE_AWAY)
        console_unanswered(c, "the machine went to another node meanwhile: look whether it is "
                              "done, and try again");
}

/* What another home bounded, or a new one may. */
static void unbound_roles(struct console *c)
{
    for (struct session *s = c->all->first; s; s = s->next)
        for (struct seat *seat = s->console == c ? s->seats : NULL; seat; seat = seat->next)
            seat->role = seat->login;
}

/* ---- the next one ---- */

void console_go_away(struct console *c, const struct console_home_ops *ops, void *self)
{
    if (c->home == CONSOLE_AWAY && c->home_ops == ops && c->home_self == self)
        return;
    leave_home(c, CONSOLE_AWAY);
    c->home_ops = ops;
    c->home_self = self;
    each_seat(c, ops->join);
}

void console_go_nowhere(struct console *c)
{
    if (c->home != CONSOLE_NOWHERE)
        leave_home(c, CONSOLE_NOWHERE);
}

void console_forget_absent(struct console *c)
{
    for (struct session *s = c->all->first, *next; s; s = next) {
        next = s->next;
        if (s->console == c && !s->n_seats)
            session_drop(s);
    }
    console_release(c);
}

void console_await_viewers(struct console *c)
{
    uint64_t now_us = sessions_now_us(c->all);
    for (struct session *s = c->all->first; s; s = s->next) {
        if (s->console != c)
            continue;
        s->expected_us = s->n_away ? now_us + EXPECT_US : 0;
        s->ends_us = session_is_here(s) ? UINT64_MAX : now_us + (s->user[0] ? c->linger_us : 0);
    }
    sessions_arm(c->all);
}

void console_come_home(struct console *c)
{
    if (c->home == CONSOLE_HOME)
        return;
    leave_home(c, CONSOLE_HOME);
    c->known_epoch = c->epoch;
    c->known_serial = c->serial;
    c->epoch++;
    c->serial = 0;
    c->decided = false;
    c->kept = c->all->node != NULL;
    unbound_roles(c);
    c->wheel.input_us = c->wheel.asked_us = sessions_now_us(c->all);
    console_await_viewers(c);
    console_configure(c);
    c->decided = false;
    if (c->all->node)
        fence_take(c);
}

void console_seat_lost(struct seat *seat)
{
    struct session *s = seat->session;
    if (!s || !console_is_home(s->console)) {
        session_leave(seat);
        return;
    }
    session_unseat(seat);
    s->n_away++;
    s->expected_us = sessions_now_us(s->console->all) + EXPECT_US;
    console_changed(s->console);
    sessions_arm(s->console->all);
}
