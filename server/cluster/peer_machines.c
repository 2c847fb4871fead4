/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines at a peer: asked for while its link is up. */
#include <config.h>
#include "base/alloc.h"
#include "server/attach/node.h"
#include "server/cluster/peer_private.h"
#include "server/cluster/peer_seats.h"
#include "server/cluster/peer_views.h"
#include "server/cluster/peers.h"

#include <stdio.h>
#include <stdlib.h>

struct own_machine {
    struct peer_machine pm;
    struct own_machine *same; /* in its bucket */
    bool wanted;
};

static struct own_machine **bucket(const struct peer *peer, uint32_t id)
{
    return &peer_own((struct peer *)peer)->by_id[id % PEER_IDS];
}

struct peer_machine *peer_machine_find(const struct peer *peer, uint32_t id)
{
    struct own_machine *om = *bucket(peer, id);
    while (om && om->pm.id != id)
        om = om->same;
    return om ? &om->pm : NULL;
}

/* ---- up and down ---- */

static void open_machine(struct own *o, struct peer_machine *pm)
{
    struct machine_msg msg = {.machine = pm->id};
    struct bytes b;
    snprintf(msg.key, sizeof(msg.key), "%s", pm->key);
    bytes_init(&b, LINK_MESSAGE_MOST);
    machine_msg_put(&b, LINK_OPEN, &msg);
    pm->open = true;
    peer_put(&o->peer, LINK_OPEN, &b);
    bytes_fini(&b);
    node_place_up(pm);
    peer_views_up(pm);
    peer_seats_up(pm);
}

void peer_machines_up(struct own *o)
{
    for (struct peer_machine *pm = o->peer.machines; pm; pm = pm->next) {
        if (!pm->open)
            open_machine(o, pm);
    }
}

void peer_machine_close(struct peer_machine *pm)
{
    if (!pm->open)
        return;
    pm->open = false;
    peer_views_down(pm);
    peer_seats_down(pm);
}

/* A place may go while it is told; then the list is begun again: who was told is not open. */
void peer_machines_down(struct own *o, const char *why)
{
    char *text = alloc_printf("the link to %s broke: %s", o->peer.node, why);
    for (struct peer_machine *pm = o->peer.machines; pm;) {
        if (!pm->open) {
            pm = pm->next;
            continue;
        }
        peer_machine_close(pm);
        node_place_down(pm, text);
        pm = o->peer.machines;
    }
    free(text);
}

/* ---- life ---- */

struct peer_machine *peer_machine_new(struct peer *peer, const char *key, void *place)
{
    struct own_machine *om = ALLOC(struct own_machine);
    struct peer_machine *pm = &om->pm;
    pm->peer = peer;
    pm->id = peer->next_id++;
    pm->key = alloc_text(key);
    pm->place = place;
    pm->next = peer->machines;
    if (pm->next)
        pm->next->link = &pm->next;
    pm->link = &peer->machines;
    peer->machines = pm;
    om->same = *bucket(peer, pm->id);
    *bucket(peer, pm->id) = om;
    if (peer->link)
        open_machine(peer_own(peer), pm);
    return pm;
}

static void say_closed(struct peer_machine *pm)
{
    struct machine_msg msg = {.machine = pm->id};
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    machine_msg_put(&b, LINK_CLOSE, &msg);
    peer_put(pm->peer, LINK_CLOSE, &b);
    bytes_fini(&b);
}

void peer_machine_free(struct peer_machine **at)
{
    struct peer_machine *pm = *at;
    *at = NULL;
    if (!pm)
        return;
    struct own_machine *om = (struct own_machine *)pm, **same = bucket(pm->peer, pm->id);
    if (pm->open)
        say_closed(pm);
    peer_machine_close(pm);
    peer_views_end(pm);
    peer_machine_want(pm, false);
    while (*same != om)
        same = &(*same)->same;
    *same = om->same;
    *pm->link = pm->next;
    if (pm->next)
        pm->next->link = pm->link;
    free(pm->key);
    free(om);
}

void peer_machine_want(struct peer_machine *pm, bool on)
{
    struct own_machine *om = (struct own_machine *)pm;
    struct own *o = peer_own(pm->peer);
    if (om->wanted == on)
        return;
    om->wanted = on;
    o->n_wanted += on ? 1u : -1u;
    peer_dial(o);
}
