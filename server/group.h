/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Viewers that need the same tiles of one frame in the same class, as one piece of work: cut into rectangles, split
 * into parts for the workers, and in the end blobs. Knows no viewers and no event loop.
 */
#ifndef HF_SERVER_GROUP_H
#define HF_SERVER_GROUP_H

#include "framebuffer/scroll.h"
#include "rfb/encode/cut.h"
#include "rfb/encode/encoder.h"
#include "base/pool.h"
#include "server/view_client.h"

enum { GROUP_PARTS_MOST = 8 };

struct encode_part {
    struct pool_job job;
    struct encode_group *group;
    size_t first, n; /* of the group's rectangles */
    struct encoded out;
};

struct encode_group {
    struct encode_group *next;
    struct encode_class class;
    struct damage damage; /* the tiles it covers */
    struct damage lossy;  /* those of them that came out inexact; after group_finish */
    const struct scroll_move *moves; /* go before all rectangles; NULL: none */
    int n_moves;
    const struct surface *frame;
    struct rect_list rects;
    struct encode_part parts[GROUP_PARTS_MOST];
    unsigned n_parts;
    struct blob *blobs[GROUP_PARTS_MOST];
    unsigned n_rects;
    bool uses_stream;
    void (*on_part_done)(void *self);
    void *self;
};

/*
 * The group of *list with this class, damage and moves; added when there is none. damage is copied, moves (NULL: none)
 * are lent until the group is freed.
 */
struct encode_group *group_find_or_add(struct encode_group **list, const struct encode_class *class,
                                       const struct damage *damage, const struct scroll_move *moves,
                                       int n_moves);
/*
 * Cuts and splits. frame must stay as it is until the last part is done. on_part_done is called n_parts times, in the
 * thread that reaps the pool.
 */
void group_prepare(struct encode_group *g, const struct surface *frame, unsigned n_workers,
                   void (*on_part_done)(void *self), void *self);
void group_submit(struct encode_group *g, struct pool *pool);
/* All parts are done: makes the blobs. */
void group_finish(struct encode_group *g);
struct fanout_update group_update(const struct encode_group *g);
void group_free_all(struct encode_group **list);

#endif
