/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real etcd of one member on loopback, in a folder of its own. */
#ifndef HF_TESTS_UNIT_SERVER_ETCD_ETCD_PROCESS_H
#define HF_TESTS_UNIT_SERVER_ETCD_ETCD_PROCESS_H

#include <sys/types.h>

struct etcd_process {
    char folder[96];
    int client_port, peer_port;
    char url[64];
    pid_t pid; /* 0: it does not run */
};

/* A folder and ports; not started. Fails the test when they cannot be had. */
void etcd_process_init(struct etcd_process *e);
/* Starts it with what it knew before, and waits until it listens. */
void etcd_process_start(struct etcd_process *e);
/* As a crash: SIGKILL. */
void etcd_process_kill(struct etcd_process *e);
/* etcdctl with these words, to its end, which must be good. */
void etcd_process_ctl(const struct etcd_process *e, const char *const *words);
/* The revision of all that it holds. */
int etcd_process_revision(const struct etcd_process *e);
void etcd_process_fini(struct etcd_process *e);

#endif
