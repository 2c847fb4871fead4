/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer.h"
#include "base/alloc.h"
#include "base/backoff.h"
#include "base/log.h"
#include "base/secret.h"
#include "server/attach/node.h"
#include "server/cluster/cluster.h"
#include "server/cluster/link_dial.h"
#include "server/cluster/peer_seats.h"
#include "server/cluster/peer_views.h"
#include "server/cluster/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IDS = 1024 }; /* buckets */

struct own_machine {
    struct peer_machine pm;
    struct own_machine *same; /* in its bucket */
    bool wanted;
};

struct own {
    struct peer peer;
    struct link *link; /* being made, or up: then peer.link is the same */
    struct backoff backoff;
    sd_event_source *retry;
    bool keep;
    unsigned n_wanted;
    struct own_machine *by_id[IDS];
    bool told_refused; /* that it does not answer was logged */
};

static struct own *own(struct peer *peer)
{
    return (struct own *)peer;
}

/* ---- dialing ---- */

static void dial(struct own *o);

static int on_retry(sd_event_source *source, uint64_t usec, void *self)
{
    struct own *o = self;
    (void)source;
    (void)usec;
    o->retry = sd_event_source_disable_unref(o->retry);
    dial(o);
    return 0;
}

static void retry_later(struct own *o)
{
    uint32_t random;
    secret_random(&random, sizeof(random));
    o->retry = sd_event_source_disable_unref(o->retry);
    sd_event_add_time_relative(o->peer.cluster->loop, &o->retry, CLOCK_MONOTONIC,
                               backoff_next_us(&o->backoff, random), 0, on_retry, o);
}

/* ---- what it says ---- */

static void take_place(struct own *o, const struct machine_msg *msg)
{
    struct machine_msg_place place = msg->place;
    struct cluster_place told = {
        .peer = &o->peer,
        .key = place.key,
        .name = place.name,
        .has_uuid = place.has_uuid,
        .state = place.state,
        .epoch = place.epoch,
        .by_link = true,
    };
    memcpy(told.uuid, place.uuid, sizeof(told.uuid));
    cluster_told_place(o->peer.cluster, &o->peer, &told);
}

static const char *take_about_node(struct own *o, enum link_type type,
                                   const struct machine_msg *msg)
{
    if (type == LINK_NODE)
        o->peer.draining = msg->on;
    else if (type == LINK_PLACE)
        take_place(o, msg);
    else
        cluster_told_gone(o->peer.cluster, &o->peer, msg->place.key);
    return NULL;
}

static const char *take_about_machine(struct own *o, enum link_type type,
                                      const struct machine_msg *msg)
{
    struct peer_machine *pm = peer_machine_find(&o->peer, msg->machine);
    if (pm && pm->open)
        node_place_told(pm, type, msg);
    return NULL;
}

typedef const char *taker(struct own *o, enum link_type type, const struct machine_msg *msg);

static taker *taker_of(enum link_type type)
{
    if (type >= LINK_PLACE && type <= LINK_NODE)
        return take_about_node;
    return type >= LINK_STATE && type <= LINK_INPUT_BACK ? take_about_machine : NULL;
}

static const char *on_message(void *self, enum link_type type, struct reader *payload)
{
    struct own *o = self;
    struct machine_msg msg;
    taker *take = taker_of(type);
    if (type >= LINK_VIEW_SIZE && type <= LINK_BLOCK)
        return peer_view_message(&o->peer, type, payload);
    if (type >= LINK_SEAT_JOINED && type <= LINK_SESSION_EVENT)
        return peer_seat_message(&o->peer, type, payload);
    if (!take)
        return "a message that is not for the node that called";
    const char *why = machine_msg_read(payload, type, &msg);
    return why ? why : take(o, type, &msg);
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

static bool on_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct own *o = self;
    (void)node;
    (void)why_r;
    o->peer.link = link;
    o->told_refused = false;
    backoff_reset(&o->backoff);
    cluster_peer_up(o->peer.cluster, &o->peer);
    for (struct peer_machine *pm = o->peer.machines; pm; pm = pm->next) {
        if (!pm->open)
            open_machine(o, pm);
    }
    return true;
}

static void close_machine(struct peer_machine *pm)
{
    if (!pm->open)
        return;
    pm->open = false;
    peer_views_down(pm);
    peer_seats_down(pm);
}

/* A place may go while it is told; then the list is begun again: who was told is not open. */
static void close_machines(struct own *o, const char *why)
{
    char *text = alloc_printf("the link to %s broke: %s", o->peer.node, why);
    for (struct peer_machine *pm = o->peer.machines; pm;) {
        if (!pm->open) {
            pm = pm->next;
            continue;
        }
        close_machine(pm);
        node_place_down(pm, text);
        pm = o->peer.machines;
    }
    free(text);
}

static void on_down(void *self, const char *why)
{
    struct own *o = self;
    bool was_up = o->peer.link;
    o->peer.link = NULL;
    link_free(&o->link);
    if (was_up || !o->told_refused)
        log_warning("cluster: %s%s%s: %s", o->peer.node, o->peer.address ? " at " : "",
                    o->peer.address ? o->peer.address : "", why);
    o->told_refused = true;
    if (was_up)
        close_machines(o, why);
    retry_later(o);
    if (was_up)
        cluster_peer_down(o->peer.cluster, &o->peer); /* it may forget the peer */
}

static const struct link_owner_ops link_ops = {
    .up = on_up,
    .message = on_message,
    .down = on_down,
};

static struct link_options options_of(struct own *o)
{
    return (struct link_options){.loop = o->peer.cluster->loop,
                                 .node = o->peer.cluster->node,
                                 .other = o->peer.node,
                                 .dialed = true,
                                 .ops = &link_ops,
                                 .self = o};
}

static void dial(struct own *o)
{
    const struct cluster *c = o->peer.cluster;
    struct link_options options = options_of(o);
    if (o->link || o->retry || !o->peer.address || !c->credentials ||
        (!o->keep && !o->n_wanted))
        return;
    o->link = link_dial(o->peer.address, c->credentials, &options);
}

void peer_is_there(struct peer *peer)
{
    struct own *o = own(peer);
    if (!o->retry)
        return;
    o->retry = sd_event_source_disable_unref(o->retry);
    dial(o);
}

void peer_take_stream(struct peer *peer, struct stream **stream)
{
    struct own *o = own(peer);
    struct link_options options = options_of(o);
    o->retry = sd_event_source_disable_unref(o->retry);
    link_free(&o->link);
    o->link = link_new(stream, &options);
}

void peer_put(struct peer *peer, enum link_type type, struct bytes *payload)
{
    if (peer->link)
        link_put(peer->link, type, payload, NULL, 0);
    else if (payload)
        bytes_clear(payload);
}

/* ---- life ---- */

struct peer *peer_new(struct cluster *cluster, const char *node, const char *address)
{
    struct own *o = ALLOC(struct own);
    o->peer.cluster = cluster;
    snprintf(o->peer.node, sizeof(o->peer.node), "%s", node);
    o->peer.address = alloc_text(address);
    o->peer.next_id = 1;
    o->peer.next = cluster->peers;
    cluster->peers = &o->peer;
    return &o->peer;
}

void peer_set_address(struct peer *peer, const char *address)
{
    if (peer->address && address && strcmp(peer->address, address) == 0)
        return;
    free(peer->address);
    peer->address = alloc_text(address);
    own(peer)->retry = sd_event_source_disable_unref(own(peer)->retry);
    backoff_reset(&own(peer)->backoff);
    dial(own(peer));
}

void peer_keep(struct peer *peer, bool on)
{
    own(peer)->keep = on;
    dial(own(peer));
}

void peer_free(struct peer **at)
{
    struct peer *peer = *at, **link;
    *at = NULL;
    if (!peer)
        return;
    while (peer->machines) {
        struct peer_machine *pm = peer->machines;
        close_machine(pm);
        node_place_orphan(pm);
        peer_machine_free(&pm);
    }
    peer->link = NULL;
    link_free(&own(peer)->link);
    sd_event_source_disable_unref(own(peer)->retry);
    link = &peer->cluster->peers;
    while (*link != peer)
        link = &(*link)->next;
    *link = peer->next;
    free(peer->address);
    free(peer);
}

/* ---- its machines ---- */

static struct own_machine **bucket(const struct peer *peer, uint32_t id)
{
    return &own((struct peer *)peer)->by_id[id % IDS];
}

struct peer_machine *peer_machine_find(const struct peer *peer, uint32_t id)
{
    struct own_machine *om = *bucket(peer, id);
    while (om && om->pm.id != id)
        om = om->same;
    return om ? &om->pm : NULL;
}

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
        open_machine(own(peer), pm);
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
    close_machine(pm);
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
    struct own *o = own(pm->peer);
    if (om->wanted == on)
        return;
    om->wanted = on;
    o->n_wanted += on ? 1u : -1u;
    dial(o);
}
