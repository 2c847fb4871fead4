/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs of people who are not let in yet, few at once: whatever strangers make us compute, most
 * workers stay free for pictures. Knows no logins.
 */
#ifndef HF_SERVER_ACCESS_TURNS_H
#define HF_SERVER_ACCESS_TURNS_H

#include <stdbool.h>

#include "base/pool.h"

struct turns {
    struct pool *pool;
    unsigned most, running;        /* jobs in the pool */
    struct pool_job *first, *last; /* those that wait, in order */
};

/* n_workers: of the pool, of which half (at least one) is used. */
void turns_init(struct turns *t, struct pool *pool, unsigned n_workers);
/* As pool_submit; each job's `done` calls turns_over. */
void turns_submit(struct turns *t, struct pool_job *job);
/* A job has come back: the next one starts. */
void turns_over(struct turns *t);
/* True when the job still waited: it is forgotten. False: it runs, or is done. */
bool turns_forget(struct turns *t, struct pool_job *job);

#endif
