/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/flow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define S 1000000u /* us */

/*
 * A path that carries so many bytes a second one behind the other, to a client that is half a
 * round trip away and answers fences at once. The machine draws all the time.
 */
struct path {
    uint64_t rate_bytes_s, rtt_us, update_bytes;
    struct flow flow;
    uint64_t sent, free_us; /* bytes in all; when the path is done with them */
    struct {
        uint64_t at_us;
        uint32_t id;
    } answers[FLOW_MARKS_MOST];
    unsigned n_answers, n_sent;
    uint64_t worst_lag_us; /* longest time from sending an update to its arrival */
};

static void send_mark(struct path *p, uint64_t now_us)
{
    uint32_t id;
    if (!flow_mark(&p->flow, now_us, p->sent, &id))
        return;
    p->answers[p->n_answers].at_us = p->free_us + p->rtt_us;
    p->answers[p->n_answers++].id = id;
}

static void send_update(struct path *p, uint64_t now_us)
{
    p->free_us = p->free_us > now_us ? p->free_us : now_us;
    if (flow_wants_probe(&p->flow))
        send_mark(p, now_us);
    p->free_us += p->update_bytes * S / p->rate_bytes_s;
    p->sent += p->update_bytes;
    p->n_sent++;
    uint64_t lag_us = p->free_us + p->rtt_us / 2 - now_us;
    p->worst_lag_us = lag_us > p->worst_lag_us ? lag_us : p->worst_lag_us;
    send_mark(p, now_us);
}

static void take_answers(struct path *p, uint64_t now_us)
{
    while (p->n_answers && p->answers[0].at_us <= now_us) {
        flow_acked(&p->flow, now_us, p->answers[0].id);
        memmove(p->answers, p->answers + 1, --p->n_answers * sizeof(p->answers[0]));
    }
}

/* Runs from one time to another; a frame is due every 17 ms. Returns the bytes that were sent.
 */
static uint64_t run(struct path *p, uint64_t from_us, uint64_t to_us)
{
    uint64_t before = p->sent;
    p->worst_lag_us = 0;
    for (uint64_t now = from_us; now < to_us; now += 1000) {
        take_answers(p, now);
        if (now / 1000 % 17 == 0 && flow_may_send(&p->flow, 0, 0, p->sent, false))
            send_update(p, now);
    }
    return p->sent - before;
}

static struct path path_of(uint64_t rate_bytes_s, uint64_t rtt_us, uint64_t update_bytes)
{
    struct path p = {
        .rate_bytes_s = rate_bytes_s, .rtt_us = rtt_us, .update_bytes = update_bytes};
    flow_init(&p.flow);
    flow_use_fences(&p.flow, true, 0);
    return p;
}

/* What could be sent in so many seconds: what the path carries, or what is drawn. */
static uint64_t possible(const struct path *p, uint64_t seconds)
{
    uint64_t drawn_bytes_s = p->update_bytes * S / 17000;
    return seconds * (p->rate_bytes_s < drawn_bytes_s ? p->rate_bytes_s : drawn_bytes_s);
}

static void a_path_is_filled_and_not_flooded(void **state)
{
    static const struct {
        uint64_t rate_bytes_s, rtt_us, update_bytes;
        uint64_t least_percent; /* of what is possible */
        uint64_t lag_us;        /* never longer until an update has arrived */
    } rows[] = {
        {125000, 200000, 5000, 80, 500000}, /* 1 Mbit/s, 200 ms */
        {125000, 200000, 30000, 75, 700000},
        {125000, 1000, 150000, 80, 1410000}, /* updates of 1.2 s: the next one waits for each */
        {125000, 1000, 20000, 80, 370000},
        {1250000, 50000, 20000, 85, 250000},    /* 10 Mbit/s */
        {12500000, 100000, 100000, 80, 350000}, /* 100 Mbit/s over a long way */
        {12500000, 20000, 50000, 80, 200000},
        {125000000, 1000, 1000000, 80, 100000}, /* 1 Gbit/s */
        {125000000, 10000, 8300000, 75,
         150000}, /* one at a time: another would be old on arrival */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct path p = path_of(rows[i].rate_bytes_s, rows[i].rtt_us, rows[i].update_bytes);
        run(&p, S, 15 * S);
        uint64_t sent = run(&p, 15 * S, 75 * S), can = possible(&p, 60);
        if (sent * 100 < can * rows[i].least_percent)
            fail_msg("row %zu: %llu%% of what is possible is sent", i,
                     (unsigned long long)(sent * 100 / can));
        if (p.worst_lag_us > rows[i].lag_us)
            fail_msg("row %zu: an update takes %llu us", i, (unsigned long long)p.worst_lag_us);
    }
}

static void a_path_that_becomes_slow_is_noticed_and_one_that_becomes_fast_too(void **state)
{
    struct path p = path_of(12500000, 20000, 50000);
    (void)state;
    run(&p, S, 10 * S);
    p.rate_bytes_s = 250000;
    run(&p, 10 * S, 25 * S);
    run(&p, 25 * S, 40 * S);
    assert_true(p.worst_lag_us < 700000);
    p.rate_bytes_s = 12500000;
    run(&p, 40 * S, 50 * S);
    assert_true(run(&p, 50 * S, 60 * S) > possible(&p, 10) * 70 / 100);
}

static void a_path_that_becomes_longer_is_measured_again(void **state)
{
    struct path p = path_of(12500000, 5000, 20000);
    (void)state;
    run(&p, S, 10 * S);
    p.rtt_us = 200000;
    run(&p, 10 * S, 40 * S);
    assert_in_range(p.flow.rtt_us, 200000, 260000);
}

static void an_update_that_was_asked_for_goes_when_our_own_queue_is_empty(void **state)
{
    struct flow f;
    (void)state;
    flow_init(&f);
    flow_use_fences(&f, true, 0);
    assert_true(flow_may_send(&f, 0, 1 << 30, UINT64_C(1) << 40, true));
    assert_false(flow_may_send(&f, 1, 0, 0, true));
    assert_false(flow_may_send(&f, 1, 0, 0, false));
}

static void without_fences_the_kernels_queue_is_the_bound(void **state)
{
    struct flow f;
    (void)state;
    flow_init(&f);
    assert_true(flow_may_send(&f, 0, 0, UINT64_C(1) << 40, false));
    assert_true(flow_may_send(&f, 0, 200000, UINT64_C(1) << 40, false));
    assert_false(flow_may_send(&f, 0, 300000, UINT64_C(1) << 40, false));
}

static void marks_run_out_and_come_back(void **state)
{
    struct flow f;
    uint32_t id, last = 0;
    (void)state;
    flow_init(&f);
    flow_use_fences(&f, true, 0);
    for (unsigned i = 0; i < FLOW_MARKS_MOST; i++) {
        assert_true(flow_may_send(&f, 0, 0, i, false));
        assert_true(flow_mark(&f, S + i, i + 1, &last));
    }
    assert_false(flow_may_send(&f, 0, 0, FLOW_MARKS_MOST, false));
    assert_true(flow_may_send(&f, 0, 0, FLOW_MARKS_MOST, true));
    assert_false(flow_mark(&f, 2 * S, 100, &id));
    flow_acked(&f, 2 * S, last); /* the last one answers for all before it */
    assert_int_equal(f.n_marks, 0);
    assert_int_equal(f.acked_bytes, FLOW_MARKS_MOST);
    assert_true(flow_may_send(&f, 0, 0, FLOW_MARKS_MOST, false));
}

static void answers_to_nothing_and_answers_out_of_order_are_ignored(void **state)
{
    struct flow f;
    uint32_t a, b;
    (void)state;
    flow_init(&f);
    flow_use_fences(&f, true, 1000);
    flow_acked(&f, S, 77);
    flow_mark(&f, S, 2000, &a);
    flow_mark(&f, S, 3000, &b);
    flow_acked(&f, S + 5, b);
    flow_acked(&f, S + 6, a);
    flow_acked(&f, S + 7, b);
    assert_int_equal(f.acked_bytes, 3000);
    assert_int_equal(f.n_marks, 0);
}

static void what_was_sent_before_fences_were_switched_counts_as_arrived(void **state)
{
    struct flow f;
    uint32_t id;
    (void)state;
    flow_init(&f);
    flow_use_fences(&f, true, UINT64_C(50) << 20);
    assert_true(flow_may_send(&f, 0, 0, UINT64_C(50) << 20, false));
    for (int i = 0; i < FLOW_MARKS_MOST; i++)
        flow_mark(&f, S, (UINT64_C(50) << 20) + (1 << 20), &id);
    assert_false(flow_may_send(&f, 0, 0, (UINT64_C(50) << 20) + (1 << 20), false));
    flow_use_fences(&f, false, UINT64_C(60) << 20);
    assert_true(flow_may_send(&f, 0, 0, UINT64_C(60) << 20, false));
    flow_use_fences(&f, true, UINT64_C(70) << 20);
    assert_true(flow_may_send(&f, 0, 0, UINT64_C(70) << 20, false));
    flow_acked(&f, 2 * S, id); /* of the time before */
    assert_int_equal(f.acked_bytes, UINT64_C(70) << 20);
}

static void an_answer_in_no_time_does_no_harm(void **state)
{
    struct flow f;
    uint32_t id;
    (void)state;
    flow_init(&f);
    flow_use_fences(&f, true, 0);
    flow_mark(&f, S, UINT64_C(1) << 33, &id);
    flow_acked(&f, S, id);
    assert_true(f.rtt_us >= 1);
    assert_false(flow_may_send(&f, 0, 0, (UINT64_C(1) << 33) + (9 << 20), false));
    assert_true(flow_may_send(&f, 0, 0, (UINT64_C(1) << 33) + (7 << 20), false) ||
                f.rate_bytes_s > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_is_filled_and_not_flooded),
        cmocka_unit_test(a_path_that_becomes_slow_is_noticed_and_one_that_becomes_fast_too),
        cmocka_unit_test(a_path_that_becomes_longer_is_measured_again),
        cmocka_unit_test(an_update_that_was_asked_for_goes_when_our_own_queue_is_empty),
        cmocka_unit_test(without_fences_the_kernels_queue_is_the_bound),
        cmocka_unit_test(marks_run_out_and_come_back),
        cmocka_unit_test(answers_to_nothing_and_answers_out_of_order_are_ignored),
        cmocka_unit_test(what_was_sent_before_fences_were_switched_counts_as_arrived),
        cmocka_unit_test(an_answer_in_no_time_does_no_harm),
    };
    return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
