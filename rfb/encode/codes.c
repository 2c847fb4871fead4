/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/codes.h"

#include <string.h>

enum {
    LITERALS = MATCH_SYMBOLS,
    DISTANCES = MATCH_DISTANCES,
    FIRST_LENGTH = FIRST_LENGTH_SYMBOL,
    LENGTH_CODES = 19,
};
enum { BLOCK_FIXED = 1, BLOCK_DYNAMIC = 2 };

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

struct bit_writer codes_begin_block(struct bit_writer w, struct codes *c,
                                    const uint32_t *literals, const uint32_t *distances,
                                    size_t bytes, int literal_most)
{
    enum { FEW_BYTES = 2048 }; /* with more, telling the codes is never what costs */
    huffman_build(&c->literals, literals, LITERALS, literal_most);
    huffman_build(&c->distances, distances, DISTANCES, HUFFMAN_LENGTH_MOST);
    describe(c);
    if (bytes < FEW_BYTES) {
        struct codes fixed = {0};
        fixed_codes(&fixed);
        if (bits_with(&fixed, literals, distances) <= bits_with(c, literals, distances)) {
            huffman_assign(&fixed.literals, HUFFMAN_SYMBOLS_MOST);
            huffman_assign(&fixed.distances, DISTANCES);
            *c = fixed;
            put_bits(&w, BLOCK_FIXED << 1, 3);
            return w;
        }
    }
    put_bits(&w, BLOCK_DYNAMIC << 1, 3);
    put_description(&w, c);
    return w;
}
