/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/mouse.h"

#define FIRST_ALWAYS_SET 0x08u
#define FIRST_BUTTONS 0x07u
#define FIRST_X_SIGN 0x10u
#define FIRST_Y_SIGN 0x20u
#define FOURTH_KIND 0xc0u
#define FOURTH_HORIZONTAL 0x40u

static int32_t sign_extend(uint32_t value, unsigned bits)
{
    uint32_t sign = 1u << (bits - 1);

    value &= (sign << 1) - 1;
    return (int32_t)(value ^ sign) - (int32_t)sign;
}

static void decode_wheel(struct mouse *mouse, uint8_t fourth, struct mouse_motion *motion)
{
    motion->dz = 0;
    motion->dw = 0;
    if ((fourth & FOURTH_KIND) == FOURTH_HORIZONTAL) {
        motion->dw = sign_extend(fourth, 6);
        return;
    }
    motion->dz = sign_extend(fourth, 4);
    mouse->side_buttons = (uint8_t)(fourth >> 1 & (MOUSE_SIDE | MOUSE_EXTRA));
}

bool mouse_feed(struct mouse *mouse, uint8_t byte, struct mouse_motion *motion_r)
{
    if (mouse->count == 0 && (byte & FIRST_ALWAYS_SET) == 0)
        return false;
    mouse->bytes[mouse->count++] = byte;
    if (mouse->count < sizeof(mouse->bytes))
        return false;

    uint8_t first = mouse->bytes[0];
    mouse->count = 0;
    decode_wheel(mouse, mouse->bytes[3], motion_r);
    motion_r->dx = mouse->bytes[1] - ((first & FIRST_X_SIGN) != 0 ? 256 : 0);
    motion_r->dy = ((first & FIRST_Y_SIGN) != 0 ? 256 : 0) - mouse->bytes[2];
    motion_r->buttons = (first & FIRST_BUTTONS) | mouse->side_buttons;
    return true;
}
