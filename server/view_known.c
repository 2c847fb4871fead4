/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/view_known.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

static int columns_of(int w)
{
    return (w + BLOCK_W - 1) / BLOCK_W;
}

size_t view_known_count(int w, int h)
{
    return (size_t)columns_of(w) * (size_t)((h + BLOCK_H - 1) / BLOCK_H);
}

struct view_known *view_known_new(int w, int h, const uint64_t *blocks)
{
    size_t n = view_known_count(w, h);
    struct view_known *k = alloc_zero(1, sizeof(*k) + n * sizeof(k->blocks[0]));
    k->w = w;
    k->h = h;
    k->n = n;
    if (blocks && n)
        memcpy(k->blocks, blocks, n * sizeof(k->blocks[0]));
    return k;
}

void view_known_free(struct view_known **known)
{
    free(*known);
    *known = NULL;
}

void view_known_differ(const uint64_t *a, const uint64_t *b, struct damage *d)
{
    int cols = columns_of(d->w), n = (int)view_known_count(d->w, d->h);
    for (int i = 0; i < n; i++) {
        if (a[i] != b[i] || !a[i])
            damage_add_rect(
                d, (struct rect){i % cols * BLOCK_W, i / cols * BLOCK_H, BLOCK_W, BLOCK_H});
    }
}
