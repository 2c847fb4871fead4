/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/matches.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "rfb/vectorise.h"

enum {
    TAIL = 12, /* the last bytes, where words of 8 could end beyond the data, are literals */
    LONG_ENOUGH = 12, /* no look at what starts a byte later */
    SPARSE = 64,      /* of longer matches only the end is remembered */
    SPARSE_TAIL = 16,
};

/* What is being searched. `least` is 3 or 4, a constant wherever a search is inlined. */
struct search {
    struct matches *m;
    const uint8_t *data;
    size_t n;
    uint32_t base;
    int least;
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

/* The first bytes of a place: as many as a short repeat has, and twice as many. */
INLINED uint32_t short_key(const struct search *s, const uint8_t *p)
{
    const uint32_t three = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? 0x00ffffff : 0xffffff00;
    return s->least == 3 ? load_4(p) & three : load_4(p);
}

INLINED uint64_t long_key(const struct search *s, const uint8_t *p)
{
    const uint64_t six = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
                             ? UINT64_C(0x0000ffffffffffff)
                             : UINT64_C(0xffffffffffff0000);
    return s->least == 3 ? load_8(p) & six : load_8(p);
}

INLINED uint32_t *short_slot(const struct search *s, uint32_t key)
{
    return &s->m->by_short[key * UINT32_C(2654435761) >> (32 - MATCH_HASH_BITS)];
}

INLINED uint32_t *long_slot(const struct search *s, uint64_t key)
{
    return &s->m->by_long[key * UINT64_C(0x9e3779b185ebca87) >> (64 - MATCH_HASH_BITS)];
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

/* Whether a remembered place is of this data and near enough. */
INLINED bool reachable(const struct search *s, uint32_t place, uint32_t remembered)
{
    return remembered >= s->base && place - remembered <= MATCH_DISTANCE_MOST;
}

/* The best match at a place, which is remembered. Needs 8 bytes there. */
INLINED struct match find_at(const struct search *s, size_t at)
{
    const uint8_t *here = s->data + at;
    uint64_t long_here = long_key(s, here);
    uint32_t short_here = short_key(s, here), place = s->base + (uint32_t)at;
    uint32_t *slot = short_slot(s, short_here), *far_slot = long_slot(s, long_here);
    uint32_t near = *slot, far = *far_slot;
    struct match best = {0, 0};

    *slot = *far_slot = place;
    int most = s->n - at < MATCH_LENGTH_MOST ? (int)(s->n - at) : MATCH_LENGTH_MOST;
    if (at && short_key(s, here - 1) == short_here)
        consider(s, at, 1, most, &best);
    if (best.length < most && reachable(s, place, far) &&
        long_key(s, here - (place - far)) == long_here)
        consider(s, at, place - far, most, &best);
    if (best.length < 2 * s->least && reachable(s, place, near) &&
        short_key(s, here - (place - near)) == short_here)
        consider(s, at, place - near, most, &best);
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
        *long_slot(s, long_key(s, s->data + at)) = s->base + (uint32_t)at;
        *short_slot(s, short_key(s, s->data + at)) = s->base + (uint32_t)at;
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
        memset(m->by_short, 0, sizeof m->by_short);
        memset(m->by_long, 0, sizeof m->by_long);
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

INLINED void find_all(const struct search *s)
{
    struct matches *m = s->m;
    size_t end = s->n > TAIL ? s->n - TAIL : 0, at = 0;
    match_token *token = m->tokens;

    while (at < end) {
        struct match best = find_at(s, at);
        if (best.length < s->least) {
            token = put_literal(m, token, s->data[at++]);
            continue;
        }
        while (best.length < LONG_ENOUGH && at + 1 < end) {
            struct match later = find_at(s, at + 1);
            if (later.length <= best.length)
                break;
            token = put_literal(m, token, s->data[at++]);
            best = later;
        }
        token = put_match(m, token, best);
        size_t next = at + (size_t)best.length;
        remember(s, at + 1, next < end ? next : end, best);
        at = next;
    }
    while (at < s->n)
        token = put_literal(m, token, s->data[at++]);
    m->n = (size_t)(token - m->tokens);
}

CLONED
void matches_find(struct matches *m, const uint8_t *data, size_t n, int least)
{
    make_room(m, n);
    uint32_t base = next_base(m, n);
    if (least == 3)
        find_all(&(struct search){m, data, n, base, 3});
    else
        find_all(&(struct search){m, data, n, base, 4});
}
