/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PS/2: the i8042 controller. Sorts what it delivers by device and sends bytes to the devices.
 * Knows no scancode and no mouse packet. */
#ifndef HF_GUEST_PS2_H
#define HF_GUEST_PS2_H

#include <stdbool.h>
#include <stdint.h>

#define PS2_KEYBOARD_LINE 1u
#define PS2_MOUSE_LINE 12u

enum ps2_port { PS2_KEYBOARD, PS2_MOUSE, PS2_PORTS };

struct ps2 {
    /* Both are called with interrupts off. */
    void (*on_byte[PS2_PORTS])(void *context, uint8_t byte);
    void *context;
    bool awaits_ack[PS2_PORTS];
    bool mouse_quiet; /* mouse bytes are answers to commands now, not movement */
    uint8_t mouse_reply;
};

/* Drops what firmware left behind and lets both ports interrupt; scancodes come as set 1. The
 * mouse stays silent. */
void ps2_start(struct ps2 *ps2);

/* Hands on every byte that the controller has. With interrupts off. */
void ps2_drain(struct ps2 *ps2);

/* Sends a byte and waits for its acknowledgement; false if none comes. Key presses that arrive
 * meanwhile are handed on, in order. */
bool ps2_send(struct ps2 *ps2, enum ps2_port port, uint8_t byte);

/* Stops the mouse's packets, or makes it a five-button wheel mouse (id 4) and starts them. */
bool ps2_mouse_stop(struct ps2 *ps2);
bool ps2_mouse_stream(struct ps2 *ps2);

#endif
