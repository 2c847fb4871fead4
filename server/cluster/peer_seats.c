/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_seats.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/cluster/seat_msg.h"
#include "server/cluster/served_seats.h"
#include "server/machine/machines.h"

#include <stdlib.h>
#include <string.h>

/* A seat of ours, at home. */
struct away_seat {
    struct away_seat *next;
    struct seat *seat;
    uint32_t id; /* on the present link; 0: not asked for there */
};

/*
 * A console's home at another node. It is found by the node's name and the machine's number
 * there, so that neither needs to tell when it goes.
 */
struct away_seats {
    struct cluster *cluster;
    char node[LINK_NODE_NAME_MOST + 1];
    uint32_t machine;
    struct away_seat *first;
    uint32_t acts; /* LINK_ACTs on the present link */
};

static const struct console_home_ops home_ops;

/* ---- finding ---- */

static bool asks_others(const struct console *c)
{
    return c->home == CONSOLE_AWAY && c->home_ops == &home_ops;
}

/* The machine there, when it can be asked now; else NULL. */
static struct peer_machine *reach(const struct away_seats *as)
{
    struct peer *peer = cluster_peer(as->cluster, as->node);
    struct peer_machine *pm = peer && peer->link ? peer_machine_find(peer, as->machine) : NULL;
    return pm && pm->open ? pm : NULL;
}

static struct console *console_at(const struct peer *peer, uint32_t machine)
{
    const struct sessions *all = peer->cluster->sessions;
    for (struct console *c = all ? all->consoles : NULL; c; c = c->next) {
        const struct away_seats *as = asks_others(c) ? c->home_self : NULL;
        if (as && as->machine == machine && strcmp(as->node, peer->node) == 0)
            return c;
    }
    return NULL;
}

static bool is_console_of(const struct console *c, const struct machine *m)
{
    return c->has_uuid && m->has_uuid ? memcmp(c->uuid, m->uuid, sizeof(m->uuid)) == 0
                                      : strcmp(c->machine, m->name) == 0;
}

/* ---- asking ---- */

static void put(struct peer *peer, enum link_type type, struct bytes *b)
{
    peer_put(peer, type, b);
    bytes_fini(b);
}

static void ask_seat(const struct away_seats *as, struct away_seat *a, struct peer_machine *pm)
{
    struct seat_description d = {0};
    struct seat_msg_join m = {.number = a->seat->session->id, .role = a->seat->login};
    struct bytes b;
    if (a->seat->ops->describe)
        a->seat->ops->describe(a->seat, &d);
    (void)as;
    a->id = pm->peer->next_id++;
    m.id = (struct seat_msg_id){pm->id, a->id};
    m.by_ticket = d.by_ticket;
    m.viewer = d.id;
    m.groups = d.groups;
    m.groups_n = d.groups_n;
    strncpy(m.user, a->seat->session->user, sizeof(m.user) - 1);
    strncpy(m.address, d.address ? d.address : "", sizeof(m.address) - 1);
    strncpy(m.transport, d.transport ? d.transport : "", sizeof(m.transport) - 1);
    strncpy(m.security, d.security ? d.security : "", sizeof(m.security) - 1);
    strncpy(m.encoding, d.encoding ? d.encoding : "", sizeof(m.encoding) - 1);
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_join(&b, &m);
    put(pm->peer, LINK_SEAT_JOIN, &b);
}

/* For a home that has just become one; it answers with what it knows. */
static void tell_memory(const struct console *c, struct peer_machine *pm)
{
    struct bytes b;
    char *image = console_image_of(c);
    const struct seat_msg_console m = {pm->id, 0, image, strlen(image)};
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_console(&b, &m);
    put(pm->peer, LINK_REMEMBER, &b);
    free(image);
}

static void ask_seats(const struct away_seats *as, struct peer_machine *pm)
{
    for (struct away_seat *a = as->first; a; a = a->next)
        if (!a->id)
            ask_seat(as, a, pm);
}

static void on_join(void *self, struct seat *seat)
{
    struct away_seats *as = self;
    struct away_seat *a = ALLOC(struct away_seat);
    struct peer_machine *pm = reach(as);
    *a = (struct away_seat){.next = as->first, .seat = seat};
    as->first = a;
    seat->at_home = a;
    if (pm)
        ask_seat(as, a, pm);
}

static void unlist(struct away_seats *as, struct away_seat *a)
{
    struct away_seat **at = &as->first;
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    a->seat->at_home = NULL;
    free(a);
}

static void on_leave(void *self, struct seat *seat)
{
    struct away_seats *as = self;
    struct away_seat *a = seat->at_home;
    struct peer_machine *pm = reach(as);
    if (!a)
        return;
    if (pm && a->id) {
        const struct seat_msg_id id = {pm->id, a->id};
        struct bytes b;
        bytes_init(&b, LINK_MESSAGE_MOST);
        seat_msg_put_id(&b, &id);
        put(pm->peer, LINK_SEAT_LEAVE, &b);
    }
    unlist(as, a);
}

static void on_role(void *self, struct seat *seat)
{
    struct away_seats *as = self;
    struct away_seat *a = seat->at_home;
    struct peer_machine *pm = reach(as);
    if (!a || !a->id || !pm)
        return;
    const struct seat_msg_role m = {{pm->id, a->id}, 0, seat->login};
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_role(&b, &m);
    put(pm->peer, LINK_SEAT_ROLE, &b);
}

static bool on_act(void *self, const struct console_wish *wish)
{
    struct away_seats *as = self;
    struct peer_machine *pm = reach(as);
    struct bytes b;
    if (!pm)
        return false;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_act(&b, pm->id, ++as->acts, wish);
    put(pm->peer, LINK_ACT, &b);
    return true;
}

static const struct console_home_ops home_ops = {
    .join = on_join, .leave = on_leave, .role = on_role, .act = on_act, .forgotten = free};

/* ---- being told ---- */

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
    struct away_seat *a = find_seat(console_at(peer, told.id.machine), told.id.seat);
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
    struct away_seat *a = find_seat(console_at(peer, told.id.machine), told.id.seat);
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
    struct console *c = console_at(peer, id);
    struct machine *m = c || !image->n_sessions ? NULL : machine_at(peer, id);
    if (!m)
        return c;
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    console_get(peer->cluster->sessions, &key);
    return console_at(peer, id);
}

/* Keys follow that are typed by who drives now. */
static void tell_seen(struct peer_machine *pm, const struct console *c)
{
    const struct seat_msg_seen m = {pm->id, c->serial};
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_seen(&b, &m);
    put(pm->peer, LINK_SEEN, &b);
}

static void apply_image(struct console *c, const struct console_image *image, uint32_t answered)
{
    struct away_seats *as = c->home_self;
    struct peer_machine *pm = reach(as);
    console_told(c, image, answered == as->acts);
    if (pm && image->driver)
        tell_seen(pm, c);
    if (pm)
        ask_seats(as, pm);
    console_release(c);
}

/* Told before the place is active here: it is not told again, so it is kept until then. */
static void keep_image(struct peer_machine *pm, const struct seat_msg_console *told)
{
    free(pm->sessions);
    pm->sessions = told ? strndup(told->image, told->image_n) : NULL;
}

static void take_kept_image(struct peer_machine *pm)
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
        keep_image(pm, c ? NULL : &told);
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
    struct console *c = console_at(peer, told.machine);
    if (c)
        console_told_event(c, told.kind, told.time_us, &told.session, &told.other,
                           told.has_text ? told.text : NULL);
    return NULL;
}

const char *peer_seat_message(struct peer *peer, enum link_type type, struct reader *payload)
{
    static const struct {
        enum link_type type;
        const char *(*take)(struct peer *peer, struct reader *payload);
    } rows[] = {
        {LINK_SEAT_JOINED, take_joined},
        {LINK_SEAT_GONE, take_gone},
        {LINK_CONSOLE, take_console},
        {LINK_SESSION_EVENT, take_event},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].type == type)
            return rows[i].take(peer, payload);
    return "a message that sessions are not told";
}

/* ---- the link ---- */

static void forget_link(struct away_seats *as)
{
    as->acts = 0;
    for (struct away_seat *a = as->first; a; a = a->next)
        a->id = 0;
}

void peer_seats_up(struct peer_machine *pm)
{
    struct console *c = console_at(pm->peer, pm->id);
    if (!c)
        return;
    forget_link(c->home_self);
    tell_memory(c, pm);
    ask_seats(c->home_self, pm);
}

void peer_seats_down(struct peer_machine *pm)
{
    struct console *c = console_at(pm->peer, pm->id);
    keep_image(pm, NULL);
    if (c)
        forget_link(c->home_self);
}

/* ---- following the machine ---- */

static void go_away(struct cluster *c, struct console *console, struct peer_machine *pm)
{
    struct away_seats *as, *before = asks_others(console) ? console->home_self : NULL;
    if (before && before->machine == pm->id && strcmp(before->node, pm->peer->node) == 0)
        return;
    as = ALLOC(struct away_seats);
    as->cluster = c;
    as->machine = pm->id;
    strcpy(as->node, pm->peer->node);
    if (reach(as))
        tell_memory(console, pm);
    console_go_away(console, &home_ops, as);
    free(before);
}

static void come_home(struct cluster *c, struct console *console, struct machine *m)
{
    struct away_seats *before = asks_others(console) ? console->home_self : NULL;
    console_come_home(console);
    free(before);
    served_seats_follow(c, m);
}

/* Without an active place it stays as it is: where it was last, it goes on being decided. */
static void follow(struct cluster *c, struct console *console, struct machine *m)
{
    struct peer_machine *pm = machine_elsewhere(m);
    if (pm)
        go_away(c, console, pm);
    else if (m->active)
        come_home(c, console, m);
}

void peer_seats_follow(struct cluster *c, struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct console *console;
    if (m->lobby || !c->sessions)
        return;
    console = sessions_console(c->sessions, &key);
    if (!console && cluster_is_home(m))
        console_get(c->sessions, &key);
    else if (console)
        follow(c, console, m);
    else if (machine_elsewhere(m) && machine_elsewhere(m)->sessions)
        take_kept_image(machine_elsewhere(m));
    if (console)
        console_release(console);
}

static void go_nowhere(struct console *console)
{
    struct away_seats *before = asks_others(console) ? console->home_self : NULL;
    console_go_nowhere(console);
    free(before);
}

void peer_seats_gone(struct cluster *c, const struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct console *console = c->sessions ? sessions_console(c->sessions, &key) : NULL;
    if (!console || m->lobby)
        return;
    go_nowhere(console);
    console_forget_absent(console);
}

static void on_console(void *self, struct console *console)
{
    struct cluster *c = self;
    for (struct machine *m = c->machines->first; m; m = m->next)
        if (!m->lobby && is_console_of(console, m)) {
            follow(c, console, m);
            return;
        }
}

void peer_seats_start(struct cluster *c)
{
    c->sessions->on_console = on_console;
    c->sessions->on_console_self = c;
    for (struct machine *m = c->machines->first; m; m = m->next)
        peer_seats_follow(c, m);
}

void peer_seats_stop(struct cluster *c)
{
    if (!c->sessions)
        return;
    for (struct console *console = c->sessions->consoles; console; console = console->next)
        if (asks_others(console))
            go_nowhere(console);
    c->sessions->on_console = NULL;
    c->sessions = NULL;
}
