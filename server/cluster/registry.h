/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this node tells the store about itself: its address and whether it is drained, and each
 * machine with places here. All of it stands there under one lease that is renewed, so it goes
 * when the node does; when the lease was lost, all is put anew. Reads nothing.
 */
#ifndef HF_SERVER_CLUSTER_REGISTRY_H
#define HF_SERVER_CLUSTER_REGISTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "server/cluster/record.h"
#include "base/text_map.h"
#include "server/session/store.h"

struct machine;
struct machines;
struct registered;

enum {
    REGISTRY_LEASE_S = 15, /* a node that is silent for so long is gone */
    REGISTRY_RENEW_S = 5,
    REGISTRY_SOON_MS = 50,       /* changes of so long are written together */
    REGISTRY_CHANGES_MOST = 100, /* in one transaction; etcd takes 128 */
};

struct registry {
    sd_event *loop;
    struct store *store;
    const struct machines *machines;
    const char *node; /* lent */
    struct node_record record;
    uint64_t lease; /* 0: none */
    bool asking;    /* for a lease, or for more time */
    bool writing;
    bool fresh; /* what an earlier daemon of this name left has been deleted */
    bool record_dirty, machines_dirty;
    struct text_map by_key;
    struct registered *first;
    sd_event_source *renew, *soon;
};

/* store and machines are lent until registry_stop; address is copied. */
void registry_start(struct registry *r, sd_event *loop, struct store *store,
                    const struct machines *machines, const char *node, const char *address);
/* Gives the lease back: all of it goes at once. Of zeros: nothing. */
void registry_stop(struct registry *r);
/* Its places are not what they were; m may be about to go. */
void registry_machine_changed(struct registry *r, const struct machine *m);
/* Somebody deleted what we have there: all is put anew. */
void registry_put_again(struct registry *r);
void registry_set_draining(struct registry *r, bool draining);

#endif
