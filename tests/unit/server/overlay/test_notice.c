/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that people are told: which there are, how they read, where their strip lies. */
#include <config.h>
#include "server/overlay/notice.h"
#include "server/overlay/notice_strip.h"
#include "server/overlay/paint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define S UINT64_C(1000000)
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* "a|b": the lines as they read at that time. */
static void expect_lines(const struct notices *n, uint64_t now_us, const char *want)
{
    char all[NOTICES_MOST * NOTICE_LINE_MOST] = "";
    for (unsigned i = 0; i < n->n; i++) {
        char line[NOTICE_LINE_MOST];
        notice_line(&n->rows[i], now_us, line);
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s%s", i ? "|" : "", line);
    }
    assert_string_equal(all, want);
}

static void a_notice_replaces_the_one_about_the_same_and_people_stack(void **state)
{
    struct notices n = {0};
    (void)state;
    notices_put(&n, NOTICE_PEOPLE, "bob came", 0, 5 * S, S);
    notices_put(&n, NOTICE_MACHINE, "web1 moves", 0, 0, S);
    notices_put(&n, NOTICE_PEOPLE, "carol came", 0, 5 * S, 2 * S);
    expect_lines(&n, 2 * S, "web1 moves|bob came|carol came");
    notices_put(&n, NOTICE_MACHINE, "web1 waits", 0, 0, 2 * S);
    notices_put(&n, NOTICE_CONTROL, "bob drives", 0, 0, 2 * S);
    expect_lines(&n, 2 * S, "web1 waits|bob drives|bob came|carol came");
    notices_put(&n, NOTICE_MACHINE, NULL, 0, 0, 2 * S);
    notices_put(&n, NOTICE_PEOPLE, "", 0, 0, 2 * S);
    expect_lines(&n, 2 * S, "bob drives");
}

static void with_too_many_the_oldest_about_people_goes(void **state)
{
    struct notices n = {0};
    (void)state;
    notices_put(&n, NOTICE_MESSAGE, "m", 0, 0, S);
    for (char name[] = "a"; *name <= 'h'; ++*name)
        notices_put(&n, NOTICE_PEOPLE, name, 0, 0, S);
    expect_lines(&n, S, "m|d|e|f|g|h");
    notices_put(&n, NOTICE_CONTROL, "c", 0, 0, S);
    notices_put(&n, NOTICE_MACHINE, "n", 0, 0, S);
    expect_lines(&n, S, "n|c|m|f|g|h");
}

static void a_notice_goes_by_itself_when_its_time_is_over(void **state)
{
    struct notices n = {0};
    (void)state;
    notices_put(&n, NOTICE_CONTROL, "c", 0, 3 * S, 10 * S);
    notices_put(&n, NOTICE_PEOPLE, "p", 0, 5 * S, 10 * S);
    assert_true(notices_next_us(&n, 10 * S) == 13 * S);
    assert_false(notices_expire(&n, 12 * S));
    assert_true(notices_expire(&n, 13 * S));
    expect_lines(&n, 13 * S, "p");
    assert_true(notices_next_us(&n, 13 * S) == 15 * S);
    assert_true(notices_expire(&n, 99 * S));
    assert_true(notices_next_us(&n, 99 * S) == UINT64_MAX);
}

static void how_long_is_told_to_the_second_then_to_the_minute(void **state)
{
    static const struct {
        uint64_t age_us, next_us; /* from the start */
        const char *text;
    } rows[] = {
        {0, S, "waiting (0 s)"},
        {S + 1, 2 * S, "waiting (1 s)"},
        {59 * S, 60 * S, "waiting (59 s)"},
        {60 * S, 120 * S, "waiting (1 min)"},
        {3599 * S, 3600 * S, "waiting (59 min)"},
        {3725 * S, 3780 * S, "waiting (1 h 2 min)"},
    };
    const uint64_t start = 1000 * S;
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct notices n = {0};
        notices_put(&n, NOTICE_MACHINE, "waiting", start, 0, start);
        expect_lines(&n, start + rows[i].age_us, rows[i].text);
        assert_true(notices_next_us(&n, start + rows[i].age_us) == start + rows[i].next_us);
    }
}

static void a_text_is_one_line_of_whole_characters(void **state)
{
    struct notices n = {0};
    char longest[3 * NOTICE_BYTES_MOST];
    (void)state;
    notices_put(&n, NOTICE_MESSAGE, "two\nlines\tand \x1b[31mmore", 0, 0, S);
    expect_lines(&n, S, "two lines and  [31mmore");
    for (size_t i = 0; i + 2 < sizeof(longest); i += 2)
        memcpy(longest + i, "\xc3\xa4", 3);
    memmove(longest + 1, longest, sizeof(longest) - 2);
    longest[0] = 'x';
    notices_put(&n, NOTICE_MESSAGE, longest, 0, 0, S);
    assert_int_equal(strlen(n.rows[0].text), NOTICE_BYTES_MOST - 1);
    assert_int_equal((unsigned char)n.rows[0].text[NOTICE_BYTES_MOST - 2], 0xa4);
}

/* ---- the strip ---- */

static const struct {
    int w, h, text_px;
} size_rows[] = {{320, 200, 12},   {640, 480, 14},   {720, 400, 14},   {1024, 768, 14},
                 {1280, 1024, 18}, {1920, 1080, 20}, {3840, 2160, 40}, {64, 32, 12}};

static void a_strip_is_as_large_as_its_picture_allows_and_on_whole_tiles(void **state)
{
    struct notices n = {0};
    (void)state;
    notices_put(&n, NOTICE_MACHINE, "web1 is moving to another host", 0, 0, S);
    for (size_t i = 0; i < COUNT(size_rows); i++) {
        int w = size_rows[i].w, h = size_rows[i].h;
        struct layer l;
        layer_init(&l);
        assert_int_equal(paint_text_px(w, h), size_rows[i].text_px);
        notice_strip_draw(&n, S, w, h, &l);
        assert_true(l.picture.w <= w && l.picture.h <= h);
        assert_true(l.picture.w % 16 == 0 || l.picture.w == w);
        assert_true(l.picture.h % 16 == 0 || l.picture.h == h);
        assert_true(l.picture.h >= size_rows[i].text_px);
        unsigned light = 0;
        for (int y = 0; y < l.picture.h; y++) {
            for (int x = 0; x < l.picture.w; x++) {
                uint32_t px = *surface_at(&l.picture, x, y);
                assert_int_equal(px >> 24, 0);
                light += (px & 0xff) > 0xc0;
            }
        }
        assert_true(light > 20); /* there is text */
        layer_fini(&l);
    }
}

static void without_notices_there_is_no_strip(void **state)
{
    struct notices n = {0};
    struct layer l;
    (void)state;
    layer_init(&l);
    notice_strip_draw(&n, S, 640, 480, &l);
    assert_int_equal(l.picture.w, 0);
}

static void a_strip_keeps_away_from_the_pointer_and_from_another(void **state)
{
    static const struct {
        struct strip_place at;
        int x, y;
    } rows[] = {
        {{.view_w = 640, .view_h = 480}, 192, 0},
        {{.view_w = 640, .view_h = 480, .at_bottom = true}, 192, 448},
        {{.view_w = 640, .view_h = 480, .pointer_known = true, .pointer_x = 5, .pointer_y = 5},
         192,
         0},
        {{.view_w = 640, .view_h = 480, .pointer_known = true, .pointer_x = 300}, 192, 448},
        {{.view_w = 640,
          .view_h = 480,
          .pointer_known = true,
          .pointer_x = 300,
          .pointer_y = 60},
         192,
         448},
        {{.view_w = 640,
          .view_h = 480,
          .pointer_known = true,
          .pointer_x = 300,
          .pointer_y = 200},
         192,
         0},
        {{.view_w = 640, .view_h = 480, .taken = {192, 0, 256, 48}}, 192, 448},
        {{.view_w = 640,
          .view_h = 480,
          .taken = {192, 0, 256, 48},
          .pointer_known = true,
          .pointer_x = 300,
          .pointer_y = 470},
         192,
         48},
        {{.view_w = 640, .view_h = 480, .taken = {192, 432, 256, 48}, .at_bottom = true},
         192,
         0},
        /* nowhere to go: better seen than not */
        {{.view_w = 256, .view_h = 40, .pointer_known = true, .pointer_x = 50}, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rect r = notice_strip_place(&rows[i].at, 256, 32);
        if (r.x != rows[i].x || r.y != rows[i].y)
            fail_msg("row %zu: at %d, %d", i, r.x, r.y);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notice_replaces_the_one_about_the_same_and_people_stack),
        cmocka_unit_test(with_too_many_the_oldest_about_people_goes),
        cmocka_unit_test(a_notice_goes_by_itself_when_its_time_is_over),
        cmocka_unit_test(how_long_is_told_to_the_second_then_to_the_minute),
        cmocka_unit_test(a_text_is_one_line_of_whole_characters),
        cmocka_unit_test(a_strip_is_as_large_as_its_picture_allows_and_on_whole_tiles),
        cmocka_unit_test(without_notices_there_is_no_strip),
        cmocka_unit_test(a_strip_keeps_away_from_the_pointer_and_from_another),
    };
    return cmocka_run_group_tests_name("notice", tests, NULL, NULL);
}
