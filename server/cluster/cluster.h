/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * This node among others: which nodes there are, what runs where, and the links between them.
 * What it knows comes from the store (under a lease for each node) and, fresher and also while
 * the store is away, from the links.
 */
#ifndef HF_SERVER_CLUSTER_CLUSTER_H
#define HF_SERVER_CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "server/attach/attach.h"
#include "server/cluster/link.h"

struct cluster;
struct config;
struct machine;
struct machines;
struct peer;
struct served;
struct sessions;
struct store;
struct tls_node_credentials;

enum {
    CLUSTER_NODES_MOST = 4096,
    CLUSTER_PLACES_MOST = 262144, /* machines of other nodes that are known by name */
    CLUSTER_LINKS_MOST = 64, /* nodes that are dialed before anybody asks for a machine there */
    CLUSTER_KEY_MOST = 256 + 8, /* bytes of "uuid:..." or "name:..." */
};

/* A machine with places at another node, as that node tells. */
struct cluster_place {
    struct cluster_place *next;
    struct peer *peer;
    char *key;  /* "uuid:..." or "name:...": names it at that node */
    char *name; /* as that node calls it */
    uint8_t uuid[16];
    bool has_uuid;
    enum place_state state; /* of its places there together: see machine_state_here */
    uint64_t epoch;         /* that node's count for the machine, when it was told */
    bool by_link; /* told by the link that is up now, which is fresher than the store */
};

struct cluster {
    sd_event *loop;
    const struct config *config;        /* in force */
    char node[LINK_NODE_NAME_MOST + 1]; /* our own name */
    struct machines *machines;
    struct sessions *sessions;
    struct store *store;
    bool store_away;
    bool draining;         /* we are */
    struct peer *peers;    /* every other node that is known, up or not */
    struct served *served; /* those that have dialed us */
    struct cluster_place *places;
    struct tls_node_credentials *credentials; /* for those whom we dial; NULL: nobody is */
    uint64_t picture_bytes;                   /* sent to other nodes */
    uint64_t input_lost; /* keys and buttons of other nodes, for machines that were not here */
    uint64_t wishes_refused;     /* of other nodes, here */
    struct cluster_parts *parts; /* cluster.c's own */
};

/*
 * Reads the certificates, opens the address where nodes are listened for, and whatever else
 * needs the rights that the daemon begins with. 0, or -errno after logging what failed.
 */
int cluster_new(struct cluster **c_r, sd_event *loop, const struct config *config);
/* The store of all nodes. That it can be reached is found out later. 0, or -errno after
 * logging.
 */
int cluster_open_store(struct cluster *c, struct store **store_r);
/* Begins to tell and to dial. All is lent until cluster_stop; `machines` may be not started
 * yet. */
void cluster_start(struct cluster *c, struct machines *machines, struct sessions *sessions,
                   struct store *store);
/* Leaves: what the store has of this node goes, links end. Machines and store are there still.
 */
void cluster_stop(struct cluster *c);
/* NULL inside is fine. */
void cluster_free(struct cluster **c);
/* Another configuration is in force; what cannot change before a restart is logged. */
void cluster_reload(struct cluster *c, const struct config *config);
/* For machines.on_places and on_removed (gone). */
void cluster_machine_changed(struct cluster *c, struct machine *m, bool gone);
/* No new viewers are let in from now on, or they are again, also when the daemon is started
 * again; all nodes are told. */
void cluster_set_draining(struct cluster *c, bool draining);

/* A node as people are told of it; texts are lent while it is told. */
struct cluster_node {
    const char *node, *address;
    const char *version; /* "": not known */
    const char *link;    /* "up", "connecting", "down"; of ourselves: "up" */
    uint64_t rtt_us;     /* 0: not known */
    bool draining, self;
    size_t machines; /* with places there */
};
/* Ourselves first, then the others by name. */
void cluster_each_node(const struct cluster *c,
                       void (*each)(void *to, const struct cluster_node *node), void *to);

struct cluster_counts {
    unsigned nodes, links_up; /* we are one of the nodes */
    size_t machines;          /* places at other nodes */
};
struct cluster_counts cluster_count(const struct cluster *c);

enum { CLUSTER_REFUSAL_SIZE = 512 };
/*
 * Why we let nobody in while we are being drained, with a node to go to: one that has this
 * machine, if there is one (m may be NULL), else the nearest. NULL: we are not.
 */
const char *cluster_refusal(const struct cluster *c, const struct machine *m,
                            char text_r[CLUSTER_REFUSAL_SIZE]);

/* "uuid:..." of a machine that has one, else "name:..."; caller frees. */
char *cluster_key(const struct machine *m);
/* Whether the active place of the machine is one of this node's own. */
bool cluster_is_home(const struct machine *m);
/* The machine of ours with that key, or NULL. */
struct machine *cluster_machine(const struct cluster *c, const char *key);
/* By name; NULL. */
struct peer *cluster_peer(const struct cluster *c, const char *node);
/* NULL: not known (any more). */
struct cluster_place *cluster_place_find(const struct cluster *c, const struct peer *peer,
                                         const char *key);

/* ---- what links tell (peer_told.c calls these) ---- */

/* The peer's link is up; it tells all its machines next. */
void cluster_peer_up(struct cluster *c, struct peer *peer);
/* It broke. A peer that the store does not know any more may be freed when this returns. */
void cluster_peer_down(struct cluster *c, struct peer *peer);
/* peer has this machine, or has it in another state now; all is copied. */
void cluster_told_place(struct cluster *c, struct peer *peer, const struct cluster_place *told);
/* peer has no place of the machine any more. */
void cluster_told_gone(struct cluster *c, struct peer *peer, const char *key);

#endif
