/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rfb/encode/cut.h"
#include "tests/unit/rfb/encode/scenes.h"

static struct encode_class class_of(int32_t encoding)
{
    return (struct encode_class){.encoding = encoding,
                                 .format = pixel_format_native,
                                 .quality = -1,
                                 .subsampling = 1,
                                 .effort = 1};
}

static void draw_damage(struct damage *d, int style, uint32_t *random)
{
    if (style == 0) {
        damage_set_all(d);
        return;
    }
    for (int i = (int)(scene_random(random) % 40); i >= 0 && style == 1; i--)
        damage_add_rect(d, (struct rect){(int)(scene_random(random) % (uint32_t)d->w),
                                         (int)(scene_random(random) % (uint32_t)d->h),
                                         (int)(scene_random(random) % 400),
                                         (int)(scene_random(random) % 60)});
    for (int row = 0; row < d->rows && style > 1; row++) {
        for (int col = 0; col < d->cols; col++) {
            if (scene_random(random) % (uint32_t)style == 0)
                damage_set_tile(d, col, row);
        }
    }
}

static void check_cut(const struct damage *d, const struct encode_class *c)
{
    struct rect_list list = {0};
    struct damage covered;
    rect_list_add(&list, (struct rect){-1, -1, -1, -1});
    cut_damage(d, c, &list);
    damage_init(&covered);
    damage_resize(&covered, d->w, d->h);
    assert_int_equal(list.rects[0].x, -1);
    for (size_t i = 1; i < list.n; i++) {
        struct rect r = list.rects[i];
        assert_true(r.w > 0 && r.h > 0 && r.x >= 0 && r.y >= 0 && r.x + r.w <= d->w &&
                    r.y + r.h <= d->h);
        assert_true(r.x % TILE == 0 && r.y % TILE == 0);
        assert_true(i == 1 || r.y >= list.rects[i - 1].y);
        assert_false(damage_touches(&covered, r));
        assert_true(damage_touches(d, r));
        damage_add_rect(&covered, r);
    }
    damage_or(&covered, d);
    size_t all = damage_count(&covered);
    damage_clear(&covered);
    for (size_t i = 1; i < list.n; i++)
        damage_add_rect(&covered, list.rects[i]);
    assert_int_equal(damage_count(&covered), all);
    damage_fini(&covered);
    rect_list_fini(&list);
    assert_null(list.rects);
}

static void damage_is_covered_once_by_rectangles_in_order(void **state)
{
    static const int32_t encodings[] = {ENCODING_RAW, ENCODING_TIGHT, ENCODING_ZRLE,
                                        ENCODING_HEXTILE, ENCODING_JPEG};
    (void)state;
    uint32_t random = 3;
    for (int i = 0; i < 400; i++) {
        struct encode_class c = class_of(encodings[i % 5]);
        struct damage d;
        damage_init(&d);
        damage_resize(&d, 1 + (int)(scene_random(&random) % 2600),
                      1 + (int)(scene_random(&random) % 1300));
        draw_damage(&d, i % 4, &random);
        check_cut(&d, &c);
        damage_fini(&d);
    }
}

static void no_damage_makes_no_rectangles(void **state)
{
    (void)state;
    static const int sizes[] = {0, 1, 1920};
    struct encode_class c = class_of(ENCODING_TIGHT);
    for (int i = 0; i < 3; i++) {
        struct damage d;
        struct rect_list list = {0};
        damage_init(&d);
        damage_resize(&d, sizes[i], sizes[i]);
        cut_damage(&d, &c, &list);
        assert_int_equal(list.n, 0);
        damage_fini(&d);
        rect_list_fini(&list);
    }
}

static void near_pieces_go_together_where_a_rectangle_is_dear(void **state)
{
    static const struct {
        int32_t encoding;
        int second_x; /* of two damaged tiles in a row */
        size_t rects;
    } rows[] = {
        {ENCODING_TIGHT, 16, 1}, {ENCODING_TIGHT, 48, 1}, {ENCODING_TIGHT, 640, 2},
        {ENCODING_RAW, 16, 1},   {ENCODING_RAW, 32, 2},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct encode_class c = class_of(rows[i].encoding);
        struct damage d;
        struct rect_list list = {0};
        damage_init(&d);
        damage_resize(&d, 1000, 1000);
        damage_add_rect(&d, (struct rect){0, 32, 16, 16});
        damage_add_rect(&d, (struct rect){rows[i].second_x, 32, 16, 16});
        cut_damage(&d, &c, &list);
        assert_int_equal(list.n, rows[i].rects);
        damage_fini(&d);
        rect_list_fini(&list);
    }
}

static void tight_rectangles_are_at_most_2048_wide(void **state)
{
    (void)state;
    struct encode_class c = class_of(ENCODING_TIGHT);
    struct damage d;
    struct rect_list list = {0};
    damage_init(&d);
    damage_resize(&d, 5000, 100);
    damage_set_all(&d);
    cut_damage(&d, &c, &list);
    for (size_t i = 0; i < list.n; i++)
        assert_true(list.rects[i].w <= 2048);
    damage_fini(&d);
    rect_list_fini(&list);
}

static void scattered_damage_does_not_make_more_rectangles_than_an_update_holds(void **state)
{
    static const int32_t encodings[] = {ENCODING_RAW, ENCODING_TIGHT};
    (void)state;
    struct damage d;
    damage_init(&d);
    damage_resize(&d, 16384, 4096);
    for (int row = 0; row < d.rows; row++) {
        for (int col = row % 2; col < d.cols; col += 2)
            damage_set_tile(&d, col, row);
    }
    for (int i = 0; i < 2; i++) {
        struct encode_class c = class_of(encodings[i]);
        struct rect_list list = {0};
        cut_damage(&d, &c, &list);
        assert_true(list.n > 0 && list.n < 65535);
        rect_list_fini(&list);
        check_cut(&d, &c);
    }
    damage_fini(&d);
}

int test_cut_group(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(damage_is_covered_once_by_rectangles_in_order),
        cmocka_unit_test(no_damage_makes_no_rectangles),
        cmocka_unit_test(near_pieces_go_together_where_a_rectangle_is_dear),
        cmocka_unit_test(scattered_damage_does_not_make_more_rectangles_than_an_update_holds),
        cmocka_unit_test(tight_rectangles_are_at_most_2048_wide),
    };
    return cmocka_run_group_tests_name("cut", tests, NULL, NULL);
}
