/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What it takes many viewers to come to one machine, at its home and at a gateway. */
#ifndef HF_BENCH_GATEWAY_JOIN_H
#define HF_BENCH_GATEWAY_JOIN_H

#include "tests/bench/knobs.h"
#include "tests/bench/report.h"

void gateway_join(struct report *report, const struct knobs *k);

#endif
