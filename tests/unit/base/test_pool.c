/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"
#include "base/alloc.h"
#include "base/pool.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

enum { DEADLINE_MS = 60000 };

struct job {
    struct pool_job base;
    int *done; /* counts jobs that came back */
    bool ran, came_back_here;
    pthread_t home;
    void *scratch;
};

static atomic_int scratch_live, scratch_made;

static void *scratch_create(void)
{
    atomic_fetch_add(&scratch_live, 1);
    atomic_fetch_add(&scratch_made, 1);
    return ALLOC(int);
}

static void scratch_destroy(void *scratch)
{
    atomic_fetch_sub(&scratch_live, 1);
    free(scratch);
}

static const struct pool_scratch_ops scratch_ops = {scratch_create, scratch_destroy};

static void run(struct pool_job *base, void *scratch)
{
    struct job *job = (struct job *)base;
    job->ran = true;
    job->scratch = scratch;
}

static void done(struct pool_job *base)
{
    struct job *job = (struct job *)base;
    job->came_back_here = pthread_equal(job->home, pthread_self());
    ++*job->done;
}

static void submit(struct pool *pool, struct job *job, int *counter)
{
    *job = (struct job){
        .base = {.run = run, .done = done}, .done = counter, .home = pthread_self()};
    pool_submit(pool, &job->base);
}

static void reap_until(struct pool *pool, const int *counter, int expected)
{
    while (*counter < expected) {
        struct pollfd p = {.fd = pool_fd(pool), .events = POLLIN};
        assert_int_equal(poll(&p, 1, DEADLINE_MS), 1);
        pool_reap(pool);
    }
}

static void jobs_run_and_come_back_where_they_are_reaped(void **state)
{
    (void)state;
    struct pool *pool;
    struct job jobs[100];
    int counter = 0;
    assert_int_equal(pool_new(&pool, 3, NULL), 0);
    for (size_t i = 0; i < 100; i++)
        submit(pool, &jobs[i], &counter);
    reap_until(pool, &counter, 100);
    for (size_t i = 0; i < 100; i++) {
        assert_true(jobs[i].ran);
        assert_true(jobs[i].came_back_here);
        assert_null(jobs[i].scratch);
    }
    pool_free(&pool);
    assert_null(pool);
    assert_int_equal(counter, 100);
}

static void each_worker_has_scratch_of_its_own(void **state)
{
    (void)state;
    struct pool *pool;
    struct job jobs[20];
    int counter = 0;
    atomic_store(&scratch_made, 0);
    assert_int_equal(pool_new(&pool, 2, &scratch_ops), 0);
    for (size_t i = 0; i < 20; i++)
        submit(pool, &jobs[i], &counter);
    reap_until(pool, &counter, 20);
    for (size_t i = 0; i < 20; i++)
        assert_non_null(jobs[i].scratch);
    pool_free(&pool);
    assert_int_equal(atomic_load(&scratch_made), 2);
    assert_int_equal(atomic_load(&scratch_live), 0);
}

static void every_job_comes_back_when_the_pool_is_freed(void **state)
{
    (void)state;
    for (int round = 0; round < 20; round++) {
        struct pool *pool;
        struct job jobs[50];
        int counter = 0;
        assert_int_equal(pool_new(&pool, 2, NULL), 0);
        for (size_t i = 0; i < 50; i++)
            submit(pool, &jobs[i], &counter);
        pool_free(&pool);
        assert_int_equal(counter, 50);
        for (size_t i = 0; i < 50; i++)
            assert_true(jobs[i].came_back_here);
    }
}

static void done_and_resubmit(struct pool_job *base)
{
    struct job *job = (struct job *)base;
    struct pool *pool = job->scratch;
    if (++*job->done < 10) {
        job->ran = false;
        pool_submit(pool, base);
    }
}

static void run_keeping_scratch(struct pool_job *base, void *scratch)
{
    (void)scratch;
    ((struct job *)base)->ran = true;
}

static void a_job_may_be_submitted_again_when_it_comes_back(void **state)
{
    (void)state;
    struct pool *pool;
    int counter = 0;
    assert_int_equal(pool_new(&pool, 1, NULL), 0);
    struct job job = {.base = {.run = run_keeping_scratch, .done = done_and_resubmit},
                      .done = &counter,
                      .scratch = pool};
    pool_submit(pool, &job.base);
    reap_until(pool, &counter, 10);
    assert_true(job.ran);
    pool_free(&pool);
}

static void reaping_nothing_does_not_wait(void **state)
{
    (void)state;
    struct pool *pool;
    assert_int_equal(pool_new(&pool, 1, NULL), 0);
    struct pollfd p = {.fd = pool_fd(pool), .events = POLLIN};
    assert_int_equal(poll(&p, 1, 0), 0);
    pool_reap(pool);
    pool_free(&pool);
    pool_free(&pool);
}

int test_pool(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_run_and_come_back_where_they_are_reaped),
        cmocka_unit_test(each_worker_has_scratch_of_its_own),
        cmocka_unit_test(every_job_comes_back_when_the_pool_is_freed),
        cmocka_unit_test(a_job_may_be_submitted_again_when_it_comes_back),
        cmocka_unit_test(reaping_nothing_does_not_wait),
    };
    return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
