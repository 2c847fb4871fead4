/* SPDX-License-Identifier: GPL-2.0-or-later */
/* samples: durations that were measured, and what half, 95 and 99 of a hundred stay below. */
#ifndef HF_BENCH_SAMPLES_H
#define HF_BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
    double *values;
    size_t n, room;
};

void samples_add(struct samples *s, double value);
/* The value that this share (0..1) of them does not exceed; 0 for none. Sorts them. */
double samples_at(struct samples *s, double share);
void samples_fini(struct samples *s);

#endif
