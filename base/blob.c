/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/blob.h"
#include "base/alloc.h"

#include <stdlib.h>

static atomic_size_t live_bytes;

struct blob *blob_from_bytes(struct bytes *b)
{
    struct blob *blob = ALLOC(struct blob);
    atomic_init(&blob->refs, 1);
    blob->len = b->len;
    blob->data = b->len ? alloc_resize(b->data, b->len, 1) : NULL;
    if (!b->len)
        free(b->data);
    bytes_init(b, b->max);
    atomic_fetch_add(&live_bytes, blob->len);
    return blob;
}

struct blob *blob_ref(struct blob *blob)
{
    atomic_fetch_add_explicit(&blob->refs, 1, memory_order_relaxed);
    return blob;
}

void blob_unref(struct blob **at)
{
    struct blob *blob = *at;
    *at = NULL;
    if (!blob || atomic_fetch_sub_explicit(&blob->refs, 1, memory_order_acq_rel) != 1)
        return;
    atomic_fetch_sub(&live_bytes, blob->len);
    free(blob->data);
    free(blob);
}

size_t blob_bytes_live(void)
{
    return atomic_load(&live_bytes);
}
