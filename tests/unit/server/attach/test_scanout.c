/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/scanout.h"
#include "tests/unit/server/attach/groups.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

enum { XRGB = 0x20020888, RGBA = 0x20098888, R5G6B5 = 0x10020565 };
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void a_scanout_is_taken_when_its_numbers_agree(void **state)
{
    (void)state;
    static const struct {
        uint32_t w, h, stride, pixman;
        size_t len;
        int result;
    } rows[] = {
        {2, 2, 8, XRGB, 16, 0},
        {2, 2, 8, XRGB, 15, -EINVAL},
        {2, 2, 7, XRGB, 16, -EINVAL},
        {2, 2, 12, RGBA, 20, 0}, /* the last row needs no padding */
        {2, 2, 12, RGBA, 19, -EINVAL},
        {1, 1, 4, XRGB, 4, 0},
        {1, 1, UINT32_MAX, XRGB, 4, 0},
        {1, 2, UINT32_MAX, XRGB, 4, -EINVAL},
        {0, 2, 8, XRGB, 16, -EINVAL},
        {2, 0, 8, XRGB, 16, -EINVAL},
        {2, 2, 8, R5G6B5, 16, -EINVAL},
        {2, 2, 8, 0, 16, -EINVAL},
        {16384, 4096, 65536, XRGB, (size_t)256 << 20, 0},
        {16384, 4097, 65536, XRGB, (size_t)257 << 20, -E2BIG},
        {16385, 1, 65540, XRGB, 65540, -E2BIG},
        {UINT32_MAX, UINT32_MAX, UINT32_MAX, XRGB, SIZE_MAX, -E2BIG},
        {0x40000001, 1, 4, XRGB, 4, -E2BIG}, /* w * 4 is 4 in 32 bits */
        {4, 0x10000000, 16, XRGB, 64, -E2BIG},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scanout_pixels p = {.stride = 77};
        const char *why = NULL;
        int r = scanout_check_full(rows[i].w, rows[i].h, rows[i].stride, rows[i].pixman,
                                   rows[i].len, &p, &why);
        assert_int_equal(r, rows[i].result);
        assert_int_equal(p.stride, r < 0 ? 77 : rows[i].stride);
        assert_non_null(why);
        if (r == 0)
            assert_true(p.r.x == 0 && p.r.y == 0 && p.r.w == (int)rows[i].w &&
                        p.r.h == (int)rows[i].h);
    }
}

static void an_update_is_taken_when_its_numbers_agree(void **state)
{
    (void)state;
    static const struct {
        int32_t x, y, w, h;
        uint32_t stride;
        size_t len;
        int result;
    } rows[] = {
        {0, 0, 2, 2, 8, 16, 0},
        {100, 200, 2, 2, 8, 16, 0},
        {-1, 0, 2, 2, 8, 16, -EINVAL},
        {0, -1, 2, 2, 8, 16, -EINVAL},
        {0, 0, -2, 2, 8, 16, -EINVAL},
        {0, 0, 2, -2, 8, 16, -EINVAL},
        {0, 0, 0, 2, 8, 16, -EINVAL},
        {0, 0, 2, 0, 8, 16, -EINVAL},
        {0, 0, 2, 2, 4, 16, -EINVAL},
        {0, 0, 2, 2, 8, 12, -EINVAL},
        {16382, 0, 2, 2, 8, 16, 0},
        {16383, 0, 2, 2, 8, 16, -EINVAL},
        {INT_MAX, 0, INT_MAX, 2, 8, 16, -EINVAL},
        {0, INT_MAX, 2, INT_MAX, 8, 16, -EINVAL},
        {INT_MIN, INT_MIN, INT_MIN, INT_MIN, 0, 0, -EINVAL},
        {0, 0, 16384, 16384, 65536, SIZE_MAX, -E2BIG},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scanout_pixels p = {.stride = 77};
        const char *why = NULL;
        int r = scanout_check_update(rows[i].x, rows[i].y, rows[i].w, rows[i].h, rows[i].stride,
                                     XRGB, rows[i].len, &p, &why);
        assert_int_equal(r, rows[i].result);
        if (r == 0)
            assert_true(p.r.x == rows[i].x && p.r.y == rows[i].y && p.r.w == rows[i].w &&
                        p.r.h == rows[i].h);
    }
}

static void a_map_is_taken_when_the_file_holds_it(void **state)
{
    (void)state;
    static const struct {
        uint32_t offset, w, h, stride;
        int64_t size;
        int result;
    } rows[] = {
        {0, 2, 2, 8, 16, 0},
        {0, 2, 2, 8, 15, -EINVAL},
        {4096, 2, 2, 8, 4096 + 16, 0},
        {4096, 2, 2, 8, 4096 + 15, -EINVAL},
        {UINT32_MAX, 2, 2, 8, 16, -EINVAL},
        {UINT32_MAX, 2, 2, 8, (int64_t)UINT32_MAX + 16, 0},
        {0, 2, 2, 4, 16, -EINVAL},
        {0, 2, 2, 8, -1, -EINVAL},
        {0, 2, 2, 8, 0, -EINVAL},
        {0, 16384, 16384, 65536, INT64_MAX, -E2BIG},
        {UINT32_MAX, 1, 16384, UINT32_MAX, INT64_MAX, 0},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scanout_map m;
        const char *why = NULL;
        int r = scanout_check_map(rows[i].offset, rows[i].w, rows[i].h, rows[i].stride, XRGB,
                                  rows[i].size, &m, &why);
        assert_int_equal(r, rows[i].result);
        if (r == 0)
            assert_true(m.offset == rows[i].offset && m.stride == rows[i].stride);
    }
}

static void an_update_of_a_map_lies_in_it(void **state)
{
    (void)state;
    static const struct {
        int32_t x, y, w, h;
        int result;
    } rows[] = {
        {0, 0, 10, 20, 0},
        {9, 19, 1, 1, 0},
        {9, 19, 2, 1, -EINVAL},
        {9, 19, 1, 2, -EINVAL},
        {-1, 0, 5, 5, -EINVAL},
        {0, -1, 5, 5, -EINVAL},
        {0, 0, 0, 5, -EINVAL},
        {0, 0, 5, 0, -EINVAL},
        {0, 0, -5, 5, -EINVAL},
        {5, 5, INT_MAX, 1, -EINVAL},
        {INT_MAX, INT_MAX, INT_MAX, INT_MAX, -EINVAL},
    };
    struct scanout_map m = {10, 20, 0, 40, SOURCE_XRGB};
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rect rect;
        const char *why = NULL;
        assert_int_equal(scanout_check_update_map(rows[i].x, rows[i].y, rows[i].w, rows[i].h,
                                                  &m, &rect, &why),
                         rows[i].result);
    }
}

static void a_pointer_image_has_a_size_and_its_data(void **state)
{
    (void)state;
    static const struct {
        int32_t w, h;
        size_t len;
        int result;
    } rows[] = {
        {1, 1, 4, 0},
        {64, 64, 16384, 0},
        {64, 64, 16383, -EINVAL},
        {512, 512, 1 << 20, 0},
        {513, 1, 1 << 20, -EINVAL},
        {1, 513, 1 << 20, -EINVAL},
        {0, 1, 4, -EINVAL},
        {1, 0, 4, -EINVAL},
        {-1, -1, 4, -EINVAL},
        {INT_MIN, INT_MIN, SIZE_MAX, -EINVAL},
        {0x40000000, 4, 0, -EINVAL},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = NULL;
        assert_int_equal(scanout_check_cursor(rows[i].w, rows[i].h, rows[i].len, &why),
                         rows[i].result);
    }
}

int test_scanout(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scanout_is_taken_when_its_numbers_agree),
        cmocka_unit_test(an_update_is_taken_when_its_numbers_agree),
        cmocka_unit_test(a_map_is_taken_when_the_file_holds_it),
        cmocka_unit_test(an_update_of_a_map_lies_in_it),
        cmocka_unit_test(a_pointer_image_has_a_size_and_its_data),
    };
    return cmocka_run_group_tests_name("scanout", tests, NULL, NULL);
}
