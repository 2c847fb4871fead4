/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knobs: the options that benchmarks have in common, and their --help. */
#ifndef HF_BENCH_KNOBS_H
#define HF_BENCH_KNOBS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/load.h"

enum { KNOBS_VIEWERS_MOST = 16, KNOBS_NUMBER_MOST = 1000000 };

/*
 * The number from 1 to most that a text begins with, or the program ends. *end_r is what stands
 * behind it; NULL: nothing may. Here for programs that have options of their own, too.
 */
static inline unsigned knobs_number(const char *text, unsigned most, char **end_r)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (end == text || !value || value > most || (*end && !end_r)) {
        fprintf(stderr, "benchmark: '%s' is no number from 1 to %u; see --help\n", text, most);
        exit(2);
    }
    if (end_r)
        *end_r = end;
    return (unsigned)value;
}

struct knobs {
    bool json;
    unsigned runs;
    unsigned seconds; /* measured, of each run */
    unsigned viewers[KNOBS_VIEWERS_MOST], n_viewers;
    unsigned fps;
    bool continuous;
    const struct load_class *class;
    const char *scene;   /* NULL: all */
    const char *only;    /* one table of several; NULL: all */
    const char *program; /* holdfastd, or another server; NULL: as it is built */
};

/*
 * Overwrites what the options say; the rest stays. about: what --help says first, whole lines.
 * Ends the program after --help and on a mistake. Returns optind.
 */
int knobs_parse(struct knobs *knobs, int argc, char **argv, const char *about);

#endif
