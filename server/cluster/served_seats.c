/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats.h"
#include "auth/rules.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/cluster/seat_msg.h"
#include "server/cluster/served_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A viewer of the other node. */
struct served_seat {
    struct seat seat; /* first */
    struct served_seats *at;
    struct served_seat *next;
    struct seat_msg_join told; /* groups: not kept */
    char *groups;
};

/* All of one machine on one link, and what that node is told about the machine's sessions. */
struct served_seats {
    struct console_mirror mirror; /* first */
    struct served_machine *sm;
    struct served_seat *first;
    struct bytes events;   /* messages that wait, each behind its length */
    bool changed;          /* LINK_CONSOLE is to be sent */
    uint32_t answered;     /* the last LINK_ACT */
    bool remembered;       /* it said what it knew, since this is home; */
    bool late;             /* that was another driver than the one who drives */
    uint64_t unseen;       /* until it has seen this serial, its keys are of who drove before */
    sd_event_source *soon; /* sends all that */
};

enum { EVENTS_BYTES_MOST = 1 << 20 };

static struct sessions *sessions_of(const struct served_seats *at)
{
    return at->sm->served->cluster->sessions;
}

static struct console *console_of(const struct served_seats *at)
{
    const struct machine *m = at->sm->machine;
    const struct console_key key = {m ? m->name : "", m && m->has_uuid ? m->uuid : NULL};
    return m && sessions_of(at) ? sessions_console(sessions_of(at), &key) : NULL;
}

/* ---- telling ---- */

static void put(struct served_seats *at, enum link_type type, struct bytes *payload)
{
    link_put(at->sm->served->link, type, payload, NULL, 0);
    bytes_fini(payload);
}

static void tell_console(struct served_seats *at, const struct console *c)
{
    struct bytes b;
    char *image = console_image_of(c);
    const struct seat_msg_console m = {at->sm->id, at->answered, image, strlen(image)};
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_console(&b, &m);
    put(at, LINK_CONSOLE, &b);
    free(image);
}

static void tell_events(struct served_seats *at)
{
    struct reader r = reader_over(at->events.data, at->events.len);
    while (reader_left(&r)) {
        struct bytes b;
        uint32_t n = reader_u32(&r);
        bytes_init(&b, LINK_MESSAGE_MOST);
        bytes_put(&b, reader_bytes(&r, n), n);
        put(at, LINK_SESSION_EVENT, &b);
    }
    bytes_clear(&at->events);
}

/* First how it is, then what made it so. */
static void tell(struct served_seats *at, const struct console *c)
{
    if (at->changed && c)
        tell_console(at, c);
    at->changed = false;
    tell_events(at);
    sd_event_source_set_enabled(at->soon, SD_EVENT_OFF);
}

static int on_soon(sd_event_source *source, void *self)
{
    struct served_seats *at = self;
    (void)source;
    tell(at, at->mirror.console);
    return 0;
}

static void tell_soon(struct served_seats *at)
{
    at->changed = true;
    sd_event_source_set_enabled(at->soon, SD_EVENT_ONESHOT);
}

static void on_changed(struct console_mirror *mirror)
{
    tell_soon((struct served_seats *)mirror);
}

static void on_event(struct console_mirror *mirror, const struct session_event *e)
{
    struct served_seats *at = (struct served_seats *)mirror;
    size_t start = at->events.len;
    if (e->kind == SESSION_DRIVER_CHANGED)
        at->unseen = e->session ? e->console->serial + 1 : 0;
    if (start > EVENTS_BYTES_MOST)
        return;
    bytes_put_u32(&at->events, 0);
    seat_msg_put_event(&at->events, at->sm->id, e);
    bytes_patch_u32(&at->events, start, (uint32_t)(at->events.len - start - 4));
    tell_soon(at);
}

static void on_home_gone(struct console_mirror *mirror)
{
    struct served_seats *at = (struct served_seats *)mirror;
    tell(at, console_of(at));
    at->remembered = at->late = false;
}

/* ---- seats ---- */

static struct served_seat *find_seat(const struct served_seats *at, uint32_t id)
{
    struct served_seat *s = at->first;
    while (s && s->told.id.seat != id)
        s = s->next;
    return s;
}

static void free_seat(struct served_seat *s)
{
    struct served_seat **i = &s->at->first;
    while (*i != s)
        i = &(*i)->next;
    *i = s->next;
    s->at->sm->served->n_seats--;
    free(s->groups);
    free(s);
}

static void tell_gone(struct served_seats *at, const struct seat_msg_id *id, const char *why)
{
    struct seat_msg_gone gone = {.id = *id};
    struct bytes b;
    strncpy(gone.why, why, sizeof(gone.why) - 1);
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_gone(&b, &gone);
    put(at, LINK_SEAT_GONE, &b);
}

static bool another_drives(const struct served_seats *at, const struct seat *but)
{
    for (const struct served_seat *s = at->first; s; s = s->next)
        if (&s->seat != but && seat_drives(&s->seat))
            return true;
    return false;
}

/* What its node holds down is its driver's, unless several drive there. */
static void on_lift(struct seat *seat)
{
    struct served_machine *sm = ((struct served_seat *)seat)->at->sm;
    if (!sm->machine || another_drives(sm->seats, seat))
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
    tell_gone(s->at, &s->told.id, why);
    free_seat(s);
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
    put(s->at, LINK_SEAT_JOINED, &b);
}

static void send_away(struct served_seat *s, const char *why)
{
    on_lift(&s->seat);
    session_leave(&s->seat);
    on_leave(&s->seat, why);
}

/* Its role there, or what the rules here make of it, is another now. */
static void apply_rules(struct served_seat *s)
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

static const char *sit_down(struct served_seats *at, const struct seat_msg_join *told)
{
    const struct machine *m = at->sm->machine;
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct served_seat *s = seat_new(at, told);
    enum role role = bound(s, told->role);
    const char *why = "the access rules where the machine runs do not let you in";
    if (role > ROLE_NONE && session_join_as(sessions_of(at), &s->seat, &key, told->user, role,
                                            told->number, &why)) {
        tell_joined(s);
        return NULL;
    }
    free_seat(s);
    return why;
}

/* ---- what is asked ---- */

static const char *take_join(struct served *served, struct reader *payload)
{
    struct seat_msg_join told;
    const char *why = NULL;
    if (!seat_msg_read_join(payload, &told))
        return "a malformed seat";
    struct served_machine *sm = served_machine_find(served, told.id.machine);
    if (!sm || !sm->seats)
        return NULL;
    if (find_seat(sm->seats, told.id.seat))
        return "a seat's number is used twice";
    if (served->n_seats >= SERVED_SEATS_MOST)
        why = "too many viewers of one node";
    else
        why = sm->machine ? sit_down(sm->seats, &told) : CONSOLE_MOVED;
    if (why)
        tell_gone(sm->seats, &told.id, why);
    return NULL;
}

static struct served_seat *seat_of(const struct served *served, const struct seat_msg_id *id)
{
    const struct served_machine *sm = served_machine_find(served, id->machine);
    return sm && sm->seats ? find_seat(sm->seats, id->seat) : NULL;
}

static const char *take_leave(struct served *served, struct reader *payload)
{
    struct seat_msg_id id;
    if (!seat_msg_read_id(payload, &id))
        return "a malformed seat";
    struct served_seat *s = seat_of(served, &id);
    if (!s)
        return NULL;
    on_lift(&s->seat);
    session_leave(&s->seat);
    free_seat(s);
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
        apply_rules(s);
    }
    return NULL;
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
    struct console *c = sm && sm->seats ? console_of(sm->seats) : NULL;
    if (c) {
        console_remember(c, &image);
        sm->seats->remembered = true;
        sm->seats->late = c->wheel.driver != image.driver;
        tell_soon(sm->seats);
    }
    console_image_fini(&image);
    return NULL;
}

/* A viewer there in whose name something is wished; the one that may do most. */
static struct served_seat *speaker(const struct served_seats *at, const struct session *s)
{
    struct served_seat *best = NULL;
    for (struct seat *seat = s ? s->seats : NULL; seat; seat = seat->next) {
        struct served_seat *x = (struct served_seat *)seat;
        if (seat->ops == &seat_ops && x->at == at && (!best || seat->role > best->seat.role))
            best = x;
    }
    return best;
}

static const char *turn_wheel(struct served_seats *at, struct console *c,
                              const struct console_wish *wish)
{
    struct session *s = console_session(c, wish->session),
                   *target = console_session(c, wish->target);
    struct served_seat *by = speaker(at, s);
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
    struct console *c = sm && sm->seats ? console_of(sm->seats) : NULL;
    if (!c || !console_is_home(c))
        return NULL;
    const char *why = rows[told.wish.kind](sm->seats, c, &told.wish);
    if (why)
        log_debug("node %s: its wish at %s is refused: %s", served->node, c->machine, why);
    sm->seats->answered = told.serial;
    tell_soon(sm->seats);
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

/* ---- life ---- */

static void listen_to(struct served_seats *at)
{
    struct console *c = console_of(at);
    if (!c || !console_is_home(c) || at->mirror.console == c)
        return;
    console_mirror_remove(&at->mirror);
    console_mirror_add(c, &at->mirror);
    tell_soon(at);
}

void served_seats_begin(struct served_machine *sm)
{
    struct served_seats *at = sm->seats;
    if (!at) {
        at = sm->seats = ALLOC(struct served_seats);
        at->sm = sm;
        at->mirror = (struct console_mirror){
            .changed = on_changed, .event = on_event, .gone = on_home_gone};
        bytes_init(&at->events, EVENTS_BYTES_MOST * 2);
        sd_event_add_defer(sm->served->cluster->loop, &at->soon, on_soon, at);
        sd_event_source_set_enabled(at->soon, SD_EVENT_OFF);
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
        free_seat(at->first);
    }
    sd_event_source_disable_unref(at->soon);
    bytes_fini(&at->events);
    free(at);
    sm->seats = NULL;
}

static void apply_all_rules(struct served_seats *at)
{
    for (struct served_seat *s = at->first, *next; s; s = next) {
        next = s->next;
        apply_rules(s);
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

/* ---- input ---- */

static struct seat *typist(const struct served_seats *at, const struct console *c)
{
    const struct session *driver = console_driver(c);
    struct served_seat *s = speaker(at, driver);
    if (c->wheel.sharing != SHARING_FREE)
        return s ? &s->seat : NULL;
    for (s = at->first; s; s = s->next)
        if (seat_drives(&s->seat))
            return &s->seat;
    return NULL;
}

bool served_is_late(const struct served_machine *sm)
{
    const struct served_seats *at = sm->seats;
    const struct console *c = at ? console_of(at) : NULL;
    if (!c || !console_is_home(c) || c->wheel.sharing != SHARING_SINGLE || !c->wheel.driver)
        return false;
    return at->remembered ? at->late : c->decided && !speaker(at, console_driver(c));
}

uint64_t served_driver(const struct served_machine *sm)
{
    const struct console *c = sm->seats ? console_of(sm->seats) : NULL;
    const struct session *driver = c ? console_driver(c) : NULL;
    return driver ? driver->id : sm->hands.owner;
}

bool served_may_type(struct served_machine *sm, bool press, uint64_t *owner_r)
{
    struct console *c = sm->seats ? console_of(sm->seats) : NULL;
    struct seat *seat = c && console_is_home(c) ? typist(sm->seats, c) : NULL;
    if (!seat || sm->seats->unseen || !seat_input(seat, press ? WHEEL_PRESS : WHEEL_MOTION))
        return false;
    *owner_r = seat->session->id;
    return true;
}
