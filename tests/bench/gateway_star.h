/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that several gateways show: what each of them costs its home. */
#ifndef HF_BENCH_GATEWAY_STAR_H
#define HF_BENCH_GATEWAY_STAR_H

#include "tests/bench/knobs.h"
#include "tests/bench/report.h"

/* A table; scenes ends with NULL. */
void gateway_star(struct report *report, const struct knobs *k, const char *const *scenes);

#endif
