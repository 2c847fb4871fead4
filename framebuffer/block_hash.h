/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The 64-bit hash of each block of 256x64 pixels of a surface: of its words 0x00RRGGBB, what
 * lies beyond the picture's edge counting as black. Kept up tile by tile, so that a change
 * costs what changed. The same pixels have the same hash in every process. Pure.
 *
 * A tile's hash is made as XXH3 accumulates stripes of 64 bytes (the xxHash specification,
 * "XXH3 algorithm overview": 64-bit lanes, keyed, the product of their halves summed up), one
 * stripe for each row of the tile; a block's is the sum of its tiles', each times an odd number
 * of its place. Equal hashes are taken for equal pixels: two different pictures of one block
 * have the same with a probability of 2^-64. It is no secret, so a guest could search for two
 * such pictures; all that it gains is that its own viewers see one instead of the other.
 */
#ifndef HF_FRAMEBUFFER_BLOCK_HASH_H
#define HF_FRAMEBUFFER_BLOCK_HASH_H

#include <stdint.h>

#include "framebuffer/damage.h"
#include "framebuffer/surface.h"

enum { BLOCK_W = 256, BLOCK_H = 64 }; /* px: 16 x 4 tiles */
enum { BLOCK_TILES_W = BLOCK_W / TILE, BLOCK_TILES_H = BLOCK_H / TILE };

struct block_hashes {
    int w, h;           /* px */
    int cols, rows;     /* blocks */
    int tile_cols;      /* tiles */
    uint64_t *tiles;    /* 0: not known */
    uint64_t *blocks;   /* sums over tiles */
    struct damage same; /* of the last block_hashes_note: what it was told of did not differ */
};

void block_hashes_init(struct block_hashes *b);
void block_hashes_fini(struct block_hashes *b);
/* The surface is w x h now: nothing is known. */
void block_hashes_resize(struct block_hashes *b, int w, int h);
/* These tiles may have changed; s and changed have the size of the last block_hashes_resize.
 * b->same is then those of them that did not. */
void block_hashes_note(struct block_hashes *b, const struct surface *s,
                       const struct damage *changed);
/* A number that stands for what r's tiles show (r not empty, inside), and for r. */
uint64_t block_hashes_rect(const struct block_hashes *b, struct rect r);

/* Of one tile, w x h px of it inside the picture; never 0. */
uint64_t block_hash_tile(const uint32_t *pixels, int stride, int w, int h);

#endif
