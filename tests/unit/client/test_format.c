/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/client/encodings.h"
#include "tests/client/format.h"
#include "tests/client/picture.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

static void every_named_format_is_sound_and_survives_the_wire(void **state)
{
    (void)state;
    for (size_t i = 0; client_format_name(i); i++) {
        const struct client_format *format = client_format_find(client_format_name(i));
        uint8_t wire[CLIENT_FORMAT_BYTES], again[CLIENT_FORMAT_BYTES];
        struct client_format parsed;

        assert_null(client_format_check(format));
        client_format_write(format, wire);
        client_format_parse(&parsed, wire);
        client_format_write(&parsed, again);
        assert_memory_equal(wire, again, sizeof wire);
    }
}

static void intensities_are_scaled_and_rounded(void **state)
{
    static const struct {
        const char *format;
        uint32_t value;
        uint8_t rgb[3];
    } rows[] = {
        {"bgrx", 0x123456, {0x12, 0x34, 0x56}},
        {"rgb565", 0xf800, {255, 0, 0}},
        {"rgb565", 0x0821, {8, 4, 8}},  /* 1 of 31, 1 of 63, 1 of 31 */
        {"rgb332", 0x49, {73, 73, 85}}, /* 2 of 7 is 72.9, 1 of 3 is 85 */
        {"rgb222", 0x2a, {170, 170, 170}},
        {"rgb101010", 0x3ff001ff, {255, 0, 127}}, /* 511 of 1023 is 127.4 */
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct client_format *format = client_format_find(rows[i].format);
        uint8_t rgb[3];

        assert_true(client_format_rgb(format, NULL, rows[i].value, rgb));
        assert_memory_equal(rgb, rows[i].rgb, 3);
    }
}

static void packing_what_is_shown_gives_the_value_back(void **state)
{
    (void)state;
    for (size_t i = 0; client_format_name(i); i++) {
        const struct client_format *format = client_format_find(client_format_name(i));
        uint8_t rgb[3];

        if (!format->true_colour || format->max[0] > 255)
            continue;
        for (uint32_t n = 0; n < 4096; n++) {
            uint32_t value = n * 2654435761u & client_format_mask(format);

            client_format_rgb(format, NULL, value, rgb);
            assert_int_equal(client_format_pack(format, rgb), value);
        }
    }
}

static void a_comparison_allows_for_the_format_only(void **state)
{
    static const struct {
        uint8_t want, got_component;
        bool equal;
    } rows[] = {
        /* 3 bits: 100 * 7 / 255 is 2.75, rounded 3; cut to 3 bits it is 3 */
        {100, 3, true},
        {100, 2, false},
        /* 59 * 7 / 255 is 1.62, rounded 2; cut it is 1: both are conversions */
        {59, 2, true},
        {59, 1, true},
        {59, 3, false},
    };
    struct client_fault fault = {0, ""};
    struct client_picture picture;

    (void)state;
    client_picture_init(&picture, &fault, client_format_find("rgb332"), NULL);
    assert_true(client_picture_resize(&picture, 1, 1));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const uint8_t rgb[3] = {rows[i].want, 0, 0};

        client_picture_put(&picture, 0, 0, (uint32_t)rows[i].got_component << 5);
        assert_int_equal(client_picture_compare(&picture, rgb, 1, 1, 3, 0, NULL),
                         rows[i].equal);
    }
    client_picture_fini(&picture);
}

static void pixels_never_sent_differ_from_everything(void **state)
{
    static const uint8_t black[3] = {0, 0, 0};
    struct client_fault fault = {0, ""};
    struct client_picture picture;

    (void)state;
    client_picture_init(&picture, &fault, &client_format_bgrx, NULL);
    assert_true(client_picture_resize(&picture, 1, 1));
    assert_false(client_picture_compare(&picture, black, 1, 1, 3, 255, NULL));
    client_picture_put(&picture, 0, 0, 0);
    assert_true(client_picture_compare(&picture, black, 1, 1, 3, 0, NULL));
    client_picture_fini(&picture);
}

static void lists_of_encodings_are_read(void **state)
{
    static const int32_t want[] = {7, 1, -26, -254, -432, -767, -224, -308, 0x574d5664};
    struct client_encodings list;
    const char *word = NULL;

    (void)state;
    assert_int_equal(0, client_encodings_parse(&list,
                                               "tight,copyrect,quality=6,compress=2,fine=80,"
                                               "subsampling=4x,lastrect,-308,0x574d5664",
                                               &word));
    assert_int_equal(list.count, COUNT(want));
    assert_memory_equal(list.number, want, sizeof want);
}

static void words_that_are_no_encodings_are_pointed_at(void **state)
{
    static const char *const lists[] = {"raw,quality=10", "raw,quality=",  "raw,fine=101",
                                        "raw,quality=-1", "raw,tightt",    "raw,7x",
                                        "raw,,zrle",      "raw,3000000000"};

    (void)state;
    for (size_t i = 0; i < COUNT(lists); i++) {
        struct client_encodings list;
        const char *word = NULL;

        assert_true(client_encodings_parse(&list, lists[i], &word) < 0);
        assert_ptr_equal(word, lists[i] + 4);
    }
}

static void every_encoding_is_found_by_its_name(void **state)
{
    const char *name, *word;
    int32_t encoding;

    (void)state;
    for (size_t i = 0; client_encoding_row(i, &name, &encoding); i++) {
        struct client_encodings list;

        assert_int_equal(0, client_encodings_parse(&list, name, &word));
        assert_int_equal(list.number[0], encoding);
        assert_string_equal(client_encoding_name(encoding), name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_named_format_is_sound_and_survives_the_wire),
        cmocka_unit_test(intensities_are_scaled_and_rounded),
        cmocka_unit_test(packing_what_is_shown_gives_the_value_back),
        cmocka_unit_test(a_comparison_allows_for_the_format_only),
        cmocka_unit_test(pixels_never_sent_differ_from_everything),
        cmocka_unit_test(lists_of_encodings_are_read),
        cmocka_unit_test(words_that_are_no_encodings_are_pointed_at),
        cmocka_unit_test(every_encoding_is_found_by_its_name),
    };

    return cmocka_run_group_tests_name("client/format", tests, NULL, NULL);
}
