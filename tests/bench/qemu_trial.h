/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU trial: one guest in a QEMU, watched by viewers either through QEMU's own VNC server or
 * through its D-Bus display and holdfastd; and what that cost. Prints nothing.
 */
#ifndef HF_BENCH_QEMU_TRIAL_H
#define HF_BENCH_QEMU_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/bench/load.h"

enum qemu_side { QEMU_OWN_VNC, QEMU_HOLDFAST, QEMU_SIDES };

struct qemu_guest {
    const char *name;
    const char *append;         /* of the test guest; its scene is stepped over the serial line */
    unsigned fps;               /* steps a second */
    const char *const *command; /* instead of the test guest: "-kernel" and so on, to NULL */
    unsigned seconds;           /* measured; 0: as the user says. From the first picture on */
};

struct qemu_result {
    uint64_t cpu_us; /* of all that serves viewers: QEMU's threads but for its processors', and
                        the daemon */
    uint64_t daemon_us; /* of that: the daemon's */
    uint64_t guest_us; /* of the guest's processors */
    struct load_summary sum;
    unsigned seconds;
};

struct qemu_result qemu_trial(enum qemu_side side, const char *holdfastd,
                              const struct qemu_guest *guest, const struct load_class *class,
                              unsigned n_viewers, unsigned seconds);

#endif
