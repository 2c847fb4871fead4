/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Viewers that need the same tiles of one frame in the same class, and the bytes they share. A
 * group's bytes are made as one unit, cut into rectangles and split into parts for the workers;
 * or, where many groups of a class each need something else, put together from the view's
 * blocks. Knows no viewers and no event loop.
 */
#ifndef HF_SERVER_GROUP_H
#define HF_SERVER_GROUP_H

#include "base/pool.h"
#include "framebuffer/scroll.h"
#include "rfb/encode/cut.h"
#include "server/blocks.h"
#include "server/part.h"
#include "server/view_client.h"

enum {
    GROUP_PARTS_MOST = 8,
    GROUP_UNITS_MOST = 3, /* of one class in one frame; from the next one on, the smaller groups
                             share blocks */
};

struct encode_group {
    struct encode_group *next;
    struct encode_class class;
    struct damage damage; /* the tiles it covers */
    struct damage lossy;  /* those of them that came out inexact; after group_finish */
    unsigned n_clients;
    bool late;                       /* of clients that could not take each frame */
    bool asked;                      /* of one that is to be given blocks */
    const struct scroll_move *moves; /* go before all rectangles; NULL: none */
    int n_moves;
    struct rect_list rects;
    struct encode_part parts[GROUP_PARTS_MOST]; /* of a unit that must be made */
    unsigned n_parts;
    struct piece *unit; /* NULL: of blocks, or not made yet */
    uint64_t number;    /* of the unit: what it shows, and how it is cut */
    bool keep_unit;
    struct block_set *set; /* made of blocks: where they are; NULL: a unit */
    struct piece **pieces; /* those blocks; lent by the set */
    unsigned n_pieces;
    struct blob **blobs;
    unsigned n_blobs;
    unsigned n_rects;
    bool uses_stream;
};

/*
 * The group of *list with this class, damage and moves; added when there is none. damage is
 * copied, moves (NULL: none) are lent until the group is freed.
 */
struct encode_group *group_find_or_add(struct encode_group **list,
                                       const struct encode_class *class,
                                       const struct damage *damage,
                                       const struct scroll_move *moves, int n_moves);
/*
 * The same for late clients, who also join others that lack nearly the same: the group's damage
 * then grows by what they lack, by a quarter at most.
 */
struct encode_group *group_find_or_add_late(struct encode_group **list,
                                            const struct encode_class *class,
                                            const struct damage *damage);
/* The same for a client that is to be given blocks: they may be made for others, too. */
struct encode_group *group_find_or_add_asked(struct encode_group **list,
                                             const struct encode_class *class,
                                             const struct damage *damage);
/* Where a class has more than GROUP_UNITS_MOST groups, all but the largest are to be made of
 * blocks, and widened. */
void groups_choose_blocks(struct encode_group *list, struct blocks *blocks);
/*
 * Cuts a unit, and either finds it among those that are kept or splits it into g->parts. frame,
 * and blocks->hashes, must stay as they are until group_finish.
 */
void group_prepare(struct encode_group *g, const struct surface *frame, struct blocks *blocks,
                   unsigned n_workers);
/* All that it needs is encoded: collects the blobs. Epoch and version are those of the frame.
 */
void group_finish(struct encode_group *g, struct blocks *blocks, uint64_t epoch,
                  uint64_t version);
/* Lent: holds until the group is freed, or blocks_end_frame. */
struct fanout_update group_update(const struct encode_group *g);
void group_free_all(struct encode_group **list);

#endif
