/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two links that talk to each other in one loop, and owners that note what they are told. */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_LINK_PAIR_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_LINK_PAIR_H

#include "server/cluster/link.h"

enum { LINK_END_MESSAGES = 64 };

/* An owner. */
struct link_end {
    struct link *link;
    unsigned n_up, n_down, n_messages;
    char node[LINK_NODE_NAME_MOST + 1];
    char why[320];
    enum link_type types[LINK_END_MESSAGES];
    struct bytes received; /* payloads, one behind the other */
    const char *unwelcome; /* what `up` answers; NULL: welcome */
    const char *objection; /* what `message` answers */
    bool free_in_up, free_in_message, free_in_down;
};

extern const struct link_owner_ops link_end_ops;

void link_end_fini(struct link_end *end);
/* Options for an end that is called `node`. */
struct link_options link_end_options(struct link_end *end, sd_event *loop, const char *node);

/* Two connected sockets, not blocking. */
void link_pair_sockets(int fds_r[2]);
/* Links over them: a ("a") dialed b ("b"). */
void link_pair_open(struct link_end *a, struct link_end *b, sd_event *loop);
/* Turns the loop until neither has something to do. */
void link_pair_settle(sd_event *loop);

/* For wait_until: struct link_end */
bool link_end_is_up(void *self);
bool link_end_is_down(void *self);

#endif
