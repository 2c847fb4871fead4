/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From frames to viewers: when a frame is taken, which bytes are encoded for whom, and who gets
 * them. Viewers that need the same tiles in the same class form a group and share every byte.
 * Encoding happens in the pool, one job per view at a time; what arrives meanwhile makes the
 * next frame. Knows no connections: viewers are view_clients.
 */
#ifndef HF_SERVER_FANOUT_H
#define HF_SERVER_FANOUT_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/pool.h"
#include "server/shelf.h"

struct view;
struct view_keeper;

/* What all fan-outs of the daemon share. */
struct fanout_shared {
    sd_event *loop;
    struct pool *pool;              /* its scratch is struct encode_scratch */
    struct encode_scratch *scratch; /* the loop's own, for what is small; NULL: all is pooled */
    unsigned n_workers;
    struct shelf shelf;                                 /* starts as zeroes */
    uint64_t frames, groups, parts, blocks, deliveries; /* counters */
    uint64_t encode_cpu_ns; /* spent in encoding, wherever it ran */
    /* Of pictures that come from other nodes: streams that are open; counters of what came and
     * of blocks that were asked for. */
    unsigned relay_streams;
    uint64_t relay_units, relay_blocks, relay_asked, relay_bytes;
};

/*
 * The keeper of a view: takes its frames, at once after quiet, at most 60 a second otherwise,
 * and delivers updates. shared (a struct fanout_shared) must outlive it.
 */
struct view_keeper *fanout_new(void *shared, struct view *view);

#endif
