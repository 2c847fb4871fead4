/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another node as this one uses it: dialed, dialed again with back-off when the link breaks,
 * and asked for machines that run there. What it tells goes to three parts: the place of each
 * machine (server/attach/node.c), the pictures (peer_views.h), the sessions (peer_seats.h).
 */
#ifndef HF_SERVER_CLUSTER_PEER_H
#define HF_SERVER_CLUSTER_PEER_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "server/cluster/link.h"

struct cluster;
struct machine;
struct peer;
struct peer_view; /* peer_views.c */

/* A machine at a peer that a place of ours stands for. */
struct peer_machine {
    struct peer_machine *next, **link; /* the peer's */
    struct peer *peer;
    uint32_t id; /* `machine` on the link, never used again by this daemon */
    char *key;   /* "uuid:..." or "name:..." */
    void *place; /* the struct attach of kind "node"; NULL while it is being closed */
    bool open;   /* LINK_OPEN was sent on the present link */
    struct peer_view *views; /* peer_views.c: those of it whose picture comes from there */
    char
        *sessions; /* peer_seats_told.c: as told before the place was active here; NULL: none */
};

struct peer {
    struct peer *next;
    struct cluster *cluster;
    char node[LINK_NODE_NAME_MOST + 1];
    char *address;     /* where it is dialed, "10.0.0.1:5999" */
    struct link *link; /* NULL: not up */
    struct peer_machine *machines;
    bool draining;                /* it said so */
    struct peer_view *views[256]; /* by their numbers */
    unsigned n_views;
    uint32_t next_id; /* for views, streams and seats on its link, too: never 0, counts up */
};

/* The peer's machine of that number, or NULL: then what was told of it came too late. */
struct peer_machine *peer_machine_find(const struct peer *peer, uint32_t id);
/* Sends when the link is up, else drops payload. */
void peer_put(struct peer *peer, enum link_type type, struct bytes *payload);

#endif
