/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/fragment.h"

#include <string.h>

#include "rfb/encode/huffman.h"
#include "rfb/vectorise.h"

/* RFC 1951 3.2.5 and 3.2.7. */
enum {
    LITERALS = MATCH_SYMBOLS,
    DISTANCES = MATCH_DISTANCES,
    LENGTH_CODES = 19,
    END = 256,
    FIRST_LENGTH = FIRST_LENGTH_SYMBOL
};
enum { BLOCK_FIXED = 1, BLOCK_DYNAMIC = 2 };

/* How many bits follow each length's and each distance's symbol. */
static const uint8_t length_extra_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                              2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint8_t distance_extra_bits[DISTANCES] = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                       4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                       9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/* Bits on their way into bytes, the lowest first. At most 64 wait. */
struct bit_writer {
    uint64_t bits;
    int n;
    uint8_t *at;
};

INLINED void put_bits(struct bit_writer *w, uint64_t v, int n)
{
    w->bits |= v << w->n;
    w->n += n;
}

/* Whole bytes go out; writes up to 8. */
INLINED void drain(struct bit_writer *w)
{
    for (int i = 0; i < 8 && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__; i++)
        w->at[i] = (uint8_t)(w->bits >> 8 * i);
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
        memcpy(w->at, &w->bits, 8);
    w->at += w->n >> 3;
    w->bits >>= w->n & ~7;
    w->n &= 7;
}

INLINED void put_symbol(struct bit_writer *w, const struct huffman *h, int symbol)
{
    put_bits(w, h->code[symbol], h->length[symbol]);
}

/* The codes of one block, and what their description takes. */
struct codes {
    struct huffman literals, distances;
    struct huffman lengths;               /* of the description */
    uint16_t steps[LITERALS + DISTANCES]; /* the description: symbol | extra << 5 */
    int n_steps, n_literals, n_distances, n_lengths;
    uint64_t bits; /* of the description */
};

static const uint8_t length_order[LENGTH_CODES] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                   11, 4,  12, 3, 13, 2, 14, 1, 15};
static const uint8_t step_extra_bits[LENGTH_CODES] = {[16] = 2, [17] = 3, [18] = 7};

static void add_step(struct codes *c, uint32_t *count, int symbol, int extra)
{
    c->steps[c->n_steps++] = (uint16_t)(symbol | extra << 5);
    count[symbol]++;
}

/* One run of equal lengths. */
static void describe_run(struct codes *c, uint32_t *count, int length, int n)
{
    enum { AGAIN = 16, ZEROS = 17, MANY_ZEROS = 18 };
    if (length) {
        add_step(c, count, length, 0);
        n--;
    }
    while (n >= 3) {
        int most = length ? 6 : 138, part = n < most ? n : most;
        if (length)
            add_step(c, count, AGAIN, part - 3);
        else if (part < 11)
            add_step(c, count, ZEROS, part - 3);
        else
            add_step(c, count, MANY_ZEROS, part - 11);
        n -= part;
    }
    while (n-- > 0)
        add_step(c, count, length, 0);
}

static int last_used(const struct huffman *h, int n, int least)
{
    while (n > least && !h->length[n - 1])
        n--;
    return n;
}

/* How the lengths of both codes are told (RFC 1951 3.2.7). */
static void describe(struct codes *c)
{
    uint8_t all[LITERALS + DISTANCES];
    uint32_t count[LENGTH_CODES] = {0};
    c->n_literals = last_used(&c->literals, LITERALS, FIRST_LENGTH);
    c->n_distances = last_used(&c->distances, DISTANCES, 1);
    memcpy(all, c->literals.length, (size_t)c->n_literals);
    memcpy(all + c->n_literals, c->distances.length, (size_t)c->n_distances);
    c->n_steps = 0;
    for (int n = c->n_literals + c->n_distances, i = 0, run; i < n; i += run) {
        for (run = 1; i + run < n && all[i + run] == all[i];)
            run++;
        describe_run(c, count, all[i], run);
    }
    huffman_build(&c->lengths, count, LENGTH_CODES, 7);
    c->n_lengths = LENGTH_CODES;
    while (c->n_lengths > 4 && !c->lengths.length[length_order[c->n_lengths - 1]])
        c->n_lengths--;
    c->bits = 14 + 3 * (uint64_t)c->n_lengths;
    for (int i = 0; i < LENGTH_CODES; i++)
        c->bits += count[i] * (uint64_t)(c->lengths.length[i] + step_extra_bits[i]);
}

static void put_description(struct bit_writer *w, const struct codes *c)
{
    put_bits(w, (uint64_t)(c->n_literals - FIRST_LENGTH), 5);
    put_bits(w, (uint64_t)(c->n_distances - 1), 5);
    put_bits(w, (uint64_t)(c->n_lengths - 4), 4);
    drain(w);
    for (int i = 0; i < c->n_lengths; i++) {
        put_bits(w, c->lengths.length[length_order[i]], 3);
        drain(w);
    }
    for (int i = 0; i < c->n_steps; i++) {
        int symbol = c->steps[i] & 31;
        put_symbol(w, &c->lengths, symbol);
        put_bits(w, c->steps[i] >> 5, step_extra_bits[symbol]);
        drain(w);
    }
}

static void fixed_codes(struct codes *c)
{
    for (int i = 0; i < HUFFMAN_SYMBOLS_MOST; i++)
        c->literals.length[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    memset(c->distances.length, 5, DISTANCES);
    c->bits = 0;
}

/* Bits of a block with these codes, extra bits left out. */
static uint64_t bits_with(const struct codes *c, const uint32_t *literals,
                          const uint32_t *distances)
{
    uint64_t bits = c->bits;
    for (int i = 0; i < LITERALS; i++)
        bits += literals[i] * (uint64_t)c->literals.length[i];
    for (int i = 0; i < DISTANCES; i++)
        bits += distances[i] * (uint64_t)c->distances.length[i];
    return bits;
}

/* Chooses the codes for so many bytes and begins the block. */
static void begin_block(struct bit_writer *w, struct codes *c, const uint32_t *literals,
                        const uint32_t *distances, size_t bytes, int length_most)
{
    enum { FEW_BYTES = 2048 }; /* with more, telling the codes is never what costs */
    huffman_build(&c->literals, literals, LITERALS, length_most);
    huffman_build(&c->distances, distances, DISTANCES, HUFFMAN_LENGTH_MOST);
    describe(c);
    if (bytes < FEW_BYTES) {
        struct codes fixed;
        fixed_codes(&fixed);
        if (bits_with(&fixed, literals, distances) <= bits_with(c, literals, distances)) {
            huffman_assign(&fixed.literals, HUFFMAN_SYMBOLS_MOST);
            huffman_assign(&fixed.distances, DISTANCES);
            *c = fixed;
            put_bits(w, BLOCK_FIXED << 1, 3);
            return;
        }
    }
    put_bits(w, BLOCK_DYNAMIC << 1, 3);
    put_description(w, c);
}

/* Ends the block, and on a byte: an empty stored block. */
static uint8_t *end_block(struct bit_writer *w, const struct codes *c)
{
    static const uint8_t empty[4] = {0x00, 0x00, 0xff, 0xff};
    put_symbol(w, &c->literals, END);
    put_bits(w, 0, 3);
    put_bits(w, 0, -w->n & 7);
    drain(w);
    memcpy(w->at, empty, sizeof empty);
    return w->at + sizeof empty;
}

/* A best code is no worse than the fixed one, which gives 9 bits to a byte and 31 to a match of
 * four. */
static size_t size_most(size_t n)
{
    enum { DESCRIPTION_MOST = 1024 };
    return n + n / 8 + DESCRIPTION_MOST;
}

/* A code, its length, and how many extra bits follow, in one number. */
enum { ENTRY_LENGTH_SHIFT = 16, ENTRY_EXTRA_SHIFT = 24 };

static void make_entries(uint32_t *entry, const struct huffman *h, int n)
{
    for (int i = 0; i < n; i++)
        entry[i] = h->length[i] ? h->code[i] | (uint32_t)h->length[i] << ENTRY_LENGTH_SHIFT : 0;
}

/* A symbol and its extra bits. */
INLINED void put_entry(struct bit_writer *w, uint32_t entry, uint32_t extra)
{
    int length = (int)(entry >> ENTRY_LENGTH_SHIFT & 255);
    put_bits(w, (entry & 0xffff) | (uint64_t)extra << length,
             length + (int)(entry >> ENTRY_EXTRA_SHIFT));
}

/* Without a branch for what is a literal; the writer goes by value so that it stays in
 * registers. */
CLONED
static struct bit_writer put_tokens(struct bit_writer w, const struct codes *c,
                                    const struct matches *m)
{
    uint32_t symbol[LITERALS], distance[DISTANCES + 1] = {0};
    make_entries(symbol, &c->literals, LITERALS);
    make_entries(distance, &c->distances, DISTANCES);
    for (int i = 0; i < 29; i++)
        symbol[FIRST_LENGTH + i] |= (uint32_t)length_extra_bits[i] << ENTRY_EXTRA_SHIFT;
    for (int i = 0; i < DISTANCES; i++)
        distance[i] |= (uint32_t)distance_extra_bits[i] << ENTRY_EXTRA_SHIFT;
    for (const match_token *t = m->tokens, *end = t + m->n; t < end; t++) {
        put_entry(&w, symbol[*t & 511], *t >> TOKEN_LENGTH_SHIFT & 31);
        put_entry(&w, distance[*t >> TOKEN_SYMBOL_SHIFT & 31], *t >> TOKEN_DISTANCE_SHIFT);
        drain(&w);
    }
    return w;
}

void fragment_put_matches(const struct matches *m, size_t plain, struct bytes *out)
{
    uint32_t symbols[LITERALS];
    struct codes c;
    uint8_t *start = bytes_reserve(out, size_most(plain));
    if (!start)
        return;
    struct bit_writer w = {.at = start};
    memcpy(symbols, m->symbols, sizeof symbols);
    symbols[END] = 1;
    begin_block(&w, &c, symbols, m->distances, plain, HUFFMAN_LENGTH_MOST);
    w = put_tokens(w, &c, m);
    bytes_commit(out, (size_t)(end_block(&w, &c) - start));
}

/* Four tables, so that equal neighbours do not wait for one another. */
static void count_literals(const uint8_t *data, size_t n, uint32_t *count)
{
    uint32_t part[4][256] = {{0}};
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        for (int k = 0; k < 4; k++)
            part[k][data[i + k]]++;
    }
    for (; i < n; i++)
        part[0][data[i]]++;
    for (int v = 0; v < 256; v++)
        count[v] = part[0][v] + part[1][v] + part[2][v] + part[3][v];
}

/* Codes of at most 14 bits, so that four fit into the writer at once. */
enum { LITERAL_LENGTH_MOST = 14, LITERALS_AT_ONCE = 4 };

CLONED
static struct bit_writer put_literals(struct bit_writer w, const struct huffman *h,
                                      const uint8_t *data, size_t n)
{
    uint32_t entry[256];
    make_entries(entry, h, 256);
    for (; n >= LITERALS_AT_ONCE; data += LITERALS_AT_ONCE, n -= LITERALS_AT_ONCE) {
        for (int i = 0; i < LITERALS_AT_ONCE; i++) {
            uint32_t e = entry[data[i]];
            put_bits(&w, e & 0xffff, (int)(e >> ENTRY_LENGTH_SHIFT));
        }
        drain(&w);
    }
    for (; n; data++, n--)
        put_symbol(&w, h, *data);
    drain(&w);
    return w;
}

void fragment_put_literals(const uint8_t *data, size_t n, struct bytes *out)
{
    uint32_t symbols[LITERALS] = {0};
    static const uint32_t no_distances[DISTANCES];
    struct codes c;
    uint8_t *start = bytes_reserve(out, size_most(n));
    if (!start)
        return;
    struct bit_writer w = {.at = start};
    count_literals(data, n, symbols);
    symbols[END] = 1;
    begin_block(&w, &c, symbols, no_distances, n, LITERAL_LENGTH_MOST);
    w = put_literals(w, &c.literals, data, n);
    bytes_commit(out, (size_t)(end_block(&w, &c) - start));
}

void fragment_put_stored(const uint8_t *data, size_t n, struct bytes *out)
{
    enum { STORED_MOST = 65535 };
    while (n) {
        uint16_t part = n < STORED_MOST ? (uint16_t)n : STORED_MOST;
        bytes_put(out,
                  (uint8_t[]){0, (uint8_t)part, (uint8_t)(part >> 8), (uint8_t)~part,
                              (uint8_t)(~part >> 8)},
                  5);
        bytes_put(out, data, part);
        data += part;
        n -= part;
    }
}
