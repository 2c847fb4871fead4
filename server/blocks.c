/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/blocks.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

void blocks_init(struct blocks *b, struct shelf *shelf)
{
    *b = (struct blocks){.kept.shelf = shelf};
    block_hashes_init(&b->hashes);
}

void blocks_fini(struct blocks *b)
{
    blocks_end_frame(b);
    shelf_forget(&b->kept);
    block_hashes_fini(&b->hashes);
}

void blocks_resize(struct blocks *b, int w, int h)
{
    blocks_end_frame(b);
    shelf_forget(&b->kept);
    block_hashes_resize(&b->hashes, w, h);
}

struct rect blocks_rect(const struct blocks *b, int i)
{
    const struct block_hashes *h = &b->hashes;
    const struct rect whole = {0, 0, h->w, h->h};
    return rect_intersect(
        whole, (struct rect){i % h->cols * BLOCK_W, i / h->cols * BLOCK_H, BLOCK_W, BLOCK_H});
}

void blocks_widen(const struct blocks *b, struct damage *d)
{
    for (int i = 0; i < blocks_count(b); i++) {
        struct rect r = blocks_rect(b, i);
        if (damage_touches(d, r))
            damage_add_rect(d, r);
    }
}

struct block_set *blocks_set(struct blocks *b, const struct encode_class *class)
{
    struct block_set *set = b->sets;
    while (set && !encode_class_equal(&set->class, class))
        set = set->next;
    if (!set) {
        set = alloc_zero(1, sizeof(*set) + (size_t)blocks_count(b) * sizeof(set->blocks[0]));
        set->class = *class;
        set->next = b->sets;
        b->sets = set;
    }
    return set;
}

bool blocks_must_make(struct blocks *b, struct block_set *set, int i)
{
    struct block *block = &set->blocks[i];
    if (block->piece || block->being_made)
        return false;
    struct piece *kept = shelf_find(&b->kept, &set->class, i, b->hashes.blocks[i]);
    if (kept)
        block->piece = piece_ref(kept);
    else
        block->being_made = true;
    return !kept;
}

void blocks_store(struct blocks *b, struct block_set *set, int i, uint64_t epoch,
                  uint64_t version, struct encoded *out)
{
    struct damage covered;
    struct piece *piece = piece_new(&set->class, epoch, version);
    damage_init(&covered);
    damage_resize(&covered, b->hashes.w, b->hashes.h);
    damage_add_rect(&covered, blocks_rect(b, i));
    piece_add(piece, out);
    piece_note_sources(piece, &b->hashes, &covered, &out->lossy);
    damage_fini(&covered);
    set->blocks[i].piece = piece;
    shelf_keep(&b->kept, i, b->hashes.blocks[i], piece);
}

void blocks_end_frame(struct blocks *b)
{
    for (struct block_set *set = b->sets, *next; set; set = next) {
        next = set->next;
        for (int i = 0; i < blocks_count(b); i++)
            piece_unref(&set->blocks[i].piece);
        free(set);
    }
    b->sets = NULL;
}

/* ---- units ---- */

static bool was_seen(struct blocks *b, uint64_t number)
{
    enum { SEEN = sizeof(b->seen) / sizeof(b->seen[0]) };
    for (unsigned i = 0; i < SEEN; i++) {
        if (b->seen[i] == number)
            return true;
    }
    b->seen[b->n_seen++ % SEEN] = number;
    return false;
}

struct piece *blocks_find_unit(struct blocks *b, const struct encode_class *class,
                               uint64_t number, bool *keep_r)
{
    /* Several classes are made of one frame: each is seen for itself. */
    uint64_t of_class =
        number ^ (uint64_t)(uint32_t) class->encoding << 8 ^ (uint64_t)(uint8_t) class->quality;
    *keep_r = was_seen(b, of_class);
    return *keep_r ? shelf_find(&b->kept, class, SHELF_UNIT, number) : NULL;
}

void blocks_keep_unit(struct blocks *b, uint64_t number, struct piece *unit)
{
    shelf_keep(&b->kept, SHELF_UNIT, number, unit);
}
