/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * framing: finds where server messages and rectangles end, without decoding any pixel, so that
 * one process can stand for hundreds of viewers. Pure: takes bytes, calls a handler. Trusts the
 * server: it measures and does not judge (tests/client does).
 */
#ifndef HF_BENCH_LOAD_FRAMING_H
#define HF_BENCH_LOAD_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct framing;

/* None may feed the framing that calls it. */
struct framing_handler {
    /* The last byte of an update has passed; n_rects of pixels were in it, pseudo ones not
     * counted. */
    void (*update)(struct framing *f, unsigned n_rects);
    /* A request to be answered; payload holds `length` (at most 64) bytes until it returns. */
    void (*fence)(struct framing *f, uint32_t flags, const uint8_t *payload, unsigned length);
    /* The framebuffer is w x h px from now on. */
    void (*resized)(struct framing *f, int w, int h);
};

struct framing {
    const struct framing_handler *handler;
    unsigned pixel_bytes; /* 1, 2 or 4 */
    unsigned tight_bytes; /* of a TPIXEL: 3 for 32-bit pixels of depth 24 */
    uint64_t skip;        /* bytes that come before the next step and mean nothing here */
    uint8_t head[80];     /* what the next step looks at */
    size_t have, want;
    void (*step)(struct framing *f);
    unsigned rects_left, n_rects;
    struct {
        int w, h;
        int32_t encoding;
        int tile_x, tile_y;     /* px; Hextile */
        uint8_t mask;           /* Hextile */
        uint8_t control;        /* Tight */
        size_t row_bits, lines; /* Tight: data before compression */
    } rect;
    const char *broken; /* why nothing more can be understood; NULL: all is well */
};

/* bytes_per_pixel 1, 2 or 4; the handler is lent. Begins behind ServerInit. */
void framing_init(struct framing *f, const struct framing_handler *handler,
                  unsigned bytes_per_pixel);
/* Takes all n bytes. */
void framing_feed(struct framing *f, const uint8_t *data, size_t n);
/* How many of the bytes that come next may be thrown away unseen... */
uint64_t framing_skippable(const struct framing *f);
/* ... and that this was done with n of them. */
void framing_skipped(struct framing *f, uint64_t n);

#endif
