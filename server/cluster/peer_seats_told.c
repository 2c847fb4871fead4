/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_seats_private.h"
#include "server/machine/machines.h"

#include <stdlib.h>
#include <string.h>

static struct away_seat *find_seat(const struct console *c, uint32_t id)
{
    const struct away_seats *as = c ? c->home_self : NULL;
    struct away_seat *a = as && id ? as->first : NULL;
    while (a && a->id != id)
        a = a->next;
    return a;
}

static const char *take_joined(struct peer *peer, struct reader *payload)
{
    struct seat_msg_role told;
    if (!seat_msg_read_role(payload, &told))
        return "a malformed seat";
    struct away_seat *a = find_seat(away_seats_console(peer, told.id.machine), told.id.seat);
    if (a)
        console_seat_joined(a->seat, told.session, told.role);
    return NULL;
}

/* The words of another node, as ours: viewers keep them. */
static const char *cause(const char *why)
{
    static const char *const known[] = {
        "an administrator ended the session",
        "an administrator closed the session",
        "you have as many viewers here as one user may have",
        "the access rules where the machine runs do not let you in",
        "the access rules do not let it in any more",
        "too many viewers of one node",
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(why, known[i]) == 0)
            return known[i];
    return "the node where the machine runs sent it away";
}

static const char *take_gone(struct peer *peer, struct reader *payload)
{
    struct seat_msg_gone told;
    if (!seat_msg_read_gone(payload, &told))
        return "a malformed seat";
    struct away_seat *a = find_seat(away_seats_console(peer, told.id.machine), told.id.seat);
    if (!a)
        return NULL;
    struct seat *seat = a->seat;
    a->id = 0; /* it need not be told that we leave */
    if (strcmp(told.why, CONSOLE_MOVED) == 0)
        return NULL;
    seat->ops->leave(seat, cause(told.why));
    session_leave(seat);
    return NULL;
}

static struct machine *machine_at(const struct peer *peer, uint32_t id)
{
    struct machine *m = peer->cluster->machines->first;
    for (; m; m = m->next) {
        const struct peer_machine *pm = machine_elsewhere(m);
        if (pm && pm->peer == peer && pm->id == id)
            return m;
    }
    return NULL;
}

/* Who is there is known here, too, when nobody is: the machine may come here. */
static struct console *console_for(struct peer *peer, uint32_t id,
                                   const struct console_image *image)
{
    struct console *c = away_seats_console(peer, id);
    struct machine *m = c || !image->n_sessions ? NULL : machine_at(peer, id);
    if (!m)
        return c;
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    console_get(peer->cluster->sessions, &key);
    return away_seats_console(peer, id);
}

static void apply_image(struct console *c, const struct console_image *image, uint32_t answered)
{
    struct away_seats *as = c->home_self;
    struct peer_machine *pm = away_seats_reach(as);
    console_told(c, image, answered == as->acts);
    if (pm && image->driver)
        away_seats_tell_seen(pm, c);
    if (pm)
        away_seats_ask(as, pm);
    console_release(c);
}

void away_seats_keep_image(struct peer_machine *pm, const struct seat_msg_console *told)
{
    free(pm->sessions);
    pm->sessions = told ? strndup(told->image, told->image_n) : NULL;
}

void away_seats_take_kept_image(struct peer_machine *pm)
{
    struct console_image image;
    const char *why = NULL;
    char *text = pm->sessions;
    pm->sessions = NULL;
    if (text && console_image_parse(&image, text, strlen(text), &why) == 0) {
        struct console *c = console_for(pm->peer, pm->id, &image);
        if (c)
            apply_image(c, &image, 0);
        console_image_fini(&image);
    }
    free(text);
}

static const char *take_console(struct peer *peer, struct reader *payload)
{
    struct seat_msg_console told;
    struct console_image image;
    const char *why = NULL;
    if (!seat_msg_read_console(payload, &told))
        return "malformed sessions";
    if (console_image_parse(&image, told.image, told.image_n, &why) < 0)
        return why;
    struct console *c = console_for(peer, told.machine, &image);
    struct peer_machine *pm = peer_machine_find(peer, told.machine);
    if (pm && pm->open)
        away_seats_keep_image(pm, c ? NULL : &told);
    if (c)
        apply_image(c, &image, told.answered);
    console_image_fini(&image);
    return NULL;
}

static const char *take_event(struct peer *peer, struct reader *payload)
{
    struct seat_msg_event told;
    if (!seat_msg_read_event(payload, &told))
        return "a malformed event";
    struct console *c = away_seats_console(peer, told.machine);
    if (c)
        console_told_event(c, told.kind, told.time_us, &told.session, &told.other,
                           told.has_text ? told.text : NULL);
    return NULL;
}

static const char *take_verdict(struct peer *peer, struct reader *payload)
{
    struct seat_msg_verdict told;
    if (!seat_msg_read_verdict(payload, &told))
        return "a malformed verdict";
    struct console *c = away_seats_console(peer, told.machine);
    if (!c)
        return NULL;
    console_answered(c, told.serial, told.why[0] ? told.why : NULL, told.queued);
    console_release(c);
    return NULL;
}

const char *peer_seat_message(struct peer *peer, enum link_type type, struct reader *payload)
{
    static const struct {
        enum link_type type;
        const char *(*take)(struct peer *peer, struct reader *payload);
    } rows[] = {
        {LINK_SEAT_JOINED, take_joined}, {LINK_SEAT_GONE, take_gone},
        {LINK_CONSOLE, take_console},    {LINK_SESSION_EVENT, take_event},
        {LINK_VERDICT, take_verdict},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].type == type)
            return rows[i].take(peer, payload);
    return "a message that sessions are not told";
}
