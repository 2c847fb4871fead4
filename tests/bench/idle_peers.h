/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * idle peers: many QEMUs that do nothing, as far as their QMP sockets tell: one process that
 * listens on all of them and answers what is asked when a machine is identified. Knows no
 * holdfastd.
 */
#ifndef HF_BENCH_IDLE_PEERS_H
#define HF_BENCH_IDLE_PEERS_H

/* What to play: sockets FOLDER/vm0000.sock and on, each a running machine of its own UUID. */
struct idle_peers {
    const char *folder;
    unsigned n;
};

/* Serves them until the process is ended; for measure_fork. arg: struct idle_peers. */
void idle_peers_run(void *arg);
/* The path of socket i; to be freed. */
char *idle_peers_path(const struct idle_peers *peers, unsigned i);

#endif
