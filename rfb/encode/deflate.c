/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "rfb/encode/deflate.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#ifdef HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif
#define ZLIB_CONST
#include <zlib.h>

#include "base/alloc.h"

enum { EFFORTS = 3 };

/*
 * Levels of each engine by effort. igzip's level 2 is as fast as its level 1 and up to 3 %
 * smaller; its level 3 is slower and mostly larger. What wants fewer bytes still is left to
 * zlib.
 */
static const int zlib_level[EFFORTS] = {1, 1, 6};
#ifdef HAVE_ISAL
static const uint32_t igzip_level[EFFORTS] = {0, 2, 2};
#endif

struct deflate {
    enum deflate_engine engine;
    z_stream zlib[EFFORTS];
    bool zlib_ready[EFFORTS];
#ifdef HAVE_ISAL
    struct isal_zstream igzip;
    uint8_t level_buf[ISAL_DEF_LVL2_DEFAULT];
#endif
};

enum deflate_engine deflate_best_engine(void)
{
#ifdef HAVE_ISAL
    return DEFLATE_IGZIP;
#else
    return DEFLATE_ZLIB;
#endif
}

struct deflate *deflate_new(enum deflate_engine engine)
{
    if (engine == DEFLATE_IGZIP && deflate_best_engine() != DEFLATE_IGZIP)
        return NULL;
    struct deflate *d = ALLOC(struct deflate);
    d->engine = engine;
    return d;
}

void deflate_free(struct deflate **d)
{
    if (!*d)
        return;
    for (int i = 0; i < EFFORTS; i++) {
        if ((*d)->zlib_ready[i])
            deflateEnd(&(*d)->zlib[i]);
    }
    free(*d);
    *d = NULL;
}

/* What n bytes come to at most: stored blocks of 64 KB, one code table, flush marks. */
static size_t worst_size(size_t n)
{
    enum { STORED_BLOCK = 16383, BLOCK_COST = 5, TABLE_COST = 512 };
    return n + (n / STORED_BLOCK + 1) * BLOCK_COST + TABLE_COST;
}

#ifdef HAVE_ISAL
static void igzip_append(struct deflate *d, const void *data, size_t n, int effort,
                         struct bytes *out)
{
    struct isal_zstream *s = &d->igzip;
    uint8_t *room = bytes_reserve(out, worst_size(n));
    if (!room)
        return;
    isal_deflate_stateless_init(s);
    s->level = igzip_level[effort];
    if (s->level) {
        s->level_buf = d->level_buf;
        s->level_buf_size = sizeof d->level_buf;
    }
    s->flush = FULL_FLUSH;
    s->end_of_stream = 0;
    s->next_in = (uint8_t *)(uintptr_t)data;
    s->avail_in = (uint32_t)n;
    s->next_out = room;
    s->avail_out = (uint32_t)worst_size(n);
    int rc = isal_deflate_stateless(s);
    assert(rc == COMP_OK && s->avail_in == 0);
    (void)rc;
    bytes_commit(out, s->total_out);
}
#endif

static z_stream *zlib_ready(struct deflate *d, int effort)
{
    enum { RAW_WINDOW = -15, MEMORY = 8 };
    z_stream *s = &d->zlib[effort];
    int rc = d->zlib_ready[effort] ? deflateReset(s)
                                   : deflateInit2(s, zlib_level[effort], Z_DEFLATED, RAW_WINDOW,
                                                  MEMORY, Z_DEFAULT_STRATEGY);
    if (rc != Z_OK)
        abort(); /* no memory */
    d->zlib_ready[effort] = true;
    return s;
}

static void zlib_append(struct deflate *d, const void *data, size_t n, int effort,
                        struct bytes *out)
{
    uint8_t *room = bytes_reserve(out, worst_size(n));
    if (!room)
        return;
    z_stream *s = zlib_ready(d, effort);
    s->next_in = data;
    s->avail_in = (uInt)n;
    s->next_out = room;
    s->avail_out = (uInt)worst_size(n);
    int rc = deflate(s, Z_SYNC_FLUSH);
    assert(rc == Z_OK && s->avail_in == 0 && s->avail_out > 0);
    (void)rc;
    bytes_commit(out, s->total_out);
}

void deflate_append(struct deflate *d, const void *data, size_t n, int effort,
                    struct bytes *out)
{
    assert(n > 0 && n < UINT_MAX / 2 && effort >= 0 && effort < EFFORTS);
#ifdef HAVE_ISAL
    if (d->engine == DEFLATE_IGZIP && effort < 2) {
        igzip_append(d, data, n, effort, out);
        return;
    }
#endif
    zlib_append(d, data, n, effort, out);
}
