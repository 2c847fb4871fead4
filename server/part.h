/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One worker's share of an encoding job: rectangles of one frame in one class. */
#ifndef HF_SERVER_PART_H
#define HF_SERVER_PART_H

#include "base/pool.h"
#include "rfb/encode/encoder.h"

/* What each worker of a pool that runs parts keeps for itself. */
extern const struct pool_scratch_ops part_scratch_ops;

struct encode_part {
    struct pool_job job;
    const struct encode_class *class; /* lent, as all the following, until it is done */
    const struct surface *frame;
    const struct rect *rects;
    size_t n;
    struct encoded out;
    uint64_t cpu_ns; /* that encoding took; when it is done */
    void (*on_done)(void *self, struct encode_part *part); /* in the thread that reaps */
    void *self;
};

/* Zeroed or new memory becomes a part; out is ready for rectangles that go before all others.
 */
void part_init(struct encode_part *part, const struct encode_class *class,
               const struct surface *frame, const struct rect *rects, size_t n);
void part_fini(struct encode_part *part);
/* Whether it is encoded faster than it is handed over. */
bool part_is_small(const struct encode_part *part);
/* on_done and self must be set: encodes it in this thread and calls on_done. */
void part_run_here(struct encode_part *part, struct encode_scratch *scratch);
/* on_done and self must be set. */
void part_submit(struct encode_part *part, struct pool *pool);

#endif
