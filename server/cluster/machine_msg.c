/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/machine_msg_private.h"

#include <string.h>

void machine_msg_put_nothing(struct bytes *b, const struct machine_msg *msg)
{
    (void)b;
    (void)msg;
}

const char *machine_msg_read_nothing(struct reader *r, struct machine_msg *msg)
{
    (void)r;
    (void)msg;
    return NULL;
}

void machine_msg_put_on(struct bytes *b, const struct machine_msg *msg)
{
    bytes_put_u8(b, msg->on);
}

const char *machine_msg_read_on(struct reader *r, struct machine_msg *msg)
{
    bool bad = false;
    msg->on = machine_msg_read_below(r, 2, &bad);
    return bad ? MACHINE_MSG_BAD_VALUE : NULL;
}

const char *machine_msg_read_key(struct reader *r, char *key)
{
    if (!link_read_text(r, key, MACHINE_MSG_KEY_MOST + 1))
        return "a machine's key that is none";
    bool ok = strncmp(key, "uuid:", 5) == 0 || strncmp(key, "name:", 5) == 0;
    return ok && key[5] ? NULL : "a machine's key that is none";
}

static const struct machine_msg_row *row_of(enum link_type type)
{
    static const struct machine_msg_row *const parts[] = {
        machine_msg_asked_rows, machine_msg_input_rows, machine_msg_told_rows,
        machine_msg_pointer_rows};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if ((unsigned)type < LINK_TYPES && parts[i][type].put)
            return &parts[i][type];
    return NULL;
}

bool machine_msg_knows(enum link_type type)
{
    return row_of(type);
}

void machine_msg_put(struct bytes *b, enum link_type type, const struct machine_msg *msg)
{
    const struct machine_msg_row *row = row_of(type);
    if (row->of_machine)
        bytes_put_u32(b, msg->machine);
    row->put(b, msg);
}

const char *machine_msg_read(struct reader *r, enum link_type type, struct machine_msg *msg_r)
{
    const struct machine_msg_row *row = row_of(type);
    if (!row)
        return "no message about machines";
    msg_r->machine = row->of_machine ? reader_u32(r) : 0;
    const char *why = row->read(r, msg_r);
    if (r->more)
        return "a message that ends too early";
    if (!why && reader_left(r))
        return "a message with something behind its end";
    return why;
}
