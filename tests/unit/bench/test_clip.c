/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/clip.h"
#include "tests/bench/measure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

enum { WIDTH = 200, HEIGHT = 100, FRAMES = 3 };

/* Black, then points in two squares that touch and one below, then the last as the first. */
static void write_frames(const char *path)
{
    struct clip_writer writer;
    struct surface s;
    surface_init(&s);
    assert_int_equal(surface_resize(&s, WIDTH, HEIGHT), 0);
    clip_writer_init(&writer, path, WIDTH, HEIGHT);
    assert_true(clip_writer_add(&writer, &s));
    *surface_at(&s, 70, 3) = *surface_at(&s, 199, 63) = *surface_at(&s, 130, 0) = 0xabcdef;
    *surface_at(&s, 0, 64) = 0x123456;
    assert_true(clip_writer_add(&writer, &s));
    surface_fill(&s, surface_rect(&s), 0);
    assert_true(clip_writer_add(&writer, &s));
    surface_resize(&s, WIDTH, HEIGHT + 1);
    assert_false(clip_writer_add(&writer, &s));
    clip_writer_fini(&writer);
    surface_fini(&s);
}

static int open_frames(void **state)
{
    static struct clip clip;
    char path[256];
    snprintf(path, sizeof(path), "%s/test.clip", measure_folder());
    write_frames(path);
    clip_open(&clip, path);
    *state = &clip;
    return 0;
}

static int close_frames(void **state)
{
    clip_close(*state);
    return 0;
}

static void frames_come_back_as_they_were_written(void **state)
{
    const struct clip *clip = *state;
    struct surface one = clip_frame(clip, 1), two = clip_frame(clip, 2);
    assert_int_equal(clip->n, FRAMES);
    assert_int_equal(clip->w, WIDTH);
    assert_int_equal(clip->h, HEIGHT);
    assert_int_equal(*surface_at(&one, 70, 3), 0xabcdef);
    assert_int_equal(*surface_at(&one, 0, 64), 0x123456);
    assert_int_equal(*surface_at(&two, 70, 3), 0);
}

static void assert_rect(const struct rect *r, int x, int y, int w, int h)
{
    assert_int_equal(r->x, x);
    assert_int_equal(r->y, y);
    assert_int_equal(r->w, w);
    assert_int_equal(r->h, h);
}

static void what_differs_is_runs_of_squares_cut_at_the_edges(void **state)
{
    const struct clip *clip = *state;
    const struct rect *rects;
    assert_int_equal(clip_damage(clip, 1, &rects), 2);
    assert_rect(&rects[0], 64, 0, WIDTH - 64, 64);
    assert_rect(&rects[1], 0, 64, 64, HEIGHT - 64);
    assert_int_equal(clip_damaged_px(clip, 1), (WIDTH - 64) * 64 + 64 * (HEIGHT - 64));
    assert_int_equal(clip_damage(clip, 2, &rects), 2);
}

static void after_the_last_frame_comes_the_first(void **state)
{
    const struct clip *clip = *state;
    const struct rect *rects;
    assert_int_equal(clip_damage(clip, 0, &rects), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_come_back_as_they_were_written),
        cmocka_unit_test(what_differs_is_runs_of_squares_cut_at_the_edges),
        cmocka_unit_test(after_the_last_frame_comes_the_first),
    };
    return cmocka_run_group_tests_name("bench/clip", tests, open_frames, close_frames);
}
