/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/pixels.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "rfb/vectorise.h"

uint32_t *word_buffer_take(struct word_buffer *b, size_t n)
{
    if (n > b->cap) {
        free(b->at);
        b->at = alloc_resize(NULL, n, sizeof *b->at);
        b->cap = n;
    }
    return b->at;
}

void word_buffer_fini(struct word_buffer *b)
{
    free(b->at);
    *b = (struct word_buffer){0};
}

VECTORISED
static void shift_right(uint32_t *words, size_t n, unsigned bits)
{
    for (size_t i = 0; i < n; i++)
        words[i] >>= bits;
}

struct pixels pixels_of(const struct surface *frame, struct rect r,
                        const struct pixel_translator *t, enum pixel_kind kind,
                        struct word_buffer *buffer)
{
    struct pixels p = {
        .at = surface_at(frame, r.x, r.y), .stride = frame->stride, .w = r.w, .h = r.h};
    unsigned skip = 0;

    p.bytes = pixel_format_bytes(&t->format);
    if (kind == PIXEL_TIGHT && pixel_format_is_tpixel(&t->format)) {
        p.bytes = 3;
        p.reversed = true;
        return p;
    }
    if (kind == PIXEL_ZRLE)
        p.bytes = pixel_format_cpixel(&t->format, &skip);
    if (t->identity)
        return p;

    uint32_t *words = word_buffer_take(buffer, (size_t)r.w * (size_t)r.h);
    for (int y = 0; y < r.h; y++)
        pixel_translate_words(t, words + (size_t)y * (size_t)r.w, pixels_row(&p, y),
                              (size_t)r.w);
    if (skip)
        shift_right(words, (size_t)r.w * (size_t)r.h, 8 * skip);
    p.at = words;
    p.stride = r.w;
    return p;
}

struct pixels pixels_part(const struct pixels *p, struct rect r)
{
    struct pixels part = *p;
    part.at = pixels_row(p, r.y) + r.x;
    part.w = r.w;
    part.h = r.h;
    return part;
}

static void put_word(uint8_t *dst, uint32_t word)
{
    dst[0] = (uint8_t)word;
    dst[1] = (uint8_t)(word >> 8);
    dst[2] = (uint8_t)(word >> 16);
    dst[3] = (uint8_t)(word >> 24);
}

static void put_pair(uint8_t *dst, uint32_t first, uint32_t second)
{
    uint64_t both = first | (uint64_t)second << 24;
    put_word(dst, (uint32_t)both);
    put_word(dst + 4, (uint32_t)(both >> 32));
}

/* Two pixels at a time are written with two bytes too many, which the next ones cover. */
static void pack_3(uint8_t *dst, const uint32_t *words, size_t n)
{
    size_t i = 0;
    for (; i + 2 <= n; i += 2)
        put_pair(dst + 3 * i, words[i] & 0xffffff, words[i + 1]);
    if (i < n)
        put_word(dst + 3 * i, words[i]);
}

static void pack_3_reversed(uint8_t *dst, const uint32_t *words, size_t n)
{
    size_t i = 0;
    for (; i + 2 <= n; i += 2)
        put_pair(dst + 3 * i, __builtin_bswap32(words[i]) >> 8,
                 __builtin_bswap32(words[i + 1]) >> 8);
    if (i < n)
        put_word(dst + 3 * i, __builtin_bswap32(words[i]) >> 8);
}

VECTORISED
static void pack_1(uint8_t *restrict dst, const uint32_t *restrict words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = (uint8_t)words[i];
}

VECTORISED
static void pack_2(uint8_t *restrict dst, const uint32_t *restrict words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dst[2 * i] = (uint8_t)words[i];
        dst[2 * i + 1] = (uint8_t)(words[i] >> 8);
    }
}

static void pack_4(uint8_t *dst, const uint32_t *words, size_t n)
{
    if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
        memcpy(dst, words, n * 4);
        return;
    }
    for (size_t i = 0; i < n; i++)
        put_word(dst + 4 * i, words[i]);
}

uint8_t *pixels_pack(const struct pixels *p, uint8_t *dst, const uint32_t *words, size_t n)
{
    if (p->bytes == 1)
        pack_1(dst, words, n);
    else if (p->bytes == 2)
        pack_2(dst, words, n);
    else if (p->bytes == 4)
        pack_4(dst, words, n);
    else if (p->reversed)
        pack_3_reversed(dst, words, n);
    else
        pack_3(dst, words, n);
    return dst + n * p->bytes;
}

uint8_t *pixels_pack_all(const struct pixels *p, uint8_t *dst)
{
    for (int y = 0; y < p->h; y++)
        dst = pixels_pack(p, dst, pixels_row(p, y), (size_t)p->w);
    return dst;
}
