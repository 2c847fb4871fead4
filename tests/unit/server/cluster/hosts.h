/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several hosts in one process: each with its machines, whose places are fakes
 * (tests/unit/server/core/fake_attach.h), joined by links over socket pairs. Who is whose
 * session is left out: a host says whether others may type.
 */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_HOSTS_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_HOSTS_H

#include "server/cluster/cluster.h"
#include "server/cluster/peers.h"
#include "server/cluster/serving.h"
#include "server/fanout.h"
#include "server/loop_pool.h"
#include "server/machine/machines.h"
#include "tests/unit/server/core/fake_attach.h"

enum { HOSTS = 3 };

struct host {
    struct cluster cluster; /* first */
    struct machines machines;
    struct config *config;
    struct fanout_shared fanout;
    struct loop_pool workers;
    bool may_type, may_look; /* others here */
    unsigned n_up, n_down;
    struct host_line {
        struct peer *peer; /* to that host */
        int far;           /* that host's end of the socket; -1: cut */
        struct link *door; /* it, until it is up */
        int near;          /* a second name of the own end; -1: none */
    } lines[HOSTS];
};

struct hosts {
    sd_event *loop;
    struct host a, b, g; /* a and b have places, g is a gateway */
};

/* Each knows the others; no links yet. */
void hosts_start(struct hosts *all);
void hosts_stop(struct hosts *all);
/* `from` dials `to`; both are up afterwards. */
void hosts_join(struct hosts *all, struct host *from, struct host *to);
/* The line breaks; both know it afterwards. */
void hosts_cut(struct hosts *all, struct host *from, struct host *to);
/* The line breaks and only `from` hears of it, which dials again. */
void hosts_join_again(struct hosts *all, struct host *from, struct host *to);
/*
 * Runs all that is due now, also what is in the sockets, until nothing is; fails the test when
 * that is not so after a minute. Waits for no time, nor for what is being encoded.
 */
void hosts_settle(struct hosts *all);
/* Runs the loop until done says so; fails the test in the end (waiting.h). */
void hosts_wait(struct hosts *all, bool (*done)(void *self), void *self);

/* The machine "m" there; NULL. */
struct machine *host_machine(const struct host *h);
/* A place of "m" there. */
struct fake_place *host_attach(struct host *h, const char *address);
/* The place that `h` has for `other`; NULL. */
struct place *host_place(const struct host *h, const struct host *other);

#endif
