/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A viewer in memory for tests of encoders: takes rectangles with the decoders of tests/client,
 * which share no code with ours, and says what is wrong with them.
 */
#ifndef HF_UNIT_RFB_ENCODE_JUDGE_H
#define HF_UNIT_RFB_ENCODE_JUDGE_H

#include "rfb/encode/encoder.h"
#include "tests/client/decode.h"

struct judge {
    struct client_fault fault;
    struct client_format format;
    struct client_colours colours;
    struct client_picture picture;
    struct client_decoder decoder;
    unsigned rects;    /* taken so far */
    unsigned *painted; /* for each pixel, how often */
};

/* A viewer of a w x h picture in this format, which may get JPEG when jpeg is set. */
void judge_init(struct judge *j, const struct pixel_format *f, int w, int h, bool jpeg);
void judge_fini(struct judge *j);
/* Takes n rectangles that must be all of the bytes. Fails the test when they break a rule. */
void judge_take(struct judge *j, const struct bytes *b, unsigned n);
/*
 * Fails the test unless each pixel of r was painted exactly once since the last call and shows
 * what the format makes of frame: exactly, or in tiles of lossy within `tolerance` of 255 on
 * average.
 */
void judge_compare(struct judge *j, const struct surface *frame, struct rect r,
                   const struct damage *lossy, int tolerance);

#endif
