/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a connection still has to send, in order: small private bytes and shared blobs side by
 * side, written with one writev per call. Blobs are referenced, never copied. Knows no
 * protocol.
 */
#ifndef HF_BASE_OUTQ_H
#define HF_BASE_OUTQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/blob.h"
#include "base/bytes.h"
#include "base/stream.h"

struct outq_part;

struct outq {
    struct outq_part *parts; /* a ring */
    size_t first, n, cap;
    size_t unsent; /* bytes in all parts */
    uint64_t sent; /* bytes written since the start */
};

void outq_init(struct outq *q);
void outq_fini(struct outq *q);
/* Appends the content of b, which is left empty (its memory may move). Nothing happens when it
 * is empty. */
void outq_put_bytes(struct outq *q, struct bytes *b);
/* Appends the blob and takes a reference of its own. */
void outq_put_blob(struct outq *q, struct blob *blob);
/* Writes as much as the stream takes now. 0: all gone or the stream is full; else the stream's
 * -errno. */
int outq_write(struct outq *q, struct stream *s);

static inline bool outq_empty(const struct outq *q)
{
    return q->n == 0;
}

#endif
