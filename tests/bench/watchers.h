/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * watchers: many nodes that follow what changes in etcd, in a process of their own. Either as
 * the daemon does, by its store, or as bare connections that count what comes: then the cost of
 * reading the events is not part of what is measured on this machine. What they see is written
 * on a board that they share with the benchmark.
 */
#ifndef HF_BENCH_WATCHERS_H
#define HF_BENCH_WATCHERS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/samples.h"

enum { WATCH_EVENTS_MOST = 16384, WATCH_DELAYS_MOST = 1 << 20, WATCH_PREFIXES_MOST = 4 };

struct watch_event {
    uint64_t put_us;          /* written by the benchmark, before the event can be seen */
    _Atomic uint64_t last_us; /* when the last saw it */
};

struct watch_board {
    _Atomic uint32_t ready; /* watches that follow */
    _Atomic uint64_t seen;  /* events, by all watchers together */
    _Atomic uint64_t bytes; /* that came to bare ones */
    _Atomic uint32_t n_delays;
    struct watch_event events[WATCH_EVENTS_MOST]; /* below the first prefix, in their order */
    float delays_ms[WATCH_DELAYS_MOST];
};

struct watchers {
    struct watch_board *board;
    const char *url;
    const char *prefixes[WATCH_PREFIXES_MOST + 1]; /* each of them watches all of these */
    unsigned n;                                    /* watchers, not watches */
    bool bare;
    pid_t pid;
};

/* Fill in url, prefixes, n and bare before; returns when all follow. */
void watchers_start(struct watchers *w);
void watchers_stop(struct watchers *w);
/* Waits until all have seen n events since the start; false: not within so many seconds. */
bool watchers_wait(const struct watchers *w, uint64_t n, unsigned seconds);
/* The delays of all events that were seen. */
void watchers_delays(const struct watchers *w, struct samples *ms);

/* ---- the processes; what is seen goes to the board ---- */

void watchers_run_bare(void *self);
void watchers_run_stores(void *self);
/* The number k of an event that one of them has seen. */
void watchers_saw(struct watch_board *board, uint64_t k, uint64_t now_us);

#endif
