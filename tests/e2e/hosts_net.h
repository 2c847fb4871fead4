/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * net: network namespaces that are joined by a bridge, which lies in a namespace of its own.
 * They have no names and are held by descriptors of this process only: they end with it,
 * however it ends, and nothing outside them is touched. Knows no daemon.
 */
#ifndef HF_TESTS_E2E_HOSTS_NET_H
#define HF_TESTS_E2E_HOSTS_NET_H

struct trial;

struct net {
    struct trial *trial;
    int outside_fd; /* where the test itself is */
    int bridge_fd;
    unsigned count;
};

#define NET_BRIDGE_ADDRESS "10.77.0.254" /* of the bridge's own namespace */

/* Makes the bridge. Ends with the trial. Needs root. */
struct net *net_make(struct trial *trial);
/* Another namespace, with loopback and this address of 10.77.0.0/24: its descriptor. */
int net_add(struct net *net, const char *address);

/*
 * From now on this process is there (or, after net_leave, outside again): what it starts and
 * which sockets it opens belong there, and stay there.
 */
void net_enter(struct net *net, int ns_fd);
void net_leave(struct net *net);

#endif
