/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * relay: carries TCP connections to a server over a link that is made worse on purpose: slower,
 * farther away, interrupted. Towards the server it takes no more than the link has room for,
 * with a small receive buffer, so that the server meets the link and not our memory. One
 * thread; blocks only in relay_step. Knows no protocol.
 */
#ifndef HF_BENCH_RELAY_H
#define HF_BENCH_RELAY_H

#include <stdint.h>

struct relay_link {
    uint64_t rate_bps; /* bits per second and connection, from server to client; 0: no limit */
    uint64_t latency_us;     /* one way, in both directions */
    uint64_t stall_us;       /* nothing moves this long... */
    uint64_t stall_every_us; /* ...at the end of each such time; 0: never */
};

struct relay_connection;

struct relay {
    int listen_fd;
    char *server; /* "HOST:PORT" with a numeric IPv4 address */
    struct relay_link link;
    uint64_t begin_us;
    struct relay_connection *connections;
    unsigned n;
};

/* Listens on a free port of 127.0.0.1 and returns it; 0 when that fails (errno). */
unsigned relay_init(struct relay *relay, const char *server, const struct relay_link *link);
/* Closes everything. */
void relay_fini(struct relay *relay);
/* Moves what can be moved; waits at most wait_us for something to do. */
void relay_step(struct relay *relay, uint64_t wait_us);

#endif
