/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/fanout_tables.h"
#include "tests/bench/measure.h"

enum { MANY = 64, PATIENCE_US = 60000000, FRAME_KIB = 1920 * 1080 * 4 / 1024, SETTLED = 30 };

static const char place[] = "pattern:1920x1080,mode=video,fps=30";

static void add_viewers(struct load *load, const struct fanout_daemon *d, const struct knobs *k,
                        unsigned n)
{
    struct load_options options = {.class = k->class, .continuous = true};
    for (unsigned i = 0; i < n; i++)
        load_add(load, d->address, &options);
}

static double memory(const struct fanout_daemon *d)
{
    return (double)measure_memory_kib(d->pid, "Pss");
}

static double without_machine(const struct knobs *k)
{
    struct fanout_daemon d;
    fanout_daemon_start(&d, k->program, NULL);
    double kib = memory(&d);
    fanout_daemon_stop(&d);
    return kib;
}

/* Idle viewers connect and ask, and then read nothing at all. */
static double with_viewers(const struct knobs *k, unsigned n, unsigned n_idle)
{
    struct fanout_daemon d;
    struct load load, idle;
    fanout_daemon_start(&d, k->program, place);
    load_init(&load);
    load_init(&idle);
    add_viewers(&load, &d, k, n);
    add_viewers(&idle, &d, k, n_idle);
    if (!load_run_until_all_have(&load, SETTLED, load_now_us() + PATIENCE_US))
        measure_fail("memory", "some viewer gets no updates");
    load_run(&load, load_now_us() + k->seconds * 1000000ull);
    double kib = memory(&d);
    load_fini(&load);
    load_fini(&idle);
    fanout_daemon_stop(&d);
    return kib;
}

void fanout_memory(const struct knobs *k, struct report *report)
{
    double none = without_machine(k), one = with_viewers(k, 1, 0);
    double many = with_viewers(k, 1 + MANY, 0), idle = with_viewers(k, 1, MANY);
    double machine = one - none, viewer = (many - one) / MANY, stuck = (idle - one) / MANY;
    report_table(report, "resident memory of the daemon, KiB (Pss)");
    report_row(report,
               json_pack("{s:f, s:f, s:f, s:f}", "without a machine", none,
                         "a 1080p machine and one viewer", machine, "a viewer that keeps up",
                         viewer, "a viewer that reads nothing", stuck));
    report_goal(report, "KiB of a viewer that keeps up", viewer, "<=", 256);
    report_goal(report, "KiB of a viewer that reads nothing", stuck, "<=", 1024);
    report_goal(report,
                "frames of a 1080p machine, the synthetic machine's own one and blobs included",
                machine / FRAME_KIB, "<=", 4 + 1);
}
