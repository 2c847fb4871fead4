/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a viewer can take another update: what is on its way is bounded, so that it sees what
 * is, not what was. Pure: time and queue lengths are arguments.
 */
#ifndef HF_SERVER_FLOW_H
#define HF_SERVER_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FLOW_MARKS_MOST = 16 };

struct flow {
    bool fences; /* the client answers fences: marks come back */
    struct {
        uint32_t id;
        uint64_t sent_us, sent_bytes;
        uint64_t acked_bytes; /* known to have arrived when it was sent */
        bool alone;           /* no update was on its way then */
    } marks[FLOW_MARKS_MOST]; /* sent, not yet answered; oldest first */
    unsigned n_marks;
    uint32_t next_id;
    uint64_t acked_bytes;  /* of all sent, known to have arrived */
    uint64_t rtt_us;       /* smallest of late, 0: not known */
    uint64_t rtt_epoch_us; /* when that one was seen */
    bool probing;          /* it is old: the path is emptied once to measure it again */
    uint64_t rate_bytes_s; /* bytes per second that arrive, smoothed; 0: not known */
    bool filled;           /* it was learned from updates that filled the path */
};

void flow_init(struct flow *f);
/* The client answers fences from now on, or does not any more; what was sent before counts as
 * arrived. */
void flow_use_fences(struct flow *f, bool fences, uint64_t sent_bytes);
/* Whether a fence should go out before the next update too: behind a long one it tells how long
 * that took to carry. */
bool flow_wants_probe(const struct flow *f);
/* A fence goes out behind `sent_bytes` of the connection: returns its id. False when too many
 * are on their way. */
bool flow_mark(struct flow *f, uint64_t now_us, uint64_t sent_bytes, uint32_t *id_r);
/* The client answered it. Unknown ids are ignored. */
void flow_acked(struct flow *f, uint64_t now_us, uint32_t id);
/*
 * Whether another update may go: `queued` bytes wait in our own queue, `unsent` in the kernel
 * (acknowledged or not), `sent_bytes` in all have been handed over. asked: the client asks for
 * each update, which is a bound of its own.
 */
bool flow_may_send(const struct flow *f, size_t queued, size_t unsent, uint64_t sent_bytes,
                   bool asked);

#endif
