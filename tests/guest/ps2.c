/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/ps2.h"

#include <stddef.h>

#include "tests/guest/io.h"
#include "tests/guest/irq.h"

#define PS2_DATA 0x60u
#define PS2_STATUS 0x64u
#define STATUS_OUTPUT_FULL 0x01u
#define STATUS_INPUT_FULL 0x02u
#define STATUS_FROM_MOUSE 0x20u

#define COMMAND_WRITE_MODE 0x60u
#define COMMAND_TO_MOUSE 0xd4u
/* Interrupts of both ports, system flag, translation to scancode set 1. */
#define MODE_BOTH_TRANSLATED 0x47u

#define DEVICE_ACK 0xfau
#define DEVICE_ENABLE 0xf4u
#define DEVICE_DISABLE 0xf5u
#define MOUSE_SET_RATE 0xf3u
#define MOUSE_GET_ID 0xf2u
#define MOUSE_ID_FIVE_BUTTONS 4u

#define PATIENCE 1000000u /* polls of the status port */

void ps2_drain(struct ps2 *ps2)
{
    uint8_t status;

    while (((status = io_read8(PS2_STATUS)) & STATUS_OUTPUT_FULL) != 0) {
        enum ps2_port port = (status & STATUS_FROM_MOUSE) != 0 ? PS2_MOUSE : PS2_KEYBOARD;
        uint8_t byte = io_read8(PS2_DATA);
        if (ps2->awaits_ack[port] && byte == DEVICE_ACK)
            ps2->awaits_ack[port] = false;
        else if (port == PS2_MOUSE && ps2->mouse_quiet)
            ps2->mouse_reply = byte;
        else if (ps2->on_byte[port] != NULL)
            ps2->on_byte[port](ps2->context, byte);
    }
}

static void write_when_ready(uint16_t port, uint8_t byte)
{
    for (unsigned i = 0; i < PATIENCE && (io_read8(PS2_STATUS) & STATUS_INPUT_FULL) != 0; i++)
        io_relax();
    io_write8(port, byte);
}

bool ps2_send(struct ps2 *ps2, enum ps2_port port, uint8_t byte)
{
    uint32_t flags = irq_save();

    ps2_drain(ps2);
    ps2->awaits_ack[port] = true;
    if (port == PS2_MOUSE)
        write_when_ready(PS2_STATUS, COMMAND_TO_MOUSE);
    write_when_ready(PS2_DATA, byte);
    for (unsigned i = 0; i < PATIENCE && ps2->awaits_ack[port]; i++)
        ps2_drain(ps2);
    ps2_drain(ps2);
    bool acknowledged = !ps2->awaits_ack[port];
    ps2->awaits_ack[port] = false;
    irq_restore(flags);
    return acknowledged;
}

void ps2_start(struct ps2 *ps2)
{
    uint32_t flags = irq_save();

    while ((io_read8(PS2_STATUS) & STATUS_OUTPUT_FULL) != 0)
        io_read8(PS2_DATA);
    write_when_ready(PS2_STATUS, COMMAND_WRITE_MODE);
    write_when_ready(PS2_DATA, MODE_BOTH_TRANSLATED);
    ps2->mouse_quiet = true;
    irq_restore(flags);
    ps2_send(ps2, PS2_KEYBOARD, DEVICE_ENABLE);
    ps2_mouse_stop(ps2);
}

bool ps2_mouse_stop(struct ps2 *ps2)
{
    ps2->mouse_quiet = true;
    return ps2_send(ps2, PS2_MOUSE, DEVICE_DISABLE);
}

bool ps2_mouse_stream(struct ps2 *ps2)
{
    /* Three rates in a row unlock the wheel and the side buttons, the last one stays. */
    static const uint8_t unlock[] = {MOUSE_SET_RATE, 200, MOUSE_SET_RATE, 200,
                                     MOUSE_SET_RATE, 80,  MOUSE_GET_ID};

    if (!ps2_mouse_stop(ps2))
        return false;
    for (unsigned i = 0; i < sizeof(unlock); i++)
        if (!ps2_send(ps2, PS2_MOUSE, unlock[i]))
            return false;
    if (ps2->mouse_reply != MOUSE_ID_FIVE_BUTTONS)
        return false;

    uint32_t flags = irq_save();
    bool enabled = ps2_send(ps2, PS2_MOUSE, DEVICE_ENABLE);
    ps2->mouse_quiet = !enabled;
    irq_restore(flags);
    return enabled;
}
