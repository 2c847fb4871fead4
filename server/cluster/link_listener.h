/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where other nodes call: accepts, and keeps a connection until it has shown a certificate and
 * said HELLO; then it is somebody's link. Those that get that far are few and known; of those
 * that do not, only so many are kept, for so long, and what came of them is logged here.
 */
#ifndef HF_SERVER_CLUSTER_LINK_LISTENER_H
#define HF_SERVER_CLUSTER_LINK_LISTENER_H

#include "auth/tls_node.h"
#include "server/cluster/link.h"

enum { LINK_LISTENER_WAITING_MOST = 64 }; /* when more wait, the oldest of them goes */

struct link_listener;

struct link_listener_options {
    sd_event *loop;
    const char *node;                         /* our own name; copied */
    const char *address;                      /* numeric; port 0 takes a free one */
    struct tls_node_credentials *credentials; /* a reference is taken */
    /*
     * A node has called. True: the link belongs to who is called here, who has called
     * link_set_owner (`up` is not called any more, this was it). False with a static text: it
     * is not welcome, the link is closed.
     */
    bool (*on_link)(void *self, struct link *link, const char *node, const char **why_r);
    void *self;
    unsigned hello_ms; /* 0: LINK_HELLO_MS */
};

/* 0, or -errno and *why_r: text for a person. */
int link_listener_new(const struct link_listener_options *options, struct link_listener **l_r,
                      const char **why_r);
/* Closes it with all connections that wait; links that were taken stay. NULL inside is
 * allowed; not inside on_link. */
void link_listener_free(struct link_listener **l);
/* For connections from now on; a reference is taken. */
void link_listener_set_credentials(struct link_listener *l, struct tls_node_credentials *c);
/* As bound, "127.0.0.1:5999". */
const char *link_listener_address(const struct link_listener *l);

#endif
