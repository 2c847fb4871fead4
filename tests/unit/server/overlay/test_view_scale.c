/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Views that show a machine larger or smaller than it is. */
#include <config.h>
#include "server/overlay/thumb.h"
#include "server/view.h"
#include "tests/unit/server/core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void positions_go_to_the_view_and_back(void **state)
{
    static const struct {
        int w, h, view_w, view_h;
        struct rect fit;
    } rows[] = {
        {1280, 800, 1024, 768, {0, 64, 1024, 640}}, {640, 480, 1024, 768, {0, 0, 1024, 768}},
        {100, 400, 1024, 768, {416, 0, 192, 768}},  {1, 1, 64, 64, {0, 0, 64, 64}},
        {16000, 16, 64, 64, {0, 31, 64, 1}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct view_scale s =
            view_scale_to(rows[i].w, rows[i].h, rows[i].view_w, rows[i].view_h);
        assert_memory_equal(&s.fit, &rows[i].fit, sizeof(s.fit));
        for (int at = 0; at < rows[i].view_w; at++) {
            int x = at, y = at;
            view_scale_back(&s, &x, &y);
            assert_true(x >= 0 && x < rows[i].w && y >= 0 && y < rows[i].h);
            view_scale_point(&s, &x, &y);
            struct rect point = {x, y, 1, 1};
            assert_true(rect_contains(&s.fit, &point));
        }
    }
}

static void unscaled_nothing_changes(void **state)
{
    struct view_scale s = view_scale_to(0, 0, 640, 480);
    int x = 1000, y = -5;
    (void)state;
    view_scale_point(&s, &x, &y);
    view_scale_back(&s, &x, &y);
    assert_int_equal(x, 1000);
    assert_int_equal(y, -5);
    assert_int_equal(view_scale_area(&s, (struct rect){3, 4, 5, 6}).w, 5);
}

/* All of it drawn at once. */
static void expect_frame(struct world *w, const struct view *v)
{
    struct surface want;
    int x = 0;
    surface_init(&want);
    surface_resize(&want, v->frame.w, v->frame.h);
    for (unsigned i = 0; i < w->n_heads; i++) {
        const struct rect all = {x, 0, w->heads[i].w, w->heads[i].h};
        thumb_draw(&w->heads[i], &want, view_scale_rect(&v->scale, all), surface_rect(&want));
        x += w->heads[i].w;
    }
    if (v->key.draws_pointer && w->pointer_visible) {
        int px = w->pointer_x, py = w->pointer_y;
        view_point(v, w->pointer_head, &px, &py);
        pointer_image_draw(w->pointer, &want, px, py, surface_rect(&want));
    }
    for (int y = 0; y < want.h; y++) {
        if (memcmp(surface_at(&v->frame, 0, y), surface_at(&want, 0, y), (size_t)want.w * 4) !=
            0)
            fail_msg("line %d differs", y);
    }
    surface_fini(&want);
}

static void what_changes_is_all_that_must_be_drawn_again(void **state)
{
    static const struct view_key keys[] = {
        {.head = VIEW_ALL_HEADS, .fixed_w = 150, .fixed_h = 100, .scaled = true},
        {.head = VIEW_ALL_HEADS, .fixed_w = 700, .fixed_h = 500, .scaled = true},
        {.head = VIEW_ALL_HEADS,
         .fixed_w = 201,
         .fixed_h = 333,
         .scaled = true,
         .draws_pointer = true},
    };
    const struct place_head heads[] = {{.w = 320, .h = 200}, {.w = 130, .h = 90}};
    (void)state;
    for (size_t k = 0; k < COUNT(keys); k++) {
        struct world w;
        world_start(&w, 320, 200);
        world_set_heads(&w, heads, 1 + (unsigned)k % 2);
        struct view *v = view_get(w.machine, &keys[k]);
        for (int i = 0; i < 60; i++) {
            unsigned head = (unsigned)dice_below(&w.dice, (int)w.n_heads);
            world_draw(&w, head, world_random_rect(&w, head), dice_below(&w.dice, 4));
            world_point(&w, 0, dice_below(&w.dice, 320), dice_below(&w.dice, 200), true);
            view_take_frame(v, true);
            assert_int_equal(v->n_moves, 0);
            expect_frame(&w, v);
        }
        view_unref(&v);
        world_stop(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_go_to_the_view_and_back),
        cmocka_unit_test(unscaled_nothing_changes),
        cmocka_unit_test(what_changes_is_all_that_must_be_drawn_again),
    };
    return cmocka_run_group_tests_name("view_scale", tests, NULL, NULL);
}
