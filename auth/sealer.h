/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an encrypting stream has sealed and the stream below has not taken yet. Counts the
 * caller's bytes that are in it, so that they are reported as written when they really are.
 * Knows no cipher.
 */
#ifndef HF_AUTH_SEALER_H
#define HF_AUTH_SEALER_H

#include "base/bytes.h"
#include "base/stream.h"

struct sealer {
    struct bytes sealed;
    size_t done;  /* bytes of it that are written */
    size_t taken; /* bytes of the caller's that went into it and were not reported yet */
};

/* How one record is sealed: appended to s->sealed. 0 or -errno. */
struct sealer_ops {
    int (*seal)(void *self, const uint8_t *data, size_t n);
    size_t record_most; /* bytes that one record is given, at most 16384 */
};

void sealer_init(struct sealer *s);
void sealer_fini(struct sealer *s);

/* Whether sealed bytes wait for room below. */
static inline bool sealer_waiting(const struct sealer *s)
{
    return s->sealed.len > 0;
}

/* Writes what is sealed. 0: all of it is gone; else the -errno of lower. */
int sealer_flush(struct sealer *s, struct stream *lower);

/*
 * A stream's writev: seals the buffers into as few records as they fit in, several records to
 * one write below. -EAGAIN after sealing: the caller offers the same bytes again, and they are
 * not sealed twice. With no buffers it only flushes.
 */
ssize_t sealer_writev(struct sealer *s, struct stream *lower, const struct iovec *iov, int n,
                      const struct sealer_ops *ops, void *self);

#endif
