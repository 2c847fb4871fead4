/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds in bytes what came before (Lempel and Ziv), within deflate's limits. Made for numbers
 * of colours and bits of letters: long repeats are looked for before short ones, and one byte
 * ahead. Knows no codes.
 */
#ifndef HF_RFB_ENCODE_MATCHES_H
#define HF_RFB_ENCODE_MATCHES_H

#include <stddef.h>
#include <stdint.h>

enum { MATCH_DISTANCE_MOST = 32768, MATCH_LENGTH_MOST = 258, MATCH_HASH_BITS = 12 };

/*
 * A literal byte or a match as deflate codes it (RFC 1951 3.2.5): from bit 0 the symbol of the
 * byte or length (9 bits), the length's extra bits (5), the distance's symbol (5), its extra
 * bits (13). A literal has the distance NO_DISTANCE.
 */
typedef uint32_t match_token;
enum { TOKEN_LENGTH_SHIFT = 9, TOKEN_SYMBOL_SHIFT = 14, TOKEN_DISTANCE_SHIFT = 19 };
enum { MATCH_SYMBOLS = 286, MATCH_DISTANCES = 30, NO_DISTANCE = 30, FIRST_LENGTH_SYMBOL = 257 };

/* Starts as zeroes; belongs to one thread. */
struct matches {
    /* Where bytes of each hash were last, counted from `base` of that time: short and long
     * ones. */
    uint32_t by_short[1 << MATCH_HASH_BITS], by_long[1 << MATCH_HASH_BITS];
    uint32_t base; /* places before it are of other data */
    match_token *tokens;
    size_t n, cap;
    uint32_t symbols[MATCH_SYMBOLS], distances[MATCH_DISTANCES + 1]; /* how often each occurs */
};

void matches_fini(struct matches *m);
/*
 * Fills tokens with what makes up data, matches being at least 3 or 4 bytes long: 3 suits
 * pixels of three bytes, 4 single bytes. n is below 1 GB.
 */
void matches_find(struct matches *m, const uint8_t *data, size_t n, int least);

#endif
