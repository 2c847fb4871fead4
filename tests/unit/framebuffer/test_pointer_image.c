/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"
#include "base/alloc.h"
#include "framebuffer/pointer_image.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void only_sizes_in_range_are_taken(void **state)
{
    (void)state;
    static const struct {
        int w, h, err;
    } rows[] = {
        {0, 0, 0},
        {1, 1, 0},
        {512, 512, 0},
        {513, 1, -EINVAL},
        {1, 513, -EINVAL},
        {0, 1, -EINVAL},
        {1, 0, -EINVAL},
        {-1, -1, -EINVAL},
        {-1, 1, -EINVAL},
        {INT_MIN, INT_MIN, -EINVAL},
        {INT_MAX, INT_MAX, -EINVAL},
    };
    void *argb = alloc_zero(512 * 512, 4);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pointer_image *image = NULL;
        assert_int_equal(pointer_image_new(&image, rows[i].w, rows[i].h, 0, 0, argb),
                         rows[i].err);
        assert_int_equal(image != NULL, rows[i].err == 0);
        pointer_image_unref(&image);
    }
    free(argb);
}

static void a_hot_spot_outside_moves_to_the_edge(void **state)
{
    (void)state;
    static const struct {
        int hot_x, hot_y, x, y;
    } rows[] = {
        {0, 0, 0, 0}, {2, 1, 2, 1}, {3, 2, 2, 1}, {-1, -1, 0, 0}, {INT_MIN, INT_MAX, 0, 1},
    };
    const uint32_t argb[6] = {0};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pointer_image *image;
        assert_int_equal(pointer_image_new(&image, 3, 2, rows[i].hot_x, rows[i].hot_y, argb),
                         0);
        assert_int_equal(image->hot_x, rows[i].x);
        assert_int_equal(image->hot_y, rows[i].y);
        pointer_image_unref(&image);
    }
}

static void an_invisible_pointer_covers_nothing(void **state)
{
    (void)state;
    struct pointer_image *image;
    assert_int_equal(pointer_image_new(&image, 0, 0, 5, 5, NULL), 0);
    assert_int_equal(image->hot_x, 0);
    assert_int_equal(image->hot_y, 0);
    struct rect r = pointer_image_rect(image, 10, 10);
    assert_true(rect_empty(&r));
    pointer_image_unref(&image);
}

static void the_image_lives_until_its_last_reference_goes(void **state)
{
    (void)state;
    struct pointer_image *image = pointer_image_arrow(), *again = pointer_image_ref(image);
    assert_ptr_equal(again, image);
    pointer_image_unref(&image);
    assert_null(image);
    assert_true(again->w > 0);
    assert_int_equal(again->argb[0], 0xff000000);
    pointer_image_unref(&again);
    pointer_image_unref(&again);
}

static void it_is_placed_by_its_hot_spot(void **state)
{
    (void)state;
    const uint32_t argb[12] = {0};
    struct pointer_image *image;
    assert_int_equal(pointer_image_new(&image, 4, 3, 1, 2, argb), 0);
    struct rect r = pointer_image_rect(image, 10, 20);
    assert_int_equal(r.x, 9);
    assert_int_equal(r.y, 18);
    assert_int_equal(r.w, 4);
    assert_int_equal(r.h, 3);
    pointer_image_unref(&image);
}

static void alpha_decides_how_much_is_seen(void **state)
{
    (void)state;
    static const struct {
        uint32_t argb, under, seen;
    } rows[] = {
        {0xff123456, 0xffffff, 0x123456}, {0x00123456, 0xabcdef, 0xabcdef},
        {0x80ffffff, 0x000000, 0x808080}, {0x80000000, 0xffffff, 0x7f7f7f},
        {0x01ff0000, 0x0000ff, 0x0100fe}, {0xfe00ff00, 0xff00ff, 0x01fe01},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct surface s;
        struct pointer_image *image;
        surface_init(&s);
        assert_int_equal(surface_resize(&s, 1, 1), 0);
        surface_fill(&s, surface_rect(&s), rows[i].under);
        assert_int_equal(pointer_image_new(&image, 1, 1, 0, 0, &rows[i].argb), 0);
        pointer_image_draw(image, &s, 0, 0, surface_rect(&s));
        assert_int_equal(*surface_at(&s, 0, 0), rows[i].seen);
        pointer_image_unref(&image);
        surface_fini(&s);
    }
}

static void drawing_is_clipped_to_surface_and_clip(void **state)
{
    (void)state;
    static const struct {
        int x, y;
        struct rect clip;
        int drawn;
    } rows[] = {
        {2, 2, {0, 0, 8, 8}, 9},
        {0, 0, {0, 0, 8, 8}, 4},
        {7, 7, {0, 0, 8, 8}, 4},
        {9, 9, {0, 0, 8, 8}, 0},
        {2, 2, {2, 2, 1, 5}, 2},
        {INT_MIN, INT_MAX, {0, 0, 8, 8}, 0},
        {INT_MAX, INT_MIN, {0, 0, 8, 8}, 0},
        {2, 2, {0, 0, 0, 0}, 0},
    };
    uint32_t argb[9];
    for (int i = 0; i < 9; i++)
        argb[i] = 0xff00ff00 + (unsigned)i;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct surface s;
        struct pointer_image *image;
        int drawn = 0;
        surface_init(&s);
        assert_int_equal(surface_resize(&s, 8, 8), 0);
        assert_int_equal(pointer_image_new(&image, 3, 3, 1, 1, argb), 0);
        pointer_image_draw(image, &s, rows[i].x, rows[i].y, rows[i].clip);
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < s.stride; x++) {
                uint32_t pixel = *surface_at(&s, x, y);
                drawn += pixel != 0;
                if (pixel)
                    assert_int_equal(pixel,
                                     0xff00 + (y - rows[i].y + 1) * 3 + x - rows[i].x + 1);
            }
        }
        assert_int_equal(drawn, rows[i].drawn);
        pointer_image_unref(&image);
        surface_fini(&s);
    }
}

static void premultiplied_colours_are_divided_by_their_alpha(void **state)
{
    (void)state;
    static const struct {
        uint32_t premultiplied, argb;
    } rows[] = {
        {0xff123456, 0xff123456}, {0x00000000, 0x00000000}, {0x00ffffff, 0x00000000},
        {0x80800000, 0x80ff0000}, {0x80402010, 0x80804020}, {0x04040000, 0x04ff0000},
        {0x40ff8000, 0x40ffff00}, {0x01010100, 0x01ffff00},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pointer_image *image;
        assert_int_equal(
            pointer_image_new_premultiplied(&image, 1, 1, 0, 0, &rows[i].premultiplied), 0);
        assert_int_equal(image->argb[0], rows[i].argb);
        pointer_image_unref(&image);
    }
}

int test_pointer_image(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_sizes_in_range_are_taken),
        cmocka_unit_test(a_hot_spot_outside_moves_to_the_edge),
        cmocka_unit_test(an_invisible_pointer_covers_nothing),
        cmocka_unit_test(the_image_lives_until_its_last_reference_goes),
        cmocka_unit_test(it_is_placed_by_its_hot_spot),
        cmocka_unit_test(alpha_decides_how_much_is_seen),
        cmocka_unit_test(drawing_is_clipped_to_surface_and_clip),
        cmocka_unit_test(premultiplied_colours_are_divided_by_their_alpha),
    };
    return cmocka_run_group_tests_name("pointer_image", tests, NULL, NULL);
}
