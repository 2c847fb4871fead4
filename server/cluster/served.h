/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A node that has dialed us, and the machines here that it serves to its viewers: what it asks
 * is checked, carried out, and what happens here is told. Only machines with a place of our own
 * are served to others: nothing goes through two nodes.
 */
#ifndef HF_SERVER_CLUSTER_SERVED_H
#define HF_SERVER_CLUSTER_SERVED_H

#include <stdbool.h>
#include <stdint.h>

#include "input/keyboard.h"
#include "input/pointer.h"
#include "server/cluster/link.h"
#include "server/machine/machine.h"

enum {
    SERVED_MACHINES_MOST = 4096, /* on one link */
    SERVED_VIEWS_MOST = 4096,
    SERVED_STREAMS_MOST = 32, /* of one view: classes */
    SERVED_SEATS_MOST = 16384,
};

struct cluster;
struct served;
struct served_view;  /* served_views.c */
struct served_seats; /* served_seats_private.h */

struct served_machine {
    struct served_machine *next, **link; /* of the node that has it */
    struct served *served;
    uint32_t id;             /* `machine` on the link */
    struct machine *machine; /* NULL: there is none here now */
    struct machine_watcher watcher;
    bool watching;      /* it asked for pixels */
    struct hands hands; /* what its users hold down here */
    struct mouse mouse;
    struct served_view *views;  /* served_views.c */
    struct served_seats *seats; /* served_seats_private.h */
};

struct served {
    struct served *next, **prev;
    struct cluster *cluster;
    struct link *link;
    char node[LINK_NODE_NAME_MOST + 1];
    struct served_machine *machines;
    unsigned n_machines, n_views, n_seats;
    struct served_view *views[256];   /* by their numbers; served_views.c */
    unsigned refusals_unsaid;         /* of what it wished, since the last line in the log */
    uint64_t refusals_quiet_until_us; /* CLOCK_MONOTONIC */
    struct served_stream *waiting;    /* for the link to empty; served_stream.c */
    sd_event_source *look;            /* whether it has; likewise */
};

/* By the number that the other node gave it (`machine` on the link); NULL: it has none of that.
 */
struct served_machine *served_machine_find(const struct served *served, uint32_t id);

#endif
