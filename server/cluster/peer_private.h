/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A peer's parts: peer.c has its life and its link, peer_told.c what it says, peer_machines.c
 * the machines there.
 */
#ifndef HF_SERVER_CLUSTER_PEER_PRIVATE_H
#define HF_SERVER_CLUSTER_PEER_PRIVATE_H

#include "base/backoff.h"
#include "server/cluster/machine_msg.h"
#include "server/cluster/peer.h"

struct own_machine;

enum { PEER_IDS = 1024 }; /* buckets */

/* What only these files know of a peer; each is one. */
struct own {
    struct peer peer;
    struct link *link; /* being made, or up: then peer.link is the same */
    struct backoff backoff;
    sd_event_source *retry;
    uint64_t up_us; /* when the link was up; CLOCK_MONOTONIC */
    bool keep;
    unsigned n_wanted;
    struct own_machine *by_id[PEER_IDS];
    bool told_refused; /* that it does not answer was logged */
};

static inline struct own *peer_own(struct peer *peer)
{
    return (struct own *)peer;
}

/* ---- peer.c ---- */

/* If it is to be up, is not dialed yet, and does not wait to be dialed again. */
void peer_dial(struct own *o);

/* ---- peer_told.c ---- */

/* link_owner_ops.message; self is the struct own. */
const char *peer_on_message(void *self, enum link_type type, struct reader *payload);

/* ---- peer_machines.c ---- */

/* The link is up: all are asked for. */
void peer_machines_up(struct own *o);
/* It broke: their places are told why. A place may go while it is told. */
void peer_machines_down(struct own *o, const char *why);
/* Its pictures and sessions are told that the link is not there; fine when it is not open. */
void peer_machine_close(struct peer_machine *pm);

#endif
