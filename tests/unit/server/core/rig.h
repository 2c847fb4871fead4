/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A loop, a pool and a list of machines, as the daemon has them, for tests without sockets.
 * Waits for conditions by running the loop, never by sleeping.
 */
#ifndef HF_TESTS_UNIT_SERVER_CORE_RIG_H
#define HF_TESTS_UNIT_SERVER_CORE_RIG_H

#include "server/config.h"
#include "server/fanout.h"
#include "server/loop_pool.h"
#include "server/machine/machines.h"

struct rig {
    sd_event *loop;
    struct loop_pool workers;
    struct fanout_shared fanout;
    struct config *config;
    struct machines machines;
    char events[1024]; /* "+web1 -web1 ": machines as they were told to come and go */
};

/* A configuration from its text; fails the test when it is not good. */
struct config *rig_config(const char *text);
/* With config (NULL: the built-in one), which is taken over. */
void rig_start(struct rig *rig, struct config *config);
void rig_stop(struct rig *rig);
/* Another configuration is in force from now on. */
void rig_reload(struct rig *rig, const char *text);
/* One turn of the loop. */
void rig_turn(struct rig *rig);
/* Runs the loop until done says so; fails the test in the end (waiting.h). */
void rig_wait(struct rig *rig, bool (*done)(void *self), void *self);
/* Runs all that is due now. */
void rig_settle(struct rig *rig);
/* The named machine; fails the test when there is none. */
struct machine *rig_machine(struct rig *rig, const char *name);
/* "web1 web2": all machines in their order; static memory. */
const char *rig_names(const struct rig *rig);

/* Random numbers that are the same in each run. */
struct dice {
    uint64_t state;
};
uint32_t dice_next(struct dice *d);
/* 0 .. n - 1 */
int dice_below(struct dice *d, int n);

#endif
