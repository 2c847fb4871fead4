/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it takes a node to learn of all machines when it starts. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/etcd/etcd_words.h"
#include "server/etcd/store_etcd.h"
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PER_NODE = 100, TTL_S = 600, RUNS_MOST = 16, HERD = 20 };

/* What the newcomer, a process of its own, has measured. */
struct outcome {
    double ms, cpu_ms;
    double kept_kib; /* more than before, once all is known */
    double peak_kib; /* and while it is being read */
    unsigned n;
};

struct newcomer {
    struct store_watch watch; /* first */
    const char *url;
    struct outcome *out; /* shared */
    struct cluster_place *places;
    unsigned n;
    bool listed;
};

/* As much as a node remembers of each at least. */
static void on_changed(struct store_watch *watch, const char *key, const char *value)
{
    struct newcomer *c = (struct newcomer *)watch;
    struct cluster_place *p = ALLOC(struct cluster_place);
    (void)value;
    p->key = alloc_text(key);
    p->name = alloc_printf("server-%u", c->n);
    p->next = c->places;
    c->places = p;
    c->n++;
}

static void on_listed(struct store_watch *watch)
{
    ((struct newcomer *)watch)->listed = true;
}

static void arrive(void *self)
{
    struct newcomer *c = self;
    const char *why, *const endpoints[] = {c->url};
    const struct store_etcd_options options = {.endpoints = endpoints, .n_endpoints = 1};
    struct store *store;
    sd_event *loop;
    uint64_t before_kib = measure_memory_kib(getpid(), "Rss");
    uint64_t from_us = synthetic_now_us(), cpu_us = measure_cpu_us(getpid());
    if (sd_event_new(&loop) < 0 || store_etcd_open(&store, loop, &options, &why) < 0)
        measure_fail("store", "it cannot be opened");
    c->watch = (struct store_watch){
        .prefix = "place/", .existing = true, .changed = on_changed, .listed = on_listed};
    store->ops->watch(store, &c->watch);
    while (!c->listed)
        sd_event_run(loop, UINT64_MAX);
    c->out->ms = (double)(synthetic_now_us() - from_us) / 1000;
    c->out->cpu_ms = (double)(measure_cpu_us(getpid()) - cpu_us) / 1000;
    c->out->peak_kib = (double)measure_peak_kib(getpid()) - (double)before_kib;
    malloc_trim(0); /* what is free inside is not what has to be known */
    c->out->kept_kib = (double)measure_memory_kib(getpid(), "Rss") - (double)before_kib;
    c->out->n = c->n;
}

static struct outcome start_one(const struct etcd_server *etcd, unsigned machines)
{
    struct outcome *shared =
        mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct newcomer c = {.url = etcd->url, .out = shared};
    int status = 0;
    if (shared == MAP_FAILED)
        measure_fail("shared memory", "there is none");
    waitpid(measure_fork(arrive, &c), &status, 0);
    struct outcome out = *shared;
    munmap(shared, sizeof(*shared));
    if (status || out.n != machines)
        measure_fail("a node that starts", "it does not learn of all machines");
    return out;
}

/* Another process, so that the memory of so many clients is not in what is measured. */
static void fill(void *self)
{
    const struct world *wanted = self;
    struct world world;
    world_init(&world, wanted->etcd, wanted->n, wanted->machines, TTL_S);
    world_fill(&world);
    world_fini(&world);
}

static double bytes_of_all(const struct etcd_server *etcd)
{
    return (double)etcd_server_weigh(etcd, etcd_range_below("holdfast/", "place/", false));
}

/* ---- all at once ---- */

static void read_all(void *self)
{
    if (bytes_of_all(self) <= 0)
        measure_fail("etcd", "it lists nothing");
}

static void show_herd(struct report *report, struct etcd_server *etcd, unsigned machines)
{
    pid_t pids[HERD];
    double etcd_ms = (double)measure_cpu_us(etcd->pid) / 1000;
    uint64_t from_us = synthetic_now_us();
    struct samples s = {0};
    for (unsigned i = 0; i < HERD; i++)
        pids[i] = measure_fork(read_all, etcd);
    for (unsigned i = 0; i < HERD; i++) {
        int status = 0;
        waitpid(pids[i], &status, 0);
        if (status)
            measure_fail("etcd", "it does not list to all");
        samples_add(&s, (double)(synthetic_now_us() - from_us) / 1e6);
    }
    etcd_ms = (double)measure_cpu_us(etcd->pid) / 1000 - etcd_ms;
    report_row(report,
               json_pack("{s:i, s:i, s:f, s:f, s:f, s:f}", "machines", (int)machines, "nodes",
                         HERD, "the last after s", samples_at(&s, 1), "lists/s",
                         HERD / samples_at(&s, 1), "etcd CPU ms/list", etcd_ms / HERD,
                         "etcd RSS MiB", (double)measure_memory_kib(etcd->pid, "Rss") / 1024));
    samples_fini(&s);
}

static void begin(struct etcd_server *etcd, unsigned machines)
{
    unsigned nodes = machines / PER_NODE ? machines / PER_NODE : 1;
    etcd_server_init(etcd);
    struct world wanted = {.etcd = etcd, .n = nodes, .machines = machines / nodes};
    waitpid(measure_fork(fill, &wanted), NULL, 0);
}

/* ---- the tables ---- */

static void show(struct report *report, const struct cluster_options *o, unsigned machines)
{
    struct etcd_server etcd;
    struct outcome runs[RUNS_MOST];
    unsigned nodes = machines / PER_NODE ? machines / PER_NODE : 1;
    unsigned n = o->runs < RUNS_MOST ? o->runs : RUNS_MOST;
    double ms[RUNS_MOST], cpu_ms[RUNS_MOST], kept[RUNS_MOST], peak[RUNS_MOST];
    begin(&etcd, machines);
    double bytes = bytes_of_all(&etcd), etcd_us = (double)measure_cpu_us(etcd.pid);
    for (unsigned i = 0; i < n; i++) {
        runs[i] = start_one(&etcd, nodes * (machines / nodes));
        ms[i] = runs[i].ms;
        cpu_ms[i] = runs[i].cpu_ms;
        kept[i] = runs[i].kept_kib;
        peak[i] = runs[i].peak_kib;
    }
    etcd_us = ((double)measure_cpu_us(etcd.pid) - etcd_us) / n;
    report_row(report,
               json_pack("{s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "machines", (int)machines, "ms",
                         measure_median(ms, n), "its CPU ms", measure_median(cpu_ms, n),
                         "etcd CPU ms", etcd_us / 1000, "MiB from etcd", bytes / (1 << 20),
                         "peak MiB", measure_median(peak, n) / 1024, "kept MiB",
                         measure_median(kept, n) / 1024));
    etcd_server_fini(&etcd);
}

void cluster_starting(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1000, 10000, 100000}, 3};
    const struct list *machines = o->machines.n ? &o->machines : &usual;
    report_table(report, "a node starts: the list of all places, and a directory of them");
    for (unsigned i = 0; i < machines->n; i++)
        show(report, o, machines->values[i]);
    report_table(report, "nodes that ask for that list at once, and only count its bytes");
    for (unsigned i = 0; i < machines->n; i++) {
        struct etcd_server etcd;
        begin(&etcd, machines->values[i]);
        show_herd(report, &etcd, machines->values[i]);
        etcd_server_fini(&etcd);
    }
}
