/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/blocks.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/*
 * Blocks made of a frame that changes at random. What stands in for the bytes of a block says
 * of which pixels and class it is, so that putting blocks together can be checked without
 * decoding.
 */
struct bench {
    struct shelf shelf;
    struct blocks blocks;
    struct surface frame;
    uint64_t version;
    unsigned made;
    struct dice dice;
};

struct stamp {
    int32_t encoding;
    int index;
    uint64_t sum; /* of the block's pixels and where they are */
};

static void note(struct bench *b, struct rect r)
{
    struct damage d;
    damage_init(&d);
    damage_resize(&d, b->frame.w, b->frame.h);
    damage_add_rect(&d, r);
    b->version++;
    block_hashes_note(&b->blocks.hashes, &b->frame, &d);
    damage_fini(&d);
}

static void start(struct bench *b, int w, int h)
{
    *b = (struct bench){.dice.state = 5};
    surface_init(&b->frame);
    surface_resize(&b->frame, w, h);
    blocks_init(&b->blocks, &b->shelf);
    blocks_resize(&b->blocks, w, h);
    note(b, surface_rect(&b->frame));
}

static void stop(struct bench *b)
{
    blocks_fini(&b->blocks);
    assert_int_equal(b->shelf.bytes, 0);
    assert_null(b->shelf.newest);
    assert_null(b->shelf.oldest);
    assert_int_equal(blob_bytes_live(), 0);
    surface_fini(&b->frame);
}

static struct rect random_rect(struct bench *b)
{
    int x = dice_below(&b->dice, b->frame.w), y = dice_below(&b->dice, b->frame.h);
    struct rect r = {x, y, 1 + dice_below(&b->dice, b->frame.w - x),
                     1 + dice_below(&b->dice, 40)};
    return rect_intersect(surface_rect(&b->frame), r);
}

static void change(struct bench *b)
{
    struct rect r = random_rect(b);
    surface_fill(&b->frame, r, (uint32_t)dice_below(&b->dice, 3));
    note(b, r);
}

static struct stamp stamp_of(const struct bench *b, int32_t encoding, int i)
{
    struct stamp stamp = {encoding, i, 0};
    struct rect r = blocks_rect(&b->blocks, i);
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++)
            stamp.sum = stamp.sum * 31 + *surface_at(&b->frame, x, y);
    }
    return stamp;
}

/* As a worker would: marks every second tile of the block's rectangle as inexact. */
static void make(struct bench *b, struct block_set *set, int i, size_t n)
{
    struct rect r = blocks_rect(&b->blocks, i);
    struct stamp stamp = stamp_of(b, set->class.encoding, i);
    struct encoded out;
    encoded_init(&out, &b->frame);
    bytes_put(&out.bytes, &stamp, sizeof(stamp));
    bytes_put_zero(&out.bytes, n);
    out.n_rects = 1;
    for (int y = r.y / TILE; y * TILE < r.y + r.h; y++) {
        for (int x = r.x / TILE; x * TILE < r.x + r.w; x++) {
            if ((x + y) % 2)
                damage_set_tile(&out.lossy, x, y);
        }
    }
    blocks_store(&b->blocks, set, i, 3, b->version, &out);
    encoded_fini(&out);
    b->made++;
}

static void want(struct bench *b, int32_t encoding, const struct damage *wanted)
{
    const struct encode_class class = judge_class(encoding, -1);
    struct block_set *set = blocks_set(&b->blocks, &class);
    struct damage lossy;
    damage_init(&lossy);
    damage_resize(&lossy, b->frame.w, b->frame.h);
    for (int i = 0; i < blocks_count(&b->blocks); i++) {
        struct stamp stamp, now = stamp_of(b, encoding, i);
        if (!damage_touches(wanted, blocks_rect(&b->blocks, i)))
            continue;
        if (blocks_must_make(&b->blocks, set, i)) {
            assert_false(blocks_must_make(&b->blocks, set, i)); /* somebody makes it */
            make(b, set, i, 100);
        }
        const struct piece *piece = set->blocks[i].piece;
        memcpy(&stamp, piece->blobs[0]->data, sizeof(stamp));
        assert_int_equal(stamp.encoding, encoding);
        assert_int_equal(stamp.index, i);
        assert_true(stamp.sum == now.sum);
        assert_int_equal(piece->n_sources, 1);
        assert_int_equal(piece->sources[0].block, i);
        assert_true(piece->sources[0].hash == b->blocks.hashes.blocks[i]);
        piece_add_lossy(piece, &lossy);
    }
    for (int y = 0; y < wanted->rows; y++) {
        for (int x = 0; x < wanted->cols; x++) {
            if (damage_tile(wanted, x, y))
                assert_int_equal(damage_tile(&lossy, x, y), (x + y) % 2);
        }
    }
    damage_fini(&lossy);
}

static void what_blocks_give_is_never_another_picture_than_the_newest(void **state)
{
    static const int32_t encodings[] = {ENCODING_RAW, ENCODING_ZRLE, ENCODING_TIGHT};
    struct bench b;
    (void)state;
    start(&b, 1000, 300);
    for (int turn = 0; turn < 400; turn++) {
        struct damage wanted;
        change(&b);
        damage_init(&wanted);
        damage_resize(&wanted, b.frame.w, b.frame.h);
        damage_add_rect(&wanted, random_rect(&b));
        want(&b, encodings[dice_below(&b.dice, 3)], &wanted);
        blocks_end_frame(&b.blocks);
        damage_fini(&wanted);
    }
    stop(&b);
}

static void a_block_that_came_back_is_not_made_again(void **state)
{
    const uint32_t colours[] = {1, 2, 3, 2, 1, 3, 3, 2};
    struct bench b;
    struct damage all;
    (void)state;
    start(&b, 512, 64);
    damage_init(&all);
    damage_resize(&all, 512, 64);
    damage_set_all(&all);
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
        surface_fill(&b.frame, (struct rect){10, 10, 20, 20}, colours[i]);
        note(&b, (struct rect){10, 10, 20, 20});
        want(&b, ENCODING_TIGHT, &all);
        blocks_end_frame(&b.blocks);
    }
    assert_int_equal(b.made, 3 + 1); /* three pictures of the first block, one of the second */
    want(&b, ENCODING_ZRLE, &all);   /* another class needs its own */
    assert_int_equal(b.made, 3 + 1 + 2);
    damage_fini(&all);
    stop(&b);
}

static void a_piece_says_where_and_when_it_was_made(void **state)
{
    const struct encode_class class = judge_class(ENCODING_TIGHT, 60);
    struct bench b;
    (void)state;
    start(&b, 512, 64);
    struct block_set *set = blocks_set(&b.blocks, &class);
    change(&b);
    make(&b, set, 1, 0);
    const struct piece *piece = set->blocks[1].piece;
    assert_int_equal(piece->epoch, 3);
    assert_int_equal(piece->version, b.version);
    assert_true(encode_class_equal(&piece->class, &class));
    stop(&b);
}

static void widened_damage_is_whole_blocks_and_no_more(void **state)
{
    static const struct {
        struct rect r, widened;
    } rows[] = {
        {{0, 0, 1, 1}, {0, 0, 256, 64}},        {{255, 63, 1, 1}, {0, 0, 256, 64}},
        {{255, 63, 2, 2}, {0, 0, 512, 128}},    {{990, 290, 5, 5}, {768, 256, 232, 44}},
        {{0, 0, 1000, 300}, {0, 0, 1000, 300}},
    };
    struct bench b;
    (void)state;
    start(&b, 1000, 300);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct damage d, expected;
        damage_init(&d);
        damage_init(&expected);
        damage_resize(&d, b.frame.w, b.frame.h);
        damage_resize(&expected, b.frame.w, b.frame.h);
        damage_add_rect(&d, rows[i].r);
        damage_add_rect(&expected, rows[i].widened);
        blocks_widen(&b.blocks, &d);
        assert_true(damage_equal(&d, &expected));
        damage_fini(&d);
        damage_fini(&expected);
    }
    stop(&b);
}

static void every_pixel_lies_in_exactly_one_block(void **state)
{
    static const int sizes[][2] = {{1, 1}, {256, 64}, {257, 65}, {1920, 1080}, {15, 3000}};
    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct bench b;
        long area = 0;
        start(&b, sizes[i][0], sizes[i][1]);
        for (int k = 0; k < blocks_count(&b.blocks); k++) {
            struct rect r = blocks_rect(&b.blocks, k);
            assert_false(rect_empty(&r));
            area += (long)r.w * r.h;
        }
        assert_int_equal(area, (long)b.frame.w * b.frame.h);
        stop(&b);
    }
}

static void a_unit_is_kept_from_the_second_time_on(void **state)
{
    const struct encode_class class = judge_class(ENCODING_TIGHT, -1),
                              other = judge_class(ENCODING_TIGHT, 60);
    struct bench b;
    bool keep;
    (void)state;
    start(&b, 512, 64);
    assert_null(blocks_find_unit(&b.blocks, &class, 77, &keep));
    assert_false(keep);
    assert_null(blocks_find_unit(&b.blocks, &other, 77, &keep));
    assert_false(keep);
    assert_null(blocks_find_unit(&b.blocks, &class, 77, &keep));
    assert_true(keep);
    struct piece *unit = piece_new(&class, 1, 1);
    blocks_keep_unit(&b.blocks, 77, unit);
    assert_ptr_equal(blocks_find_unit(&b.blocks, &class, 77, &keep), unit);
    assert_null(blocks_find_unit(&b.blocks, &other, 77, &keep));
    for (uint64_t i = 100; i < 300; i++) /* long ago: it is as if it had not been seen */
        blocks_find_unit(&b.blocks, &class, i, &keep);
    assert_null(blocks_find_unit(&b.blocks, &class, 77, &keep));
    assert_false(keep);
    piece_unref(&unit);
    stop(&b);
}

/* ---- the shelf ---- */

static void put(struct shelf_section *section, int block, size_t bytes)
{
    const struct encode_class class = judge_class(ENCODING_RAW, -1);
    const struct surface frame = {.w = 16, .h = 16};
    struct piece *piece = piece_new(&class, 0, 0);
    struct encoded out;
    encoded_init(&out, &frame);
    bytes_put_zero(&out.bytes, bytes);
    piece_add(piece, &out);
    encoded_fini(&out);
    shelf_keep(section, block, 1, piece);
    piece_unref(&piece);
}

static bool has(struct shelf_section *section, int block)
{
    const struct encode_class class = judge_class(ENCODING_RAW, -1);
    return shelf_find(section, &class, block, 1) != NULL;
}

static void what_was_used_longest_ago_gives_way_first_of_whatever_view(void **state)
{
    struct shelf shelf = {0};
    struct shelf_section old = {.shelf = &shelf}, new = {.shelf = &shelf};
    (void)state;
    for (int i = 0; i < 8; i++)
        put(&old, i, 3 << 20);
    assert_true(has(&old, 0)); /* used: it is the newest now */
    for (int i = 0; i < 7; i++)
        put(&new, i, 3 << 20);
    assert_true(shelf.bytes <= SHELF_BYTES_MOST);
    assert_int_equal(shelf.n, 10);
    assert_true(has(&old, 0));
    for (int i = 1; i < 8; i++)
        assert_int_equal(has(&old, i), i > 5);
    for (int i = 0; i < 7; i++)
        assert_true(has(&new, i));
    put(&new, 3, 100); /* in place of the one that shows the same */
    assert_int_equal(shelf.n, 10);
    shelf_forget(&old);
    assert_int_equal(shelf.n, 7);
    assert_false(has(&old, 0));
    shelf_forget(&new);
    assert_int_equal(shelf.bytes, 0);
    assert_int_equal(blob_bytes_live(), 0);
}

static void nothing_is_kept_while_viewers_hold_too_much(void **state)
{
    struct shelf shelf = {0};
    struct shelf_section section = {.shelf = &shelf};
    struct bytes much;
    (void)state;
    put(&section, 1, 1000);
    bytes_init(&much, SIZE_MAX);
    bytes_put_zero(&much, BLOB_BYTES_MOST);
    struct blob *held = blob_from_bytes(&much);
    assert_true(shelf_memory_is_scarce());
    shelf_trim(&shelf);
    assert_int_equal(shelf.n, 0);
    put(&section, 1, 1000);
    assert_int_equal(shelf.n, 0);
    blob_unref(&held);
    assert_false(shelf_memory_is_scarce());
    put(&section, 1, 1000);
    assert_true(has(&section, 1));
    shelf_forget(&section);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_blocks_give_is_never_another_picture_than_the_newest),
        cmocka_unit_test(a_block_that_came_back_is_not_made_again),
        cmocka_unit_test(a_piece_says_where_and_when_it_was_made),
        cmocka_unit_test(widened_damage_is_whole_blocks_and_no_more),
        cmocka_unit_test(every_pixel_lies_in_exactly_one_block),
        cmocka_unit_test(a_unit_is_kept_from_the_second_time_on),
        cmocka_unit_test(what_was_used_longest_ago_gives_way_first_of_whatever_view),
        cmocka_unit_test(nothing_is_kept_while_viewers_hold_too_much),
    };
    return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
