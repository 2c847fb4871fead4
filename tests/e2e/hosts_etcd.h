/* SPDX-License-Identifier: GPL-2.0-or-later */
/* etcd: a real etcd of one member on a host of its own. */
#ifndef HF_TESTS_E2E_HOSTS_ETCD_H
#define HF_TESTS_E2E_HOSTS_ETCD_H

#include "tests/e2e/hosts_net.h"
#include "tests/e2e/process.h"

#define ETCD_ADDRESS "10.77.0.100"
#define ETCD_URL "http://" ETCD_ADDRESS ":2379"

struct etcd {
    struct trial *trial;
    struct net *net;
    int ns_fd;
    struct process *process;
};

/* Starts it and waits until it answers. */
struct etcd *etcd_start(struct trial *trial, struct net *net);
/* SIGKILL. */
void etcd_kill(struct etcd *etcd);
/* After that: with what it knew. */
void etcd_restart(struct etcd *etcd);

#endif
