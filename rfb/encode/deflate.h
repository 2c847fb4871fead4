/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Deflate in history-free fragments (RFC 1951): each starts afresh, refers to nothing before
 * it, ends on a byte and is not final. Behind a zlib header any fragments in any order are one
 * valid stream. Knows no RFB.
 */
#ifndef HF_RFB_ENCODE_DEFLATE_H
#define HF_RFB_ENCODE_DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* What the bytes are: each kind is best served by another method. */
enum deflate_content {
    DEFLATE_NUMBERS,     /* numbers of colours, bits: what came before comes again */
    DEFLATE_DIFFERENCES, /* small differences: values repeat, but no rows of them */
    DEFLATE_PIXELS,      /* whole pixels, and anything else */
};

enum deflate_engine {
    DEFLATE_IGZIP, /* ISA-L, where it was built in */
    DEFLATE_ZLIB,
};

struct deflate;

/* The engine that is used when there is a choice. */
enum deflate_engine deflate_best_engine(void);
/* NULL when the engine was not built in. */
struct deflate *deflate_new(enum deflate_engine engine);
void deflate_free(struct deflate **d);
/* Appends the fragment of n > 0 bytes to out. effort: 0 fastest, 1 usual, 2 smallest. */
void deflate_append(struct deflate *d, enum deflate_content content, const void *data, size_t n,
                    int effort, struct bytes *out);

#endif
