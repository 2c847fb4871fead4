/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes of the directory, and which links to them are kept. */
#include <config.h>
#include "server/cluster/directory_private.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/peer.h"

#include <stdio.h>
#include <string.h>

struct known_node *directory_node(const struct directory *d, const char *name)
{
    return (struct known_node *)text_map_find(&d->by_name, name);
}

/*
 * CLUSTER_LINKS_MOST links are up before anybody needs them. Which, depends on both names, so
 * that no node is everybody's: FNV-1a over both, mixed as the finalizer of MurmurHash3 does.
 */
static uint64_t rank_of(const char *own, const char *other)
{
    uint64_t h = 0xcbf29ce484222325;
    for (const char *p = own; *p; p++)
        h = (h ^ (uint8_t)*p) * 0x100000001b3;
    h *= 0x100000001b3; /* the end of the first */
    for (const char *p = other; *p; p++)
        h = (h ^ (uint8_t)*p) * 0x100000001b3;
    h = (h ^ h >> 33) * 0xff51afd7ed558ccd;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53;
    return h ^ h >> 33;
}

struct known_node *directory_add_node(struct directory *d, const char *name)
{
    if (d->by_name.n >= CLUSTER_NODES_MOST) {
        if (!d->nodes_full_told)
            log_error("cluster: there are more than %d other nodes; the rest is left out",
                      CLUSTER_NODES_MOST);
        d->nodes_full_told = true;
        return NULL;
    }
    struct known_node *n = ALLOC(struct known_node);
    n->directory = d;
    n->down_us = directory_now_us(d);
    snprintf(n->name, sizeof(n->name), "%s", name);
    n->rank = rank_of(d->cluster->node, n->name);
    n->next = d->first;
    n->link = &d->first;
    if (n->next)
        n->next->link = &n->next;
    d->first = n;
    text_map_add(&d->by_name, &n->entry, n->name);
    return n;
}

void directory_list_peer(struct known_node *n)
{
    struct cluster *c = n->directory->cluster;
    n->peer = n->directory->ops->new_peer(c, n->name, n->address);
    n->peer->draining = n->draining;
}

static struct known_node *last_kept(const struct directory *d)
{
    struct known_node *last = NULL;
    for (struct known_node *n = d->first; n; n = n->next)
        if (n->kept && (!last || n->rank > last->rank))
            last = n;
    return last;
}

static void count_kept(struct known_node *n, bool kept)
{
    struct directory *d = n->directory;
    d->n_kept += (unsigned)kept - (unsigned)n->kept;
    n->kept = kept;
    d->last_kept = last_kept(d);
}

static void set_kept(struct known_node *n, bool kept)
{
    count_kept(n, kept);
    n->directory->ops->keep_peer(n->peer, kept);
}

void directory_keep_link(struct known_node *n)
{
    struct directory *d = n->directory;
    if (d->n_kept >= CLUSTER_LINKS_MOST) {
        if (n->rank >= d->last_kept->rank)
            return;
        set_kept(d->last_kept, false);
    }
    set_kept(n, true);
}

void directory_keep_others(struct directory *d)
{
    while (d->n_kept < CLUSTER_LINKS_MOST) {
        struct known_node *next = NULL;
        for (struct known_node *n = d->first; n; n = n->next)
            if (n->peer && !n->kept && (!next || n->rank < next->rank))
                next = n;
        if (!next)
            return;
        set_kept(next, true);
    }
}

void directory_unlist_peer(struct known_node *n)
{
    count_kept(n, false);
    n->directory->ops->free_peer(&n->peer);
}
