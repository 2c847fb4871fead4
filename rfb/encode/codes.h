/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The codes of one deflate block, and how they are told at its beginning (RFC
 * 1951 3.2.6, 3.2.7). Knows no data.
 */
#ifndef HF_RFB_ENCODE_CODES_H
#define HF_RFB_ENCODE_CODES_H

#include <stddef.h>

#include "rfb/encode/bit_writer.h"
#include "rfb/encode/huffman.h"
#include "rfb/encode/matches.h"

enum { END_SYMBOL = 256 };

/* Read `literals` and `distances` only; the rest is how they are told. */
struct codes {
    struct huffman literals, distances;
    struct huffman lengths;                          /* of the description */
    uint16_t steps[MATCH_SYMBOLS + MATCH_DISTANCES]; /* the description: symbol | extra << 5 */
    int n_steps, n_literals, n_distances, n_lengths;
    uint64_t bits; /* of the description */
};

/*
 * Begins a block, not the last one, that is made of so many bytes of data: with the best codes
 * for symbols and distances that occur so often, literal codes being at most literal_most bits
 * long; or with the fixed codes where telling others costs more. Writes up to 400 bytes.
 */
struct bit_writer codes_begin_block(struct bit_writer w, struct codes *c,
                                    const uint32_t *literals, const uint32_t *distances,
                                    size_t bytes, int literal_most);

#endif
