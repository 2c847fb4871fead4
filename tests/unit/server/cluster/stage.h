/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine at one host of several (hosts.h) and what it shows, for tests of what another host
 * gets of that: moves it, and has room for judges of the other host's views.
 */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_STAGE_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_STAGE_H

#include "tests/unit/server/cluster/hosts.h"
#include "tests/unit/server/core/crowd.h"

struct stage {
    struct hosts all;
    struct crowd c; /* its world, without a rig, is at home; they look from the gateway */
    struct host *home;
    unsigned moves;
};

/* The machine runs at host a, shows w x h px, and is known at the gateway. */
void stage_start(struct stage *s, int w, int h);
void stage_stop(struct stage *s);
/* The machine as the gateway knows it. */
struct machine *stage_at_gateway(struct stage *s);
/* For hosts_wait: there it runs, elsewhere. */
bool stage_runs_there(void *stage);
/* All hosts are linked. */
void stage_know_all(struct stage *s);
/* The machine stops where it is and goes on at `to`, with the same picture but for a corner. */
void stage_move_to(struct stage *s, struct host *to);

#endif
