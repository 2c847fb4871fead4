/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts_net.h"
#include "tests/e2e/process.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void close_fd(void *fd)
{
    close((int)(intptr_t)fd);
}

static void go_outside(void *what)
{
    struct net *net = what;

    setns(net->outside_fd, CLONE_NEWNET);
}

static int open_present(struct net *net)
{
    int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);

    trial_check(net->trial, fd >= 0, "/proc/self/ns/net: %s", strerror(errno));
    trial_on_end(net->trial, close_fd, (void *)(intptr_t)fd);
    return fd;
}

/* A new namespace, where this process is then. */
static int make_namespace(struct net *net)
{
    trial_check(net->trial, unshare(CLONE_NEWNET) == 0, "cannot make a network namespace: %s",
                strerror(errno));
    return open_present(net);
}

/* Lines for ip(8), where this process is. */
static void run_ip(struct net *net, const char *lines)
{
    char *path = trial_text(net->trial, "%s/ip-%u", net->trial->folder, net->count);
    const char *const argv[] = {"ip", "-batch", path, NULL}, *output;

    trial_write_file(net->trial, path, lines);
    int status = process_run(net->trial, "ip", argv, PATIENCE_MS, &output);
    trial_check(net->trial, status == 0, "ip: %s", output);
}

void net_enter(struct net *net, int ns_fd)
{
    trial_check(net->trial, setns(ns_fd, CLONE_NEWNET) == 0, "setns: %s", strerror(errno));
}

void net_leave(struct net *net)
{
    net_enter(net, net->outside_fd);
}

struct net *net_make(struct trial *trial)
{
    struct net *net = trial_room(trial, sizeof(*net));

    net->trial = trial;
    net->outside_fd = open_present(net);
    trial_on_end(trial, go_outside, net); /* before that descriptor is closed */
    net->bridge_fd = make_namespace(net);
    run_ip(net, "link set lo up\nlink add bridge type bridge\n"
                "addr add " NET_BRIDGE_ADDRESS "/24 dev bridge\nlink set bridge up\n");
    net_leave(net);
    return net;
}

int net_add(struct net *net, const char *address)
{
    unsigned number = ++net->count;
    int fd = make_namespace(net);

    run_ip(net, trial_text(net->trial,
                           "link add eth0 type veth peer name port%u netns /proc/%d/fd/%d\n"
                           "addr add %s/24 dev eth0\nlink set lo up\nlink set eth0 up\n",
                           number, (int)getpid(), net->bridge_fd, address));
    net_enter(net, net->bridge_fd);
    run_ip(net, trial_text(net->trial, "link set port%u master bridge up\n", number));
    net_leave(net);
    return fd;
}
