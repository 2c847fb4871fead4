/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/group.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void damage_of(struct damage *d, int w, int h, struct rect r)
{
    damage_init(d);
    damage_resize(d, w, h);
    damage_add_rect(d, r);
}

static struct encode_group *add(struct encode_group **list, int32_t encoding, struct rect r,
                                const struct scroll_move *moves)
{
    const struct encode_class class = judge_class(encoding, -1);
    struct damage d;
    damage_of(&d, 2000, 1000, r);
    struct encode_group *g = group_find_or_add(list, &class, &d, moves, moves != NULL);
    damage_fini(&d);
    g->n_clients++;
    return g;
}

static void a_group_is_shared_by_equals_in_class_damage_and_moves(void **state)
{
    const struct rect here = {0, 0, 100, 100}, same_tiles = {3, 3, 99, 99},
                      there = {0, 0, 200, 100};
    const struct scroll_move move = {{0, 0, 64, 64}, 0, -16};
    struct encode_group *list = NULL;
    (void)state;
    struct encode_group *first = add(&list, ENCODING_RAW, here, NULL);
    assert_ptr_equal(add(&list, ENCODING_RAW, same_tiles, NULL), first);
    assert_ptr_not_equal(add(&list, ENCODING_ZRLE, here, NULL), first);
    assert_ptr_not_equal(add(&list, ENCODING_RAW, there, NULL), first);
    struct encode_group *moved = add(&list, ENCODING_RAW, here, &move);
    assert_ptr_not_equal(moved, first);
    assert_ptr_equal(add(&list, ENCODING_RAW, here, &move), moved);
    assert_int_equal(first->n_clients, 2);
    group_free_all(&list);
    assert_null(list);
}

/* Encodes all parts here and returns the bytes. */
static void run_parts(struct encode_group *g)
{
    struct encode_scratch *scratch = encode_scratch_new();
    for (unsigned i = 0; i < g->n_parts; i++)
        g->parts[i].job.run(&g->parts[i].job, scratch);
    encode_scratch_free(&scratch);
}

static void a_unit_is_split_into_parts_that_cover_it_in_order(void **state)
{
    static const struct {
        int w, h;
        struct rect r;
        unsigned workers, parts_most;
    } rows[] = {
        {2000, 1000, {0, 0, 2000, 1000}, 1, 1},
        {2000, 1000, {0, 0, 2000, 1000}, 4, 4},
        {2000, 1000, {0, 0, 2000, 1000}, 64, 8},
        {2000, 1000, {0, 0, 100, 100}, 8, 1},
        {15, 9, {0, 0, 1, 1}, 4, 1},
        {300, 900, {290, 0, 10, 900}, 4, 1},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct encode_class class = judge_class(ENCODING_RAW, -1);
        struct encode_group *list = NULL;
        struct surface frame;
        struct damage d;
        surface_init(&frame);
        surface_resize(&frame, rows[i].w, rows[i].h);
        struct shelf shelf = {0};
        struct blocks blocks;
        blocks_init(&blocks, &shelf);
        blocks_resize(&blocks, rows[i].w, rows[i].h);
        damage_of(&d, rows[i].w, rows[i].h, rows[i].r);
        struct encode_group *g = group_find_or_add(&list, &class, &d, NULL, 0);
        group_prepare(g, &frame, &blocks, rows[i].workers);
        assert_in_range(g->n_parts, 1, rows[i].parts_most);
        run_parts(g);
        group_finish(g, &blocks, 1, 1);
        /* Raw: every pixel once, 12 bytes of header each. */
        struct fanout_update update = group_update(g);
        size_t bytes = 0, area = 0;
        for (unsigned k = 0; k < update.n_blobs; k++)
            bytes += update.blobs[k]->len;
        for (size_t k = 0; k < g->rects.n; k++)
            area += (size_t)g->rects.rects[k].w * (size_t)g->rects.rects[k].h;
        assert_int_equal(bytes, area * 4 + update.n_rects * 12);
        assert_int_equal(update.n_rects, g->rects.n);
        group_free_all(&list);
        damage_fini(&d);
        blocks_fini(&blocks);
        surface_fini(&frame);
    }
}

static void moves_go_before_all_rectangles_even_when_there_are_none(void **state)
{
    const struct scroll_move move = {{0, 16, 64, 64}, 0, -16};
    static const struct rect rests[] = {{0, 0, 0, 0}, {0, 0, 64, 16}};
    (void)state;
    for (size_t i = 0; i < COUNT(rests); i++) {
        struct encode_group *list = NULL, *g = add(&list, ENCODING_RAW, rests[i], &move);
        struct surface frame;
        surface_init(&frame);
        surface_resize(&frame, 2000, 1000);
        struct shelf shelf = {0};
        struct blocks blocks;
        blocks_init(&blocks, &shelf);
        blocks_resize(&blocks, 2000, 1000);
        group_prepare(g, &frame, &blocks, 4);
        run_parts(g);
        group_finish(g, &blocks, 1, 1);
        struct fanout_update update = group_update(g);
        static const uint8_t copy[] = {0, 0, 0, 16, 0, 64, 0, 64, 0, 0, 0, 1, 0, 0, 0, 32};
        assert_int_equal(update.n_rects, 1 + i);
        assert_memory_equal(update.blobs[0]->data, copy, sizeof(copy));
        group_free_all(&list);
        blocks_fini(&blocks);
        surface_fini(&frame);
    }
}

static void damage_however_scattered_is_few_enough_rectangles(void **state)
{
    const struct encode_class class = judge_class(ENCODING_RAW, -1);
    struct encode_group *list = NULL;
    struct surface frame;
    struct damage d;
    (void)state;
    surface_init(&frame);
    surface_resize(&frame, 4096, 4096);
    struct shelf shelf = {0};
    struct blocks blocks;
    blocks_init(&blocks, &shelf);
    blocks_resize(&blocks, 4096, 4096);
    damage_of(&d, 4096, 4096, (struct rect){0});
    for (int i = 0; i < 256 * 256; i++) {
        if ((i % 256 + i / 256) % 2)
            damage_set_tile(&d, i % 256, i / 256);
    }
    struct encode_group *g = group_find_or_add(&list, &class, &d, NULL, 0);
    group_prepare(g, &frame, &blocks, 2);
    assert_in_range(g->rects.n, 1, FANOUT_RECTS_MOST / 4);
    /* What the rectangles cover counts as sent, and all that was owed is among it. */
    damage_and_not(&d, &g->damage);
    assert_false(damage_any(&d));
    group_free_all(&list);
    damage_fini(&d);
    blocks_fini(&blocks);
    surface_fini(&frame);
}

static void beyond_three_units_of_a_class_all_but_the_largest_are_made_of_blocks(void **state)
{
    const struct scroll_move move = {{0, 0, 64, 64}, 0, -16};
    struct encode_group *list = NULL, *zrle[5];
    struct shelf shelf = {0};
    struct blocks blocks;
    (void)state;
    blocks_init(&blocks, &shelf);
    blocks_resize(&blocks, 2000, 1000);
    for (int i = 0; i < 5; i++)
        zrle[i] =
            add(&list, ENCODING_ZRLE, (struct rect){i * 160, 0, 16, 16}, i == 4 ? &move : NULL);
    for (int i = 0; i < 3; i++)
        add(&list, ENCODING_RAW, (struct rect){i * 160, 0, 16, 16}, NULL);
    zrle[2]->n_clients = 7;
    groups_choose_blocks(list, &blocks);
    for (const struct encode_group *g = list; g; g = g->next) {
        bool of_blocks = g == zrle[0] || g == zrle[1] || g == zrle[3];
        assert_int_equal(g->set != NULL, of_blocks);
        /* Blocks at the frame's edge are smaller; these are not there. */
        assert_int_equal(damage_count(&g->damage), of_blocks ? 64 : 1);
    }
    group_free_all(&list);
    blocks_fini(&blocks);
}

static void late_clients_join_those_that_lack_nearly_the_same(void **state)
{
    static const struct {
        struct rect r;
        int group;
        size_t tiles; /* of that group then */
    } rows[] = {
        {{0, 0, 160, 160}, 0, 100},   {{0, 0, 160, 176}, 0, 110}, {{0, 0, 160, 144}, 0, 110},
        {{400, 0, 160, 160}, 1, 100}, {{0, 0, 16, 16}, 2, 1},     {{320, 0, 160, 160}, 3, 100},
        {{0, 160, 160, 32}, 4, 20},
    };
    const struct encode_class class = judge_class(ENCODING_ZRLE, -1);
    struct encode_group *list = NULL, *found[COUNT(rows)];
    struct damage d;
    (void)state;
    struct encode_group *in_step =
        add(&list, ENCODING_ZRLE, (struct rect){0, 0, 160, 160}, NULL);
    struct encode_group *other = add(&list, ENCODING_RAW, (struct rect){0, 0, 160, 160}, NULL);
    damage_of(&d, 2000, 1000, (struct rect){0, 0, 160, 160});
    /* One that lacks exactly the same takes it, but none like it makes it larger. */
    assert_ptr_equal(group_find_or_add_late(&list, &class, &d), in_step);
    damage_fini(&d);
    in_step->class.effort = 2; /* out of the way */
    for (size_t i = 0; i < COUNT(rows); i++) {
        damage_of(&d, 2000, 1000, rows[i].r);
        struct encode_group *g = group_find_or_add_late(&list, &class, &d);
        found[rows[i].group] = i == 0 || !g->n_clients ? g : found[rows[i].group];
        assert_ptr_equal(g, found[rows[i].group]);
        assert_int_equal(damage_count(&g->damage), rows[i].tiles);
        g->n_clients++;
        damage_fini(&d);
    }
    assert_int_equal(damage_count(&in_step->damage), 100);
    assert_int_equal(damage_count(&other->damage), 100);
    group_free_all(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_is_shared_by_equals_in_class_damage_and_moves),
        cmocka_unit_test(a_unit_is_split_into_parts_that_cover_it_in_order),
        cmocka_unit_test(moves_go_before_all_rectangles_even_when_there_are_none),
        cmocka_unit_test(damage_however_scattered_is_few_enough_rectangles),
        cmocka_unit_test(late_clients_join_those_that_lack_nearly_the_same),
        cmocka_unit_test(beyond_three_units_of_a_class_all_but_the_largest_are_made_of_blocks),
    };
    return cmocka_run_group_tests_name("group", tests, NULL, NULL);
}
