/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/palette.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"

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
static inline unsigned find_slot(const struct palette *p, uint32_t colour)
{
    enum { SLOTS = sizeof p->slots / sizeof *p->slots, HASH_SHIFT = 22 };
    unsigned slot = colour * UINT32_C(0x9e3779b1) >> HASH_SHIFT;
    while (p->slots[slot] && p->colours[p->slots[slot] - 1] != colour)
        slot = (slot + 1) % SLOTS;
    return slot;
}

int palette_lookup(const struct palette *p, uint32_t colour)
{
    return p->slots[find_slot(p, colour)] - 1;
}

int palette_add(struct palette *p, uint32_t colour)
{
    unsigned slot = find_slot(p, colour);
    if (p->slots[slot])
        return p->slots[slot] - 1;
    if (p->n == PALETTE_MOST)
        return -1;
    p->slots[slot] = (uint16_t)(p->n + 1);
    p->slot_of[p->n] = (uint16_t)slot;
    p->colours[p->n] = colour;
    return p->n++;
}

void runs_fini(struct runs *runs)
{
    free(runs->starts);
    free(runs->ids);
    *runs = (struct runs){0};
}

uint64_t row_starts(const uint32_t *row, int n, uint32_t before)
{
    uint64_t starts = row[0] != before;
    int x = 1;
#ifdef __SSE2__
    for (; x + 4 <= n; x += 4) {
        __m128i here = _mm_loadu_si128((const __m128i *)(row + x));
        __m128i left = _mm_loadu_si128((const __m128i *)(row + x - 1));
        int same = _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(here, left)));
        starts |= (uint64_t)(same ^ 15) << x;
    }
#endif
    for (; x < n; x++)
        starts |= (uint64_t)(row[x] != row[x - 1]) << x;
    return starts;
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

static void make_room(struct runs *runs, const struct pixels *px)
{
    size_t area = (size_t)px->w * (size_t)px->h;
    runs->w = px->w;
    runs->h = px->h;
    runs->words = (px->w + 63) / 64;
    runs->n = 0;
    size_t words = (size_t)runs->words * (size_t)px->h;
    if (words > runs->starts_cap) {
        runs->starts = alloc_resize(runs->starts, words, sizeof *runs->starts);
        runs->starts_cap = words;
    }
    if (area > runs->ids_cap) {
        runs->ids = alloc_resize(runs->ids, area, 1);
        runs->ids_cap = area;
    }
}

/* Numbers the runs that start in a row of at most 64 words. */
static bool number_runs(struct runs *runs, struct palette *p, const uint32_t *row,
                        uint64_t starts, int most)
{
    uint8_t *id = runs->ids + runs->n;
    for (; starts; starts &= starts - 1) {
        int i = palette_add(p, row[__builtin_ctzll(starts)]);
        if (i < 0 || i >= most)
            return false;
        *id++ = (uint8_t)i;
    }
    runs->n = (size_t)(id - runs->ids);
    return true;
}

bool runs_find(struct runs *runs, struct palette *p, const struct pixels *px, int most)
{
    palette_clear(p);
    make_room(runs, px);
    uint64_t *word = runs->starts;
    for (int y = 0; y < px->h; y++) {
        const uint32_t *row = pixels_row(px, y);
        for (int x = 0; x < px->w; x += 64) {
            int n = px->w - x < 64 ? px->w - x : 64;
            uint64_t starts = row_starts(row + x, n, x ? row[x - 1] : ~row[0]);
            *word++ = starts;
            if (starts && !number_runs(runs, p, row + x, starts, most))
                return false;
        }
    }
    return true;
}

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

uint8_t *runs_expand(const struct runs *runs, const uint8_t *number, uint8_t *dst)
{
    const uint64_t *word = runs->starts;
    const uint8_t *id = runs->ids;
    for (int y = 0; y < runs->h; y++, dst += runs->w) {
        int from = 0;
        for (int i = 0; i < runs->words; i++) {
            for (uint64_t starts = *word++; starts; starts &= starts - 1) {
                int to = i * 64 + __builtin_ctzll(starts);
                if (to) {
                    fill(dst + from, number[*id++], to - from);
                    from = to;
                }
            }
        }
        fill(dst + from, number[*id++], runs->w - from);
    }
    return dst;
}
