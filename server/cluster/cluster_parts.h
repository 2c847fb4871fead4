/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What struct cluster is made of, for cluster*.c only. */
#ifndef HF_SERVER_CLUSTER_CLUSTER_PARTS_H
#define HF_SERVER_CLUSTER_CLUSTER_PARTS_H

#include "base/bytes.h"
#include "server/cluster/directory.h"
#include "server/cluster/registry.h"

struct link_listener;

struct cluster_parts {
    struct link_listener *listener;
    char *ca, *certificate, *key; /* the store's as long as it is there */
    struct bytes password;        /* of the user at etcd, a text with its zero; empty: none */
    struct registry registry;
    struct directory directory;
    bool
        drain_said; /* somebody said here whether to drain: what the store had does not count */
};

/* ---- cluster_drain.c ---- */

/* Asks the store whether this node was being drained when it was stopped. */
void cluster_learn_draining(struct cluster *c);

#endif
