/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A row of up to 64 pixels looked at all at once: one bit for each. Knows no encoding.
 */
#ifndef HF_RFB_ENCODE_ROW_H
#define HF_RFB_ENCODE_ROW_H

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "rfb/vectorise.h"

#ifdef __SSE2__
/* One bit for each of 16 words where the left neighbour is the same. */
INLINED uint64_t row_same_16(const uint32_t *at)
{
    __m128i same[4];
    for (int i = 0; i < 4; i++)
        same[i] = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(at + 4 * i)),
                                  _mm_loadu_si128((const __m128i *)(at + 4 * i - 1)));
    __m128i low = _mm_packs_epi32(same[0], same[1]), high = _mm_packs_epi32(same[2], same[3]);
    return (uint64_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}
#endif

/*
 * Where colours change in a row of n <= 64 words: bit x says that row[x] differs from its left
 * neighbour, bit 0 from `before`.
 */
INLINED uint64_t row_starts(const uint32_t *row, int n, uint32_t before)
{
    uint64_t starts = row[0] != before;
    int x = 1;
#ifdef __SSE2__
    for (; x + 16 <= n; x += 16)
        starts |= (row_same_16(row + x) ^ 0xffff) << x;
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

/* Where words of a row of n <= 64 are not `colour`. */
INLINED uint64_t row_differs(const uint32_t *row, int n, uint32_t colour)
{
    uint64_t differs = 0;
    int x = 0;
#ifdef __SSE2__
    const __m128i all = _mm_set1_epi32((int)colour);
    for (; x + 4 <= n; x += 4) {
        __m128i same = _mm_cmpeq_epi32(_mm_loadu_si128((const __m128i *)(row + x)), all);
        differs |= (uint64_t)(_mm_movemask_ps(_mm_castsi128_ps(same)) ^ 15) << x;
    }
#endif
    for (; x < n; x++)
        differs |= (uint64_t)(row[x] != colour) << x;
    return differs;
}

/* Whether all of n words are one of two. */
INLINED bool row_only(const uint32_t *row, int n, uint32_t a, uint32_t b)
{
    int x = 0;
#ifdef __SSE2__
    const __m128i first = _mm_set1_epi32((int)a), second = _mm_set1_epi32((int)b);
    __m128i all = _mm_set1_epi32(-1);
    for (; x + 4 <= n; x += 4) {
        __m128i here = _mm_loadu_si128((const __m128i *)(row + x));
        all = _mm_and_si128(
            all, _mm_or_si128(_mm_cmpeq_epi32(here, first), _mm_cmpeq_epi32(here, second)));
    }
    if (_mm_movemask_epi8(all) != 0xffff)
        return false;
#endif
    for (; x < n; x++) {
        if (row[x] != a && row[x] != b)
            return false;
    }
    return true;
}

/* How far apart two words are, the largest difference of their bytes. */
INLINED int row_difference(uint32_t a, uint32_t b)
{
    int most = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        int d = (int)(a >> shift & 255) - (int)(b >> shift & 255);
        d = d < 0 ? -d : d;
        most = d > most ? d : most;
    }
    return most;
}

/* Where words of a row of n <= 64 are at most `step` away from their left neighbour; bit 0 is
 * set. */
INLINED uint64_t row_near(const uint32_t *row, int n, int step)
{
    uint64_t near = 1;
    int x = 1;
#ifdef __SSE2__
    const __m128i most = _mm_set1_epi8((char)step), zero = _mm_setzero_si128();
    for (; x + 4 <= n; x += 4) {
        __m128i a = _mm_loadu_si128((const __m128i *)(row + x));
        __m128i b = _mm_loadu_si128((const __m128i *)(row + x - 1));
        __m128i differ = _mm_or_si128(_mm_subs_epu8(a, b), _mm_subs_epu8(b, a));
        __m128i fits = _mm_cmpeq_epi32(_mm_subs_epu8(differ, most), zero);
        near |= (uint64_t)_mm_movemask_ps(_mm_castsi128_ps(fits)) << x;
    }
#endif
    for (; x < n; x++)
        near |= (uint64_t)(row_difference(row[x], row[x - 1]) <= step) << x;
    return near;
}

#endif
