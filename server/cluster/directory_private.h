/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The directory's parts: directory.c has its life and what the store tells, directory_nodes.c
 * the nodes and which links to them are kept, directory_places.c their places and what links
 * tell.
 */
#ifndef HF_SERVER_CLUSTER_DIRECTORY_PRIVATE_H
#define HF_SERVER_CLUSTER_DIRECTORY_PRIVATE_H

#include "server/cluster/directory.h"
#include "server/cluster/record.h"

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

static inline uint64_t directory_now_us(const struct directory *d)
{
    uint64_t now = 0;
    sd_event_now(d->cluster->loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- directory_nodes.c ---- */

/* NULL when there are too many. */
struct known_node *directory_add_node(struct directory *d, const char *name);
/* Its address is known now. */
void directory_list_peer(struct known_node *n);
/* n has just been listed: perhaps its link is one that is kept. */
void directory_keep_link(struct known_node *n);
/* In the place of those that are gone. */
void directory_keep_others(struct directory *d);
/* Frees its peer; its places are gone already. */
void directory_unlist_peer(struct known_node *n);

/* ---- directory_places.c ---- */

/* By the machine's key, "uuid:..." or "name:..."; NULL: none. */
struct known_place *known_place_find(const struct known_node *n, const char *key);
/* NULL when there are too many. */
struct known_place *known_place_add(struct known_node *n, const char *key);
/* Others are told no more of it. */
void known_place_unlist(struct known_place *p);
/* Likewise, and forgets it. */
void known_place_drop(struct known_place *p);
/* It is what the store says. */
void known_place_take_stored(struct known_place *p);

#endif
