/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/machine_msg_private.h"

static void put_open(struct bytes *b, const struct machine_msg *msg)
{
    link_put_text(b, msg->key, MACHINE_MSG_KEY_MOST);
}

static const char *read_open(struct reader *r, struct machine_msg *msg)
{
    return machine_msg_read_key(r, msg->key);
}

static void put_resize(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->resize.head);
    bytes_put_u16(b, (uint16_t)msg->resize.w);
    bytes_put_u16(b, (uint16_t)msg->resize.h);
}

static const char *read_resize(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->resize.head = machine_msg_read_below(r, HEADS_MOST, &bad);
    msg->resize.w = reader_u16(r);
    msg->resize.h = reader_u16(r);
    return bad || !surface_size_ok(msg->resize.w, msg->resize.h) ? MACHINE_MSG_BAD_VALUE : NULL;
}

static void put_power(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, (uint8_t)msg->power);
}

static const char *read_power(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->power = (enum power_action)machine_msg_read_below(r, POWER_RESET + 1, &bad);
    return bad ? MACHINE_MSG_BAD_VALUE : NULL;
}

const struct machine_msg_row machine_msg_asked_rows[LINK_TYPES] = {
    [LINK_OPEN] = {true, put_open, read_open},
    [LINK_CLOSE] = {true, machine_msg_put_nothing, machine_msg_read_nothing},
    [LINK_WATCH] = {true, machine_msg_put_on, machine_msg_read_on},
    [LINK_RESIZE] = {true, put_resize, read_resize},
    [LINK_POWER] = {true, put_power, read_power},
};
