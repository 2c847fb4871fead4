/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/directory.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/peer.h"
#include "server/cluster/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct known_place {
    struct cluster_place place; /* first; told to others while it is listed */
    struct text_map_entry entry;
    struct known_place *next, **link; /* of its node */
    struct known_node *node;
    struct cluster_place **listed; /* what points to it in cluster->places; NULL: not listed */
    bool by_link;                  /* a link told it, this one or the last */
    bool in_store;
    struct place_record stored; /* as the store says */
};

static uint64_t now_us(const struct directory *d)
{
    uint64_t now = 0;
    sd_event_now(d->cluster->loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- nodes ---- */

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

static struct known_node *add_node(struct directory *d, const char *name)
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
    n->down_us = now_us(d);
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

static void list_peer(struct known_node *n)
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

/* n has just been listed. */
static void keep_peer(struct known_node *n)
{
    struct directory *d = n->directory;
    if (d->n_kept >= CLUSTER_LINKS_MOST) {
        if (n->rank >= d->last_kept->rank)
            return;
        set_kept(d->last_kept, false);
    }
    set_kept(n, true);
}

/* In the place of those that are gone. */
static void keep_others(struct directory *d)
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

static void unlist_peer(struct known_node *n)
{
    count_kept(n, false);
    n->directory->ops->free_peer(&n->peer);
}

/* ---- places ---- */

static struct known_place *find_place(const struct known_node *n, const char *key)
{
    struct text_map_entry *e = text_map_find(&n->by_key, key);
    return e ? (struct known_place *)((char *)e - offsetof(struct known_place, entry)) : NULL;
}

static struct known_place *add_place(struct known_node *n, const char *key)
{
    struct directory *d = n->directory;
    if (d->n_places >= CLUSTER_PLACES_MOST) {
        if (!d->places_full_told)
            log_error("cluster: there are more than %d machines at other nodes; the rest is "
                      "left out",
                      CLUSTER_PLACES_MOST);
        d->places_full_told = true;
        return NULL;
    }
    struct known_place *p = ALLOC(struct known_place);
    p->node = n;
    p->place.key = alloc_text(key);
    p->next = n->places;
    p->link = &n->places;
    if (p->next)
        p->next->link = &p->next;
    n->places = p;
    text_map_add(&n->by_key, &p->entry, p->place.key);
    d->n_places++;
    return p;
}

static void list_place(struct known_place *p)
{
    struct cluster *c = p->node->directory->cluster;
    p->place.peer = p->node->peer;
    p->place.next = c->places;
    p->listed = &c->places;
    if (p->place.next)
        ((struct known_place *)p->place.next)->listed = &p->place.next;
    c->places = &p->place;
    p->node->n_listed++;
    p->node->directory->ops->open_place(c, &p->place);
}

static void unlist_place(struct known_place *p)
{
    if (!p->listed)
        return;
    p->node->directory->ops->close_place(p->node->directory->cluster, &p->place);
    *p->listed = p->place.next;
    if (p->place.next)
        ((struct known_place *)p->place.next)->listed = p->listed;
    p->listed = NULL;
    p->node->n_listed--;
}

static void drop_place(struct known_place *p)
{
    unlist_place(p);
    text_map_remove(&p->node->by_key, &p->entry);
    *p->link = p->next;
    if (p->next)
        p->next->link = p->link;
    p->node->directory->n_places--;
    free(p->place.key);
    free(p->place.name);
    free(p);
}

/* Whether anything that is told to others changed. */
static bool take(struct cluster_place *p, const char *name, const uint8_t *uuid,
                 enum place_state state, uint64_t epoch)
{
    if (!*name) /* it was none that JSON can hold */
        name = strncmp(p->key, "name:", 5) == 0 ? p->key + 5 : "";
    bool same = p->name && strcmp(p->name, name) == 0 && p->state == state &&
                p->epoch == epoch && p->has_uuid == (uuid != NULL) &&
                (!uuid || memcmp(p->uuid, uuid, sizeof(p->uuid)) == 0);
    if (same)
        return false;
    char *copy = alloc_text(name); /* name may be what p has */
    free(p->name);
    p->name = copy;
    p->state = state;
    p->epoch = epoch;
    p->has_uuid = uuid != NULL;
    if (uuid)
        memcpy(p->uuid, uuid, sizeof(p->uuid));
    return true;
}

static void take_stored(struct known_place *p)
{
    const struct place_record *s = &p->stored;
    bool changed = take(&p->place, s->name, s->has_uuid ? s->uuid : NULL, s->state, s->epoch);
    p->by_link = false;
    if (!p->listed)
        list_place(p);
    else if (changed)
        p->node->directory->ops->place_changed(p->node->directory->cluster, &p->place);
}

/* ---- what is forgotten, and when ---- */

static bool store_is_sure(const struct directory *d)
{
    return !d->cluster->store_away && now_us(d) - d->store_back_us >= d->grace_us;
}

static void forget_node(struct known_node *n)
{
    while (n->places)
        drop_place(n->places);
    if (n->peer)
        unlist_peer(n);
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
            drop_place(p);
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
    keep_others(d);
    sd_event_source_set_time_relative(source, d->tick_us);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}

/* ---- what the store tells ---- */

/* Two daemons that call themselves the same would take turns. */
static void look_for_twin(struct directory *d, const char *value)
{
    struct node_record r;
    if (!value || !node_record_read(value, &r) || strcmp(r.instance, d->instance) == 0)
        return;
    if (d->twin_told || now_us(d) - d->store_back_us < d->grace_us)
        return; /* what we were before we were started again */
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
        list_peer(n);
        keep_peer(n);
        for (struct known_place *p = n->places; p; p = p->next)
            take_stored(p);
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
        n = n ? n : add_node(d, name);
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
        take_stored(p);
}

static void store_says_gone(struct known_place *p)
{
    struct known_node *n = p->node;
    p->in_store = false;
    if (!p->place.by_link)
        drop_place(p);
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
    struct known_place *p = n ? find_place(n, key) : NULL;
    if (value && place_record_read(value, &r)) {
        n = n ? n : add_node(d, name);
        p = p || !n ? p : add_place(n, key);
        if (p)
            store_says(p, &r);
    } else if (p) {
        store_says_gone(p);
    }
}

/* ---- what links tell ---- */

void directory_peer_up(struct directory *d, struct peer *peer)
{
    struct known_node *n = directory_node(d, peer->node);
    if (n)
        n->up_us = now_us(d);
}

/* What it told last stays, until the store says something else. */
void directory_peer_down(struct directory *d, struct peer *peer)
{
    struct known_node *n = directory_node(d, peer->node);
    if (!n)
        return;
    n->up_us = 0;
    n->down_us = now_us(d);
    for (struct known_place *p = n->places; p; p = p->next) {
        p->place.by_link = false;
        if (!p->listed && p->in_store)
            take_stored(p);
    }
}

void directory_told_place(struct directory *d, struct peer *peer,
                          const struct cluster_place *told)
{
    struct known_node *n = directory_node(d, peer->node);
    struct known_place *p = n ? find_place(n, told->key) : NULL;
    p = p || !n ? p : add_place(n, told->key);
    if (!p)
        return;
    bool changed = take(&p->place, told->name ? told->name : "",
                        told->has_uuid ? told->uuid : NULL, told->state, told->epoch);
    changed |= !p->place.by_link;
    p->place.by_link = p->by_link = true;
    if (!p->listed)
        list_place(p);
    else if (changed)
        d->ops->place_changed(d->cluster, &p->place);
}

void directory_told_gone(struct directory *d, struct peer *peer, const char *key)
{
    struct known_node *n = directory_node(d, peer->node);
    struct known_place *p = n ? find_place(n, key) : NULL;
    if (!p)
        return;
    p->place.by_link = p->by_link = false;
    if (p->in_store)
        unlist_place(p);
    else
        drop_place(p);
}

struct cluster_place *directory_place(const struct directory *d, const struct peer *peer,
                                      const char *key)
{
    struct known_node *n = directory_node(d, peer->node);
    struct known_place *p = n ? find_place(n, key) : NULL;
    return p && p->listed ? &p->place : NULL;
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
    d->store_back_us = now_us(d);
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
        d->store_back_us = now_us(d);
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
