/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/keyboard.h"

#define PREFIX_EXTENDED 0xe0u
#define PREFIX_PAUSE 0xe1u
#define BREAK_BIT 0x80u

static unsigned bytes_wanted(uint8_t first)
{
    if (first == PREFIX_PAUSE)
        return 3;
    return first == PREFIX_EXTENDED ? 2 : 1;
}

bool keyboard_feed(struct keyboard *keyboard, uint8_t byte, struct line *line_r)
{
    keyboard->bytes[keyboard->count++] = byte;
    if (keyboard->count < bytes_wanted(keyboard->bytes[0]))
        return false;

    line_r->length = 0;
    line_add(line_r, "key ");
    for (unsigned i = 0; i < keyboard->count; i++) {
        bool prefix = i == 0 && keyboard->count > 1;
        uint8_t shown = keyboard->bytes[i];
        line_add_hex(line_r, prefix ? shown : (uint8_t)(shown & ~BREAK_BIT), 2);
    }
    line_add(line_r, (byte & BREAK_BIT) != 0 ? " up" : " down");
    keyboard->count = 0;
    return true;
}
