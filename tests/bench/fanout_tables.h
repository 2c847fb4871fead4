/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fan-out parts: the tables of the benchmark, one function each, and what they share. */
#ifndef HF_BENCH_FANOUT_TABLES_H
#define HF_BENCH_FANOUT_TABLES_H

#include "tests/bench/knobs.h"
#include "tests/bench/report.h"

/* CPU and updates by the number of viewers, for each scene. */
void fanout_scaling(const struct knobs *k, struct report *report);
/* Three classes, a third of the viewers behind slow links. */
void fanout_mixed(const struct knobs *k, struct report *report);
/* How old a picture is when it arrives over a slow link. */
void fanout_age(const struct knobs *k, struct report *report);
/* Resident memory by viewers that keep up and viewers that do not read. */
void fanout_memory(const struct knobs *k, struct report *report);
/* The same frames through neatvnc and Xvnc. */

#endif
