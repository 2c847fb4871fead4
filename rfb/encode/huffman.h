/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Huffman codes as deflate wants them (RFC 1951 3.2.2): canonical, of limited length, written
 * from their lowest bit. Knows no blocks.
 */
#ifndef HF_RFB_ENCODE_HUFFMAN_H
#define HF_RFB_ENCODE_HUFFMAN_H

#include <stdint.h>

enum { HUFFMAN_SYMBOLS_MOST = 288, HUFFMAN_LENGTH_MOST = 15 };

struct huffman {
    uint8_t length[HUFFMAN_SYMBOLS_MOST]; /* bits; 0: the symbol does not occur */
    uint16_t code[HUFFMAN_SYMBOLS_MOST];  /* the first bit to write is the lowest */
};

/*
 * The best code of lengths up to length_most for symbols 0..n-1 that occur count[] times, each
 * less than 2^23. One symbol alone gets one bit. n symbols must fit: n <= 2^length_most. Codes
 * of symbols that do not occur are not set.
 */
void huffman_build(struct huffman *h, const uint32_t *count, int n, int length_most);
/* The codes that follow from the lengths. */
void huffman_assign(struct huffman *h, int n);

#endif
