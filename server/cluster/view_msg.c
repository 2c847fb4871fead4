/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/view_msg.h"
#include "server/cluster/link.h"

#include <stdlib.h>

#define BAD_VALUE "a value that there is not"
#define TOO_MANY "more blocks than a picture has"
#define NO_END "a message that does not end where it says"

enum {
    KEY_DRAWS_POINTER = 1,
    KEY_SCALED = 2,
    STREAM_MOVES = 1,
    STREAM_BEGINS = 2,
    UPDATE_USES_STREAM = 1,
    CLASS_GRADIENT = 1,

    HASH_SIZE = 8,
    NUMBER_SIZE = 4,
    SOURCE_SIZE = 28,
};

/* ---- pieces ---- */

static void put_signed(struct bytes *b, int v)
{
    bytes_put_u32(b, (uint32_t)v);
}

static int read_signed(struct reader *r)
{
    return (int)(int32_t)reader_u32(r);
}

static void put_class(struct bytes *b, const struct encode_class *c)
{
    put_signed(b, c->encoding);
    pixel_format_write(b, &c->format);
    bytes_put_u8(b, (uint8_t)c->quality);
    bytes_put_u8(b, (uint8_t)c->subsampling);
    bytes_put_u8(b, (uint8_t)c->effort);
    bytes_put_u8(b, c->gradient ? CLASS_GRADIENT : 0);
}

static const char *read_class(struct reader *r, struct encode_class *c)
{
    c->encoding = read_signed(r);
    c->format = pixel_format_read(r);
    c->quality = (int8_t)reader_u8(r);
    c->subsampling = (int8_t)reader_u8(r);
    c->effort = (int8_t)reader_u8(r);
    unsigned flags = reader_u8(r);
    c->gradient = flags & CLASS_GRADIENT;
    if (r->more || flags > CLASS_GRADIENT)
        return BAD_VALUE;
    return encode_class_good(c) ? NULL : "a class that nothing is encoded for";
}

/* n rows of that size, at most `most`. */
static const char *read_rows(struct reader *r, size_t size, size_t most,
                             struct view_msg_rows *rows)
{
    rows->n = reader_u32(r);
    if (rows->n > most)
        return TOO_MANY;
    rows->at = reader_bytes(r, rows->n * size);
    return NULL;
}

static void put_sources(struct bytes *b, const struct piece_source *sources, size_t n)
{
    bytes_put_u32(b, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        bytes_put_u32(b, sources[i].block);
        link_put_u64(b, sources[i].covered);
        link_put_u64(b, sources[i].hash);
        link_put_u64(b, sources[i].lossy);
    }
}

struct piece_source view_msg_source(const struct view_msg_rows *rows, size_t i)
{
    struct reader r = reader_over(rows->at + i * SOURCE_SIZE, SOURCE_SIZE);
    struct piece_source s = {.block = reader_u32(&r)};
    s.covered = link_read_u64(&r);
    s.hash = link_read_u64(&r);
    s.lossy = link_read_u64(&r);
    return s;
}

uint32_t view_msg_block(const struct view_msg_rows *rows, size_t i)
{
    struct reader r = reader_over(rows->at + i * NUMBER_SIZE, NUMBER_SIZE);
    return reader_u32(&r);
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

/* ---- each message: how it is put and read, after the view's number ---- */

typedef void putter(struct bytes *b, const struct view_msg *msg);
typedef const char *reading(struct reader *r, struct view_msg *msg);

static void put_open(struct bytes *b, const struct view_msg *msg)
{
    const struct view_key *key = &msg->open.key;
    bytes_put_u32(b, msg->open.machine);
    put_signed(b, key->head);
    bytes_put_u8(b, (uint8_t)((key->draws_pointer ? KEY_DRAWS_POINTER : 0) |
                              (key->scaled ? KEY_SCALED : 0)));
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
    key->head = read_signed(r);
    unsigned flags = reader_u8(r);
    key->draws_pointer = flags & KEY_DRAWS_POINTER;
    key->scaled = flags & KEY_SCALED;
    key->fixed_w = reader_u16(r);
    key->fixed_h = reader_u16(r);
    return flags <= (KEY_DRAWS_POINTER | KEY_SCALED) && key_good(key) ? NULL : BAD_VALUE;
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
    put_class(b, &msg->stream.class);
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
        return BAD_VALUE;
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
        return BAD_VALUE;
    if (!msg->stream.begins)
        return NULL;
    const char *why = read_class(r, &msg->stream.class);
    return why ? why : read_what_it_has(r, msg);
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
    put_class(b, &msg->wanted.class);
    bytes_put_u32(b, (uint32_t)msg->wanted.rows.n);
    for (size_t i = 0; i < msg->wanted.rows.n; i++)
        bytes_put_u32(b, msg->wanted.blocks[i]);
}

static const char *read_wanted(struct reader *r, struct view_msg *msg)
{
    msg->wanted.layout = reader_u32(r);
    const char *why = read_class(r, &msg->wanted.class);
    return why ? why : read_rows(r, NUMBER_SIZE, VIEW_MSG_BLOCKS_MOST, &msg->wanted.rows);
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

static void put_size(struct bytes *b, const struct view_msg *msg)
{
    bytes_put_u32(b, msg->size.layout);
    bytes_put_u16(b, (uint16_t)msg->size.w);
    bytes_put_u16(b, (uint16_t)msg->size.h);
    bytes_put_u8(b, (uint8_t)msg->size.n);
    for (unsigned i = 0; i < msg->size.n; i++) {
        const struct view_source *s = &msg->size.sources[i];
        bytes_put_u8(b, (uint8_t)s->head);
        bytes_put_u16(b, (uint16_t)s->x);
        bytes_put_u16(b, (uint16_t)s->w);
        bytes_put_u16(b, (uint16_t)s->h);
    }
}

/* Side by side from left to right, each once. */
static bool source_good(const struct view_source *s, const struct view_source *before)
{
    int x = before ? before->x + before->w : 0;
    return s->head < HEADS_MOST && (!before || s->head > before->head) && s->x == x &&
           surface_size_ok(s->x + s->w, s->h) && s->w;
}

static const char *read_size(struct reader *r, struct view_msg *msg)
{
    msg->size.layout = reader_u32(r);
    msg->size.w = reader_u16(r);
    msg->size.h = reader_u16(r);
    msg->size.n = reader_u8(r);
    if (r->more || !msg->size.layout || msg->size.n > HEADS_MOST ||
        !surface_size_ok(msg->size.w, msg->size.h))
        return BAD_VALUE;
    for (unsigned i = 0; i < msg->size.n; i++) {
        struct view_source *s = &msg->size.sources[i];
        s->head = reader_u8(r);
        s->x = reader_u16(r);
        s->w = reader_u16(r);
        s->h = reader_u16(r);
        if (!source_good(s, i ? s - 1 : NULL))
            return BAD_VALUE;
    }
    return NULL;
}

/* ---- updates ---- */

static void put_update(struct bytes *b, const struct view_msg_update *u)
{
    bytes_put_u32(b, u->layout);
    bytes_put_u32(b, u->mark);
    link_put_u64(b, u->epoch);
    link_put_u64(b, u->version);
    bytes_put_u16(b, (uint16_t)u->n_rects);
    bytes_put_u8(b, u->uses_stream ? UPDATE_USES_STREAM : 0);
}

static const char *read_update(struct reader *r, struct view_msg_update *u)
{
    u->layout = reader_u32(r);
    u->mark = reader_u32(r);
    u->epoch = link_read_u64(r);
    u->version = link_read_u64(r);
    u->n_rects = reader_u16(r);
    unsigned flags = reader_u8(r);
    u->uses_stream = flags & UPDATE_USES_STREAM;
    return r->more || !u->layout || flags > UPDATE_USES_STREAM ? BAD_VALUE : NULL;
}

/* The rectangles are all that is left. */
static void read_bytes(struct reader *r, struct view_msg_update *u)
{
    u->n_bytes = r->more ? 0 : reader_left(r);
    u->bytes = reader_bytes(r, u->n_bytes);
}

static void put_unit(struct bytes *b, const struct view_msg *msg)
{
    const struct view_msg_update *u = &msg->update;
    bytes_put_u32(b, u->stream);
    put_update(b, u);
    bytes_put_u8(b, (uint8_t)u->n_moves);
    for (int i = 0; i < u->n_moves; i++) {
        const struct scroll_move *m = &u->moves[i];
        const int parts[] = {m->to.x, m->to.y, m->to.w, m->to.h};
        for (int k = 0; k < 4; k++)
            bytes_put_u16(b, (uint16_t)parts[k]);
        put_signed(b, m->dx);
        put_signed(b, m->dy);
    }
    put_sources(b, u->sources, u->n_sources);
}

static bool read_move(struct reader *r, struct scroll_move *m)
{
    m->to.x = reader_u16(r);
    m->to.y = reader_u16(r);
    m->to.w = reader_u16(r);
    m->to.h = reader_u16(r);
    m->dx = read_signed(r);
    m->dy = read_signed(r);
    return abs(m->dx / 2) <= SURFACE_SIDE_MOST / 2 && abs(m->dy / 2) <= SURFACE_SIDE_MOST / 2;
}

static const char *read_unit(struct reader *r, struct view_msg *msg)
{
    struct view_msg_update *u = &msg->update;
    u->stream = reader_u32(r);
    const char *why = read_update(r, u);
    u->n_moves = reader_u8(r);
    if (why || u->n_moves > VIEW_MOVES_MOST)
        return why ? why : BAD_VALUE;
    for (int i = 0; i < u->n_moves; i++) {
        if (!read_move(r, &u->moves[i]))
            return BAD_VALUE;
    }
    why = read_rows(r, SOURCE_SIZE, VIEW_MSG_BLOCKS_MOST, &u->rows);
    read_bytes(r, u);
    return why;
}

static void put_block(struct bytes *b, const struct view_msg *msg)
{
    put_update(b, &msg->update);
    put_class(b, &msg->update.class);
    put_sources(b, msg->update.sources, 1);
}

static const char *read_block(struct reader *r, struct view_msg *msg)
{
    struct view_msg_update *u = &msg->update;
    u->stream = 0;
    u->n_moves = 0;
    const char *why = read_update(r, u);
    why = why ? why : read_class(r, &u->class);
    why = why ? why : read_rows(r, SOURCE_SIZE, 1, &u->rows);
    read_bytes(r, u);
    return why || (!r->more && u->rows.n != 1) ? why ? why : BAD_VALUE : NULL;
}

/* ---- all messages ---- */

static const struct row {
    putter *put;
    reading *read;
} rows[LINK_TYPES] = {
    [LINK_VIEW_OPEN] = {put_open, read_open},
    [LINK_VIEW_CLOSE] = {put_nothing, read_nothing},
    [LINK_STREAM_OPEN] = {put_stream, read_stream},
    [LINK_STREAM_CLOSE] = {put_stream_close, read_stream_close},
    [LINK_BLOCKS_WANTED] = {put_wanted, read_wanted},
    [LINK_ACK] = {put_ack, read_ack},
    [LINK_VIEW_SIZE] = {put_size, read_size},
    [LINK_UNIT] = {put_unit, read_unit},
    [LINK_BLOCK] = {put_block, read_block},
};

void view_msg_put(struct bytes *b, enum link_type type, const struct view_msg *msg)
{
    bytes_put_u32(b, msg->view);
    rows[type].put(b, msg);
}

const char *view_msg_read(struct reader *r, enum link_type type, struct view_msg *msg_r)
{
    if ((unsigned)type >= LINK_TYPES || !rows[type].read)
        return "a message that is not about pictures";
    *msg_r = (struct view_msg){.view = reader_u32(r)};
    const char *why = rows[type].read(r, msg_r);
    if (r->more)
        return "a message that is cut off";
    return why ? why : reader_left(r) ? NO_END : NULL;
}
