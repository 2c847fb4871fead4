/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What somebody has of a picture: its size and the hash of each block. Handed over when a view
 * gets another keeper, and told by a node that shows the picture to its viewers, so that only
 * blocks that differ are sent. Knows no views.
 */
#ifndef HF_SERVER_VIEW_KNOWN_H
#define HF_SERVER_VIEW_KNOWN_H

#include <stddef.h>

#include "framebuffer/block_hash.h"

struct view_known {
    int w, h; /* px */
    size_t n; /* blocks, row by row: all of that size */
    uint64_t blocks[];
};

/* How many blocks a picture of w x h px has. */
size_t view_known_count(int w, int h);
/* blocks: copied, NULL: zeroes, which stand for nothing and differ from everything. */
struct view_known *view_known_new(int w, int h, const uint64_t *blocks);
/* NULL inside is allowed. */
void view_known_free(struct view_known **known);
/* Adds to d, which has the size of both, the tiles of blocks in which a and b differ. */
void view_known_differ(const uint64_t *a, const uint64_t *b, struct damage *d);

#endif
