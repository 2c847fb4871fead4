/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of machines here that other nodes show: one stream for each view and class there. */
#ifndef HF_SERVER_CLUSTER_SERVED_VIEWS_H
#define HF_SERVER_CLUSTER_SERVED_VIEWS_H

#include "server/cluster/served.h"

/* LINK_VIEW_OPEN to LINK_ACK. NULL, or what is wrong. */
const char *served_view_message(struct served *served, enum link_type type,
                                struct reader *payload);
/* There is a machine now, or there is none any more. What was opened stays open. */
void served_views_begin(struct served_machine *sm);
void served_views_end(struct served_machine *sm);
/* Who is at it by that node may be other people now: see served_may_look. */
void served_views_wake(struct served_machine *sm);
/* It is about to be freed: nothing is open any more. */
void served_views_free(struct served_machine *sm);

#endif
