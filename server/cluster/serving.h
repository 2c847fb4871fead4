/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How those that have dialed us come and go: for the one who listens. */
#ifndef HF_SERVER_CLUSTER_SERVING_H
#define HF_SERVER_CLUSTER_SERVING_H

#include "base/stream.h"
#include "server/cluster/served.h"

/*
 * A node has dialed us, by a link that is up (link_listener_options.on_link): takes it over,
 * lists it in cluster->served, and tells what there is here. Ends by itself when the link does.
 */
struct served *served_new(struct cluster *cluster, struct link *link, const char *node);
/* Closes it and all that was opened on it. NULL inside is fine. */
void served_free(struct served **served);
/* Closes all of them. */
void served_stop(struct cluster *cluster);
/*
 * The machine's places, their states, the active one, its name or UUID are not what they were;
 * or it is new; or (gone) it is about to be removed: told to all that have dialed us. For
 * machines.on_places and on_removed.
 */
void served_machine_changed(struct cluster *cluster, struct machine *m);
void served_machine_gone(struct cluster *cluster, struct machine *m);
/* We are being drained, or are not any more: told to all. */
void served_tell_draining(struct cluster *cluster);

#endif
