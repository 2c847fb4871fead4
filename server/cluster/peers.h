/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How peers come and go: for the one who knows which nodes there are. */
#ifndef HF_SERVER_CLUSTER_PEERS_H
#define HF_SERVER_CLUSTER_PEERS_H

#include "server/cluster/peer.h"

/*
 * Another node, added to cluster->peers. address: where it is dialed, "10.0.0.1:5999" (copied);
 * NULL: not known yet. It is dialed while peer_keep says so or one of its machines is wanted.
 */
struct peer *peer_new(struct cluster *cluster, const char *node, const char *address);
/* A link that is up stays; the next one goes there. Dials at once if it waited. */
void peer_set_address(struct peer *peer, const char *address);
/* Whether the link is to be up although nobody wants a machine there now. Off at first. */
void peer_keep(struct peer *peer, bool on);
/* It was heard of just now: if it is to be dialed again later, that is done at once. */
void peer_is_there(struct peer *peer);
/* Takes over a connected stream as if it had been dialed just now (tests). */
void peer_take_stream(struct peer *peer, struct stream **stream);
/* Takes it out of cluster->peers; its places say that they are lost. NULL inside is fine. */
void peer_free(struct peer **peer);

/* ---- for server/attach/node.c ---- */

/* A machine there that a place stands for; asked for at once when the link is up. */
struct peer_machine *peer_machine_new(struct peer *peer, const char *key, void *place);
void peer_machine_free(struct peer_machine **pm);
/* Somebody looks at it or types: the peer is dialed although it is not kept. */
void peer_machine_want(struct peer_machine *pm, bool on);

#endif
