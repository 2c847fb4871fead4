/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Leases: how many renewals etcd takes, and how soon all hear that a node is lost. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"
#include "tests/bench/watchers.h"

#include <stdlib.h>
#include <unistd.h>

enum { WATCHERS = 100, TTL_S = 600, RUNS_MOST = 64, CATCH_UP_S = 60 };
#define SECOND_US UINT64_C(1000000)

/* ---- renewals, one under way for each node ---- */

struct renewer {
    struct synthetic *node;
    struct samples *ms;
    uint64_t begun_us;
    bool stop;
};

static void renew_next(struct renewer *r);

static void on_renewed(void *self, const struct store_answer *answer)
{
    struct renewer *r = self;
    if (answer->err)
        measure_fail("etcd", "a lease is gone");
    r->node->world->pending--;
    samples_add(r->ms, (double)(synthetic_now_us() - r->begun_us) / 1000);
    if (!r->stop)
        renew_next(r);
}

static void renew_next(struct renewer *r)
{
    struct synthetic *s = r->node;
    s->world->pending++;
    r->begun_us = synthetic_now_us();
    s->store->ops->lease(s->store, s->lease, s->world->ttl_us, on_renewed, r);
}

static void renew_all(struct report *report, const struct cluster_options *o, unsigned nodes)
{
    struct etcd_server etcd;
    struct world world;
    struct samples ms = {0};
    struct renewer *renewers = alloc_zero(nodes, sizeof(*renewers));
    etcd_server_init(&etcd);
    world_init(&world, &etcd, nodes, 1, TTL_S);
    double etcd_us = (double)measure_cpu_us(etcd.pid);
    double client_us = (double)measure_cpu_us(getpid());
    uint64_t from_us = synthetic_now_us();
    for (unsigned i = 0; i < nodes; i++) {
        renewers[i] = (struct renewer){.node = &world.nodes[i], .ms = &ms};
        renew_next(&renewers[i]);
    }
    world_run(&world, from_us + o->seconds * SECOND_US);
    for (unsigned i = 0; i < nodes; i++)
        renewers[i].stop = true;
    world_settle(&world);
    double n = (double)ms.n, took_s = (double)(synthetic_now_us() - from_us) / 1e6;
    report_row(report,
               json_pack("{s:i, s:f, s:f, s:f, s:f, s:f}", "nodes", (int)nodes, "renewals/s",
                         n / took_s, "median ms", samples_at(&ms, 0.5), "99 %",
                         samples_at(&ms, 0.99), "etcd CPU us",
                         ((double)measure_cpu_us(etcd.pid) - etcd_us) / n, "client CPU us",
                         ((double)measure_cpu_us(getpid()) - client_us) / n));
    world_fini(&world);
    etcd_server_fini(&etcd);
    samples_fini(&ms);
    free(renewers);
}

/* ---- a lost node ---- */

/* ms until all watchers know that the only node's places are gone. */
static double lose(unsigned machines)
{
    struct etcd_server etcd;
    struct world world;
    etcd_server_init(&etcd);
    world_init(&world, &etcd, 1, machines, TTL_S);
    world_fill(&world);
    struct watchers watchers = {
        .url = etcd.url, .prefixes = {"place/"}, .n = WATCHERS, .bare = true};
    watchers_start(&watchers);
    uint64_t from_us = synthetic_now_us();
    /* What etcd does when the lease ends by itself, at a moment that we know. */
    world.nodes[0].store->ops->lease(world.nodes[0].store, world.nodes[0].lease, 0, NULL, NULL);
    world_run(&world, from_us + 1000);
    while (atomic_load(&watchers.board->seen) < (uint64_t)machines * WATCHERS) {
        world_run(&world, synthetic_now_us() + 1000);
        if (synthetic_now_us() > from_us + CATCH_UP_S * SECOND_US)
            measure_fail("watchers", "they do not hear of a lost node");
    }
    double ms = (double)(synthetic_now_us() - from_us) / 1000;
    watchers_stop(&watchers);
    world_fini(&world);
    etcd_server_fini(&etcd);
    return ms;
}

static void show_losses(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{10, 100, 1000}, 3};
    const struct list *machines = o->machines.n ? &o->machines : &usual;
    unsigned n = o->runs < RUNS_MOST ? o->runs : RUNS_MOST;
    double ms[RUNS_MOST];
    report_table(report, "a lost node, from the end of its lease until all others know");
    for (unsigned i = 0; i < machines->n; i++) {
        for (unsigned run = 0; run < n; run++)
            ms[run] = lose(machines->values[i]);
        report_row(report,
                   json_pack("{s:i, s:i, s:f}", "machines there", (int)machines->values[i],
                             "other nodes", WATCHERS, "ms", measure_median(ms, n)));
    }
}

void cluster_leases(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1, 16, 256, 1000}, 4};
    const struct list *nodes = o->nodes.n ? &o->nodes : &usual;
    report_table(report, "renewals of leases, each node with one under way");
    for (unsigned i = 0; i < nodes->n; i++)
        renew_all(report, o, nodes->values[i]);
    show_losses(report, o);
}
