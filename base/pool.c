/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/pool.h"
#include "base/alloc.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct job_list {
    struct pool_job *first, **last;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct job_list waiting, finished; /* under the lock */
    bool stopping;                     /* under the lock */
    const struct pool_scratch_ops *scratch;
    int event_fd;
    unsigned n;
    pthread_t threads[];
};

static void list_init(struct job_list *list)
{
    list->first = NULL;
    list->last = &list->first;
}

static void list_append(struct job_list *list, struct pool_job *job)
{
    job->next = NULL;
    *list->last = job;
    list->last = &job->next;
}

static struct pool_job *list_take(struct job_list *list)
{
    struct pool_job *job = list->first;
    if (job && !(list->first = job->next))
        list->last = &list->first;
    return job;
}

static void announce(struct pool *pool)
{
    uint64_t one = 1;
    while (write(pool->event_fd, &one, sizeof(one)) < 0 && errno == EINTR)
        ;
}

static struct pool_job *next_job(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (!pool->stopping && !pool->waiting.first)
        pthread_cond_wait(&pool->wake, &pool->lock);
    struct pool_job *job = pool->stopping ? NULL : list_take(&pool->waiting);
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void finish_job(struct pool *pool, struct pool_job *job)
{
    pthread_mutex_lock(&pool->lock);
    list_append(&pool->finished, job);
    pthread_mutex_unlock(&pool->lock);
    announce(pool);
}

static void *worker(void *arg)
{
    struct pool *pool = arg;
    void *scratch = pool->scratch ? pool->scratch->create() : NULL;
    struct pool_job *job;
    while ((job = next_job(pool))) {
        job->run(job, scratch);
        finish_job(pool, job);
    }
    if (pool->scratch)
        pool->scratch->destroy(scratch);
    return NULL;
}

/* Signals are the loop's: workers are started with all of them blocked. */
static int start_workers(struct pool *pool, unsigned n)
{
    sigset_t all, before;
    int err = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (!err && pool->n < n) {
        err = pthread_create(&pool->threads[pool->n], NULL, worker, pool);
        if (!err)
            pool->n++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return -err;
}

int pool_new(struct pool **pool_r, unsigned n, const struct pool_scratch_ops *scratch)
{
    struct pool *pool = alloc_zero(1, sizeof(*pool) + n * sizeof(pthread_t));
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    list_init(&pool->waiting);
    list_init(&pool->finished);
    pool->scratch = scratch;
    pool->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    int err = pool->event_fd < 0 ? -errno : start_workers(pool, n);
    if (err) {
        pool_free(&pool);
        return err;
    }
    *pool_r = pool;
    return 0;
}

void pool_submit(struct pool *pool, struct pool_job *job)
{
    pthread_mutex_lock(&pool->lock);
    list_append(&pool->waiting, job);
    pthread_cond_signal(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
}

int pool_fd(const struct pool *pool)
{
    return pool->event_fd;
}

static struct job_list take_finished(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct job_list list = pool->finished;
    list_init(&pool->finished);
    pthread_mutex_unlock(&pool->lock);
    return list;
}

void pool_reap(struct pool *pool)
{
    uint64_t n;
    while (read(pool->event_fd, &n, sizeof(n)) < 0 && errno == EINTR)
        ;
    struct job_list list = take_finished(pool);
    for (struct pool_job *job = list.first, *next; job; job = next) {
        next = job->next;
        job->done(job);
    }
}

static void stop_workers(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stopping = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->n; i++)
        pthread_join(pool->threads[i], NULL);
}

void pool_free(struct pool **at)
{
    struct pool *pool = *at;
    if (!pool)
        return;
    stop_workers(pool);
    pool_reap(pool);
    for (struct pool_job *job; (job = list_take(&pool->waiting));)
        job->done(job);
    if (pool->event_fd >= 0)
        close(pool->event_fd);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    *at = NULL;
}
