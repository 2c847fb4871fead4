/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sessions whose machine is at another node: our viewers' seats are taken there, who drives is
 * decided there, and what is decided is known here too.
 */
#ifndef HF_SERVER_CLUSTER_PEER_SEATS_H
#define HF_SERVER_CLUSTER_PEER_SEATS_H

#include "server/cluster/peer.h"

/* c->sessions and c->machines are there; before any viewer comes. */
void peer_seats_start(struct cluster *c);
/* No console asks anybody else from now on, and c->sessions is NULL; before the sessions end.
 */
void peer_seats_stop(struct cluster *c);

/* LINK_SEAT_JOINED, LINK_SEAT_GONE, LINK_CONSOLE, LINK_SESSION_EVENT, LINK_VERDICT. NULL, or
 * what is wrong. */
const char *peer_seat_message(struct peer *peer, enum link_type type, struct reader *payload);
/* LINK_OPEN was sent for the machine just now. */
void peer_seats_up(struct peer_machine *pm);
/* The link broke, or the machine is no longer asked for. */
void peer_seats_down(struct peer_machine *pm);
/* Another place of the machine is active now, here or elsewhere, or none. */
void peer_seats_follow(struct cluster *c, struct machine *m);
/* The machine is about to be removed. */
void peer_seats_gone(struct cluster *c, const struct machine *m);

#endif
