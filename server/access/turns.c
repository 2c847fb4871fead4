/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/turns.h"

#include <stddef.h>

void turns_init(struct turns *t, struct pool *pool, unsigned n_workers)
{
    *t = (struct turns){.pool = pool, .most = n_workers > 3 ? n_workers / 2 : 1};
}

/* A job's `next` is ours until the pool has it. */
static void start_next(struct turns *t)
{
    struct pool_job *job = t->first;
    if (!job || t->running >= t->most)
        return;
    t->first = job->next;
    t->last = t->first ? t->last : NULL;
    job->next = NULL;
    t->running++;
    pool_submit(t->pool, job);
}

void turns_submit(struct turns *t, struct pool_job *job)
{
    job->next = NULL;
    if (t->last)
        t->last->next = job;
    else
        t->first = job;
    t->last = job;
    start_next(t);
}

void turns_over(struct turns *t)
{
    t->running--;
    start_next(t);
}

bool turns_forget(struct turns *t, struct pool_job *job)
{
    struct pool_job *before = NULL, *at = t->first;
    for (; at && at != job; at = at->next)
        before = at;
    if (!at)
        return false;
    if (before)
        before->next = job->next;
    else
        t->first = job->next;
    if (t->last == job)
        t->last = before;
    job->next = NULL;
    return true;
}
