/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures that come from another node: what is said about them on the links that we dialed. */
#ifndef HF_SERVER_CLUSTER_PEER_VIEWS_H
#define HF_SERVER_CLUSTER_PEER_VIEWS_H

#include "server/cluster/peer.h"

/* LINK_VIEW_SIZE, LINK_UNIT, LINK_BLOCK. NULL, or what is wrong. */
const char *peer_view_message(struct peer *peer, enum link_type type, struct reader *payload);
/* LINK_OPEN was sent for the machine just now: its views are opened (again). */
void peer_views_up(struct peer_machine *pm);
/* The link broke, or the machine is no longer asked for: nothing comes any more. */
void peer_views_down(struct peer_machine *pm);

#endif
