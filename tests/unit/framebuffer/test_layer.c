/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/layer.h"
#include "tests/unit/framebuffer/groups.h"
#include "tests/unit/framebuffer/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { SIDE = 48 };

static void paint(struct surface *s, struct random *rnd)
{
    for (int y = 0; y < s->h; y++) {
        for (int x = 0; x < s->w; x++)
            *surface_at(s, x, y) = random_u32(rnd) & 0xffffff;
    }
}

/* The rule written down a second time. */
static uint32_t expected(uint32_t under, uint32_t over, unsigned alpha)
{
    uint32_t out = 0;
    for (unsigned shift = 0; shift < 24; shift += 8) {
        double c = (double)(over >> shift & 0xff) * alpha +
                   (double)(under >> shift & 0xff) * (255 - alpha);
        out |= (uint32_t)(c / 255 + 0.5) << shift;
    }
    return out;
}

static bool inside(struct rect r, int x, int y)
{
    return x >= r.x && y >= r.y && x < r.x + r.w && y < r.y + r.h;
}

static void a_layer_covers_its_own_pixels_only_and_only_inside_the_clip(void **state)
{
    static const struct {
        struct rect at, clip;
        uint8_t alpha;
    } rows[] = {
        {{8, 8, 16, 16}, {0, 0, SIDE, SIDE}, 255},  {{8, 8, 16, 16}, {10, 12, 5, 40}, 255},
        {{-7, -3, 20, 9}, {0, 0, SIDE, SIDE}, 255}, {{40, 40, 20, 20}, {0, 0, SIDE, SIDE}, 128},
        {{3, 5, 30, 7}, {16, 0, 16, 16}, 1},        {{3, 5, 30, 7}, {16, 0, 16, 16}, 0},
        {{60, 5, 30, 7}, {0, 0, SIDE, SIDE}, 255},  {{0, 0, 0, 0}, {0, 0, SIDE, SIDE}, 255},
    };
    struct random rnd = {1};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct surface under, s;
        struct layer l;
        surface_init(&under);
        surface_init(&s);
        layer_init(&l);
        surface_resize(&under, SIDE, SIDE);
        surface_resize(&s, SIDE, SIDE);
        paint(&under, &rnd);
        surface_copy(&s, &under, surface_rect(&under), 0, 0);
        assert_int_equal(layer_place(&l, rows[i].at), 0);
        l.alpha = rows[i].alpha;
        paint(&l.picture, &rnd);
        layer_draw(&l, &s, rows[i].clip);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                uint32_t was = *surface_at(&under, x, y), want = was;
                if (inside(rows[i].at, x, y) && inside(rows[i].clip, x, y))
                    want =
                        expected(was, *surface_at(&l.picture, x - l.x, y - l.y), rows[i].alpha);
                assert_int_equal(*surface_at(&s, x, y), want);
            }
        }
        layer_fini(&l);
        surface_fini(&s);
        surface_fini(&under);
    }
}

static void a_layer_that_is_placed_again_has_forgotten_what_it_showed(void **state)
{
    struct layer l;
    (void)state;
    layer_init(&l);
    assert_int_equal(layer_place(&l, (struct rect){1, 2, 3, 4}), 0);
    surface_fill(&l.picture, surface_rect(&l.picture), 0x123456);
    l.alpha = 7;
    assert_int_equal(layer_place(&l, (struct rect){5, 6, 3, 4}), 0);
    assert_int_equal(*surface_at(&l.picture, 2, 3), 0);
    assert_int_equal(l.alpha, 255);
    assert_int_equal(layer_rect(&l).x, 5);
    assert_true(layer_place(&l, (struct rect){0, 0, SURFACE_SIDE_MOST + 1, 1}) < 0);
    assert_int_equal(layer_place(&l, (struct rect){9, 9, 0, 4}), 0);
    struct rect none = layer_rect(&l);
    assert_true(rect_empty(&none));
    layer_fini(&l);
}

int test_layer(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_layer_covers_its_own_pixels_only_and_only_inside_the_clip),
        cmocka_unit_test(a_layer_that_is_placed_again_has_forgotten_what_it_showed),
    };
    return cmocka_run_group_tests_name("layer", tests, NULL, NULL);
}
