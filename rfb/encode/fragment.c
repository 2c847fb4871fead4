/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/fragment.h"

#include <string.h>

#include "rfb/encode/bit_writer.h"
#include "rfb/encode/codes.h"
#include "rfb/vectorise.h"

/* How many bits follow each length's and each distance's symbol. */
static const uint8_t length_extra_bits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                              2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
static const uint8_t distance_extra_bits[MATCH_DISTANCES] = {
    0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
    6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/* Ends the block, and on a byte: an empty stored block. */
static uint8_t *end_block(struct bit_writer *w, const struct codes *c)
{
    static const uint8_t empty[4] = {0x00, 0x00, 0xff, 0xff};
    put_symbol(w, &c->literals, END_SYMBOL);
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
    uint32_t symbol[MATCH_SYMBOLS], distance[MATCH_DISTANCES + 1] = {0};
    make_entries(symbol, &c->literals, MATCH_SYMBOLS);
    make_entries(distance, &c->distances, MATCH_DISTANCES);
    for (int i = 0; i < 29; i++)
        symbol[FIRST_LENGTH_SYMBOL + i] |= (uint32_t)length_extra_bits[i] << ENTRY_EXTRA_SHIFT;
    for (int i = 0; i < MATCH_DISTANCES; i++)
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
    uint32_t symbols[MATCH_SYMBOLS];
    struct codes c;
    uint8_t *start = bytes_reserve(out, size_most(plain));
    if (!start)
        return;
    struct bit_writer w = {.at = start};
    memcpy(symbols, m->symbols, sizeof symbols);
    symbols[END_SYMBOL] = 1;
    w = codes_begin_block(w, &c, symbols, m->distances, plain, HUFFMAN_LENGTH_MOST);
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
    uint32_t symbols[MATCH_SYMBOLS] = {0};
    static const uint32_t no_distances[MATCH_DISTANCES];
    struct codes c;
    uint8_t *start = bytes_reserve(out, size_most(n));
    if (!start)
        return;
    struct bit_writer w = {.at = start};
    count_literals(data, n, symbols);
    symbols[END_SYMBOL] = 1;
    w = codes_begin_block(w, &c, symbols, no_distances, n, LITERAL_LENGTH_MOST);
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
