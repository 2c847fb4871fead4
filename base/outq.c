/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/outq.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>

#define IOV_MOST 64

struct outq_part {
    struct blob *blob;
    size_t done; /* bytes of it already written */
};

static struct outq_part *part_at(const struct outq *q, size_t i)
{
    return &q->parts[(q->first + i) & (q->cap - 1)];
}

void outq_init(struct outq *q)
{
    *q = (struct outq){0};
}

static void drop_first(struct outq *q)
{
    blob_unref(&part_at(q, 0)->blob);
    q->first = (q->first + 1) & (q->cap - 1);
    q->n--;
}

void outq_fini(struct outq *q)
{
    while (q->n)
        drop_first(q);
    free(q->parts);
    outq_init(q);
}

static void grow(struct outq *q)
{
    size_t cap = q->cap ? q->cap * 2 : 8;
    struct outq_part *parts = alloc_zero(cap, sizeof(*parts));
    for (size_t i = 0; i < q->n; i++)
        parts[i] = *part_at(q, i);
    free(q->parts);
    q->parts = parts;
    q->cap = cap;
    q->first = 0;
}

static void append(struct outq *q, struct blob *blob)
{
    if (q->n == q->cap)
        grow(q);
    q->n++;
    *part_at(q, q->n - 1) = (struct outq_part){.blob = blob};
    q->unsent += blob->len;
}

void outq_put_bytes(struct outq *q, struct bytes *b)
{
    if (b->len)
        append(q, blob_from_bytes(b));
}

void outq_put_blob(struct outq *q, struct blob *blob)
{
    if (blob->len)
        append(q, blob_ref(blob));
}

static int fill_iov(const struct outq *q, struct iovec *iov)
{
    int n = 0;
    for (size_t i = 0; i < q->n && n < IOV_MOST; i++) {
        const struct outq_part *part = part_at(q, i);
        iov[n++] = (struct iovec){part->blob->data + part->done, part->blob->len - part->done};
    }
    return n;
}

static void written(struct outq *q, size_t n)
{
    q->unsent -= n;
    q->sent += n;
    while (q->n) {
        struct outq_part *part = part_at(q, 0);
        size_t left = part->blob->len - part->done;
        if (n < left) {
            part->done += n;
            return;
        }
        n -= left;
        drop_first(q);
    }
}

int outq_write(struct outq *q, struct stream *s)
{
    while (q->n) {
        struct iovec iov[IOV_MOST];
        ssize_t put = stream_writev(s, iov, fill_iov(q, iov));
        if (put == -EINTR)
            continue;
        if (put < 0)
            return put == -EAGAIN ? 0 : (int)put;
        written(q, (size_t)put);
    }
    return 0;
}
