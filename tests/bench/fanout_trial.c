/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/fanout_trial.h"
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/measure.h"
#include "tests/bench/relay.h"

#include <stdlib.h>
#include <unistd.h>

#define ENCODE_COUNTER "encode_cpu_us_total"

enum { PATIENCE_US = 60000000, SETTLED_UPDATES = 3, ONE_SECOND_US = 1000000 };

/* ---- the relay ---- */

static void run_relay(void *arg)
{
    for (;;)
        relay_step(arg, ONE_SECOND_US);
}

char *fanout_relay_start(const char *server, uint64_t rate_bps, pid_t *pid_r)
{
    struct relay relay;
    unsigned port = relay_init(&relay, server, &(struct relay_link){.rate_bps = rate_bps});
    if (!port)
        measure_fail("relay", "no port is free");
    *pid_r = measure_fork(run_relay, &relay);
    relay_fini(&relay);
    return alloc_printf("127.0.0.1:%u", port);
}

/* ---- viewers ---- */

struct trial {
    const struct fanout_setup *setup;
    struct fanout_daemon daemon;
    struct load load; /* viewers are tagged with their part */
    char *relay;
    pid_t relay_pid;
};

static void add_part(struct trial *t, const struct fanout_part *part)
{
    struct load_options options = {.class = part->class, .continuous = t->setup->continuous};
    if (part->throttled && !t->relay)
        t->relay = fanout_relay_start(t->daemon.address, t->setup->rate_bps, &t->relay_pid);
    const char *address = part->throttled ? t->relay : t->daemon.address;
    for (unsigned i = 0; i < part->n; i++)
        load_add(&t->load, address, &options)->tag = (unsigned)(part - t->setup->parts);
}

static void start(struct trial *t)
{
    fanout_daemon_start(&t->daemon, t->setup->program, t->setup->place);
    load_init(&t->load);
    for (unsigned i = 0; i < t->setup->n_parts; i++)
        add_part(t, &t->setup->parts[i]);
    if (!load_run_until_all_have(&t->load, SETTLED_UPDATES, load_now_us() + PATIENCE_US))
        measure_fail("fan-out", "some viewer gets no updates");
    load_mark(&t->load);
}

static void stop(struct trial *t)
{
    load_fini(&t->load);
    if (t->relay)
        measure_stop(t->relay_pid);
    free(t->relay);
    fanout_daemon_stop(&t->daemon);
}

struct fanout_result fanout_trial(const struct fanout_setup *setup)
{
    struct trial t = {.setup = setup};
    struct fanout_result result = {0};
    start(&t);
    result.cpu_us = 0 - measure_cpu_us(t.daemon.pid);
    result.encode_us = 0 - fanout_daemon_counter(ENCODE_COUNTER);
    load_run(&t.load, load_now_us() + setup->seconds * 1000000ull);
    result.cpu_us += measure_cpu_us(t.daemon.pid);
    result.encode_us += fanout_daemon_counter(ENCODE_COUNTER);
    for (unsigned i = 0; i < setup->n_parts; i++)
        result.parts[i] = load_summary(&t.load, (int)i);
    stop(&t);
    return result;
}
