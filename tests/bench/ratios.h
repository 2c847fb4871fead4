/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ratios: numbers that are compared by their geometric mean, their least and their most. */
#ifndef HF_BENCH_RATIOS_H
#define HF_BENCH_RATIOS_H

#include <stddef.h>

enum { RATIOS_MOST = 64 };

struct ratios {
    double values[RATIOS_MOST];
    size_t n;
};

/* a / b; 0 where b is 0. */
double ratio_of(double a, double b);
/* More than RATIOS_MOST are left out. */
void ratios_add(struct ratios *r, double value);
/* Geometric mean; 0 of none, and when one is 0. */
double ratios_mean(const struct ratios *r);
/* 0 of none. */
double ratios_least(const struct ratios *r);
double ratios_most(const struct ratios *r);

#endif
