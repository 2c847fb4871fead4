/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "rfb/encode/class.h"

static const struct pixel_format rgb565 = {16, 16, false, true, 31, 63, 31, 11, 5, 0};
static const struct pixel_format map8 = {.bpp = 8, .depth = 8};

static struct encode_class class_of(const int32_t *list, size_t n, const struct pixel_format *f)
{
    struct encodings e = encodings_from_list(list, n);
    return encode_class_for(&e, f);
}

static void the_class_follows_what_a_client_asks(void **state)
{
    static const struct {
        int32_t list[5];
        const struct pixel_format *format;
        int32_t encoding;
        int quality, subsampling, effort;
        bool gradient;
    } rows[] = {
        {{ENCODING_RAW}, &pixel_format_native, ENCODING_RAW, -1, 1, 1, false},
        {{ENCODING_ZRLE, -24}, &pixel_format_native, ENCODING_ZRLE, -1, 1, 1, false},
        {{ENCODING_TIGHT}, &pixel_format_native, ENCODING_TIGHT, -1, 1, 1, true},
        {{ENCODING_TIGHT, ENCODING_TIGHT_PNG},
         &pixel_format_native,
         ENCODING_TIGHT,
         -1,
         1,
         1,
         false},
        {{ENCODING_TIGHT, -24}, &pixel_format_native, ENCODING_TIGHT, 92, 1, 1, true},
        {{ENCODING_TIGHT, -32}, &rgb565, ENCODING_TIGHT, 15, 4, 1, true},
        {{ENCODING_TIGHT, -24}, &map8, ENCODING_TIGHT, -1, 1, 1, true},
        {{ENCODING_TIGHT, -256}, &pixel_format_native, ENCODING_TIGHT, -1, 1, 0, true},
        {{ENCODING_ZRLE, -247}, &pixel_format_native, ENCODING_ZRLE, -1, 1, 2, false},
        {{ENCODING_HEXTILE, -247}, &pixel_format_native, ENCODING_HEXTILE, -1, 1, 1, false},
        {{ENCODING_JPEG}, &pixel_format_native, ENCODING_JPEG, 80, 2, 1, false},
        {{ENCODING_JPEG, -482, -768}, &pixel_format_native, ENCODING_JPEG, 30, 1, 1, false},
        {{ENCODING_JPEG}, &map8, ENCODING_RAW, -1, 1, 1, false},
        {{ENCODING_TIGHT_PNG}, &pixel_format_native, ENCODING_TIGHT_PNG, -1, 1, 1, false},
        {{ENCODING_TIGHT_PNG}, &rgb565, ENCODING_RAW, -1, 1, 1, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encode_class c = class_of(rows[i].list, 5, rows[i].format);
        assert_int_equal(c.encoding, rows[i].encoding);
        assert_int_equal(c.quality, rows[i].quality);
        assert_int_equal(c.subsampling, rows[i].subsampling);
        assert_int_equal(c.effort, rows[i].effort);
        assert_int_equal(c.gradient, rows[i].gradient);
    }
}

static void the_lossless_class_is_exact_and_known_to_the_client(void **state)
{
    static const struct {
        int32_t best, exact;
    } rows[] = {
        {ENCODING_TIGHT, ENCODING_TIGHT},
        {ENCODING_ZRLE, ENCODING_ZRLE},
        {ENCODING_JPEG, ENCODING_RAW},
        {ENCODING_TIGHT_PNG, ENCODING_TIGHT_PNG},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encode_class c =
            class_of((int32_t[]){rows[i].best, -27}, 2, &pixel_format_native);
        struct encode_class exact = encode_class_lossless(&c);
        assert_int_equal(exact.encoding, rows[i].exact);
        assert_int_equal(exact.quality, -1);
        struct encode_class again = encode_class_lossless(&exact);
        assert_true(encode_class_equal(&exact, &again));
    }
}

static void viewers_share_when_nothing_that_matters_differs(void **state)
{
    static const struct {
        int32_t a[3], b[3];
        bool equal;
    } rows[] = {
        {{ENCODING_ZRLE, -24, -254}, {ENCODING_ZRLE, -30, -252}, true},
        {{ENCODING_ZRLE, 0, 0}, {ENCODING_ZRLE, 0, -247}, false},
        {{ENCODING_TIGHT, -24, 0}, {ENCODING_TIGHT, -24, -251}, true},
        {{ENCODING_TIGHT, -24, 0}, {ENCODING_TIGHT, -25, 0}, false},
        {{ENCODING_TIGHT, -24, 0}, {ENCODING_TIGHT, -24, -767}, false},
        {{ENCODING_TIGHT, 0, 0}, {ENCODING_TIGHT, ENCODING_TIGHT_PNG, 0}, false},
        {{ENCODING_RAW, -24, -247}, {ENCODING_RAW, 0, 0}, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encode_class a = class_of(rows[i].a, 3, &pixel_format_native);
        struct encode_class b = class_of(rows[i].b, 3, &pixel_format_native);
        assert_int_equal(encode_class_equal(&a, &b), rows[i].equal);
        b.format.red_shift = 0;
        assert_false(encode_class_equal(&a, &b));
    }
}

int test_class_group(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_class_follows_what_a_client_asks),
        cmocka_unit_test(the_lossless_class_is_exact_and_known_to_the_client),
        cmocka_unit_test(viewers_share_when_nothing_that_matters_differs),
    };
    return cmocka_run_group_tests_name("class", tests, NULL, NULL);
}
