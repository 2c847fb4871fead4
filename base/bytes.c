/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/bytes.h"
#include "base/alloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAP 64

void bytes_init(struct bytes *b, size_t max)
{
    *b = (struct bytes){.max = max};
}

void bytes_fini(struct bytes *b)
{
    free(b->data);
    bytes_init(b, b->max);
}

void bytes_clear(struct bytes *b)
{
    b->len = 0;
    b->overflow = false;
}

uint8_t *bytes_reserve(struct bytes *b, size_t n)
{
    if (n > b->max - b->len) {
        b->overflow = true;
        return NULL;
    }
    if (n > b->cap - b->len) {
        size_t cap = b->cap ? b->cap : FIRST_CAP;
        while (cap - b->len < n)
            cap = cap > SIZE_MAX / 2 ? b->len + n : cap * 2;
        b->data = alloc_resize(b->data, cap, 1);
        b->cap = cap;
    }
    return b->data ? b->data + b->len : NULL; /* NULL when n is 0 and nothing was ever put */
}

void bytes_commit(struct bytes *b, size_t n)
{
    assert(n <= b->cap - b->len);
    b->len += n;
}

void bytes_consume(struct bytes *b, size_t n)
{
    assert(n <= b->len);
    if (n && n < b->len)
        memmove(b->data, b->data + n, b->len - n);
    b->len -= n;
}

void bytes_put(struct bytes *b, const void *data, size_t n)
{
    uint8_t *at = bytes_reserve(b, n);
    if (!at)
        return;
    if (n)
        memcpy(at, data, n);
    b->len += n;
}

void bytes_put_zero(struct bytes *b, size_t n)
{
    uint8_t *at = bytes_reserve(b, n);
    if (!at)
        return;
    if (n)
        memset(at, 0, n);
    b->len += n;
}

void bytes_put_u8(struct bytes *b, uint8_t v)
{
    bytes_put(b, &v, 1);
}

void bytes_put_u16(struct bytes *b, uint16_t v)
{
    bytes_put(b, (uint8_t[]){(uint8_t)(v >> 8), (uint8_t)v}, 2);
}

void bytes_put_u32(struct bytes *b, uint32_t v)
{
    bytes_put(
        b, (uint8_t[]){(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v},
        4);
}

void bytes_patch_u16(struct bytes *b, size_t at, uint16_t v)
{
    assert(at <= b->len && b->len - at >= 2);
    b->data[at] = (uint8_t)(v >> 8);
    b->data[at + 1] = (uint8_t)v;
}

void bytes_patch_u32(struct bytes *b, size_t at, uint32_t v)
{
    bytes_patch_u16(b, at, (uint16_t)(v >> 16));
    bytes_patch_u16(b, at + 2, (uint16_t)v);
}
