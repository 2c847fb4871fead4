/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU trial: one guest in a QEMU, watched by viewers either through QEMU's own VNC server or
 * through its D-Bus display and holdfastd; and what that cost. Prints nothing.
 */
#ifndef HF_BENCH_QEMU_TRIAL_H
#define HF_BENCH_QEMU_TRIAL_H

#include <stdint.h>

#include "tests/bench/load.h"
#include "tests/bench/qemu_machine.h"

enum qemu_side { QEMU_OWN_VNC, QEMU_HOLDFAST, QEMU_SIDES };

struct qemu_result {
    double seconds;  /* that it took */
    uint64_t cpu_us; /* of all that serves viewers: QEMU's threads but for its processors', and
                        the daemon */
    uint64_t daemon_us; /* of that: the daemon's */
    uint64_t guest_us;  /* of the guest's processors */
    uint64_t
        map_bytes; /* that the daemon read from memory that QEMU shares; 0: QEMU shares none */
    struct load_summary sum;
};

/* All zeroes when some viewer got nothing, three times, which is said on standard error. */
struct qemu_result qemu_trial(enum qemu_side side, const char *holdfastd,
                              const struct qemu_guest *guest, const struct load_class *class,
                              unsigned n_viewers, unsigned seconds);

#endif
