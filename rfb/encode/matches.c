/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/matches.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "rfb/vectorise.h"

enum {
    MATCH_LEAST = 4,
    TAIL = 12, /* the last bytes, where words of 8 could end beyond the data, are literals */
    LONG_ENOUGH = 12, /* no look at what starts a byte later */
    SPARSE = 64,      /* of longer matches only the end is remembered */
    SPARSE_TAIL = 16,
};

/* What is being searched. */
struct search {
    struct matches *m;
    const uint8_t *data;
    size_t n;
    uint32_t base;
};

struct match {
    int length, distance;
};

INLINED uint32_t load_4(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINED uint64_t load_8(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINED uint32_t *slot_4(struct matches *m, uint32_t v)
{
    return &m->by_4[v * UINT32_C(2654435761) >> (32 - MATCH_HASH_BITS)];
}

INLINED uint32_t *slot_8(struct matches *m, uint64_t v)
{
    return &m->by_8[v * UINT64_C(0x9e3779b185ebca87) >> (64 - MATCH_HASH_BITS)];
}

/* Symbols follow from how many bits a number has and from those behind its highest. */
INLINED match_token distance_part(unsigned distance)
{
    unsigned d = distance - 1;
    if (d < 4)
        return d << TOKEN_SYMBOL_SHIFT;
    unsigned extra_bits = 30u - (unsigned)__builtin_clz(d);
    return (2 * extra_bits + (d >> extra_bits)) << TOKEN_SYMBOL_SHIFT |
           (d & ((1u << extra_bits) - 1)) << TOKEN_DISTANCE_SHIFT;
}

INLINED match_token length_part(unsigned length)
{
    enum { LONGEST_SYMBOL = 285 };
    unsigned l = length - 3;
    if (length == MATCH_LENGTH_MOST)
        return LONGEST_SYMBOL;
    if (l < 8)
        return FIRST_LENGTH_SYMBOL + l;
    unsigned extra_bits = 29u - (unsigned)__builtin_clz(l);
    return (FIRST_LENGTH_SYMBOL + 4 * extra_bits + (l >> extra_bits)) |
           (l & ((1u << extra_bits) - 1)) << TOKEN_LENGTH_SHIFT;
}

/* Adds a token and counts its symbols. */
INLINED match_token *put_literal(struct matches *m, match_token *token, uint8_t v)
{
    m->symbols[v]++;
    *token = v | (match_token)NO_DISTANCE << TOKEN_SYMBOL_SHIFT;
    return token + 1;
}

INLINED match_token *put_match(struct matches *m, match_token *token, struct match match)
{
    match_token length = length_part((unsigned)match.length);
    match_token distance = distance_part((unsigned)match.distance);
    m->symbols[length & 511]++;
    m->distances[distance >> TOKEN_SYMBOL_SHIFT & 31]++;
    *token = length | distance;
    return token + 1;
}

/* How many bytes are the same; a is before b. */
INLINED int same_length(const uint8_t *a, const uint8_t *b, int most)
{
    int n = 0;
#ifdef __SSE2__
    for (; n + 16 <= most; n += 16) {
        __m128i same = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(a + n)),
                                      _mm_loadu_si128((const __m128i *)(b + n)));
        unsigned differ = (unsigned)_mm_movemask_epi8(same) ^ 0xffff;
        if (differ)
            return n + __builtin_ctz(differ);
    }
#endif
    while (n < most && a[n] == b[n])
        n++;
    return n;
}

INLINED void consider(const struct search *s, size_t at, size_t distance, int most,
                      struct match *best)
{
    int length = same_length(s->data + at - distance, s->data + at, most);
    if (length > best->length)
        *best = (struct match){length, (int)distance};
}

/* The best match at a place, which is remembered. Needs 8 bytes there. */
INLINED struct match find_at(const struct search *s, size_t at)
{
    const uint8_t *here = s->data + at;
    uint64_t eight = load_8(here);
    uint32_t four = load_4(here), place = s->base + (uint32_t)at;
    uint32_t *slot4 = slot_4(s->m, four), *slot8 = slot_8(s->m, eight);
    uint32_t place4 = *slot4, place8 = *slot8;
    struct match best = {0, 0};

    *slot4 = *slot8 = place;
    int most = s->n - at < MATCH_LENGTH_MOST ? (int)(s->n - at) : MATCH_LENGTH_MOST;
    if (at && load_4(here - 1) == four)
        consider(s, at, 1, most, &best);
    if (best.length < most && place8 >= s->base && place - place8 <= MATCH_DISTANCE_MOST &&
        load_8(here - (place - place8)) == eight)
        consider(s, at, place - place8, most, &best);
    if (best.length < 8 && place4 >= s->base && place - place4 <= MATCH_DISTANCE_MOST &&
        load_4(here - (place - place4)) == four)
        consider(s, at, place - place4, most, &best);
    return best;
}

/* Remembers the places inside a match, of long ones and of runs the last ones only. */
INLINED void remember(const struct search *s, size_t from, size_t to, struct match match)
{
    if (match.distance == 1)
        from = to > from + 3 ? to - 3 : from;
    else if (match.length > SPARSE)
        from = to > from + SPARSE_TAIL ? to - SPARSE_TAIL : from;
    for (size_t at = from; at < to; at++) {
        uint64_t eight = load_8(s->data + at);
        *slot_8(s->m, eight) = s->base + (uint32_t)at;
        *slot_4(s->m, load_4(s->data + at)) = s->base + (uint32_t)at;
    }
}

static void make_room(struct matches *m, size_t n)
{
    if (n > m->cap) {
        free(m->tokens);
        m->tokens = alloc_resize(NULL, n, sizeof *m->tokens);
        m->cap = n;
    }
    m->n = 0;
    memset(m->symbols, 0, sizeof m->symbols);
    memset(m->distances, 0, sizeof m->distances);
}

/* Places of data before this are below the base that is returned; 0 is below every base. */
static uint32_t next_base(struct matches *m, size_t n)
{
    enum { FIRST = 1 };
    if (m->base == 0 || UINT32_MAX - m->base < n + MATCH_DISTANCE_MOST) {
        memset(m->by_4, 0, sizeof m->by_4);
        memset(m->by_8, 0, sizeof m->by_8);
        m->base = FIRST;
    }
    uint32_t base = m->base;
    m->base += (uint32_t)n;
    return base;
}

void matches_fini(struct matches *m)
{
    free(m->tokens);
    *m = (struct matches){0};
}

void matches_find(struct matches *m, const uint8_t *data, size_t n)
{
    make_room(m, n);
    struct search s = {m, data, n, next_base(m, n)};
    size_t end = n > TAIL ? n - TAIL : 0, at = 0;
    match_token *token = m->tokens;

    while (at < end) {
        struct match best = find_at(&s, at);
        if (best.length < MATCH_LEAST) {
            token = put_literal(m, token, data[at++]);
            continue;
        }
        while (best.length < LONG_ENOUGH && at + 1 < end) {
            struct match later = find_at(&s, at + 1);
            if (later.length <= best.length)
                break;
            token = put_literal(m, token, data[at++]);
            best = later;
        }
        token = put_match(m, token, best);
        size_t next = at + (size_t)best.length;
        remember(&s, at + 1, next < end ? next : end, best);
        at = next;
    }
    while (at < n)
        token = put_literal(m, token, data[at++]);
    m->n = (size_t)(token - m->tokens);
}
