/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets of links, and TLS on them. */
#ifndef HF_SERVER_CLUSTER_LINK_SOCKET_H
#define HF_SERVER_CLUSTER_LINK_SOCKET_H

#include "auth/tls_node.h"
#include "server/cluster/link.h"

/* By the certificates of tls_node streams. */
extern const struct link_proof link_socket_proof;

/* A host that is gone is noticed, small messages go at once, little waits in the kernel. */
void link_socket_prepare(int fd);

/*
 * A link over TLS over fd, which is taken over, and may still be connecting. options: `proof`
 * is set here. Never NULL: what goes wrong is told by `down`, from the loop.
 */
struct link *link_socket_open(int fd, struct tls_node_credentials *credentials,
                              const struct link_options *options);

#endif
