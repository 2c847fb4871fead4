/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What etcd would spend on watchers that did not come by its JSON gateway: etcdctl is one. */
#include <config.h>
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

#include <stdlib.h>
#include <unistd.h>

enum { WRITERS = 4, MACHINES = 100, WATCHERS_MOST = 256, RUNS_MOST = 16, CALM_EVENTS = 2000 };
enum { LOOKS_MOST = 6000, LOOK_AGAIN_US = 10000, SETTLE_US = 500000 };
#define WATCHERS_METRIC "etcd_debugging_mvcc_watcher_total"
#define SECOND_US UINT64_C(1000000)

static void start_watchers(const struct etcd_server *etcd, pid_t *pids, unsigned n)
{
    const char *const argv[] = {"etcdctl",  "--endpoints",     etcd->url, "watch",
                                "--prefix", "holdfast/place/", NULL};
    setenv("ETCDCTL_API", "3", 1);
    for (unsigned i = 0; i < n; i++)
        pids[i] = measure_start("etcdctl", argv);
    for (unsigned i = 0; etcd_server_metric(etcd, WATCHERS_METRIC) < n; i++) {
        if (i == LOOKS_MOST)
            measure_fail("etcdctl", "it does not watch; is etcd-client installed?");
        usleep(LOOK_AGAIN_US);
    }
    usleep(SETTLE_US);
}

/* us of etcd's CPU for an event at one watcher; the writes' own part is in it. */
static double measure(const struct cluster_options *o, unsigned watchers)
{
    pid_t pids[WATCHERS_MOST];
    struct etcd_server etcd;
    struct world world;
    unsigned calm = CALM_EVENTS / watchers ? CALM_EVENTS / watchers : 1;
    unsigned rate = o->rate ? o->rate : calm < 20 ? calm : 20, n = rate * o->seconds;
    etcd_server_init(&etcd);
    world_init(&world, &etcd, WRITERS, MACHINES, 600);
    start_watchers(&etcd, pids, watchers);
    uint64_t from_us = synthetic_now_us();
    double etcd_us = (double)measure_cpu_us(etcd.pid);
    for (unsigned i = 0; i < n; i++) {
        world_run(&world, from_us + i * SECOND_US / rate);
        struct synthetic *node = &world.nodes[i % WRITERS];
        synthetic_write(node, RECORD_PLACE, node->number * MACHINES + i % MACHINES, i, NULL,
                        NULL);
    }
    world_settle(&world);
    usleep(SETTLE_US); /* what etcdctl has seen is not known; it is not behind for long */
    etcd_us = (double)measure_cpu_us(etcd.pid) - etcd_us;
    for (unsigned i = 0; i < watchers; i++)
        measure_stop(pids[i]);
    world_fini(&world);
    etcd_server_fini(&etcd);
    return etcd_us / n / watchers;
}

void cluster_grpc(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{16, 64, 256}, 3};
    const struct list *list = o->watchers.n ? &o->watchers : &usual;
    unsigned n = o->runs < RUNS_MOST ? o->runs : RUNS_MOST;
    double us[RUNS_MOST];
    report_table(report, "the same by gRPC, as etcdctl watches");
    for (unsigned i = 0; i < list->n; i++) {
        unsigned watchers = list->values[i] < WATCHERS_MOST ? list->values[i] : WATCHERS_MOST;
        for (unsigned run = 0; run < n; run++)
            us[run] = measure(o, watchers);
        report_row(report, json_pack("{s:i, s:f}", "watchers", (int)watchers, "etcd us/event",
                                     measure_median(us, n)));
    }
}
