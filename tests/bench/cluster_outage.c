/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it costs nodes when etcd is away for a while. */
#include <config.h>
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"
#include "tests/bench/watchers.h"

#include <signal.h>

enum { MACHINES = 10, RATE = 50, PATIENCE_S = 120 };
#define SECOND_US UINT64_C(1000000)

struct outage {
    struct world *world;
    unsigned asked;
    uint64_t back_us;  /* when etcd answers again; 0: it does not */
    uint64_t first_us; /* when a write was answered after that */
    uint64_t gone_us, written_us, seen_us;
    uint64_t waiting; /* writes, when it was let come back */
};

static void on_written(void *self, int err)
{
    struct outage *o = self;
    (void)err;
    if (o->back_us && !o->first_us)
        o->first_us = synthetic_now_us();
}

/* Nodes go on writing at a pace; returns when that is over, or etcd answers. */
static void go_on(struct outage *o, const struct etcd_server *looked_at, unsigned rate,
                  uint64_t until_us)
{
    uint64_t next_us = synthetic_now_us();
    while (synthetic_now_us() < until_us) {
        world_run(o->world, next_us += SECOND_US / rate);
        struct synthetic *node = &o->world->nodes[o->asked % o->world->n];
        synthetic_write(node, RECORD_PLACE,
                        node->number * MACHINES + o->asked / o->world->n % MACHINES, o->asked,
                        on_written, o);
        o->asked++;
        if (looked_at && etcd_server_answers(looked_at))
            return;
    }
}

/* Until everybody knows everything again. */
static void recover(struct outage *o, const struct watchers *watchers)
{
    o->back_us = synthetic_now_us();
    world_settle(o->world);
    o->written_us = synthetic_now_us();
    if (!watchers_wait(watchers, ((uint64_t)o->asked + o->world->n * MACHINES) * watchers->n,
                       PATIENCE_S))
        measure_fail("watchers", "they do not see all");
    o->seen_us = synthetic_now_us();
}

static void add_row(struct report *report, const struct outage *o, bool hangs)
{
    unsigned lost = 0;
    for (unsigned i = 0; i < o->world->n; i++)
        lost += o->world->nodes[i].lost_lease;
    report_row(report,
               json_pack("{s:i, s:s, s:f, s:i, s:f, s:f, s:f, s:i, s:i}", "nodes",
                         (int)o->world->n, "etcd", hangs ? "hangs" : "killed", "away s",
                         (double)(o->back_us - o->gone_us) / 1e6, "waiting", (int)o->waiting,
                         "first write after s", (double)(o->first_us - o->back_us) / 1e6,
                         "all written s", (double)(o->written_us - o->back_us) / 1e6,
                         "all seen by all s", (double)(o->seen_us - o->back_us) / 1e6,
                         "nodes that lost their lease", (int)lost, "refused",
                         (int)o->world->refused));
}

static void break_it(struct report *report, const struct cluster_options *options,
                     unsigned nodes, bool hangs)
{
    struct etcd_server etcd;
    struct world world;
    unsigned rate = options->rate ? options->rate : RATE;
    etcd_server_init(&etcd);
    struct watchers watchers = {.url = etcd.url, .prefixes = {"place/"}, .n = nodes};
    watchers_start(&watchers); /* first: leases are kept only while the world runs */
    world_init(&world, &etcd, nodes, MACHINES, options->ttl_s);
    world_keep_leases(&world);
    world_fill(&world);
    while (atomic_load(&watchers.board->seen) < (uint64_t)nodes * nodes * MACHINES)
        world_run(&world, synthetic_now_us() + SECOND_US / 10);
    struct outage o = {.world = &world};
    go_on(&o, NULL, rate, synthetic_now_us() + 2 * SECOND_US);
    o.gone_us = synthetic_now_us();
    if (hangs)
        kill(etcd.pid, SIGSTOP);
    else
        etcd_server_kill(&etcd);
    go_on(&o, NULL, rate, o.gone_us + options->away_s * SECOND_US);
    o.waiting = world.pending;
    if (hangs)
        kill(etcd.pid, SIGCONT);
    else
        etcd_server_begin(&etcd);
    go_on(&o, &etcd, rate, synthetic_now_us() + PATIENCE_S * SECOND_US);
    recover(&o, &watchers);
    add_row(report, &o, hangs);
    watchers_stop(&watchers);
    world_fini(&world);
    etcd_server_fini(&etcd);
}

void cluster_outage(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{64, 256}, 2};
    const struct list *nodes = o->nodes.n ? &o->nodes : &usual;
    report_table(report,
                 "etcd away, nodes that watch and write on: until the first is answered, "
                 "nothing waits, all know all");
    for (unsigned i = 0; i < nodes->n; i++)
        for (int hangs = 0; hangs < 2; hangs++)
            break_it(report, o, nodes->values[i], hangs);
}
