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

const struct machine_msg_row machine_msg_asked_rows[LINK_TYPES] = {
    [LINK_OPEN] = {true, put_open, read_open},
    [LINK_CLOSE] = {true, machine_msg_put_nothing, machine_msg_read_nothing},
    [LINK_WATCH] = {true, machine_msg_put_on, machine_msg_read_on},
};
