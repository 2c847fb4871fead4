/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls another node. Dials once: when it is time to dial again is its caller's to know. */
#ifndef HF_SERVER_CLUSTER_LINK_DIAL_H
#define HF_SERVER_CLUSTER_LINK_DIAL_H

#include "auth/tls_node.h"
#include "server/cluster/link.h"

/*
 * address: "10.0.0.1:5999", "[2001:db8::1]:5999"; numeric, since looking up a name waits.
 * options: `other` says whose certificate must answer; `dialed` and `proof` are set here.
 * Takes a reference to the credentials. Never NULL, never waits: a connection that is refused
 * and all else that goes wrong is told by `down`, from the loop, after LINK_HELLO_MS at most.
 */
struct link *link_dial(const char *address, struct tls_node_credentials *credentials,
                       const struct link_options *options);

#endif
