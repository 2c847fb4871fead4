/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats_private.h"
#include "base/alloc.h"

#include <stdlib.h>

struct console *served_seats_console(const struct served_seats *at)
{
    const struct machine *m = at->sm->machine;
    const struct console_key key = {m ? m->name : "", m && m->has_uuid ? m->uuid : NULL};
    return m && served_seats_sessions(at) ? sessions_console(served_seats_sessions(at), &key)
                                          : NULL;
}

/* ---- life ---- */

static void listen_to(struct served_seats *at)
{
    struct console *c = served_seats_console(at);
    if (!c || !console_is_home(c) || at->mirror.console == c)
        return;
    console_mirror_remove(&at->mirror);
    console_mirror_add(c, &at->mirror);
    served_seats_tell_soon(at);
}

void served_seats_begin(struct served_machine *sm)
{
    struct served_seats *at = sm->seats;
    if (!at) {
        at = sm->seats = ALLOC(struct served_seats);
        at->sm = sm;
        served_seats_tell_init(at);
    }
    listen_to(at);
}

/* The link ended, not only this machine's part of it: it may come up again soon. */
static bool broke(const struct served *served)
{
    const struct served *x = served->cluster->served;
    while (x && x != served)
        x = x->next;
    return !x;
}

void served_seats_end(struct served_machine *sm)
{
    struct served_seats *at = sm->seats;
    if (!at)
        return;
    console_mirror_remove(&at->mirror);
    while (at->first) {
        if (broke(sm->served))
            console_seat_lost(&at->first->seat);
        else
            session_leave(&at->first->seat);
        served_seat_free(at->first);
    }
    served_seats_tell_fini(at);
    free(at);
    sm->seats = NULL;
}

static void apply_all_rules(struct served_seats *at)
{
    for (struct served_seat *s = at->first, *next; s; s = next) {
        next = s->next;
        served_seat_apply_rules(s);
    }
}

void served_seats_apply_rules(struct cluster *c)
{
    for (struct served *served = c->served; served; served = served->next)
        for (struct served_machine *sm = served->machines; sm; sm = sm->next)
            if (sm->seats)
                apply_all_rules(sm->seats);
}

void served_seats_follow(struct cluster *c, const struct machine *m)
{
    for (struct served *served = c->served; served; served = served->next)
        for (struct served_machine *sm = served->machines; sm; sm = sm->next)
            if (sm->machine == m && sm->seats)
                listen_to(sm->seats);
}

/* ---- what they may ---- */

bool served_may_look(const struct served_machine *sm)
{
    return sm->seats && sm->seats->first;
}

static struct seat *typist(const struct served_seats *at, const struct console *c)
{
    const struct session *driver = console_driver(c);
    struct served_seat *s = served_seats_speaker(at, driver);
    if (c->wheel.sharing != SHARING_FREE)
        return s ? &s->seat : NULL;
    for (s = at->first; s; s = s->next)
        if (seat_drives(&s->seat))
            return &s->seat;
    return NULL;
}

/* What it lets through for one who drove is that one's, who may have lost the wheel since; one
 * that nobody holds is taken by it, as by any key. */
static bool may_go_on(const struct served_seats *at, const struct console *c)
{
    struct session *s = console_session(c, at->known_driver);
    if (c->wheel.driver == at->known_driver)
        return true;
    return !c->wheel.driver && s && session_act(s, WHEEL_TAKE, NULL, NULL) == NULL;
}

bool served_is_late(const struct served_machine *sm)
{
    const struct served_seats *at = sm->seats;
    const struct console *c = at ? served_seats_console(at) : NULL;
    if (!c || !console_is_home(c) || c->wheel.sharing == SHARING_FREE)
        return false;
    if (c->wheel.sharing == SHARING_WATCH)
        return true;
    if (at->remembered)
        return !may_go_on(at, c);
    return !c->wheel.driver || (c->decided && !served_seats_speaker(at, console_driver(c)));
}

uint64_t served_driver(const struct served_machine *sm)
{
    const struct console *c = sm->seats ? served_seats_console(sm->seats) : NULL;
    const struct session *driver = c ? console_driver(c) : NULL;
    return driver ? driver->id : sm->hands.owner;
}

bool served_may_type(struct served_machine *sm, bool press, uint64_t *owner_r)
{
    struct console *c = sm->seats ? served_seats_console(sm->seats) : NULL;
    struct seat *seat = c && console_is_home(c) ? typist(sm->seats, c) : NULL;
    if (!seat || sm->seats->unseen || !seat_input(seat, press ? WHEEL_PRESS : WHEEL_MOTION))
        return false;
    *owner_r = seat->session->id;
    return true;
}
