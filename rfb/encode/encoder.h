/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pixels and a class go in, complete RFB rectangles come out, the same for every viewer of the
 * class and valid after any history: deflate data is written in fragments that refer to nothing
 * before them and end on a byte. Pure; no state between calls but scratch memory.
 *
 * Zlib, ZRLE and Tight clients keep inflate streams for the life of a connection. Such a stream
 * must be opened once, before the first shared rectangle, by encode_opener's private rectangle,
 * which carries the zlib header 78 01. Tight uses its stream 0 only, and never the stream-reset
 * bits.
 */
#ifndef HF_RFB_ENCODE_ENCODER_H
#define HF_RFB_ENCODE_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "framebuffer/damage.h"
#include "framebuffer/rect.h"
#include "framebuffer/surface.h"
#include "rfb/encode/class.h"

/* One worker's memory and codec handles; never shared between threads. */
struct encode_scratch;
struct encode_scratch *encode_scratch_new(void);
void encode_scratch_free(struct encode_scratch **scratch);

/* What comes out: rectangles as in a FramebufferUpdate (RFC 6143 7.6.1), headers included. */
struct encoded {
    struct bytes bytes;
    unsigned n_rects;
    bool uses_stream;    /* holds deflate data: the client's stream must be open */
    struct damage lossy; /* tiles that hold inexact pixels now; sized by encoded_init */
};
void encoded_init(struct encoded *e, const struct surface *frame);
void encoded_fini(struct encoded *e);

/*
 * Encodes the pixels of r (inside frame, not empty) for the class and appends to out one or
 * more rectangles that cover r exactly. Positions on the wire are those in frame.
 */
void encode_rect(struct encode_scratch *scratch, const struct encode_class *class,
                 const struct surface *frame, struct rect r, struct encoded *out);
/* Appends a CopyRect rectangle (RFC 6143 7.7.2). */
void encode_copy(struct rect to, int from_x, int from_y, struct encoded *out);
/* Whether the class's encoding has a stream that needs opening. */
bool encode_class_has_stream(const struct encode_class *class);
/*
 * Appends the rectangle that opens a viewer's stream for the encoding of this class, with the
 * frame's true pixels (the smallest possible area at 0, 0; exact). The frame must not be empty.
 * False when the frame is so small that Tight cannot carry 12 bytes of data: then nothing the
 * class makes of this frame uses the stream either.
 */
bool encode_opener(struct encode_scratch *scratch, const struct encode_class *class,
                   const struct surface *frame, struct encoded *out);

/* One kind of rectangle; implementers only. All are listed in encoder.c. */
struct encode_job;
struct encoder_ops {
    int32_t encoding;
    const char *name;
    int width_most, area_most; /* px; larger areas are cut before they come */
    void (*encode)(struct encode_job *job, struct rect r);
};

#endif
