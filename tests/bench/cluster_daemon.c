/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real daemon that joins a cluster of many machines: how long it takes, and what it holds. */
#include <config.h>
#include "tests/bench/cluster_tables.h"
#include "tests/bench/control_talk.h"
#include "tests/bench/measure.h"
#include "tests/bench/node_pair.h"
#include "tests/bench/synthetic.h"

#include <sys/wait.h>
#include <unistd.h>

enum { PER_NODE = 100, TTL_S = 3600, PATIENCE_S = 240, LOOK_AGAIN_US = 20000 };

struct outcome {
    double known_s, known_cpu_s; /* until it knows all machines */
    double idle_percent;         /* of a core, then */
    double rss_mib, peak_mib;
    unsigned machines;
};

/* Its nodes do not listen, so that all there is is what etcd says. */
static void fill(void *self)
{
    const struct world *wanted = self;
    struct world world;
    world_init(&world, wanted->etcd, wanted->n, wanted->machines, TTL_S);
    world_fill(&world);
    world_fini(&world);
}

/* The daemon answers between the pieces of its work, if it works in pieces. */
static unsigned machines_of(const struct pair_node *node)
{
    json_t *status = control_try(node->control, "/v1/status");
    unsigned n = (unsigned)json_integer_value(json_object_get(status, "machines"));
    json_decref(status);
    return n;
}

static unsigned wait_until_known(const struct pair_node *node, unsigned wanted)
{
    uint64_t until_us = synthetic_now_us() + PATIENCE_S * UINT64_C(1000000), same_since_us = 0;
    unsigned n = 0;
    for (unsigned last = 0; (n = machines_of(node)) < wanted; last = n) {
        uint64_t now_us = synthetic_now_us();
        if (n != last || !n || !same_since_us)
            same_since_us = now_us;
        if (now_us > until_us || now_us > same_since_us + 10 * UINT64_C(1000000))
            break; /* it takes no more */
        usleep(LOOK_AGAIN_US);
    }
    return n;
}

static struct outcome join(const struct cluster_options *o, unsigned machines)
{
    struct outcome out = {0};
    struct etcd_server etcd;
    struct pair_node node;
    unsigned nodes = machines / PER_NODE ? machines / PER_NODE : 1;
    etcd_server_init(&etcd);
    struct world wanted = {.etcd = &etcd, .n = nodes, .machines = machines / nodes};
    if (machines)
        waitpid(measure_fork(fill, &wanted), NULL, 0);
    uint64_t from_us = synthetic_now_us();
    pair_node_start(&node, "home", NULL, &etcd, NULL);
    out.machines = wait_until_known(&node, machines);
    out.known_s = (double)(synthetic_now_us() - from_us) / 1e6;
    out.known_cpu_s = (double)measure_cpu_us(node.pid) / 1e6;
    uint64_t cpu_us = measure_cpu_us(node.pid);
    from_us = synthetic_now_us();
    sleep(o->seconds);
    out.idle_percent = (double)(measure_cpu_us(node.pid) - cpu_us) * 100 /
                       (double)(synthetic_now_us() - from_us);
    out.rss_mib = (double)measure_memory_kib(node.pid, "Rss") / 1024;
    out.peak_mib = (double)measure_peak_kib(node.pid) / 1024;
    pair_node_stop(&node);
    etcd_server_fini(&etcd);
    return out;
}

void cluster_daemon(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1000, 10000, 60000}, 3};
    const struct list *list = o->machines.n ? &o->machines : &usual;
    report_table(report, "holdfastd joins a cluster whose other nodes do not answer");
    struct outcome none = join(o, 0);
    for (unsigned i = 0; i <= list->n; i++) {
        struct outcome r = i ? join(o, list->values[i - 1]) : none;
        report_row(report,
                   json_pack("{s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "machines in etcd",
                             i ? (int)list->values[i - 1] : 0, "known", (int)r.machines,
                             "after s", r.known_s, "CPU s", r.known_cpu_s, "then % of a core",
                             r.idle_percent, "RSS MiB", r.rss_mib, "most MiB", r.peak_mib,
                             "KiB/machine",
                             r.machines ? (r.rss_mib - none.rss_mib) * 1024 / r.machines : 0));
    }
}
