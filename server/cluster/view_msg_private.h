/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files about messages of pictures share: view_msg.c puts and reads any of them,
 * view_msg_asked.c has those that are asked, view_msg_told.c those that are told.
 */
#ifndef HF_SERVER_CLUSTER_VIEW_MSG_PRIVATE_H
#define HF_SERVER_CLUSTER_VIEW_MSG_PRIVATE_H

#include "server/cluster/link.h"
#include "server/cluster/view_msg.h"

#define VIEW_MSG_BAD_VALUE "a value that there is not"

/* How a message is put and read, after the view's number. */
struct view_msg_row {
    void (*put)(struct bytes *b, const struct view_msg *msg);
    /* NULL, or what is wrong (static). It need not look at r->more, which is asked behind it.
     */
    const char *(*read)(struct reader *r, struct view_msg *msg);
};

/* By type; rows of other types are NULL. */
extern const struct view_msg_row view_msg_asked[LINK_TYPES];
extern const struct view_msg_row view_msg_told[LINK_TYPES];

static inline void view_msg_put_signed(struct bytes *b, int v)
{
    bytes_put_u32(b, (uint32_t)v);
}

static inline int view_msg_read_signed(struct reader *r)
{
    return (int)(int32_t)reader_u32(r);
}

/* Appends encoding, pixel format, quality and effort. */
void view_msg_put_class(struct bytes *b, const struct encode_class *c);
/* NULL, or what is wrong with it, also when it is cut off: c is one to encode for then. */
const char *view_msg_read_class(struct reader *r, struct encode_class *c);
/* Their number, and n rows of `size` bytes. NULL, or that there are more than `most`. */
const char *view_msg_read_rows(struct reader *r, size_t size, size_t most,
                               struct view_msg_rows *rows);

#endif
