/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fan-out trial: viewers of several kinds at one machine of a daemon for some seconds, and what
 * that cost. Prints nothing.
 */
#ifndef HF_BENCH_FANOUT_TRIAL_H
#define HF_BENCH_FANOUT_TRIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/load.h"

enum { FANOUT_PARTS_MOST = 8 };

/* Viewers that are alike. */
struct fanout_part {
    const struct load_class *class;
    unsigned n;
    bool throttled; /* behind a relay of rate_bps */
};

struct fanout_setup {
    const char *program; /* holdfastd; NULL: the one that is built */
    const char *place;
    struct fanout_part parts[FANOUT_PARTS_MOST];
    unsigned n_parts;
    bool continuous;
    uint64_t rate_bps;
    unsigned seconds;
};

struct fanout_result {
    uint64_t cpu_us;    /* of the daemon */
    uint64_t encode_us; /* of that: encoding, wherever it ran */
    struct load_summary parts[FANOUT_PARTS_MOST];
};

struct fanout_result fanout_trial(const struct fanout_setup *setup);

/* Forks a relay to the server; its address is to be freed. */
char *fanout_relay_start(const char *server, uint64_t rate_bps, pid_t *pid_r);

#endif
