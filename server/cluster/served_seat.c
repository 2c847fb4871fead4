/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats_private.h"
#include "auth/rules.h"
#include "base/alloc.h"
#include "server/cluster/served_private.h"
#include "server/cluster/served_views.h"

#include <stdlib.h>
#include <string.h>

struct served_seat *served_seat_find(const struct served_seats *at, uint32_t id)
{
    struct served_seat *s = at->first;
    while (s && s->told.id.seat != id)
        s = s->next;
    return s;
}

void served_seat_free(struct served_seat *s)
{
    struct served_seat **i = &s->at->first;
    while (*i != s)
        i = &(*i)->next;
    *i = s->next;
    s->at->sm->served->n_seats--;
    free(s->groups);
    free(s);
}

void served_seat_tell_gone(struct served_seats *at, const struct seat_msg_id *id,
                           const char *why)
{
    struct seat_msg_gone gone = {.id = *id};
    struct bytes b;
    strncpy(gone.why, why, sizeof(gone.why) - 1);
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_gone(&b, &gone);
    served_seats_put(at, LINK_SEAT_GONE, &b);
}

static bool another_drives(const struct served_seats *at, const struct seat *but)
{
    for (const struct served_seat *s = at->first; s; s = s->next)
        if (&s->seat != but && seat_drives(&s->seat))
            return true;
    return false;
}

/*
 * What its node holds down is its driver's, unless several drive there. While the machine is on
 * its way that node holds it at the next home, which it may have heard of before we do.
 */
static void on_lift(struct seat *seat)
{
    struct served_machine *sm = ((struct served_seat *)seat)->at->sm;
    if (!sm->machine || sm->machine->state == MACHINE_SWITCHING ||
        another_drives(sm->seats, seat))
        return;
    served_input_take_away(sm);
}

static void on_seat_changed(struct seat *seat)
{
    (void)seat; /* LINK_CONSOLE tells */
}

static void on_leave(struct seat *seat, const char *why)
{
    struct served_seat *s = (struct served_seat *)seat;
    served_seat_tell_gone(s->at, &s->told.id, why);
    served_seat_free(s);
}

static void on_describe(struct seat *seat, struct seat_description *description_r)
{
    const struct seat_msg_join *told = &((struct served_seat *)seat)->told;
    *description_r = (struct seat_description){
        .id = told->viewer,
        .node = ((struct served_seat *)seat)->at->sm->served->node,
        .address = told->address,
        .transport = told->transport,
        .security = told->security[0] ? told->security : NULL,
        .encoding = told->encoding[0] ? told->encoding : NULL,
        .rtt_us = -1,
    };
}

static const struct seat_ops seat_ops = {
    .lift = on_lift, .changed = on_seat_changed, .leave = on_leave, .describe = on_describe};

/* The lower of what its node and what the rules here, if there are any, let it do. */
static enum role bound(const struct served_seat *s, enum role role)
{
    const struct machine *m = s->at->sm->machine;
    if (s->told.by_ticket || !m || !m->config.rules)
        return role;
    enum role here = rules_role(m->config.rules, s->told.user, s->groups, s->told.groups_n);
    return here < role ? here : role;
}

static void tell_joined(struct served_seat *s)
{
    const struct seat_msg_role m = {s->told.id, s->seat.session->id, s->seat.role};
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_role(&b, &m);
    served_seats_put(s->at, LINK_SEAT_JOINED, &b);
}

void served_seat_leave(struct served_seat *s)
{
    on_lift(&s->seat);
    session_leave(&s->seat);
    served_seat_free(s);
}

static void send_away(struct served_seat *s, const char *why)
{
    on_lift(&s->seat);
    session_leave(&s->seat);
    on_leave(&s->seat, why);
}

void served_seat_apply_rules(struct served_seat *s)
{
    enum role role = bound(s, s->told.role);
    if (role == s->seat.role)
        return;
    if (role == ROLE_NONE) {
        send_away(s, "the access rules where the machine runs do not let you in");
        return;
    }
    seat_set_role(&s->seat, role);
    tell_joined(s);
}

static struct served_seat *seat_new(struct served_seats *at, const struct seat_msg_join *told)
{
    struct served_seat *s = ALLOC(struct served_seat);
    s->at = at;
    s->told = *told;
    s->groups = alloc_zero(told->groups_n + 1, 1);
    memcpy(s->groups, told->groups, told->groups_n);
    s->told.groups = s->groups;
    s->seat.ops = &seat_ops;
    s->seat.guest = true;
    s->next = at->first;
    at->first = s;
    at->sm->served->n_seats++;
    return s;
}

const char *served_seat_sit_down(struct served_seats *at, const struct seat_msg_join *told)
{
    const struct machine *m = at->sm->machine;
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct served_seat *s = seat_new(at, told);
    enum role role = bound(s, told->role);
    const char *why = "the access rules where the machine runs do not let you in";
    if (role > ROLE_NONE && session_join_as(served_seats_sessions(at), &s->seat, &key,
                                            told->user, role, told->number, &why)) {
        tell_joined(s);
        served_views_wake(at->sm);
        return NULL;
    }
    served_seat_free(s);
    return why;
}

struct served_seat *served_seats_speaker(const struct served_seats *at, const struct session *s)
{
    struct served_seat *best = NULL;
    for (struct seat *seat = s ? s->seats : NULL; seat; seat = seat->next) {
        struct served_seat *x = (struct served_seat *)seat;
        if (seat->ops == &seat_ops && x->at == at && (!best || seat->role > best->seat.role))
            best = x;
    }
    return best;
}
