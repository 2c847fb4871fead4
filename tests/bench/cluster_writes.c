/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How fast etcd takes what nodes write, and how long each write takes. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/cluster_tables.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MACHINES = 100, SYNCS = 200, BLOCK = 4096 };

/* ---- what the disk allows ---- */

static void sync_often(struct samples *ms)
{
    static const char block[BLOCK];
    char *path = alloc_printf("%s/sync", measure_folder());
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    for (unsigned i = 0; i < SYNCS; i++) {
        uint64_t from_us = synthetic_now_us();
        if (write(fd, block, BLOCK) != BLOCK || fdatasync(fd) != 0)
            measure_fail(path, "it cannot be written");
        samples_add(ms, (double)(synthetic_now_us() - from_us) / 1000);
    }
    close(fd);
    unlink(path);
    free(path);
}

static void show_disk(struct report *report)
{
    struct samples ms = {0};
    sync_often(&ms);
    report_table(report, "the disk below the scratch folder: 4 KiB and fdatasync");
    report_row(report, json_pack("{s:f, s:f, s:f}", "median ms", samples_at(&ms, 0.5), "95 %",
                                 samples_at(&ms, 0.95), "99 %", samples_at(&ms, 0.99)));
    samples_fini(&ms);
}

/* ---- writers, each with one write under way, as the store has it ---- */

struct writer {
    struct synthetic *node;
    enum record kind;
    unsigned turn;
    uint64_t begun_us;
    struct samples *ms;
    bool stop;
};

static void write_next(struct writer *w);

static void on_written(void *self, int err)
{
    struct writer *w = self;
    if (err)
        measure_fail("etcd", "a write is refused");
    samples_add(w->ms, (double)(synthetic_now_us() - w->begun_us) / 1000);
    if (!w->stop)
        write_next(w);
}

static void write_next(struct writer *w)
{
    unsigned machine = w->node->number * MACHINES + w->turn % MACHINES;
    w->begun_us = synthetic_now_us();
    synthetic_write(w->node, w->kind, machine, w->turn++, on_written, w);
}

struct result {
    double per_s, p50, p95, p99, etcd_us, client_us;
};

static struct result write_for(struct world *world, enum record kind, unsigned seconds)
{
    struct writer *writers = alloc_zero(world->n, sizeof(*writers));
    struct samples ms = {0};
    double etcd_us = -(double)measure_cpu_us(world->etcd->pid);
    double client_us = -(double)measure_cpu_us(getpid());
    uint64_t from_us = synthetic_now_us();
    for (unsigned i = 0; i < world->n; i++) {
        writers[i] = (struct writer){.node = &world->nodes[i], .kind = kind, .ms = &ms};
        write_next(&writers[i]);
    }
    world_run(world, from_us + seconds * UINT64_C(1000000));
    for (unsigned i = 0; i < world->n; i++)
        writers[i].stop = true;
    world_settle(world);
    double took_s = (double)(synthetic_now_us() - from_us) / 1e6, n = (double)ms.n;
    etcd_us += (double)measure_cpu_us(world->etcd->pid);
    client_us += (double)measure_cpu_us(getpid());
    struct result r = {
        n / took_s,  samples_at(&ms, 0.5), samples_at(&ms, 0.95), samples_at(&ms, 0.99),
        etcd_us / n, client_us / n};
    samples_fini(&ms);
    free(writers);
    return r;
}

static double median(const struct result *runs, unsigned n, size_t offset)
{
    double values[64];
    for (unsigned i = 0; i < n; i++)
        memcpy(&values[i], (const char *)&runs[i] + offset, sizeof(double));
    return measure_median(values, n);
}

#define MEDIAN(member) median(runs, n, offsetof(struct result, member))

static void add_row(struct report *report, enum record kind, unsigned nodes,
                    const struct result *runs, unsigned n)
{
    report_row(report,
               json_pack("{s:s, s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "record",
                         record_names[kind], "nodes", (int)nodes, "writes/s", MEDIAN(per_s),
                         "median ms", MEDIAN(p50), "95 %", MEDIAN(p95), "99 %", MEDIAN(p99),
                         "etcd CPU us", MEDIAN(etcd_us), "client CPU us", MEDIAN(client_us)));
}

static void write_all(struct report *report, const struct cluster_options *o, unsigned nodes)
{
    struct result runs[RECORDS][64];
    unsigned n = o->runs < 64 ? o->runs : 64;
    for (unsigned i = 0; i < n; i++) {
        struct etcd_server etcd;
        struct world world;
        etcd_server_init(&etcd);
        world_init(&world, &etcd, nodes, MACHINES, 600);
        for (enum record kind = RECORD_PLACE; kind < RECORDS; kind++)
            runs[kind][i] = write_for(&world, kind, o->seconds);
        world_fini(&world);
        etcd_server_fini(&etcd);
    }
    for (enum record kind = RECORD_PLACE; kind < RECORDS; kind++)
        add_row(report, kind, nodes, runs[kind], n);
}

void cluster_writes(struct report *report, const struct cluster_options *o)
{
    static const struct list usual = {{1, 4, 16, 64, 256}, 5};
    const struct list *nodes = o->nodes.n ? &o->nodes : &usual;
    show_disk(report);
    report_table(report, "writes, each node with one under way");
    for (unsigned i = 0; i < nodes->n; i++)
        write_all(report, o, nodes->values[i]);
}
