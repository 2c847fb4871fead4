/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nodes say to each other about pictures, in bytes: views and streams that are asked for,
 * updates and blocks that come. Pure: puts bytes and reads them; touches no link and no view.
 */
#ifndef HF_SERVER_CLUSTER_VIEW_MSG_H
#define HF_SERVER_CLUSTER_VIEW_MSG_H

#include "base/bytes.h"
#include "base/reader.h"
#include "framebuffer/scroll.h"
#include "rfb/encode/class.h"
#include "server/cluster/link_type.h"
#include "server/piece.h"
#include "server/view.h"
#include "server/view_known.h"

enum {
    /* Blocks of the largest picture, and of one that is all edge. */
    VIEW_MSG_BLOCKS_MOST = SURFACE_SIDE_MOST / BLOCK_W * (SURFACE_SIDE_MOST / BLOCK_H),
    /* What a message of bytes has before them, at most. */
    VIEW_MSG_HEAD_MOST = 256 + VIEW_MSG_BLOCKS_MOST * 28,
};

/* Bytes of a peer, checked to be there and not yet looked at. */
struct view_msg_rows {
    const uint8_t *at;
    size_t n; /* rows, not bytes */
};

struct view_msg_update {       /* LINK_UNIT, LINK_BLOCK */
    uint32_t stream;           /* LINK_UNIT */
    uint32_t layout;           /* never 0 */
    uint32_t mark;             /* to be acknowledged, unless it is 0 */
    struct encode_class class; /* LINK_BLOCK */
    uint64_t epoch, version;
    unsigned n_rects;
    bool uses_stream;
    struct scroll_move moves[VIEW_MOVES_MOST]; /* LINK_UNIT */
    int n_moves;
    const struct piece_source *sources; /* to be put; LINK_BLOCK: one */
    size_t n_sources;
    struct view_msg_rows rows; /* as read: for view_msg_source */
    const uint8_t *bytes;      /* as read: the rectangles; they are put behind the message */
    size_t n_bytes;
};

/* One message between LINK_VIEW_OPEN and LINK_BLOCK; which member counts, its type says. */
struct view_msg {
    uint32_t view; /* the number that the dialing node gave it */
    union {
        struct {
            uint32_t machine;
            struct view_key key;
        } open; /* LINK_VIEW_OPEN */
        struct {
            uint32_t stream;
            bool moves;  /* it takes CopyRect */
            bool begins; /* it is a new one, and the following counts */
            struct encode_class class;
            int w, h;                  /* px, of what it has; 0 x 0: nothing */
            const uint64_t *blocks;    /* to be put: their hashes */
            struct view_msg_rows rows; /* as read: for view_msg_known */
        } stream;                      /* LINK_STREAM_OPEN; LINK_STREAM_CLOSE: its number */
        struct {
            uint32_t layout;
            struct encode_class class;
            const uint32_t *blocks;    /* to be put */
            struct view_msg_rows rows; /* as read: for view_msg_block */
        } wanted;                      /* LINK_BLOCKS_WANTED */
        struct {
            uint32_t stream; /* 0: of blocks */
            uint32_t mark;
        } ack; /* LINK_ACK */
        struct {
            uint32_t layout; /* never 0 */
            int w, h;        /* px, a good size */
            unsigned n;
            struct view_source sources[HEADS_MOST];
        } size; /* LINK_VIEW_SIZE */
        struct view_msg_update update;
    };
};

/* Appends its payload; what is to be put must be within the limits. */
void view_msg_put(struct bytes *b, enum link_type type, const struct view_msg *msg);
/*
 * Reads a whole payload; every value is one that is allowed for itself, but numbers of blocks
 * and places of moves still have to be compared with the picture. NULL, or what is wrong with
 * it (static).
 */
const char *view_msg_read(struct reader *r, enum link_type type, struct view_msg *msg_r);

/* Row i < n of what was read. */
struct piece_source view_msg_source(const struct view_msg_rows *rows, size_t i);
uint32_t view_msg_block(const struct view_msg_rows *rows, size_t i);
/* What a new stream's clients have; NULL: nothing. The caller frees it. */
struct view_known *view_msg_known(const struct view_msg *msg);

#endif
