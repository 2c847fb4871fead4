/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Doubles for a directory: peers that dial nobody, and places that nobody opens. A test that
 * wants to know of something puts its own function into a copy of the table.
 */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_STILL_PEERS_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_STILL_PEERS_H

#include "server/cluster/directory.h"

extern const struct directory_ops still_peers;

/* First in the cluster's list of peers. */
struct peer *still_peer_new(struct cluster *c, const char *node, const char *address);
void still_peer_set_address(struct peer *peer, const char *address);
/* With the link that the test gave it, if it did. */
void still_peer_free(struct peer **peer);

#endif
