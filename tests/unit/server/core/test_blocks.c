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
 * of which version and class it is, so that putting blocks together can be checked without
 * decoding.
 */
struct bench {
    struct blocks blocks;
    int w, h;
    uint64_t version;
    uint64_t *tiles; /* by tile: the version in which it changed last */
    struct dice dice;
};

struct stamp {
    int32_t encoding;
    int index;
    uint64_t version;
};

static void start(struct bench *b, int w, int h)
{
    *b = (struct bench){.w = w, .h = h, .dice.state = 5};
    blocks_init(&b->blocks);
    blocks_resize(&b->blocks, w, h);
    b->tiles = calloc((size_t)((w + 15) / 16 * ((h + 15) / 16)), sizeof(*b->tiles));
    assert_non_null(b->tiles);
}

static void stop(struct bench *b)
{
    blocks_fini(&b->blocks);
    free(b->tiles);
}

static struct rect random_rect(struct bench *b)
{
    int x = dice_below(&b->dice, b->w), y = dice_below(&b->dice, b->h);
    return (struct rect){x, y, 1 + dice_below(&b->dice, b->w - x),
                         1 + dice_below(&b->dice, 40)};
}

static void change(struct bench *b)
{
    struct damage d;
    damage_init(&d);
    damage_resize(&d, b->w, b->h);
    damage_add_rect(&d, random_rect(b));
    b->version++;
    blocks_note(&b->blocks, &d, b->version);
    for (int i = 0; i < d.cols * d.rows; i++) {
        if (damage_tile(&d, i % d.cols, i / d.cols))
            b->tiles[i] = b->version;
    }
    damage_fini(&d);
}

/* As a worker would: marks every second tile of the block's rectangle as inexact. */
static void make(struct bench *b, struct block_set *set, int i, size_t n)
{
    const struct surface frame = {.w = b->w, .h = b->h};
    struct rect r = blocks_rect(&b->blocks, i);
    struct stamp stamp = {set->class.encoding, i, b->version};
    struct encoded out;
    encoded_init(&out, &frame);
    bytes_put(&out.bytes, &stamp, sizeof(stamp));
    bytes_put_zero(&out.bytes, n);
    out.n_rects = 1;
    for (int y = r.y / TILE; y * TILE < r.y + r.h; y++) {
        for (int x = r.x / TILE; x * TILE < r.x + r.w; x++) {
            if ((x + y) % 2)
                damage_set_tile(&out.lossy, x, y);
        }
    }
    blocks_store(&b->blocks, set, i, b->version, &out);
    encoded_fini(&out);
}

/* The newest change of the tiles of block i. */
static uint64_t newest(const struct bench *b, int i)
{
    struct rect r = blocks_rect(&b->blocks, i);
    int cols = (b->w + 15) / 16;
    uint64_t version = 0;
    for (int y = r.y / TILE; y * TILE < r.y + r.h; y++) {
        for (int x = r.x / TILE; x * TILE < r.x + r.w; x++)
            version = b->tiles[y * cols + x] > version ? b->tiles[y * cols + x] : version;
    }
    return version;
}

static void want(struct bench *b, int32_t encoding, const struct damage *wanted)
{
    const struct encode_class class = judge_class(encoding, -1);
    struct block_set *set = blocks_set(&b->blocks, &class);
    struct damage lossy;
    damage_init(&lossy);
    damage_resize(&lossy, b->w, b->h);
    for (int i = 0; i < b->blocks.cols * b->blocks.rows; i++) {
        struct rect r = blocks_rect(&b->blocks, i);
        struct stamp stamp;
        if (!damage_touches(wanted, r))
            continue;
        if (blocks_stale(&b->blocks, set, i))
            make(b, set, i, 100);
        memcpy(&stamp, set->blocks[i].blob->data, sizeof(stamp));
        assert_int_equal(stamp.encoding, encoding);
        assert_int_equal(stamp.index, i);
        assert_true(stamp.version >= newest(b, i));
        blocks_add_lossy(&b->blocks, set, i, &lossy);
    }
    for (int y = 0; y < wanted->rows; y++) {
        for (int x = 0; x < wanted->cols; x++) {
            if (damage_tile(wanted, x, y))
                assert_int_equal(damage_tile(&lossy, x, y), (x + y) % 2);
        }
    }
    damage_fini(&lossy);
}

static void what_blocks_give_is_never_older_than_what_changed(void **state)
{
    static const int32_t encodings[] = {ENCODING_RAW, ENCODING_ZRLE, ENCODING_TIGHT};
    struct bench b;
    (void)state;
    start(&b, 1000, 300);
    for (int turn = 0; turn < 400; turn++) {
        struct damage wanted;
        change(&b);
        damage_init(&wanted);
        damage_resize(&wanted, b.w, b.h);
        damage_add_rect(&wanted, random_rect(&b));
        want(&b, encodings[dice_below(&b.dice, 3)], &wanted);
        if (dice_below(&b.dice, 3) == 0)
            blocks_trim(&b.blocks);
        damage_fini(&wanted);
    }
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
        damage_resize(&d, b.w, b.h);
        damage_resize(&expected, b.w, b.h);
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
        for (int k = 0; k < b.blocks.cols * b.blocks.rows; k++) {
            struct rect r = blocks_rect(&b.blocks, k);
            assert_false(rect_empty(&r));
            area += (long)r.w * r.h;
        }
        assert_int_equal(area, (long)b.w * b.h);
        stop(&b);
    }
}

static void memory_beyond_the_bound_is_given_back_unless_it_is_in_use(void **state)
{
    const struct encode_class old = judge_class(ENCODING_RAW, -1),
                              new = judge_class(ENCODING_ZRLE, -1);
    struct bench b;
    (void)state;
    start(&b, 1024, 128);
    struct block_set *set = blocks_set(&b.blocks, &old);
    for (int i = 0; i < 8; i++)
        make(&b, set, i, 3 << 20);
    assert_true(b.blocks.bytes < BLOCK_BYTES_MOST);
    blocks_trim(&b.blocks); /* within the bound: kept although nobody wants it */
    blocks_trim(&b.blocks);
    assert_int_equal(blocks_set(&b.blocks, &old)->blocks[7].n_rects, 1);
    blocks_trim(&b.blocks);
    set = blocks_set(&b.blocks, &new);
    for (int i = 0; i < 8; i++)
        make(&b, set, i, 3 << 20);
    assert_true(b.blocks.bytes > BLOCK_BYTES_MOST);
    blocks_trim(&b.blocks); /* the old class goes, the wanted one stays */
    assert_true(b.blocks.bytes < BLOCK_BYTES_MOST);
    assert_false(blocks_stale(&b.blocks, blocks_set(&b.blocks, &new), 0));
    assert_true(blocks_stale(&b.blocks, blocks_set(&b.blocks, &old), 0));
    blocks_resize(&b.blocks, 64, 64);
    assert_int_equal(b.blocks.bytes, 0);
    assert_int_equal(blob_bytes_live(), 0);
    stop(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_blocks_give_is_never_older_than_what_changed),
        cmocka_unit_test(widened_damage_is_whole_blocks_and_no_more),
        cmocka_unit_test(every_pixel_lies_in_exactly_one_block),
        cmocka_unit_test(memory_beyond_the_bound_is_given_back_unless_it_is_in_use),
    };
    return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
