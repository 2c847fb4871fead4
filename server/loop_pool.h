/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pool of workers whose results one loop collects. Knows nothing of what a job does. */
#ifndef HF_SERVER_LOOP_POOL_H
#define HF_SERVER_LOOP_POOL_H

#include <systemd/sd-event.h>

#include "base/pool.h"

struct loop_pool {
    struct pool *pool; /* NULL: it did not start, or was stopped */
    sd_event_source *source;
};

/*
 * n workers (1 to 64), each with its scratch (NULL: none); the loop calls `done` of jobs that
 * are finished. 0 or -errno; then nothing was started.
 */
int loop_pool_start(struct loop_pool *p, sd_event *loop, unsigned n,
                    const struct pool_scratch_ops *scratch);
/* As pool_free: waits for running jobs and calls `done` of all that were submitted. Of zeros,
 * or stopped already: nothing. */
void loop_pool_stop(struct loop_pool *p);

#endif
