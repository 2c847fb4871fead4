/* SPDX-License-Identifier: GPL-2.0-or-later */
/* knobs: the options that benchmarks have in common, and their --help. */
#ifndef HF_BENCH_KNOBS_H
#define HF_BENCH_KNOBS_H

#include <stdbool.h>

#include "tests/bench/load.h"

enum { KNOBS_VIEWERS_MOST = 16 };

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
