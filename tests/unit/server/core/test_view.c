/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where heads lie in a view, which views are shared, and what is composed. */
#include <config.h>
#include "server/view.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct place_head three_heads[] = {{.w = 100, .h = 80}, {0}, {.w = 60, .h = 90}};

static void a_view_is_shared_by_those_who_want_the_same(void **state)
{
    static const struct view_key keys[] = {
        {.head = VIEW_ALL_HEADS},
        {.head = 0},
        {.head = 1},
        {.head = VIEW_ALL_HEADS, .draws_pointer = true},
        {.head = VIEW_ALL_HEADS, .fixed_w = 50, .fixed_h = 40},
        {.head = VIEW_ALL_HEADS, .fixed_w = 50, .fixed_h = 41},
    };
    struct view *first[COUNT(keys)], *again[COUNT(keys)];
    struct world w;
    (void)state;
    world_start(&w, 100, 80);
    for (size_t i = 0; i < COUNT(keys); i++)
        first[i] = view_get(w.machine, &keys[i]);
    for (size_t i = 0; i < COUNT(keys); i++) {
        again[i] = view_get(w.machine, &keys[i]);
        for (size_t k = 0; k < COUNT(keys); k++)
            assert_int_equal(again[i] == first[k], i == k);
    }
    for (size_t i = 0; i < COUNT(keys); i++) {
        view_unref(&first[i]);
        view_unref(&again[i]);
        assert_null(again[i]);
    }
    assert_null(w.machine->views);
    world_stop(&w);
}

static void heads_lie_side_by_side_and_empty_ones_take_no_room(void **state)
{
    static const struct {
        struct view_key key;
        int w, h, x[3];
        unsigned n_screens;
    } rows[] = {
        {{.head = VIEW_ALL_HEADS}, 160, 90, {0, -1, 100}, 2},
        {{.head = 0}, 100, 80, {0, -1, -1}, 1},
        {{.head = 2}, 60, 90, {-1, -1, 0}, 1},
        {{.head = 1}, 640, 480, {-1, -1, -1}, 1},
        {{.head = VIEW_ALL_HEADS, .fixed_w = 120, .fixed_h = 50}, 120, 50, {0, -1, 100}, 1},
    };
    struct world w;
    (void)state;
    world_start(&w, 10, 10);
    world_set_heads(&w, three_heads, 3);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct screen screens[HEADS_MOST];
        struct view *v = view_get(w.machine, &rows[i].key);
        assert_int_equal(v->frame.w, rows[i].w);
        assert_int_equal(v->frame.h, rows[i].h);
        for (unsigned head = 0; head < 3; head++)
            assert_int_equal(view_head_x(v, head), rows[i].x[head]);
        assert_int_equal(view_screens(v, screens), rows[i].n_screens);
        for (unsigned k = 0; k < rows[i].n_screens; k++) {
            struct rect whole = surface_rect(&v->frame);
            assert_true(rect_contains(&whole, &screens[k].r));
        }
        view_unref(&v);
    }
    world_stop(&w);
}

static void a_position_belongs_to_the_head_below_it(void **state)
{
    static const struct {
        int x;
        unsigned head;
        int in_head;
    } rows[] = {{0, 0, 0}, {99, 0, 99}, {100, 2, 0}, {159, 2, 59}, {500, 2, 400}};
    const struct view_key all = {.head = VIEW_ALL_HEADS};
    struct world w;
    (void)state;
    world_start(&w, 10, 10);
    world_set_heads(&w, three_heads, 3);
    struct view *v = view_get(w.machine, &all);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int x = rows[i].x, y = 7;
        assert_int_equal(view_head_at(v, &x, &y), rows[i].head);
        assert_int_equal(x, rows[i].in_head);
        assert_int_equal(y, 7);
    }
    view_unref(&v);
    world_stop(&w);
}

static void heads_that_are_too_large_together_are_left_out(void **state)
{
    const struct place_head wide[] = {
        {.w = 16000, .h = 16}, {.w = 400, .h = 16}, {.w = 200, .h = 16}};
    const struct place_head tall[] = {
        {.w = 8192, .h = 4096}, {.w = 16, .h = 8192}, {.w = 16, .h = 16}};
    const struct view_key all = {.head = VIEW_ALL_HEADS};
    struct world w;
    (void)state;
    world_start(&w, 10, 10);
    fake_says_heads(w.place, wide, 3);
    struct view *v = view_get(w.machine, &all);
    assert_int_equal(v->frame.w, 16200);
    assert_int_equal(view_head_x(v, 1), -1);
    view_unref(&v);
    fake_says_heads(w.place, tall, 3);
    v = view_get(w.machine, &all);
    assert_int_equal(v->frame.w, 8208);
    assert_int_equal(v->frame.h, 4096);
    view_unref(&v);
    world_stop(&w);
}

static void screens_stay_as_they_were_told_until_the_next_layout(void **state)
{
    const struct place_head two[] = {{.w = 100, .h = 80}, {.w = 60, .h = 90}};
    const struct place_head lower[] = {{.w = 100, .h = 70}, {.w = 60, .h = 90}};
    const struct view_key all = {.head = VIEW_ALL_HEADS};
    struct screen screens[HEADS_MOST];
    struct world w;
    (void)state;
    world_start(&w, 10, 10);
    world_set_heads(&w, two, 2);
    struct view *v = view_get(w.machine, &all);
    world_set_heads(&w, lower, 2);
    assert_int_equal(view_screens(v, screens), 2);
    assert_int_equal(screens[0].r.h, 80);
    assert_true(view_layout(v)); /* the same size, other screens */
    view_screens(v, screens);
    assert_int_equal(screens[0].r.h, 70);
    assert_false(view_layout(v));
    view_unref(&v);
    world_stop(&w);
}

static void a_pointer_is_drawn_where_it_is_and_leaves_no_trace(void **state)
{
    static const struct {
        unsigned head;
        int x, y;
        bool visible;
    } rows[] = {
        {0, 50, 40, true}, {0, 51, 40, true},      {0, -5, -5, true}, {0, 99, 79, true},
        {2, 0, 0, true},   {2, 59, 89, true},      {0, 80, 85, true}, {0, 80, 85, false},
        {1, 5, 5, true},   {0, -1000000, 3, true},
    };
    const struct view_key key = {.head = VIEW_ALL_HEADS, .draws_pointer = true};
    struct world w;
    (void)state;
    world_start(&w, 10, 10);
    world_set_heads(&w, three_heads, 3);
    world_draw(&w, 0, (struct rect){0, 0, 100, 80}, 1);
    world_draw(&w, 2, (struct rect){0, 0, 60, 90}, 2);
    world_shape_pointer(&w, 20, 30, -1);
    struct view *v = view_get(w.machine, &key);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct surface want;
        world_point(&w, rows[i].head, rows[i].x, rows[i].y, rows[i].visible);
        view_take_frame(v, false);
        world_expect(&w, &key, &v->frame, &want);
        for (int y = 0; y < want.h; y++) {
            if (memcmp(surface_at(&v->frame, 0, y), surface_at(&want, 0, y),
                       (size_t)want.w * 4) != 0)
                fail_msg("row %zu: line %d differs", i, y);
        }
        surface_fini(&want);
    }
    view_unref(&v);
    world_stop(&w);
}

static void a_machine_that_never_told_a_shape_draws_its_own_pointer(void **state)
{
    const struct view_key key = {.head = VIEW_ALL_HEADS, .draws_pointer = true};
    struct rig rig;
    const char *why;
    (void)state;
    rig_start(&rig, NULL);
    assert_int_equal(machines_attach(&rig.machines, "m", "fake:m", &why), 0);
    fake_runs(fake_place_find("m"), NULL, NULL, 64, 64);
    struct view *v = view_get(rig_machine(&rig, "m"), &key);
    fake_says_pointer_at(fake_place_find("m"), 0, 20, 20, true);
    view_take_frame(v, false);
    for (int y = 0; y < 64; y++) {
        for (int x = 0; x < 64; x++)
            assert_int_equal(*surface_at(&v->frame, x, y), 0);
    }
    view_unref(&v);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_view_is_shared_by_those_who_want_the_same),
        cmocka_unit_test(heads_lie_side_by_side_and_empty_ones_take_no_room),
        cmocka_unit_test(a_position_belongs_to_the_head_below_it),
        cmocka_unit_test(heads_that_are_too_large_together_are_left_out),
        cmocka_unit_test(screens_stay_as_they_were_told_until_the_next_layout),
        cmocka_unit_test(a_pointer_is_drawn_where_it_is_and_leaves_no_trace),
        cmocka_unit_test(a_machine_that_never_told_a_shape_draws_its_own_pointer),
    };
    return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
