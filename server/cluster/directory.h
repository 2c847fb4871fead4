/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which other nodes there are and what runs there, put together of what the store has and what
 * links tell. What a link that is up tells counts more than the store; while the store is away
 * nothing is forgotten. A node is forgotten when it stands in the store no more and its link is
 * down. Dials nobody.
 */
#ifndef HF_SERVER_CLUSTER_DIRECTORY_H
#define HF_SERVER_CLUSTER_DIRECTORY_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "server/cluster/cluster.h"
#include "base/text_map.h"
#include "server/session/store.h"

struct known_node;

enum {
    DIRECTORY_TICK_S = 5,
    DIRECTORY_GRACE_S = 10, /* after the store is back, or a link is up: until it told all */
};

/* Who makes of it what. */
struct directory_ops {
    /* As in peers.h: a node is known now, by an address; it has another one; its link is to be
     * up although nobody wants a machine there (of CLUSTER_LINKS_MOST); it is forgotten. */
    struct peer *(*new_peer)(struct cluster *c, const char *node, const char *address);
    void (*set_address)(struct peer *peer, const char *address);
    void (*keep_peer)(struct peer *peer, bool on);
    void (*free_peer)(struct peer **peer);
    /* The place is listed now; it goes, and is listed still; it is not what it was. */
    void (*open_place)(struct cluster *c, struct cluster_place *place);
    void (*close_place)(struct cluster *c, struct cluster_place *place);
    void (*place_changed)(struct cluster *c, struct cluster_place *place);
    /* Our own record went from the store, and not by us. */
    void (*own_gone)(struct cluster *c);
};

struct directory {
    struct cluster *cluster;
    struct store *store;
    const struct directory_ops *ops;
    const char *instance; /* ours; lent */
    struct store_watch nodes_watch, places_watch;
    struct text_map by_name;
    struct known_node *first;
    size_t n_places;              /* known, listed or not */
    unsigned n_kept;              /* links that are to be up always */
    struct known_node *last_kept; /* of them, the one with the highest rank */
    uint64_t tick_us, grace_us;   /* as above; tests are quicker */
    uint64_t store_back_us;       /* when it came back last */
    bool nodes_full_told, places_full_told, twin_told;
    sd_event_source *tick;
};

/* Everything is lent until directory_stop. */
void directory_start(struct directory *d, struct cluster *c, struct store *store,
                     const struct directory_ops *ops, const char *instance);
/* Closes all places and frees all peers. Of zeros: nothing. */
void directory_stop(struct directory *d);
/* The store went away, or is back; cluster->store_away says so already. */
void directory_store_away(struct directory *d);
/* What the store says of the node; NULL: it is not known. */
struct known_node *directory_node(const struct directory *d, const char *name);
/* The listed place of that key at that peer, lent until it is closed; NULL: there is none. */
struct cluster_place *directory_place(const struct directory *d, const struct peer *peer,
                                      const char *key);

/* ---- what links tell; of peers that are not known (any more) nothing is noted ---- */

/* From now on the peer's word counts more than the store's. What neither has told after
 * DIRECTORY_GRACE_S goes. */
void directory_peer_up(struct directory *d, struct peer *peer);
/* What it told last stays until the store says something else, or the node is forgotten. */
void directory_peer_down(struct directory *d, struct peer *peer);
/* It has this machine, in this state; copied. Lists the place when it is new. */
void directory_told_place(struct directory *d, struct peer *peer,
                          const struct cluster_place *told);
/* It has it no more: the place is closed. */
void directory_told_gone(struct directory *d, struct peer *peer, const char *key);

/* ---- what people are told ---- */

/* A node that the store knows, or knew until it is forgotten; read only, outside directory*.c.
 */
struct known_node {
    struct text_map_entry entry; /* first */
    struct known_node *next, **link;
    struct directory *directory;
    char name[LINK_NODE_NAME_MOST + 1];
    char address[256], version[256]; /* as the store says */
    struct peer *peer;               /* NULL: its address is not known yet */
    bool in_store, draining;         /* as the store says */
    uint64_t rank;                   /* those with the lowest are kept */
    bool kept;                       /* its link is to be up always */
    uint64_t up_us;                  /* since when its link is up; 0: it is down */
    uint64_t down_us;                /* since when it is down, or known */
    struct text_map by_key;
    struct known_place *places;
    size_t n_listed; /* of its places, those in cluster->places */
};

/* Machines that are there, not only in its configuration. */
size_t known_node_machines(const struct known_node *n);

#endif
