/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a gateway spends on viewers of a machine at another node, and what the way adds. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/gateway_join.h"
#include "tests/bench/gateway_star.h"
#include "tests/bench/measure.h"
#include "tests/bench/node_pair.h"
#include "tests/bench/report.h"
#include "tests/bench/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char about[] =
    "Usage: gateway [OPTION]...\n"
    "Two nodes and an etcd on loopback: viewers of a machine at the node that has it, then as "
    "many of the same machine\n"
    "at the other node. Needs etcd (Debian's etcd-server).\n"
    "Parts: cpu, latency, star (several gateways of one machine), join (many viewers "
    "come).\n";

enum { RUNS_MOST = 32, SETTLED_UPDATES = 3, PATIENCE_US = 60000000 };
#define GOAL 1.3

/* ---- CPU and bytes ---- */

struct trial {
    double cpu_us;      /* of the node that has the viewers, for a viewer's update */
    double home_cpu_ms; /* of the other one, for each second */
    double updates;     /* that each viewer got, for each second */
    double viewers_mb;  /* to viewers, for each second */
    double link_mb;     /* over the link, likewise */
    double units;       /* over the link, likewise */
    double blocks;      /* that the gateway asked for, likewise */
    double streams;     /* open at the end */
};

static const struct load_class *class_of(const struct knobs *k, unsigned i)
{
    static const char *const mixed[] = {"tight", "tight-q8", "zrle"};
    return k->class ? k->class : load_class_find(mixed[i % 3]);
}

/* mixed: three classes instead of the first alone. */
static struct trial run(const struct node_pair *p, const struct pair_node *at,
                        const struct knobs *k, unsigned viewers, bool mixed)
{
    const struct pair_node *other = at == &p->home ? &p->gateway : &p->home;
    struct load load;
    struct trial r = {0};
    load_init(&load);
    for (unsigned i = 0; i < viewers; i++) {
        const struct load_options options = {.class = class_of(k, mixed ? i : 0),
                                             .continuous = k->continuous};
        load_add(&load, at->address, &options);
    }
    if (!load_run_until_all_have(&load, SETTLED_UPDATES, load_now_us() + PATIENCE_US))
        measure_fail("gateway", "some viewer gets no updates");
    load_mark(&load);
    uint64_t from_us = load_now_us();
    double cpu_us = (double)measure_cpu_us(at->pid);
    double other_us = (double)measure_cpu_us(other->pid);
    double link = (double)node_pair_link_bytes(p);
    double units = (double)pair_node_counter(&p->gateway, "relay_units_total");
    double blocks = (double)pair_node_counter(&p->gateway, "relay_blocks_total");
    load_run(&load, from_us + k->seconds * UINT64_C(1000000));
    double took_s = (double)(load_now_us() - from_us) / 1e6;
    cpu_us = (double)measure_cpu_us(at->pid) - cpu_us;
    other_us = (double)measure_cpu_us(other->pid) - other_us;
    r.link_mb = ((double)node_pair_link_bytes(p) - link) / 1e6 / took_s;
    r.units = ((double)pair_node_counter(&p->gateway, "relay_units_total") - units) / took_s;
    r.blocks = ((double)pair_node_counter(&p->gateway, "relay_blocks_total") - blocks) / took_s;
    r.streams = (double)pair_node_counter(&p->gateway, "relay_streams");
    struct load_summary sum = load_summary(&load, LOAD_ALL);
    r.cpu_us = sum.updates ? cpu_us / (double)sum.updates : 0;
    r.home_cpu_ms = other_us / 1000 / took_s;
    r.updates = (double)sum.updates / viewers / took_s;
    r.viewers_mb = (double)sum.bytes / 1e6 / took_s;
    load_fini(&load);
    return r;
}

static struct trial median(struct trial *runs, unsigned n)
{
    struct trial m;
    enum { MEMBERS = sizeof(m) / sizeof(double) };
    for (unsigned i = 0; i < MEMBERS; i++) {
        double values[RUNS_MOST];
        for (unsigned k = 0; k < n; k++)
            values[k] = ((const double *)&runs[k])[i];
        ((double *)&m)[i] = measure_median(values, n);
    }
    return m;
}

static void add_row(struct report *report, const char *scene, unsigned viewers, bool mixed,
                    const struct trial *here, const struct trial *there)
{
    report_row(
        report,
        json_pack("{s:s, s:i, s:i, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:i}",
                  "scene", scene, "viewers", (int)viewers, "classes", mixed ? 3 : 1,
                  "us/viewer-update at home", here->cpu_us, "at the gateway", there->cpu_us,
                  "x", here->cpu_us > 0 ? there->cpu_us / here->cpu_us : 0, "updates/s at home",
                  here->updates, "updates/s at the gateway", there->updates, "home ms/s then",
                  there->home_cpu_ms, "MB/s to viewers", there->viewers_mb, "over the link",
                  there->link_mb, "units/s", there->units, "blocks/s", there->blocks, "streams",
                  (int)there->streams));
}

static void measure_scene(struct report *report, const struct knobs *k, const char *scene,
                          unsigned viewers, bool mixed)
{
    struct trial here[RUNS_MOST], there[RUNS_MOST];
    char *place = alloc_printf("pattern:1920x1080,mode=%s,fps=%u", scene, k->fps);
    unsigned n = k->runs < RUNS_MOST ? k->runs : RUNS_MOST;
    for (unsigned i = 0; i < n; i++) {
        struct node_pair p;
        node_pair_start(&p, k->program, place);
        here[i] = run(&p, &p.home, k, viewers, mixed);
        there[i] = run(&p, &p.gateway, k, viewers, mixed);
        node_pair_stop(&p);
    }
    struct trial h = median(here, n), t = median(there, n);
    add_row(report, scene, viewers, mixed, &h, &t);
    char *what = alloc_printf("%s, %u viewers, %s: CPU per viewer at the gateway of home's",
                              scene, viewers, mixed ? "three classes" : "one class");
    report_goal(report, what, h.cpu_us > 0 ? t.cpu_us / h.cpu_us : 0, "<=", GOAL);
    report_goal(report, "streams over the link beyond the classes in use",
                t.streams - (mixed ? 3 : 1), "<=", 0);
    free(what);
    free(place);
}

static void measure_cpu(struct report *report, const struct knobs *k, const char *const *scenes)
{
    report_table(report, "1920x1080, viewers of one machine at its home, then at a gateway");
    for (; *scenes; scenes++)
        for (unsigned v = 0; v < k->n_viewers; v++)
            for (int mixed = 0; mixed < (k->class ? 1 : 2); mixed++)
                measure_scene(report, k, *scenes, k->viewers[v], mixed);
}

/* ---- latency ---- */

enum { AT_HOME, AT_GATEWAY };

struct race {
    struct samples ms;
    uint64_t home_us; /* when the one at home got the last update */
};

/* Frames are far apart, so that each is shown here and there before the next is drawn. */
static void on_update(struct load_viewer *viewer, uint64_t now_us, void *self)
{
    struct race *race = self;
    if (viewer->tag == AT_HOME) {
        race->home_us = now_us;
    } else if (race->home_us) {
        samples_add(&race->ms, (double)(now_us - race->home_us) / 1000);
        race->home_us = 0;
    }
}

static void measure_latency(struct report *report, const struct knobs *k,
                            const char *const *scenes)
{
    report_table(report,
                 "the same update at home and at the gateway: ms later (below 0: sooner)");
    for (; *scenes; scenes++) {
        struct node_pair p;
        struct load load;
        struct race race = {0};
        const struct load_options options = {.class = class_of(k, 0)};
        char *place = alloc_printf("pattern:1920x1080,mode=%s,fps=5", *scenes);
        node_pair_start(&p, k->program, place);
        load_init(&load);
        load_add(&load, p.home.address, &options)->tag = AT_HOME;
        load_add(&load, p.gateway.address, &options)->tag = AT_GATEWAY;
        if (!load_run_until_all_have(&load, SETTLED_UPDATES, load_now_us() + PATIENCE_US))
            measure_fail("gateway", "some viewer gets no updates");
        load.on_update = on_update;
        load.self = &race;
        load_run(&load, load_now_us() + k->seconds * UINT64_C(3000000));
        report_row(report,
                   json_pack("{s:s, s:i, s:f, s:f, s:f}", "scene", *scenes, "updates",
                             (int)race.ms.n, "median", samples_at(&race.ms, 0.5), "95 %",
                             samples_at(&race.ms, 0.95), "99 %", samples_at(&race.ms, 0.99)));
        load_fini(&load);
        node_pair_stop(&p);
        samples_fini(&race.ms);
        free(place);
    }
}

int main(int argc, char **argv)
{
    struct knobs k = {.runs = 3, .seconds = 4, .viewers = {64}, .n_viewers = 1, .fps = 30};
    const char *usual[] = {"type", "scroll", "video", NULL}, *one[] = {NULL, NULL};
    struct report report;
    if (knobs_parse(&k, argc, argv, about) < argc)
        measure_fail(argv[argc - 1], "it is no option; see --help");
    one[0] = k.scene;
    const char *const *scenes = k.scene ? one : usual;
    report_init(&report, "gateway", k.json);
    if (!k.only || strcmp(k.only, "cpu") == 0)
        measure_cpu(&report, &k, scenes);
    if (!k.only || strcmp(k.only, "latency") == 0)
        measure_latency(&report, &k, scenes);
    if (!k.only || strcmp(k.only, "star") == 0)
        gateway_star(&report, &k, scenes);
    if (!k.only || strcmp(k.only, "join") == 0)
        gateway_join(&report, &k);
    report_fini(&report);
    return 0;
}
