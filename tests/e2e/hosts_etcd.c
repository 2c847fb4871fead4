/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts_etcd.h"
#include "tests/e2e/trial.h"

#include <signal.h>

void etcd_restart(struct etcd *etcd)
{
    static const char peer[] = "http://127.0.0.1:2380", cluster[] = "one=http://127.0.0.1:2380";
    const char *data = trial_path(etcd->trial, "etcd");
    const char *const argv[] = {"etcd",   "--name",
                                "one",    "--data-dir",
                                data,     "--listen-client-urls",
                                ETCD_URL, "--advertise-client-urls",
                                ETCD_URL, "--listen-peer-urls",
                                peer,     "--initial-advertise-peer-urls",
                                peer,     "--initial-cluster",
                                cluster,  NULL};

    net_enter(etcd->net, etcd->ns_fd);
    etcd->process = process_start(etcd->trial, "etcd", argv, NULL);
    net_leave(etcd->net);
    process_wait_log(etcd->process, "ready to serve client requests", PATIENCE_MS);
}

struct etcd *etcd_start(struct trial *trial, struct net *net)
{
    struct etcd *etcd = trial_room(trial, sizeof(*etcd));

    *etcd = (struct etcd){.trial = trial, .net = net, .ns_fd = net_add(net, ETCD_ADDRESS)};
    etcd_restart(etcd);
    return etcd;
}

void etcd_kill(struct etcd *etcd)
{
    process_stop(etcd->process, SIGKILL);
}
