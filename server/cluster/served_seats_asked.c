/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats_private.h"
#include "base/log.h"
#include "server/cluster/served_private.h"

#include <errno.h>
#include <string.h>

#define REFUSALS_QUIET_US (10 * UINT64_C(1000000)) /* between two lines in the log, by link */

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

/* Who drove as it knows it, by the number that the session has here. */
static uint64_t driver_here(const struct console *c, const struct console_image *image)
{
    const struct image_session *s = image->sessions;
    const struct session *here = NULL;
    for (size_t i = 0; i < image->n_sessions && !here; i++)
        if (s[i].id == image->driver)
            here = console_find(c, s[i].user);
    return here ? here->id : image->driver;
}

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
        sm->seats->known_driver = driver_here(c, &image);
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
    const struct console *c = sm && sm->seats ? served_seats_console(sm->seats) : NULL;
    if (!c || told.serial < sm->seats->unseen)
        return NULL;
    sm->seats->unseen = 0;
    if (c->wheel.driver)
        sm->seats->known_driver = c->wheel.driver;
    return NULL;
}

/* ---- wishes ---- */

static const char *turn_wheel(struct served_seats *at, struct console *c,
                              const struct console_wish *wish, bool *queued_r)
{
    struct session *s = console_session(c, wish->session),
                   *target = console_session(c, wish->target);
    struct served_seat *by = served_seats_speaker(at, s);
    if (!wish->session)
        return console_act(c, wish->event, target);
    if (!by)
        return "there is no such session";
    if (!s->role_set && by->seat.role < ROLE_DRIVE)
        return "you may only watch";
    if (wish->event == WHEEL_PRESS || wish->event == WHEEL_MOTION) {
        if (seat_input(&by->seat, wish->event)) { /* its keys follow */
            at->unseen = 0;
            at->known_driver = s->id;
        }
        return NULL;
    }
    return session_act(s, wish->event, target, queued_r);
}

static const char *set_role(struct served_seats *at, struct console *c,
                            const struct console_wish *wish, bool *queued_r)
{
    struct session *s = console_session(c, wish->session);
    (void)at;
    (void)queued_r;
    return s ? session_set_role(s, wish->role) : "there is no such session";
}

static const char *end(struct served_seats *at, struct console *c,
                       const struct console_wish *wish, bool *queued_r)
{
    struct session *s = console_session(c, wish->session);
    (void)at;
    (void)queued_r;
    return s ? session_end(s, "an administrator ended the session")
             : "there is no such session";
}

static const char *say(struct served_seats *at, struct console *c,
                       const struct console_wish *wish, bool *queued_r)
{
    (void)at;
    (void)queued_r;
    return console_message(c, wish->text);
}

/*
 * What people do to the machine itself is for who drives, or would by the next key: their login
 * there and the rules here have bounded what each of them may.
 */
static const char *may_operate(const struct served_seats *at, const struct console *c,
                               const struct console_wish *wish)
{
    const struct served_seat *by = served_seats_speaker(at, console_session(c, wish->session));
    if (!by)
        return "there is no such session";
    return seat_may_drive(&by->seat) ? NULL : "only who drives may do that";
}

static const char *operated(int err)
{
    return err == 0         ? NULL
           : err == -EINVAL ? "the machine cannot have that size"
                            : "that cannot be done with this machine now";
}

static const char *resize(struct served_seats *at, struct console *c,
                          const struct console_wish *wish, bool *queued_r)
{
    const char *why = may_operate(at, c, wish);
    (void)queued_r;
    return why ? why : operated(machine_resize(at->sm->machine, wish->head, wish->w, wish->h));
}

static const char *switch_power(struct served_seats *at, struct console *c,
                                const struct console_wish *wish, bool *queued_r)
{
    const char *why = may_operate(at, c, wish);
    (void)queued_r;
    return why ? why : operated(machine_power(at->sm->machine, wish->power));
}

static const struct {
    const char *what;
    const char *(*carry_out)(struct served_seats *, struct console *,
                             const struct console_wish *, bool *queued_r);
} wishes[WISH_KINDS] = {
    [WISH_WHEEL] = {"control", turn_wheel}, [WISH_ROLE] = {"a role", set_role},
    [WISH_END] = {"an end", end},           [WISH_MESSAGE] = {"a message", say},
    [WISH_RESIZE] = {"a size", resize},     [WISH_POWER] = {"power", switch_power},
};

/* Whoever asks is told; here it is logged as often as a person can read. */
static void note_refusal(struct served *served, const struct console *c,
                         const struct console_wish *wish, const char *why)
{
    const struct session *s = console_session(c, wish->session);
    uint64_t now_us = 0;
    served->cluster->wishes_refused++;
    sd_event_now(served->cluster->loop, CLOCK_MONOTONIC, &now_us);
    if (now_us < served->refusals_quiet_until_us) {
        served->refusals_unsaid++;
        return;
    }
    log_warning("node %s asks for %s at %s, for %s: refused: %s (%u more since the last such "
                "line)",
                served->node, wishes[wish->kind].what, log_quote(c->machine),
                s               ? log_quote(session_user(s))
                : wish->session ? "a session that is not here"
                                : "its operator",
                why, served->refusals_unsaid);
    served->refusals_unsaid = 0;
    served->refusals_quiet_until_us = now_us + REFUSALS_QUIET_US;
}

static const char *take_act(struct served *served, struct reader *payload)
{
    struct seat_msg_act told;
    bool queued = false;
    if (!seat_msg_read_act(payload, &told))
        return "a malformed wish";
    struct served_machine *sm = served_machine_find(served, told.machine);
    struct console *c = sm && sm->seats ? served_seats_console(sm->seats) : NULL;
    if (sm && sm->seats) /* also by nothing, where it was asked of no home */
        sm->seats->answered = told.serial;
    if (!c || !console_is_home(c)) {
        served_seats_tell_verdict(served, &told,
                                  "the machine is on its way to another node: "
                                  "try again",
                                  false);
        return NULL;
    }
    const char *why = wishes[told.wish.kind].carry_out(sm->seats, c, &told.wish, &queued);
    if (why)
        note_refusal(served, c, &told.wish, why);
    served_seats_tell_verdict(served, &told, why, queued);
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
