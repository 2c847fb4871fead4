/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which keys are down: a set of QEMU key numbers. One per viewer, one per machine. Tells
 * whether an event changes anything, so that a release goes out exactly once. Pure.
 */
#ifndef HF_INPUT_KEYSTATE_H
#define HF_INPUT_KEYSTATE_H

#include <stdbool.h>
#include <stdint.h>

struct keystate {
    uint64_t down[4];
};

static inline bool keystate_is_down(const struct keystate *k, uint8_t qnum)
{
    return k->down[qnum >> 6] >> (qnum & 63) & 1;
}

/* Records the event; whether it changed the state (auto-repeat: a press of a key that is down,
 * false). */
bool keystate_set(struct keystate *k, uint8_t qnum, bool down);
/* The lowest key that is down and at least `from`, or -1. */
int keystate_next(const struct keystate *k, int from);
bool keystate_any(const struct keystate *k);

#endif
