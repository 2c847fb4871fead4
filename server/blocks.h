/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Encoded blocks of a view: 256x64 pixels each, kept by class and version, made only on demand.
 * Viewers that are not in step with the newest frame, each lacking something else, share these
 * instead of having their own bytes made. Knows no viewers and no event loop.
 */
#ifndef HF_SERVER_BLOCKS_H
#define HF_SERVER_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"
#include "base/pool.h"
#include "framebuffer/block_hash.h"
#include "framebuffer/damage.h"
#include "rfb/encode/encoder.h"

#define BLOCK_BYTES_MOST (32u << 20)  /* kept for one view beyond those in use */

/* One block of one class as it was at a version of the frame. */
struct block {
    uint64_t version;    /* 0: never made */
    uint64_t being_made; /* version that is being encoded */
    struct blob *blob;
    unsigned n_rects;
    bool uses_stream;
    uint64_t lossy; /* its tiles that came out inexact: bit 16 * row + column */
};

struct block_set {
    struct block_set *next;
    struct encode_class class;
    bool wanted; /* in this frame */
    struct block blocks[];
};

struct blocks {
    int w, h, cols, rows;
    uint64_t *changed; /* by block: the version of the frame in which it changed last */
    struct block_set *sets;
    size_t bytes; /* of all blobs in all sets */
};

void blocks_init(struct blocks *b);
void blocks_fini(struct blocks *b);
/* The frame is w x h now: everything is forgotten. */
void blocks_resize(struct blocks *b, int w, int h);
/* These tiles changed in this version (counted from 1). */
void blocks_note(struct blocks *b, const struct damage *fresh, uint64_t version);
/* Grows d to whole blocks. */
void blocks_widen(const struct blocks *b, struct damage *d);
/* The set of a class, made when there is none. Valid until blocks_trim. */
struct block_set *blocks_set(struct blocks *b, const struct encode_class *class);
/* Whether block i of the set is missing or older than the frame. */
bool blocks_stale(const struct blocks *b, const struct block_set *set, int i);
/* The block's pixels, clipped to the frame. */
struct rect blocks_rect(const struct blocks *b, int i);
/* What was encoded for block i: takes over the bytes. */
void blocks_store(struct blocks *b, struct block_set *set, int i, uint64_t version,
                  struct encoded *out);
/* Adds the block's inexact tiles to lossy. */
void blocks_add_lossy(const struct blocks *b, const struct block_set *set, int i,
                      struct damage *lossy);
/* Forgets sets that this frame did not want, and stale blocks, while more than BLOCK_BYTES_MOST
 * are kept. */
void blocks_trim(struct blocks *b);

#endif
