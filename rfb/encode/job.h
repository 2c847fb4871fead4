/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kinds of rectangles share while one call of encode_rect runs: the scratch memory,
 * the picture, the class and the output. Internal to rfb/encode; knows no wire format but a
 * rectangle's header.
 */
#ifndef HF_RFB_ENCODE_JOB_H
#define HF_RFB_ENCODE_JOB_H

#include "rfb/encode/encoder.h"
#include "rfb/encode/pixels.h"

struct encode_scratch {
    struct pixel_translator translator; /* of the last class that came */
    bool translator_ready;
    struct word_buffer words; /* translated pixels */
    struct bytes plain;       /* packed pixels before deflate */
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

extern const struct encoder_ops raw_ops;

#endif
