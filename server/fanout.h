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

struct view;
struct fanout;

/* What all fan-outs of the daemon share. */
struct fanout_shared {
    sd_event *loop;
    struct pool *pool; /* its scratch is struct encode_scratch */
    unsigned n_workers;
    uint64_t frames, groups, parts, deliveries; /* counters */
};

struct fanout *fanout_new(struct view *view, struct fanout_shared *shared);
void fanout_free(struct fanout **fanout);

/* Something changed: a frame is due, at once after quiet, at most 60 a second otherwise. */
void fanout_wake(struct fanout *fanout);
/*
 * Lays the view out anew if its heads have changed, and tells its clients. While workers read
 * the frame nothing happens: the next frame does it.
 */
void fanout_lay_out(struct fanout *fanout);

#endif
