/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/view_msg_private.h"

enum {
    KEY_DRAWS_POINTER = 1,
    KEY_SCALED = 2,
    KEY_BARE = 4,
    KEY_FLAGS = KEY_DRAWS_POINTER | KEY_SCALED | KEY_BARE,
    STREAM_MOVES = 1,
    STREAM_BEGINS = 2,

    HASH_SIZE = 8,
    NUMBER_SIZE = 4,
};

static void put_open(struct bytes *b, const struct view_msg *msg)
{
    const struct view_key *key = &msg->open.key;
    bytes_put_u32(b, msg->open.machine);
    view_msg_put_signed(b, key->head);
    bytes_put_u8(b, (uint8_t)((key->draws_pointer ? KEY_DRAWS_POINTER : 0) |
                              (key->scaled ? KEY_SCALED : 0) | (key->bare ? KEY_BARE : 0)));
    bytes_put_u16(b, (uint16_t)key->fixed_w);
    bytes_put_u16(b, (uint16_t)key->fixed_h);
}

static bool key_good(const struct view_key *key)
{
    bool free_size = !key->fixed_w && !key->fixed_h;
    return key->head >= VIEW_ALL_HEADS && key->head < HEADS_MOST &&
           (free_size ? !key->scaled : surface_size_ok(key->fixed_w, key->fixed_h));
}

static const char *read_open(struct reader *r, struct view_msg *msg)
{
    struct view_key *key = &msg->open.key;
    msg->open.machine = reader_u32(r);
    key->head = view_msg_read_signed(r);
    unsigned flags = reader_u8(r);
    key->draws_pointer = flags & KEY_DRAWS_POINTER;
    key->scaled = flags & KEY_SCALED;
    key->bare = flags & KEY_BARE;
    key->fixed_w = reader_u16(r);
    key->fixed_h = reader_u16(r);
    return flags <= KEY_FLAGS && key_good(key) ? NULL : VIEW_MSG_BAD_VALUE;
}

static void put_nothing(struct bytes *b, const struct view_msg *msg)
{
    (void)b;
    (void)msg;
}

static const char *read_nothing(struct reader *r, struct view_msg *msg)
{
    (void)r;
    (void)msg;
    return NULL;
}

static void put_stream(struct bytes *b, const struct view_msg *msg)
{
    size_t n = msg->stream.blocks ? view_known_count(msg->stream.w, msg->stream.h) : 0;
    bytes_put_u32(b, msg->stream.stream);
    bytes_put_u8(b, (uint8_t)((msg->stream.moves ? STREAM_MOVES : 0) |
                              (msg->stream.begins ? STREAM_BEGINS : 0)));
    if (!msg->stream.begins)
        return;
    view_msg_put_class(b, &msg->stream.class);
    bytes_put_u16(b, (uint16_t)(n ? msg->stream.w : 0));
    bytes_put_u16(b, (uint16_t)(n ? msg->stream.h : 0));
    for (size_t i = 0; i < n; i++)
        link_put_u64(b, msg->stream.blocks[i]);
}

static const char *read_what_it_has(struct reader *r, struct view_msg *msg)
{
    int w = reader_u16(r), h = reader_u16(r);
    msg->stream.w = w;
    msg->stream.h = h;
    msg->stream.rows.n = 0;
    if (!w && !h)
        return NULL;
    if (!surface_size_ok(w, h))
        return VIEW_MSG_BAD_VALUE;
    msg->stream.rows.n = view_known_count(w, h);
    msg->stream.rows.at = reader_bytes(r, msg->stream.rows.n * HASH_SIZE);
    return NULL;
}

static const char *read_stream(struct reader *r, struct view_msg *msg)
{
    msg->stream.stream = reader_u32(r);
    unsigned flags = reader_u8(r);
    msg->stream.moves = flags & STREAM_MOVES;
    msg->stream.begins = flags & STREAM_BEGINS;
    if (flags > (STREAM_MOVES | STREAM_BEGINS) || (!r->more && !msg->stream.stream))
        return VIEW_MSG_BAD_VALUE;
    if (!msg->stream.begins)
        return NULL;
    const char *why = view_msg_read_class(r, &msg->stream.class);
    return why ? why : read_what_it_has(r, msg);
}

struct view_known *view_msg_known(const struct view_msg *msg)
{
    if (!msg->stream.rows.n)
        return NULL;
    struct view_known *known = view_known_new(msg->stream.w, msg->stream.h, NULL);
    struct reader r = reader_over(msg->stream.rows.at, known->n * HASH_SIZE);
    for (size_t i = 0; i < known->n; i++)
        known->blocks[i] = link_read_u64(&r);
    return known;
}

static void put_stream_close(struct bytes *b, const struct view_msg *msg)
{
    bytes_put_u32(b, msg->stream.stream);
}

static const char *read_stream_close(struct reader *r, struct view_msg *msg)
{
    msg->stream.stream = reader_u32(r);
    return NULL;
}

static void put_wanted(struct bytes *b, const struct view_msg *msg)
{
    bytes_put_u32(b, msg->wanted.layout);
    view_msg_put_class(b, &msg->wanted.class);
    bytes_put_u32(b, (uint32_t)msg->wanted.rows.n);
    for (size_t i = 0; i < msg->wanted.rows.n; i++)
        bytes_put_u32(b, msg->wanted.blocks[i]);
}

static const char *read_wanted(struct reader *r, struct view_msg *msg)
{
    msg->wanted.layout = reader_u32(r);
    const char *why = view_msg_read_class(r, &msg->wanted.class);
    return why ? why
               : view_msg_read_rows(r, NUMBER_SIZE, VIEW_MSG_BLOCKS_MOST, &msg->wanted.rows);
}

uint32_t view_msg_block(const struct view_msg_rows *rows, size_t i)
{
    struct reader r = reader_over(rows->at + i * NUMBER_SIZE, NUMBER_SIZE);
    return reader_u32(&r);
}

static void put_ack(struct bytes *b, const struct view_msg *msg)
{
    bytes_put_u32(b, msg->ack.stream);
    bytes_put_u32(b, msg->ack.mark);
}

static const char *read_ack(struct reader *r, struct view_msg *msg)
{
    msg->ack.stream = reader_u32(r);
    msg->ack.mark = reader_u32(r);
    return NULL;
}

const struct view_msg_row view_msg_asked[LINK_TYPES] = {
    [LINK_VIEW_OPEN] = {put_open, read_open},
    [LINK_VIEW_CLOSE] = {put_nothing, read_nothing},
    [LINK_STREAM_OPEN] = {put_stream, read_stream},
    [LINK_STREAM_CLOSE] = {put_stream_close, read_stream_close},
    [LINK_BLOCKS_WANTED] = {put_wanted, read_wanted},
    [LINK_ACK] = {put_ack, read_ack},
};
