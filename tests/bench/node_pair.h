/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * node pair: two holdfastd of one cluster on loopback, with an etcd: one has a machine, the
 * other is a gateway to it. Ends the program with a sentence when something fails.
 */
#ifndef HF_BENCH_NODE_PAIR_H
#define HF_BENCH_NODE_PAIR_H

#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/etcd_server.h"

enum { PAIR_GATEWAYS_MOST = 8 };

struct pair_node {
    const char *name;
    pid_t pid;
    char *address; /* for viewers, "127.0.0.1:PORT" */
    unsigned port; /* for nodes */
    char *control; /* its socket */
};

struct node_pair {
    struct etcd_server etcd;
    struct pair_node home, gateway;
};

/* program: NULL for the one that is built; place: of the machine "bench", or NULL for none.
 * Returns when the gateway has that machine, too. */
void node_pair_start(struct node_pair *p, const char *program, const char *place);
void node_pair_stop(struct node_pair *p);
/* A counter of a node's status; 0 when it has none of that name. */
uint64_t pair_node_counter(const struct pair_node *node, const char *name);
/* Bytes that home has sent to gateways that are there; 0 when ss(8), which knows, is not there.
 */
uint64_t node_pair_link_bytes(const struct node_pair *p);

/* One node alone with that etcd: as the home of a pair, but with no place. */
void pair_node_start(struct pair_node *node, const char *name, const char *program,
                     const struct etcd_server *etcd, const char *place);
/* Gateway number i (below PAIR_GATEWAYS_MOST; 0 is that of a pair); returns when it has the
 * machine. */
void pair_gateway_start(struct pair_node *node, unsigned i, const char *program,
                        const struct etcd_server *etcd);
void pair_node_stop(struct pair_node *node);

#endif
