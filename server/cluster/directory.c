/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/directory.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/directory_private.h"
#include "server/cluster/peer.h"
#include "server/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is forgotten, and when ---- */

static bool store_is_sure(const struct directory *d)
{
    return !d->cluster->store_away && directory_now_us(d) - d->store_back_us >= d->grace_us;
}

static void forget_node(struct known_node *n)
{
    while (n->places)
        known_place_drop(n->places);
    if (n->peer)
        directory_unlist_peer(n);
    text_map_remove(&n->directory->by_name, &n->entry);
    text_map_fini(&n->by_key);
    *n->link = n->next;
    if (n->next)
        n->next->link = n->link;
    free(n);
}

/* Of places that the last link told and the store does not have: the present link has told all
 * that there is after a while. */
static void drop_untold(struct known_node *n, uint64_t now)
{
    for (struct known_place *p = n->places, *next; p; p = next) {
        next = p->next;
        if (!p->in_store && !p->place.by_link && n->up_us &&
            now - n->up_us >= n->directory->grace_us)
            known_place_drop(p);
    }
}

static void look_at(struct known_node *n)
{
    if (n->peer) {
        if (n->in_store || n->up_us || !store_is_sure(n->directory))
            return;
        log_info("cluster: node %s is gone", n->name);
        forget_node(n);
    } else if (!n->in_store && !n->places) {
        forget_node(n);
    }
}

static int on_tick(sd_event_source *source, uint64_t now, void *self)
{
    struct directory *d = self;
    for (struct known_node *n = d->first, *next; n; n = next) {
        next = n->next;
        drop_untold(n, now);
        look_at(n);
    }
    directory_keep_others(d);
    sd_event_source_set_time_relative(source, d->tick_us);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

/* ---- what the store tells ---- */

/* Two daemons that call themselves the same would take turns. At our own address it is what we were
 * before we were started again, unless that was long ago. */
static void look_for_twin(struct directory *d, const char *value)
{
    struct node_record r;
    if (!value || !node_record_read(value, &r) || strcmp(r.instance, d->instance) == 0)
        return;
    bool here = strcmp(r.address, d->cluster->config->cluster_advertise) == 0;
    if (d->twin_told || (here && directory_now_us(d) - d->store_back_us < d->grace_us))
        return;
    log_error("cluster: another daemon, at %s, calls itself %s too: give one of them another "
              "name",
              log_quote(r.address), d->cluster->node);
    d->twin_told = true;
}

static void take_node(struct known_node *n, const struct node_record *r)
{
    bool moved = strcmp(n->address, r->address) != 0;
    n->in_store = true;
    n->draining = r->draining;
    snprintf(n->address, sizeof(n->address), "%s", r->address);
    snprintf(n->version, sizeof(n->version), "%s", r->version);
    if (!n->peer) {
        log_info("cluster: node %s is at %s", n->name, log_quote(n->address));
        directory_list_peer(n);
        directory_keep_link(n);
        for (struct known_place *p = n->places; p; p = p->next)
            known_place_take_stored(p);
        return;
    }
    if (moved)
        n->directory->ops->set_address(n->peer, n->address);
    if (!n->up_us)
        n->peer->draining = n->draining;
}

static void on_node(struct store_watch *w, const char *key, const char *value)
{
    struct directory *d =
        (struct directory *)((char *)w - offsetof(struct directory, nodes_watch));
    char name[LINK_NODE_NAME_MOST + 1];
    struct node_record r;
    if (!record_node_of(key, name, sizeof(name)))
        return;
    if (strcmp(name, d->cluster->node) == 0) {
        look_for_twin(d, value);
        if (!value)
            d->ops->own_gone(d->cluster);
        return;
    }
    struct known_node *n = directory_node(d, name);
    if (value && node_record_read(value, &r)) {
        n = n ? n : directory_add_node(d, name);
        if (n)
            take_node(n, &r);
    } else if (n) {
        n->in_store = false;
        look_at(n);
    }
}

/* While a link is up what it tells counts: the store's word is kept for when it is down. */
static void store_says(struct known_place *p, const struct place_record *r)
{
    p->in_store = true;
    p->stored = *r;
    if (p->node->peer && !p->node->up_us)
        known_place_take_stored(p);
}

static void store_says_gone(struct known_place *p)
{
    struct known_node *n = p->node;
    p->in_store = false;
    if (!p->place.by_link)
        known_place_drop(p);
    look_at(n);
}

static void on_place(struct store_watch *w, const char *text, const char *value)
{
    struct directory *d =
        (struct directory *)((char *)w - offsetof(struct directory, places_watch));
    char name[LINK_NODE_NAME_MOST + 1];
    const char *key;
    struct place_record r;
    if (!record_place_of(text, name, sizeof(name), &key) || strcmp(name, d->cluster->node) == 0)
        return;
    struct known_node *n = directory_node(d, name);
    struct known_place *p = n ? known_place_find(n, key) : NULL;
    if (value && place_record_read(value, &r)) {
        n = n ? n : directory_add_node(d, name);
        p = p || !n ? p : known_place_add(n, key);
        if (p)
            store_says(p, &r);
    } else if (p) {
        store_says_gone(p);
    }
}

/* ---- the whole ---- */

void directory_start(struct directory *d, struct cluster *c, struct store *store,
                     const struct directory_ops *ops, const char *instance)
{
    *d = (struct directory){.cluster = c,
                            .store = store,
                            .ops = ops,
                            .instance = instance,
                            .tick_us = DIRECTORY_TICK_S * UINT64_C(1000000),
                            .grace_us = DIRECTORY_GRACE_S * UINT64_C(1000000)};
    d->store_back_us = directory_now_us(d);
    sd_event_add_time_relative(c->loop, &d->tick, CLOCK_MONOTONIC, d->tick_us, 1000000, on_tick,
                               d);
    d->nodes_watch =
        (struct store_watch){.prefix = RECORD_NODES, .changed = on_node, .existing = true};
    d->places_watch =
        (struct store_watch){.prefix = RECORD_PLACES, .changed = on_place, .existing = true};
    store->ops->watch(store, &d->nodes_watch);
    store->ops->watch(store, &d->places_watch);
}

void directory_store_away(struct directory *d)
{
    if (d->store && !d->cluster->store_away)
        d->store_back_us = directory_now_us(d);
}

void directory_stop(struct directory *d)
{
    if (!d->store)
        return;
    d->store->ops->unwatch(d->store, &d->nodes_watch);
    d->store->ops->unwatch(d->store, &d->places_watch);
    sd_event_source_disable_unref(d->tick);
    while (d->first)
        forget_node(d->first);
    text_map_fini(&d->by_name);
    *d = (struct directory){0};
}
