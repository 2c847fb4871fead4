/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_seats_private.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

bool away_seats_asks(const struct console *c)
{
    return c->home == CONSOLE_AWAY && c->home_ops == &away_seats_ops;
}

struct peer_machine *away_seats_reach(const struct away_seats *as)
{
    struct peer *peer = cluster_peer(as->cluster, as->node);
    struct peer_machine *pm = peer && peer->link ? peer_machine_find(peer, as->machine) : NULL;
    return pm && pm->open ? pm : NULL;
}

struct console *away_seats_console(const struct peer *peer, uint32_t machine)
{
    const struct sessions *all = peer->cluster->sessions;
    for (struct console *c = all ? all->consoles : NULL; c; c = c->next) {
        const struct away_seats *as = away_seats_asks(c) ? c->home_self : NULL;
        if (as && as->machine == machine && strcmp(as->node, peer->node) == 0)
            return c;
    }
    return NULL;
}

static void put(struct peer *peer, enum link_type type, struct bytes *b)
{
    peer_put(peer, type, b);
    bytes_fini(b);
}

static void ask_seat(struct away_seat *a, struct peer_machine *pm)
{
    struct seat_description d = {0};
    struct seat_msg_join m = {.number = a->seat->session->id, .role = a->seat->login};
    struct bytes b;
    if (a->seat->ops->describe)
        a->seat->ops->describe(a->seat, &d);
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

void away_seats_tell_memory(const struct console *c, struct peer_machine *pm)
{
    struct bytes b;
    char *image = console_image_of(c);
    const struct seat_msg_console m = {pm->id, 0, image, strlen(image)};
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_console(&b, &m);
    put(pm->peer, LINK_REMEMBER, &b);
    free(image);
}

void away_seats_tell_seen(struct peer_machine *pm, const struct console *c)
{
    const struct seat_msg_seen m = {pm->id, c->serial};
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_seen(&b, &m);
    put(pm->peer, LINK_SEEN, &b);
}

void away_seats_ask(const struct away_seats *as, struct peer_machine *pm)
{
    for (struct away_seat *a = as->first; a; a = a->next)
        if (!a->id)
            ask_seat(a, pm);
}

static void on_join(void *self, struct seat *seat)
{
    struct away_seats *as = self;
    struct away_seat *a = ALLOC(struct away_seat);
    struct peer_machine *pm = away_seats_reach(as);
    *a = (struct away_seat){.next = as->first, .seat = seat};
    as->first = a;
    seat->at_home = a;
    if (pm)
        ask_seat(a, pm);
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
    struct peer_machine *pm = away_seats_reach(as);
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
    struct peer_machine *pm = away_seats_reach(as);
    if (!a || !a->id || !pm)
        return;
    const struct seat_msg_role m = {{pm->id, a->id}, 0, seat->login};
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_role(&b, &m);
    put(pm->peer, LINK_SEAT_ROLE, &b);
}

static uint32_t on_act(void *self, const struct console_wish *wish)
{
    struct away_seats *as = self;
    struct peer_machine *pm = away_seats_reach(as);
    struct bytes b;
    if (!pm)
        return 0;
    as->acts += as->acts == UINT32_MAX ? 2 : 1;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_act(&b, pm->id, as->acts, wish);
    put(pm->peer, LINK_ACT, &b);
    return as->acts;
}

const struct console_home_ops away_seats_ops = {
    .join = on_join, .leave = on_leave, .role = on_role, .act = on_act, .forgotten = free};
