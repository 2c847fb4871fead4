/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All at once: nodes that keep their leases, watch, and now and then write. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"
#include "tests/bench/watchers.h"

#include <stdlib.h>

enum { MACHINES = 100, WRITE_EVERY_S = 20, CATCH_UP_S = 60 };
#define SECOND_US UINT64_C(1000000)

struct trial {
    struct world *world;
    struct watchers *watchers;
    struct samples ms;
    uint64_t n_places; /* writes that watchers see */
};

struct spent {
    double s, etcd_us, renewals, events, bytes;
};

struct write {
    struct trial *trial;
    uint64_t begun_us;
};

static void on_written(void *self, int err)
{
    struct write *w = self;
    if (!err)
        samples_add(&w->trial->ms, (double)(synthetic_now_us() - w->begun_us) / 1000);
    free(w);
}

/* Of four writes two are of places, as when a machine leaves here and comes there; one is of a
 * home, one of a session. */
static void write_one(struct trial *t, unsigned k)
{
    static const enum record kinds[] = {RECORD_PLACE, RECORD_HOME, RECORD_PLACE,
                                        RECORD_SESSION};
    struct synthetic *node = &t->world->nodes[k % t->world->n];
    enum record kind = kinds[k % 4];
    struct write *w = ALLOC(struct write);
    *w = (struct write){t, synthetic_now_us()};
    if (kind == RECORD_PLACE && t->n_places < WATCH_EVENTS_MOST)
        t->watchers->board->events[t->n_places].put_us = w->begun_us;
    t->n_places += kind == RECORD_PLACE;
    synthetic_write(node, kind, node->number * MACHINES + k / 4 % MACHINES, k, on_written, w);
}

static void add_row(struct report *report, struct trial *t, const struct spent *s)
{
    const struct world *w = t->world;
    struct samples delays = {0};
    unsigned lost = 0;
    watchers_delays(t->watchers, &delays);
    for (unsigned i = 0; i < w->n; i++)
        lost += w->nodes[i].lost_lease;
    report_row(report,
               json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:i}",
                         "nodes", (int)w->n, "machines", (int)(w->n * MACHINES), "renewals/s",
                         s->renewals / s->s, "writes/s", (double)t->ms.n / s->s, "events/s",
                         s->events / s->s, "MB/s out", s->bytes / 1e6 / s->s, "write median ms",
                         samples_at(&t->ms, 0.5), "99 %", samples_at(&t->ms, 0.99),
                         "seen 99 % ms", samples_at(&delays, 0.99), "etcd % of a core",
                         s->etcd_us / 1e4 / s->s, "etcd MiB",
                         (double)measure_memory_kib(w->etcd->pid, "Rss") / 1024, "lost leases",
                         (int)lost));
    samples_fini(&delays);
}

static struct spent look(const struct trial *t)
{
    const struct watch_board *board = t->watchers->board;
    return (struct spent){.s = (double)synthetic_now_us() / 1e6,
                          .etcd_us = (double)measure_cpu_us(t->world->etcd->pid),
                          .renewals = (double)t->world->renewals,
                          .events = (double)atomic_load(&board->seen),
                          .bytes = (double)atomic_load(&board->bytes)};
}

static void write_for(struct trial *t, unsigned rate, unsigned seconds)
{
    uint64_t from_us = synthetic_now_us();
    for (unsigned k = 0; k < rate * seconds; k++) {
        world_run(t->world, from_us + k * SECOND_US / rate);
        write_one(t, k);
    }
    world_run(t->world, from_us + seconds * SECOND_US);
}

static void show(struct report *report, const struct cluster_options *o, unsigned nodes)
{
    struct etcd_server etcd;
    struct world world;
    unsigned usual = (nodes + WRITE_EVERY_S - 1) / WRITE_EVERY_S;
    etcd_server_init(&etcd);
    world_init(&world, &etcd, nodes, MACHINES, o->ttl_s);
    world_keep_leases(&world);
    world_fill(&world);
    struct watchers watchers = {
        .url = etcd.url, .prefixes = {"place/", "node/"}, .n = nodes, .bare = true};
    watchers_start(&watchers);
    struct trial t = {.world = &world, .watchers = &watchers};
    world_run(&world, synthetic_now_us() + SECOND_US);
    struct spent before = look(&t);
    write_for(&t, o->rate ? o->rate : usual, o->seconds);
    struct spent s = look(&t);
    s.s -= before.s;
    s.etcd_us -= before.etcd_us;
    s.renewals -= before.renewals;
    s.events -= before.events;
    s.bytes -= before.bytes;
    add_row(report, &t, &s);
    if (!watchers_wait(&watchers, t.n_places * nodes, CATCH_UP_S))
        measure_fail("watchers", "they do not see all");
    samples_fini(&t.ms);
    watchers_stop(&watchers);
    world_fini(&world);
    etcd_server_fini(&etcd);
}

void cluster_steady(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{100, 300, 1000}, 3};
    const struct list *nodes = o->nodes.n ? &o->nodes : &usual;
    report_table(report, "nodes with 100 machines each: leases, watches, a write of each node "
                         "every 20 s");
    for (unsigned i = 0; i < nodes->n; i++)
        show(report, o, nodes->values[i]);
}
