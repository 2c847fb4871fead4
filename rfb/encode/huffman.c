/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/huffman.h"

#include <string.h>

/* Symbols with how often they occur, in one number that sorts by that first. */
enum { KEY_SYMBOL_BITS = 9, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };

/* Sorts by the digit at `shift`, equal ones in their order. */
static void sort_by_digit(const uint32_t *from, uint32_t *to, int n, int shift)
{
    uint16_t place[DIGITS + 1] = {0};
    for (int i = 0; i < n; i++)
        place[(from[i] >> shift & (DIGITS - 1)) + 1]++;
    for (int d = 1; d < DIGITS; d++)
        place[d] = (uint16_t)(place[d] + place[d - 1]);
    for (int i = 0; i < n; i++)
        to[place[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

/* Keys of the symbols that occur, the rarest first; returns how many. Sorted digit by digit. */
static int sort_symbols(const uint32_t *count, int n, uint32_t *keys)
{
    uint32_t other[HUFFMAN_SYMBOLS_MOST + 1], most = 0;
    int used = 0;
    for (int i = 0; i < n; i++) {
        keys[used] = count[i] << KEY_SYMBOL_BITS | (uint32_t)i;
        used += count[i] != 0;
        most |= count[i];
    }
    for (int shift = KEY_SYMBOL_BITS; most; shift += DIGIT_BITS, most >>= DIGIT_BITS) {
        sort_by_digit(keys, other, used, shift);
        memcpy(keys, other, (size_t)used * sizeof *keys);
    }
    return used;
}

static int symbol_of(uint32_t key)
{
    return (int)(key & ((1u << KEY_SYMBOL_BITS) - 1));
}

/*
 * Turns n >= 2 ascending weights into the depths of their leaves, in place: first weights of
 * inner nodes with their parents' places, then depths of inner nodes, then of leaves (Moffat
 * and Katajainen, 1995).
 */
static void weights_to_depths(uint32_t *a, int n)
{
    int root = 0, leaf = 2;
    a[0] += a[1];
    for (int next = 1; next < n - 1; next++) {
        for (int child = 0; child < 2; child++) {
            uint32_t weight;
            if (leaf >= n || (root < next && a[root] < a[leaf])) {
                weight = a[root];
                a[root++] = (uint32_t)next;
            } else {
                weight = a[leaf++];
            }
            a[next] = child ? a[next] + weight : weight;
        }
    }
    a[n - 2] = 0;
    for (int next = n - 3; next >= 0; next--)
        a[next] = a[a[next]] + 1;

    int free_nodes = 1, inner = 0, next = n - 1;
    root = n - 2;
    for (uint32_t depth = 0; free_nodes > 0; depth++) {
        for (; root >= 0 && a[root] == depth; root--)
            inner++;
        for (; free_nodes > inner; free_nodes--)
            a[next--] = depth;
        free_nodes = 2 * inner;
        inner = 0;
    }
}

/* How many codes have each length, none longer than `most`: too long ones are paid for by
 * shorter ones. */
static void limit_lengths(const uint32_t *depths, int n, int most, int *with_length)
{
    memset(with_length, 0, sizeof *with_length * (HUFFMAN_LENGTH_MOST + 1));
    for (int i = 0; i < n; i++)
        with_length[depths[i] > (uint32_t)most ? (uint32_t)most : depths[i]]++;
    uint32_t room = UINT32_C(1) << most, taken = 0;
    for (int bits = 1; bits <= most; bits++)
        taken += (uint32_t)with_length[bits] << (most - bits);
    for (; taken > room; taken--) {
        int bits = most - 1;
        while (!with_length[bits])
            bits--;
        with_length[most]--;
        with_length[bits]--;
        with_length[bits + 1] += 2;
    }
}

/* The lowest n bits in the other order. */
static uint16_t mirror(unsigned v, int n)
{
    v = (v & 0x5555) << 1 | (v >> 1 & 0x5555);
    v = (v & 0x3333) << 2 | (v >> 2 & 0x3333);
    v = (v & 0x0f0f) << 4 | (v >> 4 & 0x0f0f);
    v = (v & 0x00ff) << 8 | (v >> 8 & 0x00ff);
    return (uint16_t)(v >> (16 - n));
}

void huffman_assign(struct huffman *h, int n)
{
    uint16_t with_length[HUFFMAN_LENGTH_MOST + 1] = {0}, next[HUFFMAN_LENGTH_MOST + 1];
    for (int i = 0; i < n; i++)
        with_length[h->length[i]]++;
    with_length[0] = 0;
    uint16_t code = 0;
    for (int bits = 1; bits <= HUFFMAN_LENGTH_MOST; bits++) {
        code = (uint16_t)((code + with_length[bits - 1]) << 1);
        next[bits] = code;
    }
    for (int i = 0; i < n; i++) {
        if (h->length[i])
            h->code[i] = mirror(next[h->length[i]]++, h->length[i]);
    }
}

void huffman_build(struct huffman *h, const uint32_t *count, int n, int length_most)
{
    uint32_t keys[HUFFMAN_SYMBOLS_MOST + 1], weights[HUFFMAN_SYMBOLS_MOST];
    int with_length[HUFFMAN_LENGTH_MOST + 1];
    int used = sort_symbols(count, n, keys);

    memset(h->length, 0, sizeof h->length);
    if (used == 1)
        h->length[symbol_of(keys[0])] = 1;
    if (used > 1) {
        for (int i = 0; i < used; i++)
            weights[i] = keys[i] >> KEY_SYMBOL_BITS;
        weights_to_depths(weights, used);
        limit_lengths(weights, used, length_most, with_length);
        int at = 0;
        for (int bits = length_most; bits > 0; bits--) {
            for (int i = 0; i < with_length[bits]; i++)
                h->length[symbol_of(keys[at++])] = (uint8_t)bits;
        }
    }
    huffman_assign(h, n);
}
