/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer.h"
#include "base/alloc.h"
#include "base/log.h"
#include "base/secret.h"
#include "server/attach/node.h"
#include "server/cluster/cluster.h"
#include "server/cluster/link_dial.h"
#include "server/cluster/peer_private.h"
#include "server/cluster/peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- dialing ---- */

static int on_retry(sd_event_source *source, uint64_t usec, void *self)
{
    struct own *o = self;
    (void)source;
    (void)usec;
    o->retry = sd_event_source_disable_unref(o->retry);
    peer_dial(o);
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

/* ---- up and down ---- */

/* A link that lived so long was no passing one: two daemons of one name end each other's. */
#define STEADY_US (10 * UINT64_C(1000000))

static uint64_t now_us(const struct own *o)
{
    uint64_t now = 0;
    sd_event_now(o->peer.cluster->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static bool on_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct own *o = self;
    (void)node;
    (void)why_r;
    o->peer.link = link;
    o->told_refused = false;
    o->up_us = now_us(o);
    cluster_peer_up(o->peer.cluster, &o->peer);
    peer_machines_up(o);
    return true;
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
        peer_machines_down(o, why);
    if (was_up && now_us(o) - o->up_us >= STEADY_US)
        backoff_reset(&o->backoff);
    retry_later(o);
    if (was_up)
        cluster_peer_down(o->peer.cluster, &o->peer); /* it may forget the peer */
}

static const struct link_owner_ops link_ops = {
    .up = on_up,
    .message = peer_on_message,
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

void peer_dial(struct own *o)
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
    struct own *o = peer_own(peer);
    if (!o->retry)
        return;
    o->retry = sd_event_source_disable_unref(o->retry);
    peer_dial(o);
}

void peer_take_stream(struct peer *peer, struct stream **stream)
{
    struct own *o = peer_own(peer);
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
    peer_own(peer)->retry = sd_event_source_disable_unref(peer_own(peer)->retry);
    backoff_reset(&peer_own(peer)->backoff);
    peer_dial(peer_own(peer));
}

void peer_keep(struct peer *peer, bool on)
{
    peer_own(peer)->keep = on;
    peer_dial(peer_own(peer));
}

void peer_free(struct peer **at)
{
    struct peer *peer = *at, **link;
    *at = NULL;
    if (!peer)
        return;
    while (peer->machines) {
        struct peer_machine *pm = peer->machines;
        peer_machine_close(pm);
        node_place_orphan(pm);
        peer_machine_free(&pm);
    }
    peer->link = NULL;
    link_free(&peer_own(peer)->link);
    sd_event_source_disable_unref(peer_own(peer)->retry);
    link = &peer->cluster->peers;
    while (*link != peer)
        link = &(*link)->next;
    *link = peer->next;
    free(peer->address);
    free(peer);
}
