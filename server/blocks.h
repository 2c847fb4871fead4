/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoded blocks of a view: 256x64 pixels each, found by what they show and made only on
 * demand. Viewers that are not in step with the newest frame, each lacking something else,
 * share these instead of having their own bytes made. Knows no viewers and no event loop.
 */
#ifndef HF_SERVER_BLOCKS_H
#define HF_SERVER_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "framebuffer/block_hash.h"
#include "framebuffer/damage.h"
#include "server/piece.h"
#include "server/shelf.h"

/* What one frame's groups of a class need. */
struct block_set {
    struct block_set *next;
    struct encode_class class;
    struct block {
        struct piece *piece; /* NULL: not there yet */
        bool being_made;
    } blocks[];
};

struct blocks {
    struct block_hashes hashes; /* of the view's newest frame */
    struct shelf_section kept;
    struct block_set *sets; /* of the frame that is being encoded */
    uint64_t seen[64];      /* numbers of units made lately, in turn */
    unsigned n_seen;
};

/* shelf must outlive it. */
void blocks_init(struct blocks *b, struct shelf *shelf);
void blocks_fini(struct blocks *b);
/* The frame is w x h now: everything is forgotten. */
void blocks_resize(struct blocks *b, int w, int h);
static inline int blocks_count(const struct blocks *b)
{
    return b->hashes.cols * b->hashes.rows;
}
/* The block's pixels, clipped to the frame. */
struct rect blocks_rect(const struct blocks *b, int i);
/* Grows d to whole blocks. */
void blocks_widen(const struct blocks *b, struct damage *d);

/* The set of a class, made when there is none. Valid until blocks_end_frame. */
struct block_set *blocks_set(struct blocks *b, const struct encode_class *class);
/* Whether block i of the set must be made: it is not kept, and nobody makes it yet. From then
 * on it counts as being made. */
bool blocks_must_make(struct blocks *b, struct block_set *set, int i);
/* What was encoded for block i of the frame with that epoch and version: takes over the bytes.
 */
void blocks_store(struct blocks *b, struct block_set *set, int i, uint64_t epoch,
                  uint64_t version, struct encoded *out);
/* All groups have what they need: forgets the sets. What is in them stays on the shelf. */
void blocks_end_frame(struct blocks *b);

/*
 * The kept unit of this class with this number (of what it shows and how it is cut); NULL: make
 * it. *keep_r: it came before, so that it is worth to be kept for the next time. Most units
 * never come again; those that do, like a cursor that blinks or a window that is looked at in
 * turn with another, come soon.
 */
struct piece *blocks_find_unit(struct blocks *b, const struct encode_class *class,
                               uint64_t number, bool *keep_r);
void blocks_keep_unit(struct blocks *b, uint64_t number, struct piece *unit);

#endif
