/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it takes to tell many nodes of what one of them wrote. */
#include <config.h>
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"
#include "tests/bench/watchers.h"

#include <stdlib.h>
#include <unistd.h>

enum { WRITERS = 16, MACHINES = 100, CATCH_UP_S = 60 };
/* Events per second at which nothing has to wait: what is measured is the way, not a queue. */
enum { CALM_EVENTS = 4000, CALM_WRITES = 20 };
#define SECOND_US UINT64_C(1000000)

struct trial {
    const struct cluster_options *o;
    struct etcd_server etcd;
    struct world world;
    struct watchers watchers;
    uint64_t n; /* events written */
};

static void start(struct trial *t, unsigned watchers, bool bare)
{
    etcd_server_init(&t->etcd);
    world_init(&t->world, &t->etcd, WRITERS, MACHINES, 600);
    t->watchers = (struct watchers){
        .url = t->etcd.url, .prefixes = {"place/", "node/"}, .n = watchers, .bare = bare};
    watchers_start(&t->watchers);
}

static void stop(struct trial *t)
{
    watchers_stop(&t->watchers);
    world_fini(&t->world);
    etcd_server_fini(&t->etcd);
}

static void write_one(struct trial *t, void (*done)(void *self, int err), void *self)
{
    struct synthetic *node = &t->world.nodes[t->n % WRITERS];
    unsigned machine = node->number * MACHINES + (unsigned)(t->n / WRITERS) % MACHINES;
    if (t->n < WATCH_EVENTS_MOST)
        t->watchers.board->events[t->n].put_us = synthetic_now_us();
    synthetic_write(node, RECORD_PLACE, machine, (unsigned)t->n++, done, self);
}

struct result {
    double etcd_us, watcher_us; /* CPU for one event at one watcher */
    double bytes;
    double p50, p99, last; /* ms from the write to its being seen */
    double events_per_s;   /* delivered, as fast as it goes */
    double writes_per_s;   /* meanwhile */
    double memory_kib;     /* of etcd for each watcher */
};

/* ---- at a pace ---- */

static void measure_paced(struct trial *t, struct result *r)
{
    unsigned calm =
        CALM_EVENTS / t->watchers.n < CALM_WRITES ? CALM_EVENTS / t->watchers.n : CALM_WRITES;
    unsigned rate = t->o->rate ? t->o->rate : calm ? calm : 1, n = rate * t->o->seconds;
    struct samples ms = {0}, last = {0};
    uint64_t from_us = synthetic_now_us(), bytes = atomic_load(&t->watchers.board->bytes);
    double etcd_us = (double)measure_cpu_us(t->etcd.pid);
    double watcher_us = (double)measure_cpu_us(t->watchers.pid);
    for (unsigned i = 0; i < n; i++) {
        world_run(&t->world, from_us + i * SECOND_US / rate);
        write_one(t, NULL, NULL);
    }
    world_settle(&t->world);
    if (!watchers_wait(&t->watchers, t->n * t->watchers.n, CATCH_UP_S))
        measure_fail("watchers", "they do not see all");
    double seen = (double)n * t->watchers.n;
    r->etcd_us = ((double)measure_cpu_us(t->etcd.pid) - etcd_us) / seen;
    r->watcher_us = ((double)measure_cpu_us(t->watchers.pid) - watcher_us) / seen;
    r->bytes = (double)(atomic_load(&t->watchers.board->bytes) - bytes) / seen;
    watchers_delays(&t->watchers, &ms);
    for (uint64_t k = t->n - n; k < t->n && k < WATCH_EVENTS_MOST; k++) {
        const struct watch_event *e = &t->watchers.board->events[k];
        samples_add(&last, (double)(atomic_load(&e->last_us) - e->put_us) / 1000);
    }
    r->p50 = samples_at(&ms, 0.5);
    r->p99 = samples_at(&ms, 0.99);
    r->last = samples_at(&last, 0.5);
    samples_fini(&ms);
    samples_fini(&last);
}

/* ---- as fast as it goes ---- */

struct flood {
    struct trial *trial;
    bool stop;
};

static void on_written(void *self, int err)
{
    struct flood *f = self;
    if (!err && !f->stop)
        write_one(f->trial, on_written, f);
}

static void measure_flood(struct trial *t, struct result *r)
{
    struct flood flood = {.trial = t};
    uint64_t before = t->n, from_us = synthetic_now_us();
    for (unsigned i = 0; i < WRITERS; i++)
        write_one(t, on_written, &flood);
    world_run(&t->world, from_us + t->o->seconds * SECOND_US);
    flood.stop = true;
    world_settle(&t->world);
    double wrote_s = (double)(synthetic_now_us() - from_us) / 1e6;
    if (!watchers_wait(&t->watchers, t->n * t->watchers.n, CATCH_UP_S))
        measure_fail("watchers", "they do not catch up");
    double saw_s = (double)(synthetic_now_us() - from_us) / 1e6;
    r->writes_per_s = (double)(t->n - before) / wrote_s;
    r->events_per_s = (double)(t->n - before) * t->watchers.n / saw_s;
}

static struct result measure(const struct cluster_options *o, unsigned watchers, bool bare)
{
    struct trial t = {.o = o}, none = {.o = o};
    struct result r;
    start(&none, 1, bare);
    double kib = (double)measure_memory_kib(none.etcd.pid, "Rss");
    stop(&none);
    start(&t, watchers, bare);
    r.memory_kib = ((double)measure_memory_kib(t.etcd.pid, "Rss") - kib) / watchers;
    measure_paced(&t, &r);
    measure_flood(&t, &r);
    stop(&t);
    return r;
}

static void add_row(struct report *report, unsigned watchers, bool bare, struct result *runs,
                    unsigned n)
{
    double v[9][16];
    for (unsigned i = 0; i < n; i++) {
        const double *members = (const double *)&runs[i];
        for (unsigned m = 0; m < 9; m++)
            v[m][i] = members[m];
    }
    double m[9];
    for (unsigned i = 0; i < 9; i++)
        m[i] = measure_median(v[i], n);
    report_row(report,
               json_pack("{s:i, s:s, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "nodes",
                         (int)watchers, "reader", bare ? "bare" : "store", "seen: median ms",
                         m[3], "99 %", m[4], "by all", m[5], "etcd us/event", m[0],
                         "reader us/event", m[1], "bytes/event", m[2], "most events/s", m[6],
                         "at writes/s", m[7], "etcd KiB/node", m[8]));
}

void cluster_watching(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1, 16, 64, 256, 1000}, 5};
    const struct list *list = o->watchers.n ? &o->watchers : &usual;
    unsigned n = o->runs < 16 ? o->runs : 16;
    struct result runs[16];
    report_table(report,
                 "nodes that watch place/ and node/; a writer at a pace, then sixteen as "
                 "fast as they can");
    for (int bare = 1; bare >= 0; bare--)
        for (unsigned i = 0; i < list->n; i++) {
            for (unsigned run = 0; run < n; run++)
                runs[run] = measure(o, list->values[i], bare);
            add_row(report, list->values[i], bare, runs, n);
        }
}
