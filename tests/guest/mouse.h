/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mouse: puts the four-byte packets of a five-button wheel mouse together. Pure. */
#ifndef HF_GUEST_MOUSE_H
#define HF_GUEST_MOUSE_H

#include <stdbool.h>
#include <stdint.h>

enum mouse_button {
    MOUSE_LEFT = 1,
    MOUSE_RIGHT = 2,
    MOUSE_MIDDLE = 4,
    MOUSE_SIDE = 8,
    MOUSE_EXTRA = 16,
};

struct mouse {
    uint8_t bytes[4];
    uint8_t count;
    uint8_t
        side_buttons; /* as last told: a packet of the horizontal wheel does not tell them */
};

struct mouse_motion {
    int32_t dx;       /* to the right */
    int32_t dy;       /* downwards */
    int32_t dz;       /* wheel, towards the user */
    int32_t dw;       /* horizontal wheel, to the right */
    uint32_t buttons; /* enum mouse_button, together */
};

/* True when `byte` ends a packet: then `motion_r` tells it. */
bool mouse_feed(struct mouse *mouse, uint8_t byte, struct mouse_motion *motion_r);

#endif
