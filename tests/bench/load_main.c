/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Many viewers at any server, as a program. */
#include <config.h>
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/report.h"

static const char about[] =
    "Usage: load [OPTION]... HOST:PORT|unix:PATH\n"
    "Logs viewers in (security type None) and counts what they get; with a list of\n"
    "numbers, one measurement each.\n";

enum { PATIENCE_US = 60000000 };

static void measure(const struct knobs *k, const char *address, unsigned n,
                    struct report *report)
{
    struct load_options options = {.class = k->class, .continuous = k->continuous};
    struct load load;
    load_init(&load);
    for (unsigned i = 0; i < n; i++)
        load_add(&load, address, &options);
    if (!load_run_until_all_have(&load, 1, load_now_us() + PATIENCE_US))
        measure_fail(address, "some viewer gets no updates");
    load_mark(&load);
    load_run(&load, load_now_us() + k->seconds * 1000000ull);
    struct load_summary sum = load_summary(&load, LOAD_ALL);
    double each = 1.0 / n / k->seconds;
    report_row(report, json_pack("{s:i, s:f, s:f, s:f, s:f}", "viewers", (int)n,
                                 "updates/s each", (double)sum.updates * each, "fewest/s",
                                 (double)sum.least_updates / k->seconds, "KiB/s each",
                                 (double)sum.bytes * each / 1024, "longest gap ms",
                                 (double)sum.gap_us / 1000));
    load_fini(&load);
}

int main(int argc, char **argv)
{
    struct knobs k = {
        .seconds = 5, .viewers = {1}, .n_viewers = 1, .class = load_class_find("tight")};
    struct report report;
    int first = knobs_parse(&k, argc, argv, about);
    if (argc - first != 1)
        measure_fail("load", "one address, please; see --help");
    report_init(&report, "load", k.json);
    report_table(&report, k.class->name);
    for (unsigned i = 0; i < k.n_viewers; i++)
        measure(&k, argv[first], k.viewers[i], &report);
    report_fini(&report);
    return 0;
}
