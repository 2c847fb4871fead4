/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files about messages of machines share: machine_msg.c puts and reads any of them,
 * machine_msg_asked.c has those that are asked, machine_msg_input.c input, there and back,
 * machine_msg_told.c what is told, machine_msg_pointer.c the pointer.
 */
#ifndef HF_SERVER_CLUSTER_MACHINE_MSG_PRIVATE_H
#define HF_SERVER_CLUSTER_MACHINE_MSG_PRIVATE_H

#include "server/cluster/link.h"
#include "server/cluster/machine_msg.h"

#define MACHINE_MSG_BAD_VALUE "a value that there is not"

/* How a message is put and read. */
struct machine_msg_row {
    bool of_machine; /* its number comes first, and is neither put nor read here */
    void (*put)(struct bytes *b, const struct machine_msg *msg);
    /* NULL, or what is wrong (static). It need not look at r->more, which is asked behind it.
     */
    const char *(*read)(struct reader *r, struct machine_msg *msg);
};

/* By type; rows of other types are NULL. */
extern const struct machine_msg_row machine_msg_asked_rows[LINK_TYPES];
extern const struct machine_msg_row machine_msg_input_rows[LINK_TYPES];
extern const struct machine_msg_row machine_msg_told_rows[LINK_TYPES];
extern const struct machine_msg_row machine_msg_pointer_rows[LINK_TYPES];

/* ---- pieces ---- */

static inline void machine_msg_put_signed(struct bytes *b, int v)
{
    bytes_put_u32(b, (uint32_t)v);
}

static inline int machine_msg_read_signed(struct reader *r)
{
    return (int)(int32_t)reader_u32(r);
}

/* A number below `n`; what is not sets *bad. */
static inline unsigned machine_msg_read_below(struct reader *r, unsigned n, bool *bad)
{
    unsigned v = reader_u8(r);
    *bad |= v >= n;
    return v;
}

/* MACHINE_MSG_KEY_MOST + 1 bytes at key. NULL, or what is wrong (static). */
const char *machine_msg_read_key(struct reader *r, char *key);

/* ---- rows of several files ---- */

/* Nothing but the machine's number. */
void machine_msg_put_nothing(struct bytes *b, const struct machine_msg *msg);
const char *machine_msg_read_nothing(struct reader *r, struct machine_msg *msg);
/* msg->on. */
void machine_msg_put_on(struct bytes *b, const struct machine_msg *msg);
const char *machine_msg_read_on(struct reader *r, struct machine_msg *msg);

#endif
