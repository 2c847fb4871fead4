/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/palette.h"

#include <stdlib.h>
#include <string.h>
#include "base/alloc.h"
#include "rfb/encode/row.h"

#define FOUR(n) n, n + 1, n + 2, n + 3
#define SIXTEEN(n) FOUR(n), FOUR(n + 4), FOUR(n + 8), FOUR(n + 12)
#define SIXTY_FOUR(n) SIXTEEN(n), SIXTEEN(n + 16), SIXTEEN(n + 32), SIXTEEN(n + 48)
const uint8_t palette_same_numbers[PALETTE_MOST] = {SIXTY_FOUR(0), SIXTY_FOUR(64),
                                                    SIXTY_FOUR(128), SIXTY_FOUR(192)};

void palette_clear(struct palette *p)
{
    for (int i = 0; i < p->n; i++)
        p->slots[p->slot_of[i]] = 0;
    p->n = 0;
}

/* The place of a colour, or the free one where it belongs. */
INLINED unsigned find_slot(const struct palette *p, uint32_t colour)
{
    enum { SLOTS = sizeof p->slots / sizeof *p->slots, HASH_SHIFT = 22 };
    unsigned slot = colour * UINT32_C(0x9e3779b1) >> HASH_SHIFT;
    while (p->slots[slot] && p->slot_colours[slot] != colour)
        slot = (slot + 1) % SLOTS;
    return slot;
}

int palette_lookup(const struct palette *p, uint32_t colour)
{
    return p->slots[find_slot(p, colour)] - 1;
}

INLINED int add_colour(struct palette *p, uint32_t colour)
{
    unsigned slot = find_slot(p, colour);
    if (p->slots[slot])
        return p->slots[slot] - 1;
    if (p->n == PALETTE_MOST)
        return -1;
    p->slots[slot] = (uint16_t)(p->n + 1);
    p->slot_colours[slot] = colour;
    p->slot_of[p->n] = (uint16_t)slot;
    p->colours[p->n] = colour;
    return p->n++;
}

/* Takes back the colours from number n on, the last one first: the others' places stay right.
 */
static void palette_shorten(struct palette *p, int n)
{
    while (p->n > n)
        p->slots[p->slot_of[--p->n]] = 0;
}

int palette_add(struct palette *p, uint32_t colour)
{
    return add_colour(p, colour);
}

void runs_fini(struct runs *runs)
{
    free(runs->starts);
    free(runs->ids);
    *runs = (struct runs){0};
}

/* A byte's bits in the other order. */
static uint8_t mirror(unsigned v)
{
    static const uint8_t nibble[16] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};
    return (uint8_t)(nibble[v & 15] << 4 | nibble[v >> 4]);
}

uint8_t *row_bits(uint8_t *dst, const uint32_t *row, int n, uint32_t background)
{
    int x = 0;
#ifdef __SSE2__
    const __m128i ground = _mm_set1_epi32((int)background);
    for (; x + 8 <= n; x += 8) {
        __m128i low = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(row + x)), ground);
        __m128i high = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(row + x + 4)), ground);
        int same = _mm_movemask_ps(_mm_castsi128_ps(low)) |
                   _mm_movemask_ps(_mm_castsi128_ps(high)) << 4;
        *dst++ = mirror((unsigned)same ^ 255);
    }
#endif
    for (; x < n; x += 8) {
        unsigned bits = 0;
        for (int i = 0; i < 8; i++)
            bits = bits << 1 | (x + i < n && row[x + i] != background);
        *dst++ = (uint8_t)bits;
    }
    return dst;
}

static void make_room(struct runs *runs, int h)
{
    size_t starts = (size_t)(runs->w / RUNS_COLUMN + 1) * (size_t)h,
           ids = runs->n + (size_t)(RUNS_COLUMN * h);
    if (starts > runs->starts_cap) {
        runs->starts_cap = starts * 2;
        runs->starts = alloc_resize(runs->starts, runs->starts_cap, sizeof *runs->starts);
    }
    if (ids > runs->ids_cap) {
        runs->ids_cap = ids * 2;
        runs->ids = alloc_resize(runs->ids, runs->ids_cap, 1);
    }
}

void runs_begin(struct runs *runs, struct palette *p)
{
    palette_clear(p);
    runs->w = runs->h = 0;
    runs->n = 0;
}

CLONED
bool runs_add_column(struct runs *runs, struct palette *p, const struct pixels *px, int most)
{
    int column = runs->w / RUNS_COLUMN, known = p->n, last = -1;
    make_room(runs, px->h);
    uint64_t *starts = runs->starts + (size_t)column * (size_t)px->h;
    uint8_t *id = runs->ids + runs->n;
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        pixels_expect_row(px, y);
        starts[y] = row_starts(row, px->w, ~row[0]);
        for (uint64_t left = starts[y]; left; left &= left - 1) {
            uint32_t colour = row[__builtin_ctzll(left)];
            if (last < 0 || p->colours[last] != colour)
                last = add_colour(p, colour);
            if (last < 0 || last >= most) {
                palette_shorten(p, known);
                return false;
            }
            *id++ = (uint8_t)last;
        }
    }
    runs->column_ids[column] = runs->n;
    runs->n = (size_t)(id - runs->ids);
    runs->w += px->w;
    runs->h = px->h;
    return true;
}

bool runs_find(struct runs *runs, struct palette *p, const struct pixels *px, int most)
{
    runs_begin(runs, p);
    for (int x = 0; x < px->w; x += RUNS_COLUMN) {
        int w = px->w - x < RUNS_COLUMN ? px->w - x : RUNS_COLUMN;
        struct pixels column = pixels_part(px, (struct rect){x, 0, w, px->h});
        if (!runs_add_column(runs, p, &column, most))
            return false;
    }
    return true;
}

CLONED
int runs_count(const struct pixels *px)
{
    int n = 0;
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (int x = 0; x < px->w; x += 64)
            n += __builtin_popcountll(
                row_starts(row + x, px->w - x < 64 ? px->w - x : 64, x ? row[x - 1] : ~row[0]));
    }
    return n;
}

/* n copies of v; up to 7 bytes more are written. */
static void fill(uint8_t *dst, uint8_t v, int n)
{
    uint64_t eight = v * UINT64_C(0x0101010101010101);
    for (int i = 0; i < n; i += 8)
        memcpy(dst + i, &eight, 8);
}

/* One row of one column; returns the next id. */
INLINED const uint8_t *expand_row(uint64_t starts, const uint8_t *id, int w,
                                  const uint8_t *number, uint8_t *dst)
{
    int from = 0;
    /* The first run starts at 0, each other ends the one before. */
    for (starts &= starts - 1; starts; starts &= starts - 1) {
        int to = __builtin_ctzll(starts);
        fill(dst + from, number[*id++], to - from);
        from = to;
    }
    fill(dst + from, number[*id++], w - from);
    return id;
}

CLONED
uint8_t *runs_expand(const struct runs *runs, const uint8_t *number, uint8_t *dst)
{
    const uint8_t *ids[RUNS_WIDTH_MOST / RUNS_COLUMN];
    int columns = (runs->w + RUNS_COLUMN - 1) / RUNS_COLUMN;
    for (int i = 0; i < columns; i++)
        ids[i] = runs->ids + runs->column_ids[i];
    for (int y = 0; y < runs->h; y++, dst += runs->w) {
        for (int i = 0; i < columns; i++) {
            int x = i * RUNS_COLUMN, w = runs->w - x < RUNS_COLUMN ? runs->w - x : RUNS_COLUMN;
            ids[i] = expand_row(runs->starts[i * runs->h + y], ids[i], w, number, dst + x);
        }
    }
    return dst;
}
