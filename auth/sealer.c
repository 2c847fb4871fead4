/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/sealer.h"
#include "auth/gather.h"
#include "base/secret.h"

#include <assert.h>

enum {
    RECORD_MOST = 16384,
    BATCH = 65536,          /* bytes sealed before they are written */
    SEALED_MOST = 1u << 20, /* a peer who provokes answers and reads none ends there */
};

void sealer_init(struct sealer *s)
{
    *s = (struct sealer){0};
    bytes_init(&s->sealed, SEALED_MOST);
}

void sealer_fini(struct sealer *s)
{
    bytes_fini(&s->sealed);
}

int sealer_flush(struct sealer *s, struct stream *lower)
{
    while (s->done < s->sealed.len) {
        const struct iovec iov = {s->sealed.data + s->done, s->sealed.len - s->done};
        ssize_t put = stream_writev(lower, &iov, 1);
        if (put < 0)
            return (int)put;
        s->done += (size_t)put;
    }
    bytes_clear(&s->sealed);
    s->done = 0;
    return 0;
}

/* Seals up to BATCH bytes from offset `at` on. */
static int seal_batch(struct sealer *s, const struct iovec *iov, int n, size_t at,
                      const struct sealer_ops *ops, void *self)
{
    uint8_t scratch[RECORD_MOST];
    size_t part = ops->record_most;
    int err = 0;
    assert(ops->record_most <= RECORD_MOST);
    while (err == 0 && s->taken < BATCH && part == ops->record_most) {
        const uint8_t *data = gather(iov, n, at + s->taken, scratch, ops->record_most, &part);
        if (part)
            err = ops->seal(self, data, part);
        s->taken += part;
    }
    return err;
}

/* Reports what is written of the bytes that the caller offers. */
static size_t settle(struct sealer *s, size_t offered)
{
    size_t part = s->taken < offered ? s->taken : offered;
    s->taken -= part;
    return part;
}

ssize_t sealer_writev(struct sealer *s, struct stream *lower, const struct iovec *iov, int n,
                      const struct sealer_ops *ops, void *self)
{
    size_t total = gather_total(iov, n), done = 0;
    int err = sealer_flush(s, lower);
    while (err == 0 && done < total) {
        if (!s->taken)
            err = seal_batch(s, iov, n, done, ops, self);
        if (err == 0)
            err = sealer_flush(s, lower);
        if (err == 0)
            done += settle(s, total - done);
    }
    return done || err == 0 ? (ssize_t)done : err;
}
