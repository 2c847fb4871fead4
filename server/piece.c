/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/piece.h"
#include "base/alloc.h"

#include <stdlib.h>

struct piece *piece_new(const struct encode_class *class, uint64_t epoch, uint64_t version)
{
    struct piece *p = ALLOC(struct piece);
    *p = (struct piece){.refs = 1, .class = *class, .epoch = epoch, .version = version};
    return p;
}

void piece_add(struct piece *p, struct encoded *out)
{
    p->blobs = alloc_resize(p->blobs, p->n_blobs + 1, sizeof(p->blobs[0]));
    p->blobs[p->n_blobs++] = blob_from_bytes(&out->bytes);
    p->n_rects += out->n_rects;
    p->uses_stream |= out->uses_stream;
}

static struct rect block_rect(const struct block_hashes *hashes, unsigned i)
{
    int col = (int)i % hashes->cols, row = (int)i / hashes->cols;
    return (struct rect){col * BLOCK_W, row * BLOCK_H, BLOCK_W, BLOCK_H};
}

uint64_t piece_block_tiles(const struct damage *d, unsigned block, int columns)
{
    uint64_t bits = 0;
    int col = (int)block % columns * BLOCK_TILES_W, row = (int)block / columns * BLOCK_TILES_H;
    for (int y = 0; y < BLOCK_TILES_H && row + y < d->rows; y++) {
        for (int x = 0; x < BLOCK_TILES_W && col + x < d->cols; x++)
            bits |= (uint64_t)damage_tile(d, col + x, row + y) << (y * BLOCK_TILES_W + x);
    }
    return bits;
}

void piece_note_sources(struct piece *p, const struct block_hashes *hashes,
                        const struct damage *covered, const struct damage *lossy)
{
    unsigned first, end;
    piece_block_range(covered, hashes->cols, &first, &end);
    for (unsigned i = first; i < end; i++) {
        if (!damage_touches(covered, block_rect(hashes, i)))
            continue;
        p->sources = alloc_resize(p->sources, p->n_sources + 1, sizeof(p->sources[0]));
        p->sources[p->n_sources++] =
            (struct piece_source){i, piece_block_tiles(covered, i, hashes->cols),
                                  hashes->blocks[i], piece_block_tiles(lossy, i, hashes->cols)};
    }
    p->columns = hashes->cols;
}

void piece_block_range(const struct damage *d, int columns, unsigned *first_r, unsigned *end_r)
{
    struct rect bounds = damage_bounds(d);
    *first_r = (unsigned)(bounds.y / BLOCK_TILES_H * columns);
    *end_r = (unsigned)((bounds.y + bounds.h + BLOCK_TILES_H - 1) / BLOCK_TILES_H * columns);
}

void piece_add_block_tiles(struct damage *d, unsigned block, int columns, uint64_t bits)
{
    int col = (int)block % columns * BLOCK_TILES_W, row = (int)block / columns * BLOCK_TILES_H;
    for (; bits; bits &= bits - 1) {
        int bit = __builtin_ctzll(bits);
        int x = col + bit % BLOCK_TILES_W, y = row + bit / BLOCK_TILES_W;
        if (x < d->cols && y < d->rows)
            damage_set_tile(d, x, y);
    }
}

void piece_add_lossy(const struct piece *p, struct damage *d)
{
    for (size_t i = 0; i < p->n_sources; i++)
        piece_add_block_tiles(d, p->sources[i].block, p->columns, p->sources[i].lossy);
}

struct piece *piece_ref(struct piece *p)
{
    p->refs++;
    return p;
}

void piece_unref(struct piece **at)
{
    struct piece *p = *at;
    *at = NULL;
    if (!p || --p->refs)
        return;
    for (unsigned i = 0; i < p->n_blobs; i++)
        blob_unref(&p->blobs[i]);
    free(p->blobs);
    free(p->sources);
    free(p);
}

size_t piece_size(const struct piece *p)
{
    size_t size = sizeof(*p) + p->n_sources * sizeof(p->sources[0]);
    for (unsigned i = 0; i < p->n_blobs; i++)
        size += p->blobs[i]->len + sizeof(*p->blobs[i]) + sizeof(p->blobs[i]);
    return size;
}
