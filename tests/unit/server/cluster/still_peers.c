/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/cluster/still_peers.h"
#include "base/alloc.h"
#include "server/cluster/peer.h"

#include <stdio.h>
#include <stdlib.h>

struct peer *still_peer_new(struct cluster *c, const char *node, const char *address)
{
    struct peer *p = ALLOC(struct peer);
    p->cluster = c;
    snprintf(p->node, sizeof(p->node), "%s", node);
    p->address = alloc_text(address);
    p->next = c->peers;
    c->peers = p;
    return p;
}

void still_peer_set_address(struct peer *peer, const char *address)
{
    free(peer->address);
    peer->address = alloc_text(address);
}

void still_peer_free(struct peer **peer)
{
    struct peer *p = *peer, **at = &p->cluster->peers;
    *peer = NULL;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    link_free(&p->link);
    free(p->address);
    free(p);
}

static void keep(struct peer *peer, bool on)
{
    (void)peer;
    (void)on;
}

static void pass_over(struct cluster *c, struct cluster_place *place)
{
    (void)c;
    (void)place;
}

static void own_gone(struct cluster *c)
{
    (void)c;
}

const struct directory_ops still_peers = {
    .new_peer = still_peer_new,
    .set_address = still_peer_set_address,
    .keep_peer = keep,
    .free_peer = still_peer_free,
    .open_place = pass_over,
    .close_place = pass_over,
    .place_changed = pass_over,
    .own_gone = own_gone,
};
