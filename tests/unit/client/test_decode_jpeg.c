/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <turbojpeg.h>

#include <cmocka.h>

#include "tests/client/decode.h"
#include "tests/unit/client/rows.h"

enum { WIDTH_PX = 16, HEIGHT_PX = 8 };

struct rig {
    struct client_fault fault;
    struct client_picture picture;
    struct client_decoder decoder;
    struct client_source source;
};

static struct rig *rig_new(void)
{
    struct rig *rig = calloc(1, sizeof *rig);

    assert_non_null(rig);
    client_decoder_init(&rig->decoder, &rig->fault);
    client_picture_init(&rig->picture, &rig->fault, &client_format_bgrx, NULL);
    assert_true(client_picture_resize(&rig->picture, WIDTH_PX, HEIGHT_PX));
    return rig;
}

static void rig_free(struct rig *rig)
{
    client_decoder_fini(&rig->decoder);
    client_picture_fini(&rig->picture);
    free(rig);
}

static void run(struct rig *rig, const uint8_t *jpeg, size_t size)
{
    const struct client_target target = {&rig->picture, 0, 0, WIDTH_PX, HEIGHT_PX};

    client_source_init_memory(&rig->source, &rig->fault, "the rectangle", jpeg, size);
    client_decode_jpeg(&rig->decoder, &rig->source, &target);
}

static uint8_t *compress_rgb(const uint8_t *rgb, int quality, size_t *size_r)
{
    uint8_t *jpeg = NULL;
    unsigned long size = 0;
    tjhandle handle = tjInitCompress();

    assert_int_equal(0, tjCompress2(handle, rgb, WIDTH_PX, 0, HEIGHT_PX, TJPF_RGB, &jpeg, &size,
                                    TJSAMP_444, quality, 0));
    tjDestroy(handle);
    *size_r = size;
    return jpeg;
}

static uint8_t *make_jpeg(uint8_t grey, int quality, size_t *size_r)
{
    uint8_t rgb[3 * WIDTH_PX * HEIGHT_PX];

    memset(rgb, grey, sizeof rgb);
    return compress_rgb(rgb, quality, size_r);
}

/* Noise whose entropy-coded data holds a byte of ff, and so ff 00. */
static uint8_t *make_stuffed_jpeg(size_t *size_r)
{
    uint8_t rgb[3 * WIDTH_PX * HEIGHT_PX];
    uint32_t seed = 1;

    for (;;) {
        const uint8_t stuffing[2] = {0xff, 0}, scan[2] = {0xff, 0xda};
        uint8_t *jpeg, *data;

        for (size_t i = 0; i < sizeof rgb; i++)
            rgb[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
        jpeg = compress_rgb(rgb, 100, size_r);
        data = memmem(jpeg, *size_r, scan, 2);
        assert_non_null(data);
        if (memmem(data, *size_r - (size_t)(data - jpeg), stuffing, 2))
            return jpeg;
        tjFree(jpeg);
    }
}

/* Takes all segments with this marker out of a JPEG, up to its entropy-coded data. */
static size_t strip(uint8_t *jpeg, size_t size, uint8_t marker)
{
    size_t at = 2;

    while (at + 4 < size && jpeg[at + 1] != 0xda) {
        size_t length = 2 + ((size_t)jpeg[at + 2] << 8 | jpeg[at + 3]);

        if (jpeg[at + 1] != marker) {
            at += length;
            continue;
        }
        memmove(jpeg + at, jpeg + at + length, size - at - length);
        size -= length;
    }
    return size;
}

static void a_jpeg_tells_its_own_end(void **state)
{
    size_t size;
    uint8_t *jpeg = make_jpeg(100, 90, &size);
    uint8_t *longer = malloc(size + 3);
    struct rig *rig = rig_new();

    (void)state;
    assert_non_null(longer);
    memcpy(longer, jpeg, size);
    memset(longer + size, 0xff, 3);
    run(rig, longer, size + 3);
    assert_string_equal(rig->fault.why, "");
    assert_int_equal(client_source_left(&rig->source), 3);
    assert_in_range(rig->picture.rgb[0], 99, 101);
    rig_free(rig);
    free(longer);
    tjFree(jpeg);
}

static void stuffed_bytes_do_not_end_a_jpeg(void **state)
{
    size_t size;
    uint8_t *jpeg = make_stuffed_jpeg(&size);
    struct rig *rig = rig_new();

    (void)state;
    run(rig, jpeg, size);
    assert_string_equal(rig->fault.why, "");
    assert_int_equal(client_source_left(&rig->source), 0);
    rig_free(rig);
    tjFree(jpeg);
}

static void tables_that_are_left_out_are_those_of_before(void **state)
{
    static const uint8_t markers[] = {0xdb, 0xc4}; /* DQT, DHT */
    size_t full_size, size;
    uint8_t *full = make_jpeg(100, 90, &full_size);
    uint8_t *brief = make_jpeg(200, 90, &size);
    struct rig *rig = rig_new();

    (void)state;
    for (size_t i = 0; i < 2; i++)
        size = strip(brief, size, markers[i]);
    assert_true(size < full_size);
    run(rig, full, full_size);
    run(rig, brief, size);
    assert_string_equal(rig->fault.why, "");
    assert_int_equal(client_source_left(&rig->source), 0);
    assert_in_range(rig->picture.rgb[0], 199, 201);
    rig_free(rig);
    tjFree(brief);
    tjFree(full);
}

static void tables_that_never_came_are_missed(void **state)
{
    static const struct {
        uint8_t marker;
        const char *why;
    } rows[] = {{0xdb, "without quantisation tables"}, {0xc4, "without Huffman tables"}};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        size_t size;
        uint8_t *jpeg = make_jpeg(100, 90, &size);
        struct rig *rig = rig_new();

        size = strip(jpeg, size, rows[i].marker);
        run(rig, jpeg, size);
        assert_non_null(strstr(rig->fault.why, rows[i].why));
        rig_free(rig);
        tjFree(jpeg);
    }
}

static void broken_jpegs_are_refused(void **state)
{
    static const struct row rows[] = {
        {"no JPEG", "bgrx", 8, 8, "00010203", NULL, "where a JPEG marker should be"},
        {"no SOI", "bgrx", 8, 8, "ffdb 0004 0000", NULL, "does not begin with SOI"},
        {"nothing behind SOI", "bgrx", 8, 8, "ffd8", NULL, "ends too early"},
        {"a segment of length 1", "bgrx", 8, 8, "ffd8 ffe0 0001", NULL, "length 1"},
        {"a segment cut off", "bgrx", 8, 8, "ffd8 ffe0 0010 00", NULL, "ends too early"},
        {"no tables", "bgrx", 8, 8, "ffd8 ffd9", NULL, "without quantisation tables"},
        {"no picture", "bgrx", 8, 8, "ffd8 ffdb 0003 00 ffc4 0003 00 ffd9", NULL,
         "a JPEG is broken"},
        {"comments without end", "bgrx", 1, 1,
         "ffd8 fffe ffff *65533 20 fffe ffff *65533 20 ffd9", NULL, "is longer than"},
    };

    (void)state;
    rows_check(client_decode_jpeg, rows, sizeof rows / sizeof rows[0], false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_jpeg_tells_its_own_end),
        cmocka_unit_test(stuffed_bytes_do_not_end_a_jpeg),
        cmocka_unit_test(tables_that_are_left_out_are_those_of_before),
        cmocka_unit_test(tables_that_never_came_are_missed),
        cmocka_unit_test(broken_jpegs_are_refused),
    };

    return cmocka_run_group_tests_name("client/decode_jpeg", tests, NULL, NULL);
}
