/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/blocks.h"
#include "base/alloc.h"

#include <stdlib.h>

enum { TILES_W = BLOCK_TILES_W, TILES_H = BLOCK_TILES_H };

void blocks_init(struct blocks *b)
{
    *b = (struct blocks){0};
}

static size_t count(const struct blocks *b)
{
    return (size_t)b->cols * (size_t)b->rows;
}

static void drop_block(struct blocks *b, struct block *block)
{
    if (block->blob)
        b->bytes -= block->blob->len;
    blob_unref(&block->blob);
    *block = (struct block){0};
}

static void drop_set(struct blocks *b, struct block_set **at)
{
    struct block_set *set = *at;
    *at = set->next;
    for (size_t i = 0; i < count(b); i++)
        drop_block(b, &set->blocks[i]);
    free(set);
}

void blocks_fini(struct blocks *b)
{
    while (b->sets)
        drop_set(b, &b->sets);
    free(b->changed);
    blocks_init(b);
}

void blocks_resize(struct blocks *b, int w, int h)
{
    blocks_fini(b);
    b->w = w;
    b->h = h;
    b->cols = (w + BLOCK_W - 1) / BLOCK_W;
    b->rows = (h + BLOCK_H - 1) / BLOCK_H;
    b->changed = alloc_zero(count(b), sizeof(b->changed[0]));
}

void blocks_note(struct blocks *b, const struct damage *fresh, uint64_t version)
{
    int col = 0, row = 0;
    for (int n; (n = damage_next_run(fresh, &col, &row)); col += n) {
        for (int k = col / TILES_W; k <= (col + n - 1) / TILES_W; k++)
            b->changed[row / TILES_H * b->cols + k] = version;
    }
}

struct rect blocks_rect(const struct blocks *b, int i)
{
    const struct rect whole = {0, 0, b->w, b->h};
    return rect_intersect(
        whole, (struct rect){i % b->cols * BLOCK_W, i / b->cols * BLOCK_H, BLOCK_W, BLOCK_H});
}

void blocks_widen(const struct blocks *b, struct damage *d)
{
    for (int i = 0; i < b->cols * b->rows; i++) {
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
        set = alloc_zero(1, sizeof(*set) + count(b) * sizeof(set->blocks[0]));
        set->class = *class;
        set->next = b->sets;
        b->sets = set;
    }
    set->wanted = true;
    return set;
}

bool blocks_stale(const struct blocks *b, const struct block_set *set, int i)
{
    return !set->blocks[i].blob || set->blocks[i].version < b->changed[i];
}

static uint64_t lossy_bits(const struct blocks *b, int i, const struct damage *lossy)
{
    uint64_t bits = 0;
    int col = i % b->cols * TILES_W, row = i / b->cols * TILES_H;
    for (int y = 0; y < TILES_H && row + y < lossy->rows; y++) {
        for (int x = 0; x < TILES_W && col + x < lossy->cols; x++)
            bits |= (uint64_t)damage_tile(lossy, col + x, row + y) << (y * TILES_W + x);
    }
    return bits;
}

void blocks_store(struct blocks *b, struct block_set *set, int i, uint64_t version,
                  struct encoded *out)
{
    struct block *block = &set->blocks[i];
    drop_block(b, block);
    block->version = block->being_made = version;
    block->n_rects = out->n_rects;
    block->uses_stream = out->uses_stream;
    block->lossy = lossy_bits(b, i, &out->lossy);
    block->blob = blob_from_bytes(&out->bytes);
    b->bytes += block->blob->len;
}

void blocks_add_lossy(const struct blocks *b, const struct block_set *set, int i,
                      struct damage *lossy)
{
    int col = i % b->cols * TILES_W, row = i / b->cols * TILES_H;
    for (int bit = 0; bit < TILES_W * TILES_H; bit++) {
        if (set->blocks[i].lossy >> bit & 1)
            damage_set_tile(lossy, col + bit % TILES_W, row + bit / TILES_W);
    }
}

static void drop_stale(struct blocks *b, struct block_set *set)
{
    for (size_t i = 0; i < count(b); i++) {
        if (blocks_stale(b, set, (int)i))
            drop_block(b, &set->blocks[i]);
    }
}

void blocks_trim(struct blocks *b)
{
    for (struct block_set **at = &b->sets; *at;) {
        bool over = b->bytes > BLOCK_BYTES_MOST;
        if (over && !(*at)->wanted) {
            drop_set(b, at);
            continue;
        }
        if (over)
            drop_stale(b, *at);
        (*at)->wanted = false;
        at = &(*at)->next;
    }
}
