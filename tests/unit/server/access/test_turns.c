/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/turns.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum { N_JOBS = 20 };

static struct {
    struct turns turns;
    struct pool *pool;
    unsigned at_once, most_at_once, done;
    unsigned order[N_JOBS];
} room;

struct task {
    struct pool_job job;
    unsigned number;
};

static void on_run(struct pool_job *job, void *scratch)
{
    (void)job;
    (void)scratch;
    unsigned now = __atomic_add_fetch(&room.at_once, 1, __ATOMIC_SEQ_CST);
    unsigned most = __atomic_load_n(&room.most_at_once, __ATOMIC_SEQ_CST);
    while (now > most && !__atomic_compare_exchange_n(&room.most_at_once, &most, now, false,
                                                      __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        ;
    __atomic_sub_fetch(&room.at_once, 1, __ATOMIC_SEQ_CST);
}

static void on_done(struct pool_job *job)
{
    room.order[room.done++] = ((struct task *)job)->number;
    turns_over(&room.turns);
}

static void start(struct task *tasks, unsigned n)
{
    room.done = room.most_at_once = 0;
    assert_int_equal(pool_new(&room.pool, 3, NULL), 0);
    turns_init(&room.turns, room.pool, 3);
    for (unsigned i = 0; i < n; i++) {
        tasks[i] = (struct task){.job = {.run = on_run, .done = on_done}, .number = i};
        turns_submit(&room.turns, &tasks[i].job);
    }
}

static void wait_for(unsigned n)
{
    struct pollfd p = {.fd = pool_fd(room.pool), .events = POLLIN};
    while (room.done < n) {
        assert_true(poll(&p, 1, 60000) > 0);
        pool_reap(room.pool);
    }
}

static void of_three_workers_one_serves_strangers(void **state)
{
    struct task tasks[N_JOBS];
    (void)state;
    start(tasks, N_JOBS);
    wait_for(N_JOBS);
    assert_int_equal(room.most_at_once, 1);
    for (unsigned i = 0; i < N_JOBS; i++)
        assert_int_equal(room.order[i], i);
    pool_free(&room.pool);
}

static void a_job_that_waits_can_be_forgotten(void **state)
{
    struct task tasks[5];
    (void)state;
    start(tasks, 5);
    assert_false(turns_forget(&room.turns, &tasks[0].job)); /* it runs */
    assert_true(turns_forget(&room.turns, &tasks[4].job));  /* the last one */
    assert_true(turns_forget(&room.turns, &tasks[1].job));  /* the first that waits */
    assert_false(turns_forget(&room.turns, &tasks[1].job));
    turns_submit(&room.turns, &tasks[1].job);
    wait_for(4);
    assert_int_equal(room.order[0], 0);
    assert_int_equal(room.order[1], 2);
    assert_int_equal(room.order[2], 3);
    assert_int_equal(room.order[3], 1);
    assert_null(room.turns.first);
    assert_null(room.turns.last);
    pool_free(&room.pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_three_workers_one_serves_strangers),
        cmocka_unit_test(a_job_that_waits_can_be_forgotten),
    };
    return cmocka_run_group_tests_name("server/access/turns", tests, NULL, NULL);
}
