/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/scroll_vote.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

/*
 * The old picture's pieces are indexed where they begin on a tile corner. A probe looks up the
 * pieces of the new picture that begin at each of the 16 x 16 pixels of a tile: whatever the
 * distance, one of them began on a tile corner before.
 */
enum {
    PIECE_W = 64, /* px */
    PIECE_ROWS = 3,
    PIECE_ROW_STEP = 5,
    PIECE_H = (PIECE_ROWS - 1) * PIECE_ROW_STEP + 1,
    PROBES = 16,
    DISTANCES = 64, /* different ones that are counted */
};

/* Where a piece of the old picture began. 8 bytes, because there is one for every tile. */
struct place {
    uint32_t tag; /* the hash's upper half */
    uint16_t col; /* tiles, plus 1; 0: nobody is here */
    uint16_t row; /* tiles; AMBIGUOUS when several pieces have this hash */
};
enum { AMBIGUOUS = UINT16_MAX };

struct piece_hash {
    uint64_t sum;
    uint64_t first; /* the first pixel, twice */
    uint64_t other; /* what differs from it */
};
#define ONE_IN_EACH UINT64_C(0x100000001)

struct index {
    struct place *places;
    size_t mask; /* their number, a power of two, less one */
};

struct ballot {
    struct scroll_vote votes[DISTANCES];
    int n;
};

static uint64_t load(const uint32_t *pixels)
{
    uint64_t two;
    memcpy(&two, pixels, sizeof(two));
    return two;
}

/*
 * Takes in every other pair of pixels of one row of a piece: the moves are verified pixel by
 * pixel later, so the hash only has to tell most pieces apart. The products do not wait for
 * each other.
 */
static void hash_row(struct piece_hash *h, const uint32_t *at)
{
    for (int k = 0; k < PIECE_W; k += 16) {
        uint64_t a = load(at + k), b = load(at + k + 4), c = load(at + k + 8),
                 d = load(at + k + 12);
        uint64_t p = (a + UINT64_C(0x9e3779b97f4a7c15)) * (b + UINT64_C(0xc2b2ae3d27d4eb4f));
        uint64_t q = (c + UINT64_C(0x165667b19e3779f9)) * (d + UINT64_C(0xd6e8feb86659fd93));
        h->sum = (h->sum << 11 | h->sum >> 53) + (p ^ q >> 32);
        h->other |= (a ^ h->first) | (b ^ h->first) | (c ^ h->first) | (d ^ h->first);
    }
}

/* The hash of a piece; false when it seems to have one colour only and so tells nothing. */
static bool hash_piece(const struct surface *s, int x, int y, uint64_t *hash_r)
{
    struct piece_hash h = {.first = *surface_at(s, x, y) * ONE_IN_EACH};
    for (int i = 0; i < PIECE_ROWS; i++)
        hash_row(&h, surface_at(s, x, y + i * PIECE_ROW_STEP));
    h.sum *= UINT64_C(0x9e3779b97f4a7c15);
    *hash_r = h.sum ^ h.sum >> 32;
    return h.other != 0;
}

/* Where the hash is or would be. */
static struct place *find_place(const struct index *index, uint64_t hash)
{
    size_t i = hash & index->mask;
    while (index->places[i].col && index->places[i].tag != hash >> 32)
        i = (i + 1) & index->mask;
    return &index->places[i];
}

static void index_init(struct index *index, const struct surface *s, struct rect r)
{
    size_t most = (size_t)(r.w / TILE + 1) * (size_t)(r.h / TILE + 1), n = 16;
    while (n < 2 * most)
        n *= 2;
    index->places = alloc_zero(n, sizeof(*index->places));
    index->mask = n - 1;
    for (int y = r.y; y + PIECE_H <= r.y + r.h; y += TILE) {
        for (int x = r.x; x + PIECE_W <= r.x + r.w; x += TILE) {
            uint64_t hash;
            if (!hash_piece(s, x, y, &hash))
                continue;
            struct place *place = find_place(index, hash);
            int row = place->col ? AMBIGUOUS : y / TILE;
            *place =
                (struct place){(uint32_t)(hash >> 32), (uint16_t)(x / TILE + 1), (uint16_t)row};
        }
    }
}

static void count_vote(struct ballot *ballot, int dx, int dy)
{
    int i = 0;
    while (i < ballot->n && (ballot->votes[i].dx != dx || ballot->votes[i].dy != dy))
        i++;
    if (i == DISTANCES)
        return;
    if (i == ballot->n)
        ballot->votes[ballot->n++] = (struct scroll_vote){.dx = dx, .dy = dy};
    ballot->votes[i].count++;
}

static void probe(struct ballot *ballot, const struct index *index, const struct surface *next,
                  int x1, int y1)
{
    for (int y = y1; y < y1 + TILE; y++) {
        for (int x = x1; x < x1 + TILE; x++) {
            uint64_t hash;
            if (!hash_piece(next, x, y, &hash))
                continue;
            const struct place *place = find_place(index, hash);
            int dx = x - (place->col - 1) * TILE, dy = y - place->row * TILE;
            if (place->col && place->row != AMBIGUOUS && (dx || dy))
                count_vote(ballot, dx, dy);
        }
    }
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

/* Probes are spread evenly over the damaged tiles; where one would find nothing the next does
 * it. */
static void probe_all(struct ballot *ballot, const struct index *index,
                      const struct surface *next, const struct damage *damage, struct rect r)
{
    size_t tiles = damage_count(damage), seen = 0, probed = 0;
    int n;
    for (int col = 0, row = 0; (n = damage_next_run(damage, &col, &row)) > 0; col += n) {
        for (int i = 0; i < n; i++, seen++) {
            int x = smaller((col + i) * TILE, r.x + r.w - PIECE_W - TILE + 1);
            int y = smaller(row * TILE, r.y + r.h - PIECE_H - TILE + 1);
            uint64_t hash;
            if (probed * tiles > seen * PROBES || !hash_piece(next, x, y, &hash))
                continue;
            probe(ballot, index, next, x, y);
            probed++;
        }
    }
}

static int by_count(const void *a, const void *b)
{
    const struct scroll_vote *x = a, *y = b;
    return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

int scroll_vote(const struct surface *old, const struct surface *next,
                const struct damage *damage, struct scroll_vote *votes_r, int most)
{
    struct rect t = damage_bounds(damage);
    struct rect r = {t.x * TILE, t.y * TILE, t.w * TILE, t.h * TILE};
    struct ballot ballot = {.n = 0};
    struct index index;
    r = rect_intersect(r, surface_rect(next));
    if (r.w < PIECE_W + TILE - 1 || r.h < PIECE_H + TILE - 1)
        return 0;
    index_init(&index, old, r);
    probe_all(&ballot, &index, next, damage, r);
    free(index.places);
    qsort(ballot.votes, (size_t)ballot.n, sizeof(ballot.votes[0]), by_count);
    int n = smaller(ballot.n, most);
    memcpy(votes_r, ballot.votes, (size_t)n * sizeof(*votes_r));
    return n;
}
