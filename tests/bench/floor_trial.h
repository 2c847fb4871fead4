/* SPDX-License-Identifier: GPL-2.0-or-later */
/* floor trial: what one viewer's update costs at least, measured with the floor server. */
#ifndef HF_BENCH_FLOOR_TRIAL_H
#define HF_BENCH_FLOOR_TRIAL_H

#include <stddef.h>
#include <stdint.h>

struct floor_result {
    uint64_t cpu_us, updates; /* of all viewers */
    double us_per_update;
};

/* n viewers who ask for updates of so many bytes (at least 32), fps of them a second. */
struct floor_result floor_trial(unsigned n_viewers, size_t bytes, unsigned fps,
                                unsigned seconds);

#endif
