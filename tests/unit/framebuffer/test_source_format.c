/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"
#include "framebuffer/source_format.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void the_eight_codes_of_virtio_gpu_are_known(void **state)
{
    (void)state;
    static const struct {
        uint32_t code;
        enum source_format format;
    } rows[] = {
        {0x20020888, SOURCE_XRGB}, {0x20028888, SOURCE_XRGB}, {0x20030888, SOURCE_XBGR},
        {0x20038888, SOURCE_XBGR}, {0x20080888, SOURCE_BGRX}, {0x20088888, SOURCE_BGRX},
        {0x20090888, SOURCE_RGBX}, {0x20098888, SOURCE_RGBX},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum source_format format = SOURCE_XRGB;
        assert_int_equal(source_format_from_pixman(rows[i].code, &format), 0);
        assert_int_equal(format, rows[i].format);
    }
}

static void other_codes_are_refused(void **state)
{
    (void)state;
    /* r5g6b5, r8g8b8, a2r10g10b10, none, all bits */
    static const uint32_t codes[] = {0x10020565, 0x18020888, 0x20022aaa, 0, UINT32_MAX};
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        enum source_format format = SOURCE_RGBX;
        assert_int_equal(source_format_from_pixman(codes[i], &format), -EINVAL);
        assert_int_equal(format, SOURCE_RGBX);
    }
}

static void every_layout_becomes_a_surface_word_without_alpha(void **state)
{
    (void)state;
    static const struct {
        enum source_format format;
        uint32_t word; /* red 0x11, green 0x22, blue 0x33, the fourth byte 0xee */
    } rows[] = {
        {SOURCE_XRGB, 0xee112233},
        {SOURCE_XBGR, 0xee332211},
        {SOURCE_BGRX, 0x332211ee},
        {SOURCE_RGBX, 0x112233ee},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t shift = 0; shift < 4; shift++) {
            uint8_t src[4 + 3 * sizeof(uint32_t)];
            uint32_t dst[4] = {0, 0, 0, 0xabcd};
            for (size_t k = 0; k < 3; k++)
                memcpy(src + shift + 4 * k, &rows[i].word, sizeof(uint32_t));
            source_format_convert(rows[i].format, dst, src + shift, 3);
            assert_int_equal(dst[0], 0x112233);
            assert_int_equal(dst[1], 0x112233);
            assert_int_equal(dst[2], 0x112233);
            assert_int_equal(dst[3], 0xabcd);
        }
    }
}

int test_source_format(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_eight_codes_of_virtio_gpu_are_known),
        cmocka_unit_test(other_codes_are_refused),
        cmocka_unit_test(every_layout_becomes_a_surface_word_without_alpha),
    };
    return cmocka_run_group_tests_name("source_format", tests, NULL, NULL);
}
