/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a viewer's sockets cost at least. */
#include <config.h>
#include "tests/bench/floor_trial.h"
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/report.h"

static const char about[] =
    "Usage: floor [OPTION]...\n"
    "A bare loop reads each viewer's request and writes the same bytes to all of them, at "
    "each\n"
    "tick: CPU time for one viewer and update, by the number of viewers and the bytes.\n";

static const size_t sizes[] = {100, 1000, 10000, 100000};

static double median_us(const struct knobs *k, unsigned n, size_t bytes)
{
    double values[100];
    unsigned runs = k->runs < 100 ? k->runs : 100;
    for (unsigned i = 0; i < runs; i++)
        values[i] = floor_trial(n, bytes, k->fps, k->seconds).us_per_update;
    return measure_median(values, runs);
}

int main(int argc, char **argv)
{
    struct knobs k = {
        .runs = 3, .seconds = 2, .fps = 30, .viewers = {1, 16, 64, 256}, .n_viewers = 4};
    struct report report;
    knobs_parse(&k, argc, argv, about);
    report_init(&report, "floor", k.json);
    report_table(&report, "CPU for one viewer and update");
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        for (unsigned i = 0; i < k.n_viewers; i++)
            report_row(&report, json_pack("{s:i, s:i, s:f}", "bytes", (int)sizes[s], "viewers",
                                          (int)k.viewers[i], "us",
                                          median_us(&k, k.viewers[i], sizes[s])));
    }
    report_fini(&report);
    return 0;
}
