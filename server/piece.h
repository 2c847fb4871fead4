/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A piece is what every viewer of a class can be sent: the bytes of one block, or of one
 * update's unit, with what they were made from. Immutable once it is made; counted, on the loop
 * only. Knows no viewers and no view.
 */
#ifndef HF_SERVER_PIECE_H
#define HF_SERVER_PIECE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"
#include "framebuffer/block_hash.h"
#include "rfb/encode/encoder.h"

/* A block that a piece touches. */
struct piece_source {
    unsigned block;   /* its number, row by row */
    uint64_t covered; /* tiles in it that the piece draws: bit 16 * row + column */
    uint64_t hash;    /* of its pixels once the piece is drawn, as they were before any loss */
    uint64_t lossy;   /* tiles in it that came out inexact, likewise */
};

struct piece {
    unsigned refs;
    struct encode_class class;
    uint64_t epoch;   /* of the machine: which of its places showed this */
    uint64_t version; /* of the view's frame */
    struct blob **blobs;
    unsigned n_blobs, n_rects;
    bool uses_stream;
    int columns; /* of blocks in the view */
    struct piece_source *sources;
    size_t n_sources;
};

/* Empty; one reference, the caller's, who fills it before anyone else sees it. */
struct piece *piece_new(const struct encode_class *class, uint64_t epoch, uint64_t version);
/* Adds what was encoded and takes over its bytes. */
void piece_add(struct piece *p, struct encoded *out);
/* Notes all blocks that tiles of `covered` touch, each with its hash and with its tiles of
 * `lossy`. */
void piece_note_sources(struct piece *p, const struct block_hashes *hashes,
                        const struct damage *covered, const struct damage *lossy);
/* Adds the inexact tiles to d. */
void piece_add_lossy(const struct piece *p, struct damage *d);
/* A block's tiles of d as bits, as in piece_source; and the other way. Blocks lie in rows of
 * `columns`. */
uint64_t piece_block_tiles(const struct damage *d, unsigned block, int columns);
/* The rows of blocks that d touches: from block *first_r up to *end_r. */
void piece_block_range(const struct damage *d, int columns, unsigned *first_r, unsigned *end_r);
void piece_add_block_tiles(struct damage *d, unsigned block, int columns, uint64_t bits);
struct piece *piece_ref(struct piece *p);
/* Gives up the reference at *p and sets it to NULL; NULL inside is allowed. */
void piece_unref(struct piece **p);
/* What it takes in memory. */
size_t piece_size(const struct piece *p);

#endif
