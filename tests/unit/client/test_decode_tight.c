/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>
#include <turbojpeg.h>

#include <cmocka.h>

#include "tests/client/decode_tight.h"
#include "tests/unit/client/rows.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void fill_and_copy(void **state)
{
    static const struct row rows[] = {
        {"fill", "rgb332", 2, 1, "80 07", "7 7", NULL},
        {"fill with TPIXEL of red, green, blue", "bgrx", 1, 1, "80 112233", "112233", NULL},
        {"the same in big endian", "xrgb", 1, 1, "80 112233", "112233", NULL},
        {"fill with a full pixel", "rgb101010", 1, 1, "80 11223304", "4332211", NULL},
        {"little data without zlib", "rgb332", 2, 1, "00 0102", "1 2", NULL},
        {"11 bytes without zlib", "rgb332", 11, 1, "00 *11 05", "5 5 5 5 5 5 5 5 5 5 5", NULL},
        {"12 bytes with zlib", "rgb332", 12, 1, "00 13 7801 00 0c00 f3ff *12 05",
         "5 5 5 5 5 5 5 5 5 5 5 5", NULL},
        {"the copy filter by number", "rgb332", 2, 1, "40 00 0102", "1 2", NULL},
        {"streams are apart", "rgb332", 12, 1,
         "00 13 7801 00 0c00 f3ff *12 05 | 10 13 7801 00 0c00 f3ff *12 06 | "
         "00 11 00 0c00 f3ff *12 07",
         "7 7 7 7 7 7 7 7 7 7 7 7", NULL},
        {"a reset begins a stream anew", "rgb332", 12, 1,
         "00 13 7801 00 0c00 f3ff *12 05 | 01 13 7801 00 0c00 f3ff *12 06",
         "6 6 6 6 6 6 6 6 6 6 6 6", NULL},
        {"fill may reset too", "rgb332", 12, 1,
         "00 13 7801 00 0c00 f3ff *12 05 | 81 01 | 00 13 7801 00 0c00 f3ff *12 06",
         "6 6 6 6 6 6 6 6 6 6 6 6", NULL},
    };

    (void)state;
    rows_check(client_decode_tight, rows, COUNT(rows), false);
}

static void filters(void **state)
{
    static const struct row rows[] = {
        {"2 colours, a bit each", "rgb332", 3, 2, "40 01 01 0709 40 a0", "7 9 7 9 7 9", NULL},
        {"3 colours, a byte each", "rgb332", 3, 1, "50 01 02 010203 02 01 00", "3 2 1", NULL},
        {"a palette of TPIXEL", "bgrx", 2, 1, "40 01 01 112233 445566 40", "112233 445566",
         NULL},
        {"gradient: a first row of differences", "rgb565", 2, 1, "40 02 0108 0108", "801 1002",
         NULL},
        {"a palette of one colour", "rgb332", 2, 1, "40 01 00 07 00", NULL,
         "palette of 1 colour"},
        {"an index beyond the palette", "rgb332", 3, 1, "40 01 02 010203 03 00 00", NULL,
         "palette index 3 of 3"},
        {"gradient with 8 bits", "rgb332", 2, 1, "40 02 0102", NULL, "gradient"},
        {"filter 3", "rgb332", 2, 1, "40 03 0102", NULL, "filter 3"},
    };

    (void)state;
    rows_check(client_decode_tight, rows, COUNT(rows), false);
}

/*
 * In 888, from differences by hand. Row 0: 10, then +5 to the left neighbour 10: 15. Row 1: +1
 * to 10 above: 11; then 11 + 15 - 10 = 16 predicted, +250 is -6: 10.
 */
static void gradient_predicts_from_three_neighbours(void **state)
{
    static const struct row rows[] = {
        {"grey", "bgrx", 2, 2, "40 02 13 7801 00 0c00 f3ff 0a0a0a 050505 010101 fafafa",
         "a0a0a f0f0f b0b0b a0a0a", NULL},
        {"the prediction is never below 0", "bgrx", 2, 2,
         "40 02 13 7801 00 0c00 f3ff 0a0a0a f6f6f6 f6f6f6 070707", "a0a0a 0 0 70707", NULL},
        {"the prediction is never above the maximum", "bgrx", 2, 2,
         "40 02 13 7801 00 0c00 f3ff 050505 fafafa fafafa 000000", "50505 ffffff ffffff ffffff",
         NULL},
    };

    (void)state;
    rows_check(client_decode_tight, rows, COUNT(rows), false);
}

static void broken_tight_is_refused(void **state)
{
    static const struct row rows[] = {
        {"compression 11", "rgb332", 1, 1, "b0 00", NULL, "compression 11"},
        {"compression 15", "rgb332", 1, 1, "f0 00", NULL, "compression 15"},
        {"no zlib, not asked for", "rgb332", 1, 1, "a0 00", NULL, "not asked for"},
        {"no zlib, with a filter", "rgb332", 1, 1, "e0 00 00", NULL, "not asked for"},
        {"2049 wide", "rgb332", 2049, 1, "80 00", NULL, "2049 pixels wide"},
        {"JPEG with 8 bits", "rgb332", 8, 8, "90 01 00", NULL, "8 bits"},
        {"no JPEG", "bgrx", 8, 8, "90 04 00010203", NULL, "JPEG"},
        {"too few bytes", "rgb332", 12, 1, "00 12 7801 00 0b00 f4ff *11 05", NULL,
         "gives 11 bytes, not 12"},
        {"too many bytes", "rgb332", 12, 1, "00 14 7801 00 0d00 f2ff *13 05", NULL,
         "more than the 12 bytes"},
        {"no zlib data", "rgb332", 12, 1, "00 0c *12 05", NULL, "broken"},
        {"a length beyond all need", "rgb332", 12, 1, "00 ffffff", NULL, "which is more than"},
        {"cut off", "rgb332", 12, 1, "00 13 7801", NULL, "ends too early"},
        {"cut off in the length", "rgb332", 12, 1, "00 93", NULL, "ends too early"},
    };

    (void)state;
    rows_check(client_decode_tight, rows, COUNT(rows), false);
}

static void tight_png_has_no_basic_compression(void **state)
{
    static const struct row rows[] = {
        {"fill", "bgrx", 1, 1, "80 112233", "112233", NULL},
        {"basic", "rgb332", 2, 1, "00 0102", NULL, "compression 0 is invalid"},
        {"basic with filter", "rgb332", 2, 1, "40 00 0102", NULL, "compression 4 is invalid"},
        {"no PNG", "bgrx", 1, 1, "a0 04 00010203", NULL, "PNG is broken"},
    };

    (void)state;
    rows_check(client_decode_tight_png, rows, COUNT(rows), false);
}

static void compact_lengths(void **state)
{
    static const struct {
        uint8_t bytes[3];
        size_t size;
        uint32_t length;
    } rows[] = {
        {{0}, 1, 0},
        {{0x7f}, 1, 127},
        {{0x80, 0x01}, 2, 128},
        {{0x90, 0x4e}, 2, 10000}, /* the example of rfbproto */
        {{0xff, 0x7f}, 2, 16383},
        {{0x80, 0x80, 0x01}, 3, 16384},
        {{0xff, 0xff, 0xff}, 3, 4194303},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct client_fault fault = {0, ""};
        struct client_source *source = malloc(sizeof *source);

        assert_non_null(source);
        client_source_init_memory(source, &fault, "a length", rows[i].bytes, rows[i].size);
        assert_int_equal(client_tight_take_length(source), rows[i].length);
        client_source_finish(source);
        assert_string_equal(fault.why, "");
        free(source);
    }
}

/* A source over a control byte, a compact length and an image; the caller frees the bytes. */
static uint8_t *wrap(uint8_t control, const uint8_t *image, size_t size, size_t *size_r)
{
    uint8_t *bytes = malloc(size + 4);

    assert_non_null(bytes);
    bytes[0] = control;
    bytes[1] = (uint8_t)(size & 0x7f) | 0x80;
    bytes[2] = (uint8_t)(size >> 7 & 0x7f) | 0x80;
    bytes[3] = (uint8_t)(size >> 14);
    memcpy(bytes + 4, image, size);
    *size_r = size + 4;
    return bytes;
}

/* Runs one Tight rectangle of 16x8 in the upper left of a picture; the fault that it gave. */
static struct client_fault decode_image(client_decode_fn *decode, uint8_t control,
                                        const uint8_t *image, size_t size, uint8_t *rgb_r)
{
    struct client_fault fault = {0, ""};
    struct client_picture picture;
    struct client_decoder decoder;
    const struct client_target target = {&picture, 0, 0, 16, 8};
    struct client_source *source = malloc(sizeof *source);
    size_t wrapped_size;
    uint8_t *wrapped = wrap(control, image, size, &wrapped_size);

    assert_non_null(source);
    client_decoder_init(&decoder, &fault);
    decoder.may_send_jpeg = true;
    client_picture_init(&picture, &fault, &client_format_bgrx, NULL);
    client_picture_resize(&picture, 16, 8);
    client_source_init_memory(source, &fault, "an image", wrapped, wrapped_size);
    decode(&decoder, source, &target);
    memcpy(rgb_r, picture.rgb, 3);
    client_picture_fini(&picture);
    client_decoder_fini(&decoder);
    free(source);
    free(wrapped);
    return fault;
}

static uint8_t *make_jpeg(int width_px, int height_px, unsigned long *size_r)
{
    uint8_t *rgb = malloc(3 * (size_t)(width_px * height_px));
    uint8_t *jpeg = NULL;
    tjhandle handle = tjInitCompress();

    assert_non_null(rgb);
    memset(rgb, 200, 3 * (size_t)(width_px * height_px));
    assert_int_equal(0, tjCompress2(handle, rgb, width_px, 0, height_px, TJPF_RGB, &jpeg,
                                    size_r, TJSAMP_420, 90, 0));
    tjDestroy(handle);
    free(rgb);
    return jpeg;
}

static void a_jpeg_must_fit_its_rectangle_and_its_length(void **state)
{
    unsigned long size = 0;
    uint8_t rgb[3];
    struct client_fault fault;
    uint8_t *jpeg = make_jpeg(16, 8, &size);

    (void)state;
    fault = decode_image(client_decode_tight, 0x90, jpeg, size, rgb);
    assert_string_equal(fault.why, "");
    assert_in_range(rgb[0], 198, 202);
    fault = decode_image(client_decode_tight, 0x90, jpeg, size - 1, rgb);
    assert_non_null(strstr(fault.why, "ends too early"));
    tjFree(jpeg);

    jpeg = make_jpeg(16, 16, &size);
    fault = decode_image(client_decode_tight, 0x90, jpeg, size, rgb);
    assert_non_null(strstr(fault.why, "a JPEG of 16x16 for a rectangle of 16x8"));
    tjFree(jpeg);
}

static void bytes_behind_a_jpeg_are_refused(void **state)
{
    unsigned long size = 0;
    uint8_t rgb[3];
    uint8_t *jpeg = make_jpeg(16, 8, &size);
    uint8_t *longer = calloc(1, size + 1);
    struct client_fault fault;

    (void)state;
    assert_non_null(longer);
    memcpy(longer, jpeg, size);
    fault = decode_image(client_decode_tight, 0x90, longer, size + 1, rgb);
    assert_non_null(strstr(fault.why, "1 bytes too many"));
    free(longer);
    tjFree(jpeg);
}

static uint8_t *make_png(unsigned width_px, unsigned height_px, unsigned format, size_t *size_r)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width_px, .height = height_px, .format = format};
    png_alloc_size_t size = 65536;
    uint8_t *pixels = malloc(4 * (size_t)width_px * height_px);
    uint8_t *png = malloc(size);

    assert_non_null(pixels);
    assert_non_null(png);
    memset(pixels, 77, 4 * (size_t)width_px * height_px);
    assert_true(png_image_write_to_memory(&image, png, &size, 0, pixels, 0, NULL));
    free(pixels);
    *size_r = size;
    return png;
}

static void a_png_must_fit_and_be_opaque(void **state)
{
    static const struct {
        unsigned width_px, height_px, format;
        const char *fault;
    } rows[] = {
        {16, 8, PNG_FORMAT_RGB, NULL},
        {8, 16, PNG_FORMAT_RGB, "a PNG of 8x16 for a rectangle of 16x8"},
        {16, 8, PNG_FORMAT_RGBA, "transparency"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t size;
        uint8_t rgb[3];
        uint8_t *png = make_png(rows[i].width_px, rows[i].height_px, rows[i].format, &size);
        struct client_fault fault = decode_image(client_decode_tight_png, 0xa0, png, size, rgb);

        if (rows[i].fault)
            assert_non_null(strstr(fault.why, rows[i].fault));
        else
            assert_string_equal(fault.why, "");
        if (!rows[i].fault)
            assert_int_equal(rgb[0], 77);
        free(png);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fill_and_copy),
        cmocka_unit_test(filters),
        cmocka_unit_test(gradient_predicts_from_three_neighbours),
        cmocka_unit_test(broken_tight_is_refused),
        cmocka_unit_test(tight_png_has_no_basic_compression),
        cmocka_unit_test(compact_lengths),
        cmocka_unit_test(a_jpeg_must_fit_its_rectangle_and_its_length),
        cmocka_unit_test(bytes_behind_a_jpeg_are_refused),
        cmocka_unit_test(a_png_must_fit_and_be_opaque),
    };

    return cmocka_run_group_tests_name("client/decode_tight", tests, NULL, NULL);
}
