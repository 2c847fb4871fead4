/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode: what a client remembers from rectangle to rectangle, and the table of decoders. Each
 * decoder takes the data of one rectangle from a source and paints it into a picture in the
 * picture's pixel format. Touches no socket and knows no messages.
 */
#ifndef HF_TESTS_CLIENT_DECODE_H
#define HF_TESTS_CLIENT_DECODE_H

#include "tests/client/inflate.h"
#include "tests/client/jpeg_stream.h"
#include "tests/client/picture.h"
#include "tests/client/source.h"

struct client_decoder {
    struct client_fault *fault;
    struct client_inflate zlib, zrle, tight[4];
    struct client_jpeg_tables jpeg;
    uint64_t jpegs;          /* pictures in JPEG that have come, in any encoding */
    bool may_send_jpeg;      /* a quality level was asked for: Tight may use JPEG */
    bool may_send_tight_raw; /* Tight Encoding Without Zlib was asked for */
};

/* Where a rectangle goes: it lies inside of the picture. */
struct client_target {
    struct client_picture *picture;
    int x_px, y_px, width_px, height_px;
};

/* One encoding's way of painting a rectangle. What is wrong goes to source->fault. */
typedef void client_decode_fn(struct client_decoder *decoder, struct client_source *source,
                              const struct client_target *target);

void client_decoder_init(struct client_decoder *decoder, struct client_fault *fault);
void client_decoder_fini(struct client_decoder *decoder);

/* The decoder of an encoding that carries pixels, or NULL (pseudo-encodings, unknown ones). */
client_decode_fn *client_decode_find(int32_t encoding);

/*
 * Room for an announced length of compressed data: what size bytes need at worst. More than
 * that is refused before it is read.
 */
uint64_t client_decode_most_compressed(uint64_t size);

/* Bytes of a whole rectangle without compression, at bytes a pixel. */
uint64_t client_target_bytes(const struct client_target *target, unsigned pixel_bytes);

/*
 * The tile of this index, counted from 0 in reading order, when the rectangle is cut into
 * squares of tile_px from its upper left; those at the edges are smaller. false past the last
 * one.
 */
bool client_target_tile(const struct client_target *target, int tile_px, int index,
                        struct client_target *tile_r);

/* Paints RGB888 without padding. */
void client_target_put_rgb(const struct client_target *target, const uint8_t *rgb);

client_decode_fn client_decode_raw;       /* RFC 6143 section 7.7.1 */
client_decode_fn client_decode_copy_rect; /* section 7.7.2 */
client_decode_fn client_decode_rre;       /* section 7.7.3 */
client_decode_fn client_decode_corre;     /* rfbproto, CoRRE Encoding */
client_decode_fn client_decode_hextile;   /* section 7.7.4 */
client_decode_fn client_decode_zlib;      /* rfbproto, zlib Encoding */
client_decode_fn client_decode_tight;     /* rfbproto, Tight Encoding */
client_decode_fn client_decode_tight_png; /* rfbproto, Tight PNG Encoding */
client_decode_fn client_decode_trle;      /* section 7.7.5 */
client_decode_fn client_decode_zrle;      /* section 7.7.6 */
client_decode_fn client_decode_jpeg;      /* rfbproto, JPEG Encoding */

#endif
