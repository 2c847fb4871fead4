/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people are told about the nodes. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster_parts.h"
#include "server/cluster/peer.h"
#include "server/config.h"
#include "server/machine/machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A link that is not up for so long is called down. */
#define CONNECTING_US UINT64_C(20000000)

static int compare(const void *a, const void *b)
{
    const struct known_node *const *x = a, *const *y = b;
    return strcmp((*x)->name, (*y)->name);
}

/* Caller frees. */
static const struct known_node **sorted(const struct directory *d, size_t *n_r)
{
    const struct known_node **list = alloc_zero(d->by_name.n + 1, sizeof(struct known_node *));
    size_t n = 0;
    for (const struct known_node *k = d->first; k; k = k->next)
        if (k->peer)
            list[n++] = k;
    qsort(list, n, sizeof(struct known_node *), compare);
    *n_r = n;
    return list;
}

static const char *link_of(const struct known_node *n)
{
    uint64_t now = 0;
    sd_event_now(n->directory->cluster->loop, CLOCK_MONOTONIC, &now);
    if (n->up_us)
        return "up";
    return n->kept && now - n->down_us < CONNECTING_US ? "connecting" : "down";
}

/* Machines that are there, not only in a configuration. */
static size_t machines_here(const struct cluster *c)
{
    enum place_state state = PLACE_LOST;
    uint64_t ran = 0;
    size_t there = 0;
    for (const struct machine *m = c->machines ? c->machines->first : NULL; m; m = m->next)
        there += machine_state_here(m, &state, &ran) && state != PLACE_LOST;
    return there;
}

static struct cluster_node ourselves(const struct cluster *c)
{
    return (struct cluster_node){.node = c->node,
                                 .address = c->config->cluster_advertise,
                                 .version = PACKAGE_VERSION,
                                 .link = "up",
                                 .draining = c->draining,
                                 .self = true,
                                 .machines = machines_here(c)};
}

void cluster_each_node(const struct cluster *c,
                       void (*each)(void *to, const struct cluster_node *node), void *to)
{
    size_t n = 0;
    const struct known_node **list = sorted(&c->parts->directory, &n);
    const struct cluster_node self = ourselves(c);
    each(to, &self);
    for (size_t i = 0; i < n; i++) {
        const struct peer *peer = list[i]->peer;
        const struct cluster_node node = {.node = list[i]->name,
                                          .address = list[i]->address,
                                          .version = list[i]->version,
                                          .link = link_of(list[i]),
                                          .rtt_us = peer->link ? link_rtt_us(peer->link) : 0,
                                          .draining = peer->draining,
                                          .machines = known_node_machines(list[i])};
        each(to, &node);
    }
    free(list);
}

struct cluster_counts cluster_count(const struct cluster *c)
{
    struct cluster_counts counts = {.nodes = 1};
    for (const struct known_node *n = c->parts->directory.first; n; n = n->next) {
        counts.nodes += n->peer != NULL;
        counts.links_up += n->up_us != 0;
        counts.machines += n->n_listed;
    }
    return counts;
}

/* ---- where else to go ---- */

static bool takes_viewers(const struct known_node *n)
{
    return n->up_us && n->peer && n->peer->link && !n->peer->draining;
}

static const struct known_node *nearest(const struct cluster *c)
{
    const struct known_node *best = NULL;
    for (const struct known_node *n = c->parts->directory.first; n; n = n->next)
        if (takes_viewers(n) &&
            (!best || link_rtt_us(n->peer->link) < link_rtt_us(best->peer->link)))
            best = n;
    return best;
}

static const struct known_node *home_of(const struct cluster *c, const struct machine *m)
{
    char *key = m ? cluster_key(m) : NULL;
    const struct known_node *home = NULL;
    for (const struct known_node *n = key ? c->parts->directory.first : NULL; n && !home;
         n = n->next)
        if (takes_viewers(n) && directory_place(&c->parts->directory, n->peer, key))
            home = n;
    free(key);
    return home;
}

const char *cluster_refusal(const struct cluster *c, const struct machine *m,
                            char text_r[CLUSTER_REFUSAL_SIZE])
{
    if (!c || !c->draining)
        return NULL;
    const struct known_node *n = home_of(c, m);
    n = n ? n : nearest(c);
    const char *port = n ? strrchr(n->address, ':') : NULL;
    if (port)
        snprintf(text_r, CLUSTER_REFUSAL_SIZE,
                 "this host is being drained: connect to %s (%.*s)", n->name,
                 (int)(port - n->address), n->address);
    else
        snprintf(text_r, CLUSTER_REFUSAL_SIZE,
                 "this host is being drained: connect to another one");
    return text_r;
}
