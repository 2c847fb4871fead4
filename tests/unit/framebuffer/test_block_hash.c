/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/block_hash.h"
#include "tests/unit/framebuffer/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

struct sheet {
    struct surface s;
    struct damage changed;
    struct block_hashes hashes;
};

static void start(struct sheet *t, int w, int h)
{
    surface_init(&t->s);
    surface_resize(&t->s, w, h);
    damage_init(&t->changed);
    damage_resize(&t->changed, w, h);
    block_hashes_init(&t->hashes);
    block_hashes_resize(&t->hashes, w, h);
    damage_set_all(&t->changed);
    block_hashes_note(&t->hashes, &t->s, &t->changed);
}

static void stop(struct sheet *t)
{
    surface_fini(&t->s);
    damage_fini(&t->changed);
    block_hashes_fini(&t->hashes);
}

static void paint(struct sheet *t, struct rect r, uint32_t colour)
{
    surface_fill(&t->s, r, colour);
    damage_clear(&t->changed);
    damage_add_rect(&t->changed, r);
    block_hashes_note(&t->hashes, &t->s, &t->changed);
}

static void the_same_pixels_have_the_same_hash_everywhere(void **state)
{
    /* What other hosts say must mean the same: these values are for good. */
    uint32_t pixels[TILE * TILE];
    (void)state;
    for (uint32_t i = 0; i < COUNT(pixels); i++)
        pixels[i] = i * 0x010203 & 0xffffff;
    assert_true(block_hash_tile(pixels, TILE, TILE, TILE) == UINT64_C(0x916f3237321204ad));
    assert_true(block_hash_tile(pixels, TILE, 5, 3) == UINT64_C(0x4f3b782cbd88ae22));
    /* Beyond the edge all is black, whatever lies there in memory. */
    for (uint32_t i = 0; i < COUNT(pixels); i++) {
        if (i % TILE >= 5 || i / TILE >= 3)
            pixels[i] = 0;
    }
    assert_true(block_hash_tile(pixels, TILE, TILE, TILE) == UINT64_C(0x4f3b782cbd88ae22));
}

static void what_is_kept_up_by_tiles_is_what_a_fresh_look_gives(void **state)
{
    static const int sizes[][2] = {{1, 1}, {256, 64}, {257, 65}, {700, 300}, {15, 900}};
    struct random dice = {7};
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        int w = sizes[i][0], h = sizes[i][1];
        struct sheet t, fresh;
        start(&t, w, h);
        for (int turn = 0; turn < 50; turn++) {
            int x = random_below(&dice, w), y = random_below(&dice, h);
            struct rect r = {x, y, 1 + random_below(&dice, w - x),
                             1 + random_below(&dice, h - y)};
            paint(&t, r, random_u32(&dice) & 0xffffff);
        }
        start(&fresh, w, h);
        surface_copy(&fresh.s, &t.s, surface_rect(&t.s), 0, 0);
        damage_set_all(&fresh.changed);
        block_hashes_note(&fresh.hashes, &fresh.s, &fresh.changed);
        for (int k = 0; k < t.hashes.cols * t.hashes.rows; k++)
            assert_true(t.hashes.blocks[k] == fresh.hashes.blocks[k]);
        stop(&t);
        stop(&fresh);
    }
}

static void every_pixel_and_its_place_count(void **state)
{
    struct sheet t;
    (void)state;
    start(&t, 256, 64);
    uint64_t black = t.hashes.blocks[0], seen[256];
    for (size_t i = 0; i < COUNT(seen); i++) {
        struct rect pixel = {(int)(i * 37 % 256), (int)(i * 11 % 64), 1, 1};
        paint(&t, pixel, 1);
        seen[i] = t.hashes.blocks[0];
        assert_true(seen[i] != black);
        for (size_t k = 0; k < i; k++)
            assert_true(seen[i] != seen[k]);
        paint(&t, pixel, 0);
        assert_true(t.hashes.blocks[0] == black);
    }
    stop(&t);
}

static void tiles_that_did_not_change_are_told(void **state)
{
    struct sheet t;
    (void)state;
    start(&t, 640, 480);
    assert_false(damage_any(&t.hashes.same));
    paint(&t, (struct rect){100, 100, 40, 40}, 0xff);
    assert_false(damage_any(&t.hashes.same));
    damage_set_all(&t.changed);
    surface_fill(&t.s, (struct rect){0, 0, 16, 16}, 0xff);
    block_hashes_note(&t.hashes, &t.s, &t.changed);
    assert_int_equal(damage_count(&t.hashes.same), 40 * 30 - 1);
    assert_false(damage_tile(&t.hashes.same, 0, 0));
    stop(&t);
}

static void the_number_of_a_rectangle_tells_its_pixels_and_its_place(void **state)
{
    static const struct rect rects[] = {
        {0, 0, 16, 16}, {16, 0, 16, 16}, {0, 16, 16, 16}, {0, 0, 32, 16}, {0, 0, 640, 480}};
    uint64_t before[COUNT(rects)];
    struct sheet t;
    (void)state;
    start(&t, 640, 480);
    for (size_t i = 0; i < COUNT(rects); i++) {
        before[i] = block_hashes_rect(&t.hashes, rects[i]);
        for (size_t k = 0; k < i; k++)
            assert_true(before[i] != before[k]);
    }
    paint(&t, (struct rect){3, 3, 1, 1}, 0xffffff);
    for (size_t i = 0; i < COUNT(rects); i++) {
        const struct rect dot = {3, 3, 1, 1};
        bool same = before[i] == block_hashes_rect(&t.hashes, rects[i]);
        assert_int_equal(same, !rect_contains(&rects[i], &dot));
    }
    stop(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_pixels_have_the_same_hash_everywhere),
        cmocka_unit_test(what_is_kept_up_by_tiles_is_what_a_fresh_look_gives),
        cmocka_unit_test(every_pixel_and_its_place_count),
        cmocka_unit_test(tiles_that_did_not_change_are_told),
        cmocka_unit_test(the_number_of_a_rectangle_tells_its_pixels_and_its_place),
    };
    return cmocka_run_group_tests_name("block_hash", tests, NULL, NULL);
}
