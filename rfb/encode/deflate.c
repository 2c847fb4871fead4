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
#include "rfb/encode/fragment.h"
#include "rfb/encode/matches.h"
#include "rfb/vectorise.h"

enum { EFFORTS = 3, CONTENTS = 3 };

enum method { IGZIP_0, IGZIP_2, ZLIB_1, ZLIB_6, MATCHES_3, MATCHES_4, LITERALS };

/*
 * Measured with tests/bench. Differences (the gradient filter's) hold no repeats: by their
 * frequencies alone they are three times as fast as with igzip, and no larger. Numbers of
 * colours are 5 to 20 % smaller with our own search, at three quarters of igzip's speed. Whole
 * pixels are left to igzip; its level 2 is as fast as its level 1 and up to 3 % smaller, its
 * level 3 slower and mostly larger.
 */
static const enum method methods[CONTENTS][EFFORTS] = {
    [DEFLATE_NUMBERS] = {IGZIP_0, MATCHES_4, ZLIB_6},
    [DEFLATE_DIFFERENCES] = {LITERALS, LITERALS, LITERALS},
    [DEFLATE_PIXELS] = {IGZIP_0, MATCHES_3, ZLIB_6},
};

struct deflate {
    enum deflate_engine engine;
    struct matches matches;
    z_stream zlib[ZLIB_6 - ZLIB_1 + 1];
    bool zlib_ready[ZLIB_6 - ZLIB_1 + 1];
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
    for (int i = 0; i <= ZLIB_6 - ZLIB_1; i++) {
        if ((*d)->zlib_ready[i])
            deflateEnd(&(*d)->zlib[i]);
    }
    matches_fini(&(*d)->matches);
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
static void igzip_append(struct deflate *d, const void *data, size_t n, uint32_t level,
                         struct bytes *out)
{
    struct isal_zstream *s = &d->igzip;
    uint8_t *room = bytes_reserve(out, worst_size(n));
    if (!room)
        return;
    isal_deflate_stateless_init(s);
    s->level = level;
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

static z_stream *zlib_ready(struct deflate *d, enum method method)
{
    enum { RAW_WINDOW = -15, MEMORY = 8 };
    int i = method - ZLIB_1, level = method == ZLIB_6 ? 6 : 1;
    z_stream *s = &d->zlib[i];
    int rc = d->zlib_ready[i]
                 ? deflateReset(s)
                 : deflateInit2(s, level, Z_DEFLATED, RAW_WINDOW, MEMORY, Z_DEFAULT_STRATEGY);
    if (rc != Z_OK)
        abort(); /* no memory */
    d->zlib_ready[i] = true;
    return s;
}

static void zlib_append(struct deflate *d, const void *data, size_t n, enum method method,
                        struct bytes *out)
{
    uint8_t *room = bytes_reserve(out, worst_size(n));
    if (!room)
        return;
    z_stream *s = zlib_ready(d, method);
    s->next_in = data;
    s->avail_in = (uInt)n;
    s->next_out = room;
    s->avail_out = (uInt)worst_size(n);
    int rc = deflate(s, Z_SYNC_FLUSH);
    assert(rc == Z_OK && s->avail_in == 0 && s->avail_out > 0);
    (void)rc;
    bytes_commit(out, s->total_out);
}

VECTORISED
static size_t count_zeros(const uint8_t *data, size_t n)
{
    size_t zeros = 0;
    for (size_t i = 0; i < n; i++)
        zeros += data[i] == 0;
    return zeros;
}

/* By frequencies alone no byte takes less than a bit: where most are zero, repeats are looked
 * for. */
static enum method method_for(enum deflate_content content, const uint8_t *data, size_t n,
                              int effort)
{
    enum { ZEROS_PERCENT = 75 };
    enum method method = methods[content][effort];
    if (method == LITERALS && count_zeros(data, n) * 100 > n * ZEROS_PERCENT)
        return MATCHES_4;
    return method;
}

static void own_append(struct deflate *d, const void *data, size_t n, enum method method,
                       struct bytes *out)
{
    enum { GROWN = 64 }; /* bytes more than the data: then it goes as it is */
    size_t start = out->len;
    if (method != LITERALS) {
        matches_find(&d->matches, data, n, method == MATCHES_3 ? 3 : 4);
        fragment_put_matches(&d->matches, n, out);
    } else {
        fragment_put_literals(data, n, out);
    }
    if (out->len - start > n + GROWN) {
        out->len = start;
        fragment_put_stored(data, n, out);
    }
}

void deflate_append(struct deflate *d, enum deflate_content content, const void *data, size_t n,
                    int effort, struct bytes *out)
{
    assert(n > 0 && n < UINT_MAX / 4 && effort >= 0 && effort < EFFORTS);
    enum method method = method_for(content, data, n, effort);
    if (method == MATCHES_3 || method == MATCHES_4 || method == LITERALS) {
        own_append(d, data, n, method, out);
        return;
    }
#ifdef HAVE_ISAL
    if (d->engine == DEFLATE_IGZIP && (method == IGZIP_0 || method == IGZIP_2)) {
        igzip_append(d, data, n, method == IGZIP_2 ? 2 : 0, out);
        return;
    }
#endif
    zlib_append(d, data, n, method == ZLIB_6 ? ZLIB_6 : ZLIB_1, out);
}
