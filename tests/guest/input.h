/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Input: every key and pointer event, reported on COM1 as it comes, in order. Knows no picture.
 */
#ifndef HF_GUEST_INPUT_H
#define HF_GUEST_INPUT_H

#include "tests/guest/keyboard.h"
#include "tests/guest/mouse.h"
#include "tests/guest/ps2.h"
#include "tests/guest/serial.h"

enum pointer_mode { POINTER_OFF, POINTER_RELATIVE, POINTER_ABSOLUTE };

struct input {
    struct serial *serial; /* lent for good */
    struct ps2 ps2;
    struct keyboard keyboard;
    struct mouse mouse;
    enum pointer_mode pointer;
};

/* Keys are reported from here on; the pointer is off. */
void input_start(struct input *input, struct serial *serial);

/* Reports what the devices hold. The interrupt handler's work, and a barrier: an event that
 * reached a device before this call is in COM1's ring after it. */
void input_poll(struct input *input);

/* NULL, or why the pointer cannot be had; then it is off. */
const char *input_set_pointer(struct input *input, enum pointer_mode mode);

/* `leds`: 1 scroll lock, 2 num lock, 4 caps lock. NULL, or why not. */
const char *input_set_leds(struct input *input, uint8_t leds);

#endif
