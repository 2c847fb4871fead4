/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/gateway_join.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"
#include "tests/bench/node_pair.h"

#include <stdlib.h>

enum { PATIENCE_US = 120000000 };

struct joined {
    double s; /* until all have a picture */
    double cpu_ms, other_ms, link_kb, kib;
};

static struct joined join(const struct node_pair *p, const struct pair_node *at,
                          const struct knobs *k, unsigned viewers)
{
    const struct pair_node *other = at == &p->home ? &p->gateway : &p->home;
    const struct load_options options = {.class =
                                             k->class ? k->class : load_class_find("tight")};
    struct load load;
    load_init(&load);
    struct joined r = {.s = -(double)load_now_us() / 1e6,
                       .cpu_ms = -(double)measure_cpu_us(at->pid) / 1000,
                       .other_ms = -(double)measure_cpu_us(other->pid) / 1000,
                       .link_kb = -(double)node_pair_link_bytes(p) / 1000,
                       .kib = -(double)measure_memory_kib(at->pid, "Pss")};
    for (unsigned i = 0; i < viewers; i++)
        load_add(&load, at->address, &options);
    if (!load_run_until_all_have(&load, 1, load_now_us() + PATIENCE_US))
        measure_fail("viewers", "some get no picture");
    r.s += (double)load_now_us() / 1e6;
    r.cpu_ms += (double)measure_cpu_us(at->pid) / 1000;
    r.other_ms += (double)measure_cpu_us(other->pid) / 1000;
    r.link_kb += (double)node_pair_link_bytes(p) / 1000;
    r.kib += (double)measure_memory_kib(at->pid, "Pss");
    load_fini(&load);
    return r;
}

static void show(struct report *report, const struct knobs *k, unsigned viewers, bool far)
{
    struct node_pair p;
    node_pair_start(&p, k->program, "pattern:1280x800,mode=still");
    struct joined r = join(&p, far ? &p.gateway : &p.home, k, viewers);
    node_pair_stop(&p);
    report_row(report,
               json_pack("{s:i, s:s, s:f, s:f, s:f, s:f, s:f}", "viewers", (int)viewers, "at",
                         far ? "gateway" : "home", "ms for each", r.s * 1000 / viewers,
                         "CPU ms for each", r.cpu_ms / viewers, "of the other node",
                         r.other_ms / viewers, "KB on the link for each", r.link_kb / viewers,
                         "KiB for each", r.kib / viewers));
}

void gateway_join(struct report *report, const struct knobs *k)
{
    static const unsigned counts[] = {64, 256, 1000};
    report_table(report, "viewers that come one after the other, until all have a picture that "
                         "does not change");
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
        for (int far = 0; far < 2; far++)
            show(report, k, counts[i], far);
}
