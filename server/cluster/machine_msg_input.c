/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/machine_msg_private.h"

static void put_event(struct bytes *b, const struct input_event *e)
{
    bytes_put_u8(b, (uint8_t)e->kind);
    bytes_put_u8(b, e->down);
    bytes_put_u8(b, (uint8_t)e->head);
    bytes_put_u8(b, 0);
    machine_msg_put_signed(b, e->a);
    machine_msg_put_signed(b, e->b);
}

static bool event_ok(const struct input_event *e)
{
    switch (e->kind) {
    case INPUT_KEY:
        return e->a > 0 && e->a < 256;
    case INPUT_BUTTON:
        return e->a >= 0 && e->a < BUTTON_COUNT;
    case INPUT_MOVE_TO:
        return e->a >= 0 && e->a < SURFACE_SIDE_MOST && e->b >= 0 && e->b < SURFACE_SIDE_MOST;
    case INPUT_MOVE_BY:
        return input_bound(e->a) == e->a && input_bound(e->b) == e->b;
    }
    return false;
}

static bool read_event(struct reader *r, struct input_event *e)
{
    bool bad = false;
    e->kind = (enum input_kind)machine_msg_read_below(r, INPUT_BUTTON + 1, &bad);
    e->down = machine_msg_read_below(r, 2, &bad);
    e->head = machine_msg_read_below(r, HEADS_MOST, &bad);
    reader_skip(r, 1);
    e->a = machine_msg_read_signed(r);
    e->b = machine_msg_read_signed(r);
    return r->more || (!bad && event_ok(e));
}

static void put_events(struct bytes *b, const struct input_event *events, size_t n)
{
    n = n < MACHINE_MSG_EVENTS_MOST ? n : MACHINE_MSG_EVENTS_MOST;
    bytes_put_u16(b, (uint16_t)n);
    for (size_t i = 0; i < n; i++)
        put_event(b, &events[i]);
}

static const char *read_events(struct reader *r, struct machine_msg *msg)
{
    unsigned n = reader_u16(r);
    if (n > MACHINE_MSG_EVENTS_MOST)
        return "too many input events at once";
    for (msg->input.n = 0; msg->input.n < n; msg->input.n++) {
        if (!read_event(r, &msg->input.events[msg->input.n]))
            return "an input event that there is not";
    }
    return NULL;
}

static void put_input(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->input.flags);
    put_events(b, msg->input.events, msg->input.n);
}

static const char *read_input(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->input.flags =
        machine_msg_read_below(r, (MACHINE_MSG_SURE | MACHINE_MSG_ADOPT) + 1, &bad);
    return bad ? MACHINE_MSG_BAD_VALUE : read_events(r, msg);
}

static void put_mode(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u32(b, msg->input.serial);
    bytes_put_u8(b, (uint8_t)msg->input.mode);
}

static const char *read_mode(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->input.serial = reader_u32(r);
    msg->input.mode = (enum input_mode)machine_msg_read_below(r, INPUT_HELD + 1, &bad);
    return bad ? MACHINE_MSG_BAD_VALUE : NULL;
}

static void put_back(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u32(b, msg->input.serial);
    put_events(b, msg->input.events, msg->input.n);
}

static const char *read_back(struct reader *r, struct machine_msg *msg)
{
    msg->input.serial = reader_u32(r);
    return read_events(r, msg);
}

void machine_msg_put_events(struct bytes *b, enum link_type type, uint32_t machine,
                            uint32_t number, const struct input_event *events, size_t n)
{
    bytes_put_u32(b, machine);
    if (type == LINK_INPUT)
        bytes_put_u8(b, (uint8_t)number);
    else
        bytes_put_u32(b, number);
    put_events(b, events, n);
}

const struct machine_msg_row machine_msg_input_rows[LINK_TYPES] = {
    [LINK_INPUT] = {true, put_input, read_input},
    [LINK_INPUT_MODE] = {true, put_mode, read_mode},
    [LINK_INPUT_BACK] = {true, put_back, read_back},
};
