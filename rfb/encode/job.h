/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kinds of rectangles share while one call of encode_rect runs: the scratch memory,
 * the picture, the class and the output. Internal to rfb/encode; knows no wire format but a
 * rectangle's header.
 */
#ifndef HF_RFB_ENCODE_JOB_H
#define HF_RFB_ENCODE_JOB_H

#include "rfb/encode/deflate.h"
#include "rfb/encode/encoder.h"
#include "rfb/encode/jpeg.h"
#include "rfb/encode/palette.h"
#include "rfb/encode/pixels.h"
#include "rfb/encode/plan.h"

struct encode_scratch {
    struct pixel_translator translator; /* of the last class that came */
    bool translator_ready;
    struct word_buffer words; /* translated pixels */
    struct bytes plain;       /* packed pixels before deflate */
    struct palette palette;
    struct palette last_palette; /* TRLE: of the tile before */
    struct runs runs;
    struct plan plan;
    struct deflate *deflate;
    struct jpeg *jpeg;
};

struct encode_job {
    struct encode_scratch *scratch;
    const struct encode_class *class;
    const struct surface *frame;
    struct encoded *out;
};

/* Puts a rectangle's header (RFC 6143 7.6.1) and counts it. */
void job_put_header(struct encode_job *job, struct rect r, int32_t encoding);
/* The tiles that r touches hold inexact pixels now. */
void job_mark_lossy(struct encode_job *job, struct rect r);
/* Empties scratch->plain and returns room for n bytes in it. */
uint8_t *job_plain_start(struct encode_job *job, size_t n);
/* The content of scratch->plain ends at `end`. */
void job_plain_end(struct encode_job *job, const uint8_t *end);
/* Puts scratch->plain as one deflate fragment. */
void job_put_deflated(struct encode_job *job, enum deflate_content content);
/* The same behind its length of 32 bits. */
void job_put_deflated_u32(struct encode_job *job, enum deflate_content content);

/* What may be sent instead of anything. */
void raw_encode(struct encode_job *job, struct rect r);

extern const struct encoder_ops raw_ops, rre_ops, hextile_ops, zlib_ops, tight_ops,
    tight_png_ops, trle_ops, zrle_ops, jpeg_ops;

#endif
