/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keyboard: groups scancode bytes (set 1) into one scancode a line. Pure. */
#ifndef HF_GUEST_KEYBOARD_H
#define HF_GUEST_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/guest/text.h"

struct keyboard {
    uint8_t bytes[3];
    uint8_t count;
};

/* True when `byte` ends a scancode: then its report is in `line_r`, for example `key e01d up`.
 */
bool keyboard_feed(struct keyboard *keyboard, uint8_t byte, struct line *line_r);

#endif
