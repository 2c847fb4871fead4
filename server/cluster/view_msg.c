/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/view_msg_private.h"

#define TOO_MANY "more blocks than a picture has"
#define NO_END "a message that does not end where it says"

enum { CLASS_GRADIENT = 1 };

void view_msg_put_class(struct bytes *b, const struct encode_class *c)
{
    view_msg_put_signed(b, c->encoding);
    pixel_format_write(b, &c->format);
    bytes_put_u8(b, (uint8_t)c->quality);
    bytes_put_u8(b, (uint8_t)c->subsampling);
    bytes_put_u8(b, (uint8_t)c->effort);
    bytes_put_u8(b, c->gradient ? CLASS_GRADIENT : 0);
}

const char *view_msg_read_class(struct reader *r, struct encode_class *c)
{
    c->encoding = view_msg_read_signed(r);
    c->format = pixel_format_read(r);
    c->quality = (int8_t)reader_u8(r);
    c->subsampling = (int8_t)reader_u8(r);
    c->effort = (int8_t)reader_u8(r);
    unsigned flags = reader_u8(r);
    c->gradient = flags & CLASS_GRADIENT;
    if (r->more || flags > CLASS_GRADIENT)
        return VIEW_MSG_BAD_VALUE;
    return encode_class_good(c) ? NULL : "a class that nothing is encoded for";
}

const char *view_msg_read_rows(struct reader *r, size_t size, size_t most,
                               struct view_msg_rows *rows)
{
    rows->n = reader_u32(r);
    if (rows->n > most)
        return TOO_MANY;
    rows->at = reader_bytes(r, rows->n * size);
    return NULL;
}

static const struct view_msg_row *row_of(enum link_type type)
{
    if ((unsigned)type >= LINK_TYPES)
        return NULL;
    if (view_msg_asked[type].put)
        return &view_msg_asked[type];
    return view_msg_told[type].put ? &view_msg_told[type] : NULL;
}

void view_msg_put(struct bytes *b, enum link_type type, const struct view_msg *msg)
{
    bytes_put_u32(b, msg->view);
    row_of(type)->put(b, msg);
}

const char *view_msg_read(struct reader *r, enum link_type type, struct view_msg *msg_r)
{
    const struct view_msg_row *row = row_of(type);
    if (!row)
        return "a message that is not about pictures";
    *msg_r = (struct view_msg){.view = reader_u32(r)};
    const char *why = row->read(r, msg_r);
    if (r->more)
        return "a message that is cut off";
    return why ? why : reader_left(r) ? NO_END : NULL;
}
