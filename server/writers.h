/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writers seal and send what is queued for many connections of one frame. Where that is work
 * enough, slices of them are lent to the pool: stream and queue then leave their owner, who has
 * NULL and an empty queue in their places and so cannot touch them; they come back together.
 * An owner that goes away meanwhile just goes: what was lent is closed when it is back. Knows
 * no protocol and no viewers.
 */
#ifndef HF_SERVER_WRITERS_H
#define HF_SERVER_WRITERS_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "base/outq.h"
#include "base/pool.h"
#include "base/stream.h"

struct writers;
struct loan;

/* One connection; embedded in its owner, the first three members set by it. */
struct write_client {
    struct stream **stream; /* where the owner has it */
    struct outq *out;
    /* In the loop, when all was written that the stream took. err: 0 or the stream's -errno.
     * The owner may close itself. */
    void (*on_written)(struct write_client *c, int err);
    struct write_client *next, **link; /* in the queue for the next round; link: NULL if not */
    struct loan *loan;                 /* NULL: nothing is lent */
};

/* 0 or -errno. Loop and pool must outlive it. */
int writers_new(struct writers **w_r, sd_event *loop, struct pool *pool, unsigned n_workers);
/* After the pool is gone, so that nothing is lent any more. NULL inside is fine. */
void writers_free(struct writers **w);

/*
 * What is in the client's queue is written when the loop comes round, together with that of
 * others. Nothing happens when it waits already. Nothing of it may be lent.
 */
void writers_queue(struct writers *w, struct write_client *c);
/* The owner goes away. What was lent is closed when it is back. */
void writers_forget(struct write_client *c);

/* Whether so many clients with so many bytes in all are better written by the pool. */
bool writers_lend(unsigned clients, size_t bytes);

#endif
