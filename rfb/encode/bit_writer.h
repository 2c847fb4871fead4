/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bits on their way into bytes, the lowest first, as deflate packs them (RFC 1951 3.1.1).
 * Functions that write much take and return the writer by value, so that it stays in registers.
 */
#ifndef HF_RFB_ENCODE_BIT_WRITER_H
#define HF_RFB_ENCODE_BIT_WRITER_H

#include <stdint.h>
#include <string.h>

#include "rfb/encode/huffman.h"
#include "rfb/vectorise.h"

struct bit_writer {
    uint64_t bits; /* waiting */
    int n;         /* how many wait, at most 64; fewer than 8 after drain */
    uint8_t *at;   /* where they go; the caller sees to the room */
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

#endif
