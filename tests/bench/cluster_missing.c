/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it takes a node to catch up that missed changes, and what compaction does to that. */
#include <config.h>
#include "server/etcd/store_etcd.h"
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

#include <unistd.h>

enum { PER_NODE = 1000, TTL_S = 600, CHANGES = 100, PATIENCE_S = 120 };
#define SECOND_US UINT64_C(1000000)

/* ---- a watcher that missed changes ---- */

struct follower {
    struct store_watch watch; /* first */
    sd_event *loop;
    struct store *store;
    bool listed;
    unsigned seen;
};

static void on_changed(struct store_watch *watch, const char *key, const char *value)
{
    (void)key;
    (void)value;
    ((struct follower *)watch)->seen++;
}

static void on_listed(struct store_watch *watch)
{
    ((struct follower *)watch)->listed = true;
}

static void follow(struct follower *f, const struct etcd_server *etcd)
{
    const char *why, *const endpoints[] = {etcd->url};
    const struct store_etcd_options options = {.endpoints = endpoints, .n_endpoints = 1};
    *f = (struct follower){
        .watch = {.prefix = "place/", .changed = on_changed, .listed = on_listed}};
    if (sd_event_new(&f->loop) < 0 || store_etcd_open(&f->store, f->loop, &options, &why) < 0)
        measure_fail("store", "it cannot be opened");
    f->store->ops->watch(f->store, &f->watch);
    while (!f->listed)
        sd_event_run(f->loop, UINT64_MAX);
}

/*
 * While the follower's loop stands still, as on a node whose connection broke. These places are
 * the last of a list: whoever is told of them has read all.
 */
static void change_places(struct world *w)
{
    for (unsigned i = 0; i < CHANGES; i++)
        synthetic_write(&w->nodes[w->n - 1], RECORD_PLACE, i % w->machines, i, NULL, NULL);
    world_settle(w);
}

struct caught_up {
    double ms, cpu_ms;
    unsigned told;
};

static struct caught_up miss_some(unsigned machines, bool compacted)
{
    struct etcd_server etcd;
    struct world world;
    struct follower f;
    unsigned nodes = machines > PER_NODE ? machines / PER_NODE : 1;
    etcd_server_init(&etcd);
    world_init(&world, &etcd, nodes, machines / nodes, TTL_S);
    world_fill(&world);
    follow(&f, &etcd);
    etcd_server_kill(&etcd);
    etcd_server_start(&etcd);
    change_places(&world);
    if (compacted)
        etcd_server_compact(&etcd);
    uint64_t from_us = synthetic_now_us(), cpu_us = measure_cpu_us(getpid());
    unsigned wanted = CHANGES < machines / nodes ? CHANGES : machines / nodes;
    while (f.seen < (compacted ? wanted : CHANGES)) {
        sd_event_run(f.loop, SECOND_US);
        if (synthetic_now_us() > from_us + PATIENCE_S * SECOND_US)
            measure_fail("a watcher", "it does not catch up");
    }
    struct caught_up r = {(double)(synthetic_now_us() - from_us) / 1000,
                          (double)(measure_cpu_us(getpid()) - cpu_us) / 1000, f.seen};
    f.store->ops->close(f.store);
    sd_event_unref(f.loop);
    world_fini(&world);
    etcd_server_fini(&etcd);
    return r;
}

void cluster_missing(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1000, 10000, 100000}, 3};
    const struct list *machines = o->machines.n ? &o->machines : &usual;
    report_table(report,
                 "a watcher whose connection broke, and that missed 100 changes; back-off "
                 "is in the time");
    for (unsigned i = 0; i < machines->n; i++)
        for (int compacted = 0; compacted < 2; compacted++) {
            struct caught_up r = miss_some(machines->values[i], compacted);
            report_row(report, json_pack("{s:i, s:s, s:f, s:f, s:i}", "places",
                                         (int)machines->values[i], "meanwhile",
                                         compacted ? "compacted" : "kept", "ms", r.ms,
                                         "its CPU ms", r.cpu_ms, "told of", (int)r.told));
        }
}
