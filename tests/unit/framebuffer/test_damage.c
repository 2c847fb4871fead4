/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"
#include "tests/unit/framebuffer/random.h"
#include "framebuffer/damage.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void begin(struct damage *d, int w, int h)
{
    damage_init(d);
    damage_resize(d, w, h);
}

static void tiles_are_rounded_up(void **state)
{
    (void)state;
    static const struct {
        int w, h, cols, rows, words;
    } rows[] = {
        {0, 0, 0, 0, 0},          {1, 1, 1, 1, 1},
        {16, 16, 1, 1, 1},        {17, 33, 2, 3, 1},
        {1024, 768, 64, 48, 1},   {1025, 768, 65, 48, 2},
        {1920, 1080, 120, 68, 2}, {16384, 4096, 1024, 256, 16},
    };
    struct damage d;
    damage_init(&d);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        damage_resize(&d, rows[i].w, rows[i].h);
        assert_int_equal(d.cols, rows[i].cols);
        assert_int_equal(d.rows, rows[i].rows);
        assert_int_equal(d.words, rows[i].words);
        assert_false(damage_any(&d));
        damage_set_all(&d);
        assert_int_equal(damage_count(&d), rows[i].cols * rows[i].rows);
        assert_int_equal(damage_any(&d), rows[i].cols > 0);
        damage_clear(&d);
        assert_int_equal(damage_count(&d), 0);
    }
    damage_fini(&d);
    assert_null(d.bits);
}

static bool touches(struct rect r, int col, int row, int w, int h)
{
    struct rect tile = rect_intersect((struct rect){col * TILE, row * TILE, TILE, TILE},
                                      (struct rect){0, 0, w, h});
    struct rect common = rect_intersect(r, tile);
    return !rect_empty(&common);
}

static bool covers(struct rect r, int col, int row, int w, int h)
{
    struct rect tile = rect_intersect((struct rect){col * TILE, row * TILE, TILE, TILE},
                                      (struct rect){0, 0, w, h});
    return !rect_empty(&r) && rect_contains(&r, &tile);
}

static void rectangles_set_what_they_touch_and_clear_what_they_cover(void **state)
{
    (void)state;
    struct random random = {1};
    for (int round = 0; round < 2000; round++) {
        struct damage set, cleared;
        int w = 1 + random_below(&random, 1200), h = 1 + random_below(&random, 60);
        struct rect r = {random_below(&random, w + 40) - 20, random_below(&random, h + 40) - 20,
                         random_below(&random, w + 40) - 5, random_below(&random, h + 40) - 5};
        begin(&set, w, h);
        begin(&cleared, w, h);
        damage_add_rect(&set, r);
        damage_set_all(&cleared);
        damage_remove_rect(&cleared, r);
        for (int row = 0; row < set.rows; row++) {
            for (int col = 0; col < set.cols; col++) {
                assert_int_equal(damage_tile(&set, col, row), touches(r, col, row, w, h));
                assert_int_equal(damage_tile(&cleared, col, row), !covers(r, col, row, w, h));
            }
        }
        assert_int_equal(damage_touches(&set, r), damage_any(&set));
        damage_fini(&set);
        damage_fini(&cleared);
    }
}

static void extreme_rectangles_are_clipped(void **state)
{
    (void)state;
    static const struct {
        struct rect r;
        size_t count;
    } rows[] = {
        {{0, 0, INT_MAX, INT_MAX}, 12},   {{INT_MIN, INT_MIN, INT_MAX, INT_MAX}, 0},
        {{-5, -5, INT_MAX, INT_MAX}, 12}, {{INT_MAX, INT_MAX, INT_MAX, INT_MAX}, 0},
        {{INT_MAX, 0, 1, 1}, 0},          {{60, 40, INT_MAX, INT_MAX}, 1},
        {{0, 0, INT_MIN, 5}, 0},
    };
    struct damage d;
    begin(&d, 64, 48);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        damage_clear(&d);
        damage_add_rect(&d, rows[i].r);
        assert_int_equal(damage_count(&d), rows[i].count);
        assert_int_equal(damage_touches(&d, rows[i].r), rows[i].count > 0);
        damage_remove_rect(&d, rows[i].r);
    }
    damage_fini(&d);
}

static void nothing_happens_without_a_picture(void **state)
{
    (void)state;
    struct damage d, e;
    begin(&d, 0, 0);
    begin(&e, 0, 0);
    int col = 0, row = 0;
    damage_add_rect(&d, (struct rect){0, 0, 10, 10});
    damage_remove_rect(&d, (struct rect){0, 0, 10, 10});
    damage_or(&d, &e);
    damage_copy(&d, &e);
    assert_false(damage_touches(&d, (struct rect){0, 0, 10, 10}));
    assert_false(damage_any(&d));
    assert_true(damage_equal(&d, &e));
    assert_int_equal(damage_next_run(&d, &col, &row), 0);
    damage_fini(&d);
}

static void scatter(struct damage *d, struct random *random, int n)
{
    for (int i = 0; i < n; i++)
        damage_set_tile(d, random_below(random, d->cols), random_below(random, d->rows));
}

static void sets_combine_tile_by_tile(void **state)
{
    (void)state;
    struct random random = {2};
    struct damage a, b, d[4];
    begin(&a, 1500, 70);
    begin(&b, 1500, 70);
    scatter(&a, &random, 200);
    scatter(&b, &random, 200);
    for (int i = 0; i < 4; i++) {
        begin(&d[i], 1500, 70);
        damage_copy(&d[i], &a);
        assert_true(damage_equal(&d[i], &a));
    }
    damage_or(&d[0], &b);
    damage_and(&d[1], &b);
    damage_and_not(&d[2], &b);
    damage_copy(&d[3], &b);
    for (int row = 0; row < a.rows; row++) {
        for (int col = 0; col < a.cols; col++) {
            bool x = damage_tile(&a, col, row), y = damage_tile(&b, col, row);
            assert_int_equal(damage_tile(&d[0], col, row), x || y);
            assert_int_equal(damage_tile(&d[1], col, row), x && y);
            assert_int_equal(damage_tile(&d[2], col, row), x && !y);
            assert_int_equal(damage_tile(&d[3], col, row), y);
        }
    }
    for (int i = 0; i < 4; i++)
        damage_fini(&d[i]);
    damage_fini(&a);
    damage_fini(&b);
}

/* Everything that can be asked agrees with looking at each tile. */
static void assert_sound(const struct damage *d)
{
    struct damage again;
    size_t count = 0;
    begin(&again, d->w, d->h);
    for (int row = 0; row < d->rows; row++) {
        for (int col = 0; col < d->cols; col++) {
            if (!damage_tile(d, col, row))
                continue;
            count++;
            damage_set_tile(&again, col, row);
            assert_true(damage_touches(d, (struct rect){col * TILE, row * TILE, 1, 1}));
        }
    }
    assert_int_equal(damage_count(d), count);
    assert_int_equal(damage_any(d), count > 0);
    assert_true(damage_equal(d, &again));
    damage_fini(&again);
}

static void change_somehow(struct damage *d, const struct damage *other, struct random *random)
{
    struct rect r = {random_below(random, 200) - 20, random_below(random, 300) - 20,
                     random_below(random, 200), random_below(random, 200)};
    switch (random_below(random, 8)) {
    case 0:
        damage_or(d, other);
        break;
    case 1:
        damage_and(d, other);
        break;
    case 2:
        damage_and_not(d, other);
        break;
    case 3:
        damage_copy(d, other);
        break;
    case 4:
        damage_add_rect(d, r);
        break;
    case 5:
        damage_remove_rect(d, r);
        break;
    case 6:
        scatter(d, random, random_below(random, 3));
        break;
    default:
        if (random_below(random, 4) == 0)
            damage_clear(d);
    }
}

static void any_sequence_of_changes_leaves_it_sound(void **state)
{
    (void)state;
    struct random random = {4};
    struct damage d[3];
    for (int i = 0; i < 3; i++)
        begin(&d[i], 170, 250);
    for (int step = 0; step < 5000; step++) {
        struct damage *changed = &d[random_below(&random, 3)];
        change_somehow(changed, &d[random_below(&random, 3)], &random);
        assert_sound(changed);
    }
    for (int i = 0; i < 3; i++)
        damage_fini(&d[i]);
}

static void equality_asks_for_size_and_tiles(void **state)
{
    (void)state;
    struct damage a, b, c;
    begin(&a, 100, 100);
    begin(&b, 100, 100);
    begin(&c, 101, 100);
    assert_true(damage_equal(&a, &b));
    assert_false(damage_equal(&a, &c));
    damage_set_tile(&b, 3, 4);
    assert_false(damage_equal(&a, &b));
    damage_fini(&a);
    damage_fini(&b);
    damage_fini(&c);
}

static void runs_give_every_set_tile_once_in_order(void **state)
{
    (void)state;
    struct random random = {3};
    for (int round = 0; round < 500; round++) {
        struct damage d, seen;
        int w = 1 + random_below(&random, 3000), h = 1 + random_below(&random, 64);
        begin(&d, w, h);
        begin(&seen, w, h);
        scatter(&d, &random, random_below(&random, 300));
        if (round % 3 == 0)
            damage_add_rect(&d, (struct rect){random_below(&random, w), 0, w, h});
        int before = -1, n;
        for (int col = 0, row = 0; (n = damage_next_run(&d, &col, &row)) > 0; col += n) {
            assert_true(row * (d.cols + 1) + col > before);
            assert_true(col + n <= d.cols);
            for (int i = 0; i < n; i++)
                damage_set_tile(&seen, col + i, row);
            assert_true(col + n == d.cols || !damage_tile(&d, col + n, row));
            before = row * (d.cols + 1) + col + n;
        }
        assert_true(damage_equal(&d, &seen));
        damage_fini(&d);
        damage_fini(&seen);
    }
}

static void bounds_hold_every_set_tile(void **state)
{
    (void)state;
    struct damage d;
    begin(&d, 1500, 700);
    struct rect r = damage_bounds(&d);
    assert_true(rect_empty(&r));
    damage_set_tile(&d, 70, 3);
    r = damage_bounds(&d);
    assert_memory_equal(&r, (&(struct rect){70, 3, 1, 1}), sizeof(r));
    damage_set_tile(&d, 5, 40);
    damage_set_tile(&d, 93, 9);
    r = damage_bounds(&d);
    assert_memory_equal(&r, (&(struct rect){5, 3, 89, 38}), sizeof(r));
    damage_fini(&d);
    r = damage_bounds(&d);
    assert_true(rect_empty(&r));
}

int test_damage(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_are_rounded_up),
        cmocka_unit_test(rectangles_set_what_they_touch_and_clear_what_they_cover),
        cmocka_unit_test(extreme_rectangles_are_clipped),
        cmocka_unit_test(nothing_happens_without_a_picture),
        cmocka_unit_test(sets_combine_tile_by_tile),
        cmocka_unit_test(any_sequence_of_changes_leaves_it_sound),
        cmocka_unit_test(equality_asks_for_size_and_tiles),
        cmocka_unit_test(bounds_hold_every_set_tile),
        cmocka_unit_test(runs_give_every_set_tile_once_in_order),
    };
    return cmocka_run_group_tests_name("damage", tests, NULL, NULL);
}
