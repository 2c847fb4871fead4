/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/ra2_stream.h"
#include "auth/sealer.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { READ_STEP = 16384 };

struct ra2_stream {
    struct stream stream;
    struct ra2_ciphers ciphers;
    struct bytes raw, plain; /* read and still encrypted; decrypted and not yet asked for */
    size_t plain_done;
    struct sealer sealer;
    bool broken;
};

static ssize_t hand_out(struct ra2_stream *r, void *buf, size_t n)
{
    size_t left = r->plain.len - r->plain_done;
    if (n > left)
        n = left;
    memcpy(buf, r->plain.data + r->plain_done, n);
    r->plain_done += n;
    if (r->plain_done == r->plain.len) {
        bytes_clear(&r->plain);
        r->plain_done = 0;
    }
    return (ssize_t)n;
}

/* Decrypts records until one has something in it. */
static int decrypt(struct ra2_stream *r)
{
    struct reader in = reader_over(r->raw.data, r->raw.len);
    enum ra2_open got = RA2_DONE;
    while (got == RA2_DONE && !r->plain.len)
        got = ra2_open(&r->ciphers.in, &in, RA2_RECORD_MOST, &r->plain);
    bytes_consume(&r->raw, r->raw.len - reader_left(&in));
    r->broken = got == RA2_BAD;
    return r->broken ? -EBADMSG : 0;
}

static ssize_t read_raw(struct ra2_stream *r)
{
    uint8_t *at = bytes_reserve(&r->raw, READ_STEP);
    ssize_t got = stream_read(r->stream.lower, at, READ_STEP);
    if (got > 0)
        bytes_commit(&r->raw, (size_t)got);
    return got;
}

/* Reads below once at most, so that a peer who sends empty records holds nobody up. */
static ssize_t ra2_read(struct stream *s, void *buf, size_t n)
{
    struct ra2_stream *r = (struct ra2_stream *)s;
    if (r->broken)
        return -EBADMSG;
    if (!r->plain.len && decrypt(r) < 0)
        return -EBADMSG;
    if (!r->plain.len) {
        ssize_t got = read_raw(r);
        if (got <= 0)
            return got;
        if (decrypt(r) < 0)
            return -EBADMSG;
    }
    return r->plain.len ? hand_out(r, buf, n) : -EAGAIN;
}

static bool ra2_pending(const struct stream *s)
{
    const struct ra2_stream *r = (const struct ra2_stream *)s;
    const struct reader raw = reader_over(r->raw.data, r->raw.len);
    return r->plain.len || r->broken || ra2_record_whole(&raw);
}

static int seal(void *self, const uint8_t *data, size_t n)
{
    struct ra2_stream *r = self;
    ra2_seal(&r->ciphers.out, data, n, &r->sealer.sealed);
    return 0;
}

static const struct sealer_ops ra2_sealer_ops = {.seal = seal, .record_most = RA2_RECORD_SENT};

static ssize_t ra2_writev(struct stream *s, const struct iovec *iov, int n)
{
    struct ra2_stream *r = (struct ra2_stream *)s;
    return sealer_writev(&r->sealer, s->lower, iov, n, &ra2_sealer_ops, r);
}

static uint32_t ra2_wants(const struct stream *s)
{
    const struct ra2_stream *r = (const struct ra2_stream *)s;
    return stream_wants(s->lower) | (sealer_waiting(&r->sealer) ? (uint32_t)POLLOUT : 0);
}

static ssize_t ra2_unsent(const struct stream *s)
{
    return stream_unsent(s->lower);
}

static void ra2_close(struct stream *s)
{
    struct ra2_stream *r = (struct ra2_stream *)s;
    stream_close(&r->stream.lower);
    if (r->plain.data)
        secret_wipe(r->plain.data, r->plain.cap);
    bytes_fini(&r->plain);
    bytes_fini(&r->raw);
    sealer_fini(&r->sealer);
    secret_wipe(r, sizeof(*r));
    free(r);
}

static const struct stream_ops ra2_stream_ops = {
    .name = "ra2",
    .read = ra2_read,
    .writev = ra2_writev,
    .wants = ra2_wants,
    .pending = ra2_pending,
    .unsent = ra2_unsent,
    .close = ra2_close,
};

struct stream *ra2_stream_new(struct stream **lower, const struct ra2_ciphers *ciphers,
                              const void *rest, size_t rest_n)
{
    struct ra2_stream *r = ALLOC(struct ra2_stream);
    r->stream = (struct stream){.ops = &ra2_stream_ops, .lower = *lower};
    *lower = NULL;
    r->ciphers = *ciphers;
    bytes_init(&r->raw, SIZE_MAX);
    bytes_init(&r->plain, SIZE_MAX);
    sealer_init(&r->sealer);
    bytes_put(&r->raw, rest, rest_n);
    return &r->stream;
}
