/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMware mouse: an absolute pointer behind port 0x5658. It has no interrupt of its own: the
 * PS/2 mouse interrupts when there is something to fetch. */
#ifndef HF_GUEST_VMMOUSE_H
#define HF_GUEST_VMMOUSE_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/mouse.h"

struct vmmouse_event {
    uint32_t x; /* 0 to 65535 across the console */
    uint32_t y;
    int32_t dz;       /* wheel, towards the user */
    uint32_t buttons; /* enum mouse_button, together */
};

/* False if the machine has none. */
bool vmmouse_enable(void);
void vmmouse_disable(void);

/* Takes the oldest event. With interrupts off. */
bool vmmouse_take(struct vmmouse_event *event_r);

#endif
