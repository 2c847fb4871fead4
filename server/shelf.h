/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pieces that are kept after they were sent, of all views together: for viewers that come
 * later or lack something else, and for pixels that come back. Found by what they show, not by
 * when. Here, and only here, memory for encoded bytes is bounded. Knows no viewers.
 */
#ifndef HF_SERVER_SHELF_H
#define HF_SERVER_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/piece.h"

/* What is kept beyond what viewers are being sent. */
#define SHELF_BYTES_MOST (32u << 20)
/*
 * Encoded bytes of the whole daemon, whoever holds them, from which on the shelf keeps nothing
 * and an update holds no more than SCARCE_TILES_MOST tiles: viewers that do not read then hold
 * at most 1 MiB each of what is made from there on, even of raw pixels.
 */
#define BLOB_BYTES_MOST (192u << 20)
enum { SCARCE_TILES_MOST = 1024 };
/* Whether encoded bytes are beyond BLOB_BYTES_MOST. */
bool shelf_memory_is_scarce(void);

enum { SHELF_UNIT = -1 };

struct shelf_item;

struct shelf {
    struct shelf_item *buckets[1024];
    struct shelf_item *newest, *oldest; /* by use */
    size_t bytes, n;
    uint64_t hits, misses; /* counters of shelf_find */
};

/* What one view has there; starts as zeroes. */
struct shelf_section {
    struct shelf *shelf;
    struct shelf_item *items;
};

/* The piece of the section for the class that shows what has this hash (block: its number, or
 * SHELF_UNIT); lent until the shelf is touched again. NULL: none. */
struct piece *shelf_find(struct shelf_section *section, const struct encode_class *class,
                         int block, uint64_t hash);
/* Keeps it, with a reference of its own, and whatever fits beside it: those that were used
 * longest ago, of whatever view, give way. */
void shelf_keep(struct shelf_section *section, int block, uint64_t hash, struct piece *piece);
/* The view goes away, or has another size. */
void shelf_forget(struct shelf_section *section);
/* Gives way until the bounds hold. */
void shelf_trim(struct shelf *shelf);

#endif
