/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Worker threads: jobs in, results back in the thread that reaps. The pool owns nothing and
 * knows nothing of what a job does; what `run` touches belongs to the job until `done` is
 * called.
 */
#ifndef HF_BASE_POOL_H
#define HF_BASE_POOL_H

#include <stddef.h>

struct pool;

/* What each worker keeps for itself between jobs (codec handles, scratch memory). */
struct pool_scratch_ops {
    void *(*create)(void);
    void (*destroy)(void *scratch);
};

/* Embedded in the caller's own struct. */
struct pool_job {
    void (*run)(struct pool_job *job, void *scratch); /* in a worker */
    void (*done)(struct pool_job *job); /* in the thread that reaps; may free the job */
    struct pool_job *next;              /* the pool's */
};

/* n workers (1 to 64). Returns 0 or -errno; scratch may be NULL. */
int pool_new(struct pool **pool_r, unsigned n, const struct pool_scratch_ops *scratch);
/* Waits for running jobs, calls `done` of every job that was submitted (run or not), frees the
 * pool. */
void pool_free(struct pool **pool);
/* Never blocks. Jobs start in order. */
void pool_submit(struct pool *pool, struct pool_job *job);
/* Readable when pool_reap has something to do. */
int pool_fd(const struct pool *pool);
/* Calls `done` for all finished jobs. */
void pool_reap(struct pool *pool);

#endif
