/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * crowd: many viewers that connect, look, type and leave at random, in threads. Each decodes at
 * least one update in an encoding and a pixel format of its own, and sends input before it
 * goes.
 */
#ifndef HF_TESTS_E2E_CROWD_H
#define HF_TESTS_E2E_CROWD_H

#include <stdint.h>

struct trial;

struct crowd_options {
    const char *address;
    int members;             /* at once, at most */
    int attempts_per_second; /* as far as members are free */
    int duration_ms;
    int stay_most_ms; /* how long a viewer may stay */
};

struct crowd_result {
    int attempts, failures, most_at_once;
    int64_t took_ms, updates;
    char failure[400]; /* the first one */
};

struct crowd_result crowd_run(struct trial *trial, const struct crowd_options *options);

#endif
