/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Places of the nodes of the directory, and what links tell of them. */
#include <config.h>
#include "server/cluster/directory_private.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/peer.h"

#include <stdlib.h>
#include <string.h>

struct known_place *known_place_find(const struct known_node *n, const char *key)
{
    struct text_map_entry *e = text_map_find(&n->by_key, key);
    return e ? (struct known_place *)((char *)e - offsetof(struct known_place, entry)) : NULL;
}

struct known_place *known_place_add(struct known_node *n, const char *key)
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

static void known_place_list(struct known_place *p)
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

void known_place_unlist(struct known_place *p)
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

size_t known_node_machines(const struct known_node *n)
{
    size_t there = 0;
    for (const struct known_place *p = n->places; p; p = p->next)
        there += p->listed && p->place.state != PLACE_LOST;
    return there;
}

void known_place_drop(struct known_place *p)
{
    known_place_unlist(p);
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

void known_place_take_stored(struct known_place *p)
{
    const struct place_record *s = &p->stored;
    bool changed = take(&p->place, s->name, s->has_uuid ? s->uuid : NULL, s->state, s->epoch);
    p->by_link = false;
    if (!p->listed)
        known_place_list(p);
    else if (changed)
        p->node->directory->ops->place_changed(p->node->directory->cluster, &p->place);
}

/* ---- what links tell ---- */

void directory_peer_up(struct directory *d, struct peer *peer)
{
    struct known_node *n = directory_node(d, peer->node);
    if (n)
        n->up_us = directory_now_us(d);
}

/* What it told last stays, until the store says something else. */
void directory_peer_down(struct directory *d, struct peer *peer)
{
    struct known_node *n = directory_node(d, peer->node);
    if (!n)
        return;
    n->up_us = 0;
    n->down_us = directory_now_us(d);
    for (struct known_place *p = n->places; p; p = p->next) {
        p->place.by_link = false;
        if (!p->listed && p->in_store)
            known_place_take_stored(p);
    }
}

void directory_told_place(struct directory *d, struct peer *peer,
                          const struct cluster_place *told)
{
    struct known_node *n = directory_node(d, peer->node);
    struct known_place *p = n ? known_place_find(n, told->key) : NULL;
    p = p || !n ? p : known_place_add(n, told->key);
    if (!p)
        return;
    bool changed = take(&p->place, told->name ? told->name : "",
                        told->has_uuid ? told->uuid : NULL, told->state, told->epoch);
    changed |= !p->place.by_link;
    p->place.by_link = p->by_link = true;
    if (!p->listed)
        known_place_list(p);
    else if (changed)
        d->ops->place_changed(d->cluster, &p->place);
}

void directory_told_gone(struct directory *d, struct peer *peer, const char *key)
{
    struct known_node *n = directory_node(d, peer->node);
    struct known_place *p = n ? known_place_find(n, key) : NULL;
    if (!p)
        return;
    p->place.by_link = p->by_link = false;
    if (p->in_store)
        known_place_unlist(p);
    else
        known_place_drop(p);
}

struct cluster_place *directory_place(const struct directory *d, const struct peer *peer,
                                      const char *key)
{
    struct known_node *n = directory_node(d, peer->node);
    struct known_place *p = n ? known_place_find(n, key) : NULL;
    return p && p->listed ? &p->place : NULL;
}
