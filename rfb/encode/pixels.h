/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The pixels of a rectangle as the encoders look at them: words, equal exactly when the
 * client's pixels are, and how many bytes of each go out. Knows no encoding.
 */
#ifndef HF_RFB_ENCODE_PIXELS_H
#define HF_RFB_ENCODE_PIXELS_H

#include "framebuffer/rect.h"
#include "framebuffer/surface.h"
#include "rfb/pixel_translator.h"

/* Words that grow on demand and are never given back before the end. */
struct word_buffer {
    uint32_t *at;
    size_t cap;
};
/* Room for n words; what was there is lost. */
uint32_t *word_buffer_take(struct word_buffer *b, size_t n);
void word_buffer_fini(struct word_buffer *b);

/* Which pixels an encoding sends. */
enum pixel_kind {
    PIXEL_PLAIN, /* PIXEL: as the format says */
    PIXEL_TIGHT, /* TPIXEL (rfbproto, Tight Encoding) */
    PIXEL_ZRLE,  /* CPIXEL (RFC 6143 7.7.5) */
};

/* w x h words, `stride` apart from row to row; of each, `bytes` bytes go out, from the lowest
 * upwards. */
struct pixels {
    const uint32_t *at;
    int stride, w, h;
    unsigned bytes; /* 1 to 4 */
    bool reversed;  /* bytes is 3 and they go out from the third downwards: R, G, B of a surface
                       word */
};

/* The pixels of r; they lie in the frame itself or in `buffer`, and hold as long as those. */
struct pixels pixels_of(const struct surface *frame, struct rect r,
                        const struct pixel_translator *t, enum pixel_kind kind,
                        struct word_buffer *buffer);
/* A part of p, relative to its corner. */
struct pixels pixels_part(const struct pixels *p, struct rect r);
/* Writes n words as the bytes that go out; returns the end. dst has room for 4 bytes more than
 * that. */
uint8_t *pixels_pack(const struct pixels *p, uint8_t *dst, const uint32_t *words, size_t n);
/* The same for all rows of p. */
uint8_t *pixels_pack_all(const struct pixels *p, uint8_t *dst);

static inline const uint32_t *pixels_row(const struct pixels *p, int y)
{
    return p->at + (size_t)y * (size_t)p->stride;
}

/*
 * Asks for a row of at most 64 words some rows ahead: a processor that reads a narrow part of a
 * wide picture does not guess where the next row is.
 */
static inline void pixels_expect_row(const struct pixels *p, int y)
{
    enum { AHEAD = 10, LINE = 16 /* words */ };
    const uint32_t *row = pixels_row(p, y + AHEAD < p->h ? y + AHEAD : p->h - 1);
    for (int x = 0; x < p->w; x += LINE)
        __builtin_prefetch(row + x);
}

/* One word's bytes. */
static inline uint8_t *pixels_put(const struct pixels *p, uint8_t *dst, uint32_t word)
{
    if (p->reversed)
        word = __builtin_bswap32(word) >> 8;
    for (unsigned i = 0; i < p->bytes; i++)
        *dst++ = (uint8_t)(word >> 8 * i);
    return dst;
}

#endif
