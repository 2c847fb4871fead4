/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <cmocka.h>

#include "rfb/encode/deflate.h"
#include "tests/unit/rfb/encode/scenes.h"

/* Bytes as packed pixels are: runs, repeats, and places where nothing repeats. */
static void make_data(uint8_t *data, size_t n, uint32_t *random)
{
    uint32_t style = scene_random(random) % 4;
    for (size_t i = 0; i < n; i++) {
        uint32_t v = scene_random(random);
        if (style == 0 || (style == 1 && v % 8 == 0))
            data[i] = (uint8_t)(v >> 8);
        else
            data[i] = style == 2 && i >= 700 ? data[i - 700] : (uint8_t)(i / 50);
    }
}

static void inflate_all(z_stream *z, const struct bytes *in, const uint8_t *want, size_t n)
{
    uint8_t *out = malloc(n + 1);
    z->next_in = in->data;
    z->avail_in = (uInt)in->len;
    z->next_out = out;
    z->avail_out = (uInt)n + 1;
    int rc = inflate(z, Z_SYNC_FLUSH);
    assert_true(rc == Z_OK || rc == Z_BUF_ERROR);
    assert_int_equal(z->avail_in, 0);
    assert_int_equal(z->avail_out, 1);
    assert_memory_equal(out, want, n);
    free(out);
}

struct fragment {
    size_t n;
    uint8_t *data;
    struct bytes packed;
};

enum { FRAGMENTS = 90, LARGEST = 150000 };

static void make_fragments(struct fragment *f, uint32_t *random)
{
    struct deflate *engines[2] = {deflate_new(DEFLATE_ZLIB),
                                  deflate_new(deflate_best_engine())};
    for (int i = 0; i < FRAGMENTS; i++) {
        f[i].n = 1 + scene_random(random) % (i % 3 ? 400 : LARGEST);
        f[i].data = malloc(f[i].n);
        make_data(f[i].data, f[i].n, random);
        bytes_init(&f[i].packed, SIZE_MAX);
        deflate_append(engines[i % 2], i / 6 % 3, f[i].data, f[i].n, i / 2 % 3, &f[i].packed);
    }
    deflate_free(&engines[0]);
    deflate_free(&engines[1]);
}

static void free_fragments(struct fragment *f)
{
    for (int i = 0; i < FRAGMENTS; i++) {
        free(f[i].data);
        bytes_fini(&f[i].packed);
    }
}

static void every_fragment_stands_alone_without_a_window(void **state)
{
    (void)state;
    struct fragment f[FRAGMENTS];
    uint32_t random = 5;
    make_fragments(f, &random);
    for (int i = 0; i < FRAGMENTS; i++) {
        z_stream z = {0};
        assert_int_equal(inflateInit2(&z, -15), Z_OK);
        inflate_all(&z, &f[i].packed, f[i].data, f[i].n);
        inflateEnd(&z);
    }
    free_fragments(f);
}

static void fragments_in_any_order_are_one_stream(void **state)
{
    (void)state;
    struct fragment f[FRAGMENTS];
    uint32_t random = 6;
    make_fragments(f, &random);
    for (int order = 0; order < 12; order++) {
        z_stream z = {0};
        uint8_t header[2] = {0x78, 0x01};
        struct bytes opener = {.data = header, .len = 2};
        assert_int_equal(inflateInit(&z), Z_OK);
        inflate_all(&z, &opener, header, 0);
        for (int i = 0; i < FRAGMENTS; i++) {
            const struct fragment *next = &f[scene_random(&random) % FRAGMENTS];
            inflate_all(&z, &next->packed, next->data, next->n);
        }
        inflateEnd(&z);
    }
    free_fragments(f);
}

static void what_cannot_shrink_hardly_grows(void **state)
{
    (void)state;
    enum { N = 200000 };
    enum deflate_engine engines[2] = {DEFLATE_ZLIB, deflate_best_engine()};
    uint8_t *data = malloc(N);
    uint32_t random = 7;
    for (size_t i = 0; i < N; i++)
        data[i] = (uint8_t)(scene_random(&random) >> 7);
    for (int e = 0; e < 18; e++) {
        struct deflate *d = deflate_new(engines[e % 2]);
        struct bytes out;
        bytes_init(&out, SIZE_MAX);
        deflate_append(d, e / 6, data, N, e / 2 % 3, &out);
        assert_true(out.len < N + N / 1000 + 100);
        z_stream z = {0};
        assert_int_equal(inflateInit2(&z, -15), Z_OK);
        inflate_all(&z, &out, data, N);
        inflateEnd(&z);
        bytes_fini(&out);
        deflate_free(&d);
        assert_null(d);
    }
    free(data);
}

int test_deflate_group(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fragment_stands_alone_without_a_window),
        cmocka_unit_test(fragments_in_any_order_are_one_stream),
        cmocka_unit_test(what_cannot_shrink_hardly_grows),
    };
    return cmocka_run_group_tests_name("deflate", tests, NULL, NULL);
}
