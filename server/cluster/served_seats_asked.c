/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats_private.h"
#include "base/log.h"
#include "server/cluster/served_private.h"

/* ---- seats ---- */

static const char *take_join(struct served *served, struct reader *payload)
{
    struct seat_msg_join told;
    const char *why = NULL;
    if (!seat_msg_read_join(payload, &told))
        return "a malformed seat";
    struct served_machine *sm = served_machine_find(served, told.id.machine);
    if (!sm || !sm->seats)
        return NULL;
    if (served_seat_find(sm->seats, told.id.seat))
        return "a seat's number is used twice";
    if (served->n_seats >= SERVED_SEATS_MOST)
        why = "too many viewers of one node";
    else
        why = sm->machine ? served_seat_sit_down(sm->seats, &told) : CONSOLE_MOVED;
    if (why)
        served_seat_tell_gone(sm->seats, &told.id, why);
    return NULL;
}

static struct served_seat *seat_of(const struct served *served, const struct seat_msg_id *id)
{
    const struct served_machine *sm = served_machine_find(served, id->machine);
    return sm && sm->seats ? served_seat_find(sm->seats, id->seat) : NULL;
}

static const char *take_leave(struct served *served, struct reader *payload)
{
    struct seat_msg_id id;
    if (!seat_msg_read_id(payload, &id))
        return "a malformed seat";
    struct served_seat *s = seat_of(served, &id);
    if (s)
        served_seat_leave(s);
    return NULL;
}

static const char *take_role(struct served *served, struct reader *payload)
{
    struct seat_msg_role told;
    if (!seat_msg_read_role(payload, &told))
        return "a malformed role";
    struct served_seat *s = seat_of(served, &told.id);
    if (s) {
        s->told.role = told.role;
        served_seat_apply_rules(s);
    }
    return NULL;
}

/* ---- what is known there ---- */

static const char *take_memory(struct served *served, struct reader *payload)
{
    struct seat_msg_console told;
    struct console_image image;
    const char *why = NULL;
    if (!seat_msg_read_console(payload, &told))
        return "malformed sessions";
    if (console_image_parse(&image, told.image, told.image_n, &why) < 0)
        return why;
    struct served_machine *sm = served_machine_find(served, told.machine);
    struct console *c = sm && sm->seats ? served_seats_console(sm->seats) : NULL;
    if (c) {
        console_remember(c, &image);
        sm->seats->remembered = true;
        sm->seats->late = c->wheel.driver != image.driver;
        served_seats_tell_soon(sm->seats);
    }
    console_image_fini(&image);
    return NULL;
}

static const char *take_seen(struct served *served, struct reader *payload)
{
    struct seat_msg_seen told;
    if (!seat_msg_read_seen(payload, &told))
        return "a malformed word of having seen";
    struct served_machine *sm = served_machine_find(served, told.machine);
    if (sm && sm->seats && told.serial >= sm->seats->unseen)
        sm->seats->unseen = 0;
    if (sm && sm->seats)
        sm->seats->late = false;
    return NULL;
}

/* ---- wishes ---- */

static const char *turn_wheel(struct served_seats *at, struct console *c,
                              const struct console_wish *wish)
{
    struct session *s = console_session(c, wish->session),
                   *target = console_session(c, wish->target);
    struct served_seat *by = served_seats_speaker(at, s);
    if (!wish->session)
        return console_act(c, wish->event, target);
    if (!by)
        return "there is no such session";
    if (!s->role_set && by->seat.role < ROLE_DRIVE)
        return "it may only watch";
    if (wish->event == WHEEL_PRESS || wish->event == WHEEL_MOTION) {
        if (seat_input(&by->seat, wish->event)) /* its keys follow */
            at->unseen = 0;
        return NULL;
    }
    return session_act(s, wish->event, target, NULL);
}

static const char *set_role(struct served_seats *at, struct console *c,
                            const struct console_wish *wish)
{
    struct session *s = console_session(c, wish->session);
    (void)at;
    return s ? session_set_role(s, wish->role) : "there is no such session";
}

static const char *end(struct served_seats *at, struct console *c,
                       const struct console_wish *wish)
{
    struct session *s = console_session(c, wish->session);
    (void)at;
    return s ? session_end(s, "an administrator ended the session")
             : "there is no such session";
}

static const char *say(struct served_seats *at, struct console *c,
                       const struct console_wish *wish)
{
    (void)at;
    return console_message(c, wish->text);
}

static const char *take_act(struct served *served, struct reader *payload)
{
    static const char *(*const rows[WISH_KINDS])(struct served_seats *, struct console *,
                                                 const struct console_wish *) = {
        [WISH_WHEEL] = turn_wheel,
        [WISH_ROLE] = set_role,
        [WISH_END] = end,
        [WISH_MESSAGE] = say};
    struct seat_msg_act told;
    if (!seat_msg_read_act(payload, &told))
        return "a malformed wish";
    struct served_machine *sm = served_machine_find(served, told.machine);
    struct console *c = sm && sm->seats ? served_seats_console(sm->seats) : NULL;
    if (!c || !console_is_home(c))
        return NULL;
    const char *why = rows[told.wish.kind](sm->seats, c, &told.wish);
    if (why)
        log_debug("node %s: its wish at %s is refused: %s", served->node, c->machine, why);
    sm->seats->answered = told.serial;
    served_seats_tell_soon(sm->seats);
    return NULL;
}

/* ---- all messages ---- */

const char *served_seat_message(struct served *served, enum link_type type,
                                struct reader *payload)
{
    static const struct {
        enum link_type type;
        const char *(*take)(struct served *served, struct reader *payload);
    } rows[] = {
        {LINK_SEAT_JOIN, take_join}, {LINK_SEAT_LEAVE, take_leave},
        {LINK_SEAT_ROLE, take_role}, {LINK_REMEMBER, take_memory},
        {LINK_SEEN, take_seen},      {LINK_ACT, take_act},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].type == type)
            return rows[i].take(served, payload);
    return "a message that is not asked of sessions";
}
