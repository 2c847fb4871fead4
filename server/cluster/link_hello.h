/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How nodes greet each other: a magic, the versions they speak, their names; and the fields
 * that messages are made of. Pure.
 *
 * HELLO: 6 bytes "HFNODE", u16 lowest and u16 highest version, the node's name as a text. What
 * follows is for later versions and is not read. It never changes its beginning.
 */
#ifndef HF_SERVER_CLUSTER_LINK_HELLO_H
#define HF_SERVER_CLUSTER_LINK_HELLO_H

#include <stdbool.h>

#include "server/cluster/link.h"

struct link_hello {
    unsigned lowest, highest; /* versions */
    char node[LINK_NODE_NAME_MOST + 1];
};

/* Appends the payload of a HELLO. */
void link_hello_put(struct bytes *b, const struct link_hello *hello);
/* NULL, or what is wrong (static). */
const char *link_hello_parse(struct reader *payload, struct link_hello *hello_r);
/* The highest version that both speak; 0: there is none. */
unsigned link_hello_version(const struct link_hello *a, const struct link_hello *b);

#endif
