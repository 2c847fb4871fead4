/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures that come from another node: what is said about them on the links that we dialed. */
#ifndef HF_SERVER_CLUSTER_PEER_VIEWS_H
#define HF_SERVER_CLUSTER_PEER_VIEWS_H

#include "server/cluster/peer.h"

struct view;
struct view_keeper;

/* Makes the keeper of a view: from the node where its machine is, or else a fan-out. For
 * machines.keep_view; shared is a struct fanout_shared. */
struct view_keeper *peer_views_keep(void *shared, struct view *view);

/* LINK_VIEW_SIZE, LINK_UNIT, LINK_BLOCK. NULL, or what is wrong. */
const char *peer_view_message(struct peer *peer, enum link_type type, struct reader *payload);
/* LINK_OPEN was sent for the machine just now: its views are opened (again). */
void peer_views_up(struct peer_machine *pm);
/* The link broke, or the machine is no longer asked for: nothing comes any more. */
void peer_views_down(struct peer_machine *pm);
/* It is about to be freed: its views keep what they show. */
void peer_views_end(struct peer_machine *pm);

#endif
