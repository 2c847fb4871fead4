/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/gateway_star.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"
#include "tests/bench/node_pair.h"

#include <stdlib.h>

enum { RUNS_MOST = 32, PATIENCE_US = 60000000, SETTLE_US = 6000000, VIEWERS_EACH = 2 };

struct star {
    double home_ms; /* CPU of home for each second */
    double gateways_ms;
    double link_mb; /* from home to all of them, for each second */
    double updates; /* that each viewer got, for each second */
    double mib;     /* of home */
};

static struct star run(const struct knobs *k, const char *place, unsigned gateways)
{
    struct node_pair p;
    struct pair_node more[PAIR_GATEWAYS_MOST];
    struct load load;
    struct star r;
    node_pair_start(&p, k->program, place);
    for (unsigned i = 1; i < gateways; i++)
        pair_gateway_start(&more[i], i, k->program, &p.etcd);
    more[0] = p.gateway;
    load_init(&load);
    const struct load_options options = {
        .class = k->class ? k->class : load_class_find("tight"), .continuous = k->continuous};
    for (unsigned i = 0; i < gateways * VIEWERS_EACH; i++)
        load_add(&load, more[i % gateways].address, &options);
    if (!load_run_until_all_have(&load, 3, load_now_us() + PATIENCE_US))
        measure_fail("gateways", "some viewer gets no updates");
    load_run(&load, load_now_us() + SETTLE_US); /* streams that only opened are closed */
    load_mark(&load);
    uint64_t from_us = load_now_us();
    double home_us = (double)measure_cpu_us(p.home.pid), gateways_us = 0;
    double link = (double)node_pair_link_bytes(&p);
    for (unsigned i = 0; i < gateways; i++)
        gateways_us -= (double)measure_cpu_us(more[i].pid);
    load_run(&load, from_us + k->seconds * UINT64_C(1000000));
    double took_s = (double)(load_now_us() - from_us) / 1e6;
    for (unsigned i = 0; i < gateways; i++)
        gateways_us += (double)measure_cpu_us(more[i].pid);
    r.home_ms = ((double)measure_cpu_us(p.home.pid) - home_us) / 1000 / took_s;
    r.gateways_ms = gateways_us / 1000 / took_s;
    r.link_mb = ((double)node_pair_link_bytes(&p) - link) / 1e6 / took_s;
    r.updates =
        (double)load_summary(&load, LOAD_ALL).updates / (gateways * VIEWERS_EACH) / took_s;
    r.mib = (double)measure_memory_kib(p.home.pid, "Pss") / 1024;
    load_fini(&load);
    for (unsigned i = 1; i < gateways; i++)
        pair_node_stop(&more[i]);
    node_pair_stop(&p);
    return r;
}

static void show(struct report *report, const struct knobs *k, const char *scene,
                 unsigned gateways)
{
    double home[RUNS_MOST], all[RUNS_MOST], link[RUNS_MOST], updates[RUNS_MOST], mib[RUNS_MOST];
    unsigned n = k->runs < RUNS_MOST ? k->runs : RUNS_MOST;
    char *place = alloc_printf("pattern:1920x1080,mode=%s,fps=%u", scene, k->fps);
    for (unsigned i = 0; i < n; i++) {
        struct star r = run(k, place, gateways);
        home[i] = r.home_ms;
        all[i] = r.gateways_ms;
        link[i] = r.link_mb;
        updates[i] = r.updates;
        mib[i] = r.mib;
    }
    report_row(report,
               json_pack("{s:s, s:i, s:f, s:f, s:f, s:f, s:f}", "scene", scene, "gateways",
                         (int)gateways, "home ms/s", measure_median(home, n),
                         "all gateways ms/s", measure_median(all, n), "MB/s from home",
                         measure_median(link, n), "updates/s of a viewer",
                         measure_median(updates, n), "home MiB", measure_median(mib, n)));
    free(place);
}

void gateway_star(struct report *report, const struct knobs *k, const char *const *scenes)
{
    static const unsigned counts[] = {1, 2, 4, PAIR_GATEWAYS_MOST};
    report_table(report, "one machine, several gateways with two viewers each");
    for (; *scenes; scenes++)
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
            show(report, k, *scenes, counts[i]);
}
