/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notices that a modifier was pressed three times in quick succession and nothing else between:
 * what nobody does by accident and every client can send. Pure: time is an argument. Keeps no
 * key from going on.
 */
#ifndef HF_INPUT_HOT_KEY_H
#define HF_INPUT_HOT_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: nothing was pressed. */
struct hot_key {
    unsigned presses;
    bool held;         /* what it presses again while held is auto-repeat */
    uint64_t first_us; /* of the presses that count */
    uint64_t second_us;
};

/*
 * A key event as a client sends it (RFC 6143 7.5.4; rfbproto, QEMU Extended Key Event: xt is 0
 * where there is no code). name: "ctrl", "shift", "alt" or "super", left or right; any other:
 * there is no hot key. True for a press that is the third within within_us.
 */
bool hot_key_event(struct hot_key *h, const char *name, uint64_t within_us, uint32_t keysym,
                   uint32_t xt, bool down, uint64_t now_us);

#endif
