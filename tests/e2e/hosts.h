/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hosts: machines of a network that exists for one test only. A host is a network namespace and
 * a folder with a holdfastd that belongs to a cluster; QEMUs and viewers are started "there".
 * Nodes reach a host over a line (hosts_line.h) that a test can hold, cut or slow down; etcd
 * has a host of its own.
 */
#ifndef HF_TESTS_E2E_HOSTS_H
#define HF_TESTS_E2E_HOSTS_H

#include "tests/e2e/daemon.h"
#include "tests/e2e/hosts_etcd.h"
#include "tests/e2e/hosts_line.h"
#include "tests/e2e/hosts_net.h"
#include "tests/e2e/test_logins_door.h"

enum { HOSTS_MOST = 8 };

struct host {
    struct hosts *hosts;
    const char *name; /* of the node */
    char *folder;
    char *ip;
    int ns_fd;
    struct line *line;     /* by which other nodes reach it */
    struct daemon *daemon; /* NULL: not started */
    const char *server, *rest;
    unsigned logins; /* by host_look since the daemon started */
};

struct hosts {
    struct trial *trial;
    struct net *net;
    struct etcd *etcd;
    struct host all[HOSTS_MOST];
    unsigned count;
};

/* The network, an etcd, and a way to log in as anybody ("plain", any password). */
struct hosts *hosts_make(struct trial *trial);
/* Another host, whose daemon does not run yet, with the certificate of a node of this name,
 * which lives as long as the trial. */
struct host *hosts_add(struct hosts *hosts, const char *name);

/*
 * Starts its holdfastd and waits until it is ready. `server` and `rest` are as daemon_start
 * takes them, '$' being the host's folder; a section `cluster` and `auth` are added. Both must
 * live as long as the test.
 */
void host_start(struct host *host, const char *server, const char *rest);
/* SIGKILL of the daemon. */
void host_kill(struct host *host);
/* After that. */
void host_restart(struct host *host);
/* Tells the lines to all hosts (line_tell). */
void hosts_tell_lines(struct hosts *hosts, const char *command);
/* Nobody has had to log in again, but by host_look. */
void hosts_expect_no_new_logins(struct hosts *hosts);

/* From here to host_leave, what the test starts and connects is there. */
void host_enter(struct host *host);
void host_leave(struct host *host);

/* A viewer there that has logged in as this user, at "unix:FOLDER/PLACE". */
struct client *host_look(struct host *host, const char *place, const char *user,
                         const char *encodings);

#endif
