/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"
#include "framebuffer/surface.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void sizes_within_the_limits_are_held(void **state)
{
    (void)state;
    static const struct {
        int64_t w, h;
        bool ok;
    } rows[] = {
        {1, 1, true},          {1920, 1080, true},
        {16384, 1, true},      {1, 16384, true},
        {16384, 4096, true},   {16384, 4097, false},
        {16385, 1, false},     {1, 16385, false},
        {0, 1, false},         {1, 0, false},
        {0, 0, false},         {-1, 1, false},
        {-1920, -1080, false}, {INT64_MAX, INT64_MAX, false},
        {INT64_MIN, 1, false}, {UINT32_MAX, UINT32_MAX, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(surface_size_ok(rows[i].w, rows[i].h), rows[i].ok);
}

static void a_new_size_is_black_and_aligned(void **state)
{
    (void)state;
    static const int widths[] = {1, 15, 16, 17, 100, 1366};
    struct surface s;
    surface_init(&s);
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
        assert_int_equal(surface_resize(&s, widths[i], 3), 0);
        assert_int_equal(s.w, widths[i]);
        assert_int_equal(s.h, 3);
        assert_int_equal(s.stride % 16, 0);
        assert_in_range(s.stride, s.w, s.w + 15);
        for (int y = 0; y < 3; y++) {
            assert_int_equal((uintptr_t)surface_at(&s, 0, y) % 64, 0);
            for (int x = 0; x < s.w; x++)
                assert_int_equal(*surface_at(&s, x, y), 0);
        }
        surface_fill(&s, surface_rect(&s), 0xffffff);
    }
    surface_fini(&s);
    assert_null(s.pixels);
}

static void a_refused_size_changes_nothing(void **state)
{
    (void)state;
    struct surface s;
    surface_init(&s);
    assert_int_equal(surface_resize(&s, 4, 4), 0);
    surface_fill(&s, surface_rect(&s), 0x123456);
    assert_int_equal(surface_resize(&s, 16385, 1), -E2BIG);
    assert_int_equal(surface_resize(&s, 0, 4), -E2BIG);
    assert_int_equal(surface_resize(&s, -4, -4), -E2BIG);
    assert_int_equal(s.w, 4);
    assert_int_equal(*surface_at(&s, 3, 3), 0x123456);
    assert_int_equal(surface_resize(&s, 0, 0), 0);
    assert_int_equal(s.w, 0);
    assert_null(s.pixels);
    surface_fini(&s);
}

static void a_released_surface_is_black_and_can_be_drawn_on(void **state)
{
    (void)state;
    static const struct {
        int w, h;
    } rows[] = {{1, 1}, {16, 63}, {100, 100}, {1000, 700}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct surface s;
        surface_init(&s);
        surface_release(&s);
        assert_int_equal(surface_resize(&s, rows[i].w, rows[i].h), 0);
        for (int round = 0; round < 2; round++) {
            surface_fill(&s, surface_rect(&s), 0x123456);
            assert_int_equal(*surface_at(&s, s.w - 1, s.h - 1), 0x123456);
            surface_release(&s);
            assert_int_equal(s.w, rows[i].w);
            for (int y = 0; y < s.h; y++)
                for (int x = 0; x < s.stride; x++)
                    assert_int_equal(*surface_at(&s, x, y), 0);
        }
        surface_fini(&s);
    }
}

static void filling_is_clipped(void **state)
{
    (void)state;
    static const struct {
        struct rect r;
        int filled;
    } rows[] = {
        {{0, 0, 8, 6}, 48},
        {{-3, -2, 5, 5}, 6},
        {{6, 4, 100, 100}, 4},
        {{8, 0, 1, 1}, 0},
        {{2, 2, 0, 5}, 0},
        {{2, 2, 3, -1}, 0},
        {{0, 0, INT_MAX, 1}, 8},
        {{5, 0, INT_MAX, INT_MAX}, 18},
        {{INT_MIN, 0, INT_MAX, 6}, 0},
        {{INT_MAX, INT_MAX, INT_MAX, INT_MAX}, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct surface s;
        int filled = 0;
        surface_init(&s);
        assert_int_equal(surface_resize(&s, 8, 6), 0);
        surface_fill(&s, rows[i].r, 0xffabcdef);
        for (int y = 0; y < s.h; y++)
            for (int x = 0; x < s.stride; x++)
                filled += *surface_at(&s, x, y) == 0xabcdef;
        assert_int_equal(filled, rows[i].filled);
        surface_fini(&s);
    }
}

/* Each pixel tells its place. */
static void number(struct surface *s, int w, int h)
{
    surface_init(s);
    assert_int_equal(surface_resize(s, w, h), 0);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            *surface_at(s, x, y) = 0x010000u | (unsigned)y << 8 | (unsigned)x;
}

static uint32_t expected_after_copy(const struct surface *src, struct rect r, int dx, int dy,
                                    uint32_t before, int x, int y)
{
    long long from_x = (long long)x - dx, from_y = (long long)y - dy;
    bool inside = from_x >= 0 && from_y >= 0 && from_x < src->w && from_y < src->h &&
                  from_x >= r.x && from_y >= r.y && from_x < (long long)r.x + r.w &&
                  from_y < (long long)r.y + r.h;
    return inside ? *surface_at(src, (int)from_x, (int)from_y) : before;
}

static const struct {
    struct rect r;
    int dx, dy;
} copies[] = {
    {{0, 0, 20, 18}, 0, 0},
    {{0, 0, 20, 18}, 3, 2},
    {{0, 0, 20, 18}, -3, -2},
    {{5, 5, 4, 4}, 2, -7},
    {{-5, -5, 100, 100}, 1, 0},
    {{0, 0, 20, 18}, 100, 0},
    {{3, 3, 5, 9}, 0, 1},
    {{3, 3, 5, 9}, 0, -1},
    {{3, 3, 9, 5}, 1, 0},
    {{3, 3, 9, 5}, -1, 0},
    {{0, 0, 0, 5}, 1, 1},
    {{0, 0, INT_MAX, INT_MAX}, INT_MIN, INT_MIN},
    {{0, 0, 20, 18}, INT_MAX, INT_MAX},
    {{INT_MIN, INT_MIN, INT_MAX, INT_MAX}, INT_MAX, INT_MAX},
};

static void copying_is_clipped_to_both(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
        struct surface src, dst;
        number(&src, 20, 18);
        surface_init(&dst);
        assert_int_equal(surface_resize(&dst, 17, 23), 0);
        surface_copy(&dst, &src, copies[i].r, copies[i].dx, copies[i].dy);
        for (int y = 0; y < dst.h; y++)
            for (int x = 0; x < dst.w; x++)
                assert_int_equal(*surface_at(&dst, x, y),
                                 expected_after_copy(&src, copies[i].r, copies[i].dx,
                                                     copies[i].dy, 0, x, y));
        surface_fini(&src);
        surface_fini(&dst);
    }
}

static void moving_within_a_surface_reads_before_it_writes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(copies) / sizeof(copies[0]); i++) {
        struct surface s, before;
        number(&s, 20, 18);
        number(&before, 20, 18);
        surface_copy(&s, &s, copies[i].r, copies[i].dx, copies[i].dy);
        for (int y = 0; y < s.h; y++)
            for (int x = 0; x < s.w; x++)
                assert_int_equal(*surface_at(&s, x, y),
                                 expected_after_copy(&before, copies[i].r, copies[i].dx,
                                                     copies[i].dy, *surface_at(&before, x, y),
                                                     x, y));
        surface_fini(&s);
        surface_fini(&before);
    }
}

int test_surface(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_within_the_limits_are_held),
        cmocka_unit_test(a_new_size_is_black_and_aligned),
        cmocka_unit_test(a_refused_size_changes_nothing),
        cmocka_unit_test(a_released_surface_is_black_and_can_be_drawn_on),
        cmocka_unit_test(filling_is_clipped),
        cmocka_unit_test(copying_is_clipped_to_both),
        cmocka_unit_test(moving_within_a_surface_reads_before_it_writes),
    };
    return cmocka_run_group_tests_name("surface", tests, NULL, NULL);
}
