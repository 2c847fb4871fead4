/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a place at another node is told by the link to it: for server/cluster/peer_told.c, which
 * knows which message is whose. pm->place is the place.
 */
#ifndef HF_SERVER_ATTACH_NODE_H
#define HF_SERVER_ATTACH_NODE_H

#include "server/cluster/machine_msg.h"
#include "server/cluster/peer.h"

/* LINK_OPEN was sent just now: all that is known before is told again. */
void node_place_up(struct peer_machine *pm);
/* The link broke; why: text for people. */
void node_place_down(struct peer_machine *pm, const char *why);
/* One of LINK_STATE to LINK_INPUT_BACK. The place, and pm, may be gone afterwards. */
void node_place_told(struct peer_machine *pm, enum link_type type,
                     const struct machine_msg *msg);
/* The peer is forgotten, and pm with it. */
void node_place_orphan(struct peer_machine *pm);

#endif
