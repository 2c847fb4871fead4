/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/pattern_address.h"
#include "server/attach/pattern_scenes.h"
#include "tests/unit/server/attach/groups.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static bool same(const struct surface *a, const struct surface *b)
{
    for (int y = 0; y < a->h; y++) {
        if (memcmp(surface_at(a, 0, y), surface_at(b, 0, y), (size_t)a->w * 4))
            return false;
    }
    return true;
}

/* Whether a and b are equal outside r. */
static bool same_outside(const struct surface *a, const struct surface *b, struct rect r)
{
    for (int y = 0; y < a->h; y++) {
        for (int x = 0; x < a->w; x++) {
            bool inside = x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
            if (!inside && *surface_at(a, x, y) != *surface_at(b, x, y))
                return false;
        }
    }
    return true;
}

static void a_frame_reached_by_steps_is_the_frame_drawn_at_once(void **state)
{
    (void)state;
    static const struct {
        int w, h;
    } sizes[] = {{640, 480}, {1, 1}, {333, 250}, {17, 700}, {500, 15}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        for (int scene = PATTERN_STILL; scene <= PATTERN_WINDOW; scene++) {
            struct surface stepped, drawn, before;
            surface_init(&stepped);
            surface_init(&drawn);
            surface_init(&before);
            surface_resize(&stepped, sizes[i].w, sizes[i].h);
            surface_resize(&drawn, sizes[i].w, sizes[i].h);
            surface_resize(&before, sizes[i].w, sizes[i].h);
            pattern_draw(&stepped, (enum pattern_scene)scene, 5);
            for (uint32_t frame = 6; frame < 12; frame++) {
                surface_copy(&before, &stepped, surface_rect(&stepped), 0, 0);
                struct rect r = pattern_advance(&stepped, (enum pattern_scene)scene, frame);
                struct rect all = surface_rect(&stepped);
                assert_true(rect_empty(&r) || rect_contains(&all, &r));
                assert_true(same_outside(&before, &stepped, r));
                pattern_draw(&drawn, (enum pattern_scene)scene, frame);
                assert_true(same(&stepped, &drawn));
            }
            surface_fini(&stepped);
            surface_fini(&drawn);
            surface_fini(&before);
        }
    }
}

static void moving_scenes_move(void **state)
{
    (void)state;
    struct surface a, b;
    surface_init(&a);
    surface_init(&b);
    surface_resize(&a, 640, 480);
    surface_resize(&b, 640, 480);
    for (int scene = PATTERN_STILL; scene <= PATTERN_WINDOW; scene++) {
        pattern_draw(&a, (enum pattern_scene)scene, 0);
        pattern_draw(&b, (enum pattern_scene)scene, 1);
        assert_int_equal(same(&a, &b), scene == PATTERN_STILL);
    }
    surface_fini(&a);
    surface_fini(&b);
}

static void addresses_are_understood_or_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int result, w, h, scene;
        unsigned fps;
    } rows[] = {
        {"1280x800", 0, 1280, 800, PATTERN_STILL, 30},
        {"1x1,mode=scroll", 0, 1, 1, PATTERN_SCROLL, 30},
        {"640x480,fps=60,mode=video", 0, 640, 480, PATTERN_VIDEO, 60},
        {"640x480,mode=window,fps=240", 0, 640, 480, PATTERN_WINDOW, 240},
        {"640x480,mode=still,mode=video", 0, 640, 480, PATTERN_VIDEO, 30},
        {"", -EINVAL, 0, 0, 0, 0},
        {"640", -EINVAL, 0, 0, 0, 0},
        {"640x", -EINVAL, 0, 0, 0, 0},
        {"x480", -EINVAL, 0, 0, 0, 0},
        {"0x480", -EINVAL, 0, 0, 0, 0},
        {"-1x480", -EINVAL, 0, 0, 0, 0},
        {"16385x1", -EINVAL, 0, 0, 0, 0},
        {"99999999999x1", -EINVAL, 0, 0, 0, 0},
        {"640x480,", -EINVAL, 0, 0, 0, 0},
        {"640x480 ", -EINVAL, 0, 0, 0, 0},
        {"640x480,mode", -EINVAL, 0, 0, 0, 0},
        {"640x480,mode=", -EINVAL, 0, 0, 0, 0},
        {"640x480,mode=stil", -EINVAL, 0, 0, 0, 0},
        {"640x480,fps=0", -EINVAL, 0, 0, 0, 0},
        {"640x480,fps=241", -EINVAL, 0, 0, 0, 0},
        {"640x480,fps=30x", -EINVAL, 0, 0, 0, 0},
        {"640x480,size=1", -EINVAL, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct pattern_address a;
        const char *why = NULL;
        assert_int_equal(pattern_address_parse(rows[i].text, &a, &why), rows[i].result);
        assert_non_null(why);
        if (rows[i].result == 0)
            assert_true(a.w == rows[i].w && a.h == rows[i].h && (int)a.scene == rows[i].scene &&
                        a.fps == rows[i].fps);
    }
}

int test_pattern_scenes(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_reached_by_steps_is_the_frame_drawn_at_once),
        cmocka_unit_test(moving_scenes_move),
        cmocka_unit_test(addresses_are_understood_or_refused_with_a_reason),
    };
    return cmocka_run_group_tests_name("pattern_scenes", tests, NULL, NULL);
}
