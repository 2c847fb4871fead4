/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the benchmark of the store of several hosts, each in a file of its own. */
#ifndef HF_BENCH_CLUSTER_TABLES_H
#define HF_BENCH_CLUSTER_TABLES_H

#include "tests/bench/report.h"

enum { LIST_MOST = 8 };

struct list {
    unsigned values[LIST_MOST], n;
};

struct cluster_options {
    unsigned runs, seconds; /* of each measurement */
    unsigned rate;          /* writes per second, where they are paced */
    unsigned ttl_s;         /* of a node's lease */
    unsigned away_s;        /* how long etcd is away */
    struct list nodes, watchers, machines;
};

void cluster_writes(struct report *report, const struct cluster_options *o);
void cluster_leases(struct report *report, const struct cluster_options *o);
void cluster_watching(struct report *report, const struct cluster_options *o);
void cluster_grpc(struct report *report, const struct cluster_options *o);
void cluster_starting(struct report *report, const struct cluster_options *o);
void cluster_missing(struct report *report, const struct cluster_options *o);
void cluster_outage(struct report *report, const struct cluster_options *o);
void cluster_steady(struct report *report, const struct cluster_options *o);
void cluster_daemon(struct report *report, const struct cluster_options *o);
void cluster_sizes(struct report *report, const struct cluster_options *o);

#endif
