/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * relay: carries TCP connections to a server over a link that is made worse on purpose: slower,
 * farther away, interrupted. Towards the server it takes no more than the link has room for,
 * with a small receive buffer, so that the server meets the link and not our memory. It can be
 * told to hold what goes on, or to cut it. One thread; blocks only in relay_step. Knows no
 * protocol.
 */
#ifndef HF_BENCH_RELAY_H
#define HF_BENCH_RELAY_H

#include <stdbool.h>
#include <stdint.h>

enum { RELAY_RULES_MOST = 16 };

struct relay_link {
    uint64_t rate_bps; /* bits per second and connection, from server to client; 0: no limit */
    uint64_t latency_us;     /* one way, in both directions */
    uint64_t stall_us;       /* nothing moves this long... */
    uint64_t stall_every_us; /* ...at the end of each such time; 0: never */
};

struct relay_connection;

enum relay_way {
    RELAY_OPEN,
    RELAY_HELD, /* nothing moves, nothing is closed: like a network that drops every packet */
    RELAY_CUT,  /* closed, and so is who tries again */
};

/* How it goes for connections from one address; 0 stands for all that have no other rule. */
struct relay_rule {
    uint32_t from; /* IPv4, in network order */
    enum relay_way way;
};

struct relay {
    int listen_fd;
    int command_fd; /* relay_step also returns when there is something to read; -1: none */
    char *server;   /* "HOST:PORT" with a numeric IPv4 address */
    struct relay_link link;
    uint64_t begin_us;
    struct relay_connection *connections;
    unsigned n;
    struct relay_rule rules[RELAY_RULES_MOST];
    unsigned n_rules;
};

/* Listens on a free port of 127.0.0.1 and returns it; 0 when that fails (errno). */
unsigned relay_init(struct relay *relay, const char *server, const struct relay_link *link);
/* The same at "HOST:PORT" with a numeric IPv4 address. */
unsigned relay_init_at(struct relay *relay, const char *listen, const char *server,
                       const struct relay_link *link);
/* Closes everything. */
void relay_fini(struct relay *relay);
/* Moves what can be moved; waits at most wait_us for something to do. */
void relay_step(struct relay *relay, uint64_t wait_us);
/*
 * Carries out a command: "hold", "cut" or "mend", for connections from one address if it
 * follows, else for all and without exception from now on; "latency MS", "rate KBIT" and "stall
 * MS EVERY-MS" for what is taken from now on. False: it is none of these.
 */
bool relay_command(struct relay *relay, const char *text);

#endif
