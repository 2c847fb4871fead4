/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/view_msg_private.h"

#include <stdlib.h>

enum {
    UPDATE_USES_STREAM = 1,

    SOURCE_SIZE = 28,
};

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
        return VIEW_MSG_BAD_VALUE;
    for (unsigned i = 0; i < msg->size.n; i++) {
        struct view_source *s = &msg->size.sources[i];
        s->head = reader_u8(r);
        s->x = reader_u16(r);
        s->w = reader_u16(r);
        s->h = reader_u16(r);
        if (!source_good(s, i ? s - 1 : NULL))
            return VIEW_MSG_BAD_VALUE;
    }
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
    return r->more || !u->layout || flags > UPDATE_USES_STREAM ? VIEW_MSG_BAD_VALUE : NULL;
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
        view_msg_put_signed(b, m->dx);
        view_msg_put_signed(b, m->dy);
    }
    put_sources(b, u->sources, u->n_sources);
}

static bool read_move(struct reader *r, struct scroll_move *m)
{
    m->to.x = reader_u16(r);
    m->to.y = reader_u16(r);
    m->to.w = reader_u16(r);
    m->to.h = reader_u16(r);
    m->dx = view_msg_read_signed(r);
    m->dy = view_msg_read_signed(r);
    return abs(m->dx / 2) <= SURFACE_SIDE_MOST / 2 && abs(m->dy / 2) <= SURFACE_SIDE_MOST / 2;
}

static const char *read_unit(struct reader *r, struct view_msg *msg)
{
    struct view_msg_update *u = &msg->update;
    u->stream = reader_u32(r);
    const char *why = read_update(r, u);
    u->n_moves = reader_u8(r);
    if (why || u->n_moves > VIEW_MOVES_MOST)
        return why ? why : VIEW_MSG_BAD_VALUE;
    for (int i = 0; i < u->n_moves; i++) {
        if (!read_move(r, &u->moves[i]))
            return VIEW_MSG_BAD_VALUE;
    }
    why = view_msg_read_rows(r, SOURCE_SIZE, VIEW_MSG_BLOCKS_MOST, &u->rows);
    read_bytes(r, u);
    return why;
}

static void put_block(struct bytes *b, const struct view_msg *msg)
{
    put_update(b, &msg->update);
    view_msg_put_class(b, &msg->update.class);
    put_sources(b, msg->update.sources, 1);
}

static const char *read_block(struct reader *r, struct view_msg *msg)
{
    struct view_msg_update *u = &msg->update;
    u->stream = 0;
    u->n_moves = 0;
    const char *why = read_update(r, u);
    why = why ? why : view_msg_read_class(r, &u->class);
    why = why ? why : view_msg_read_rows(r, SOURCE_SIZE, 1, &u->rows);
    read_bytes(r, u);
    return why || (!r->more && u->rows.n != 1) ? why ? why : VIEW_MSG_BAD_VALUE : NULL;
}

const struct view_msg_row view_msg_told[LINK_TYPES] = {
    [LINK_VIEW_SIZE] = {put_size, read_size},
    [LINK_UNIT] = {put_unit, read_unit},
    [LINK_BLOCK] = {put_block, read_block},
};
