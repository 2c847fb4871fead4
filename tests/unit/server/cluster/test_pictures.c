/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a machine at one host as viewers of another get them, up to bytes that are
 * decoded again. */
#include <config.h>
#include "server/cluster/served_views.h"
#include "server/group.h"
#include "server/relay.h"
#include "server/view.h"
#include "server/view_private.h"
#include "tests/unit/server/cluster/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void join(struct stage *s, size_t i, const struct view_key *key,
                 const struct encode_class *class)
{
    crowd_join(&s->c, i, stage_at_gateway(s), key, class);
}

/* ---- what they must show ---- */

static bool all_show_all(void *self)
{
    struct stage *s = self;
    for (size_t i = 0; i < CROWD; i++) {
        const struct view_client *c = &s->c.judges[i].client;
        if (s->c.here[i] &&
            (damage_any(&c->pending) || damage_any(&c->lossy) || !crowd_shows(&s->c, i)))
            return false;
    }
    return true;
}

static bool first_shows_all(void *self)
{
    struct stage *s = self;
    return crowd_shows(&s->c, 0);
}

static void settle(struct stage *s)
{
    crowd_make_ready(&s->c);
    hosts_wait(&s->all, all_show_all, s);
}

/* ---- one thing at a time ---- */

static void what_is_drawn_at_home_is_shown_at_the_gateway(void **state)
{
    struct stage s;
    const struct encode_class class = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    join(&s, 0, &crowd_whole, &class);
    settle(&s);
    world_draw(&s.c.w, 0, (struct rect){100, 100, 200, 50}, 2);
    settle(&s);
    join(&s, 1, &crowd_whole, &class);
    settle(&s);
    assert_int_equal(s.all.g.fanout.relay_streams, 1);
    stage_stop(&s);
}

static void home_shows_nothing_to_a_node_without_anybody_there(void **state)
{
    struct stage s;
    const struct encode_class class = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    s.all.a.may_look = false;
    join(&s, 0, &crowd_whole, &class);
    crowd_make_ready(&s.c);
    hosts_settle(&s.all);
    assert_int_equal(s.all.a.cluster.served->n_views, 1);
    assert_int_equal(s.all.g.fanout.relay_units, 0);
    assert_int_equal(s.all.a.cluster.picture_bytes, 0);
    s.all.a.may_look = true;
    served_views_wake(s.all.a.cluster.served->machines);
    settle(&s);
    stage_stop(&s);
}

static uint64_t bytes_to(struct stage *s, const struct host *home)
{
    (void)s;
    return home->cluster.served ? link_sent(home->cluster.served->link) : 0;
}

static void viewers_of_one_class_share_one_stream_and_one_encoding(void **state)
{
    struct stage s;
    const struct encode_class zrle = judge_class(ENCODING_ZRLE, -1),
                              tight = judge_class(ENCODING_TIGHT, -1);
    (void)state;
    stage_start(&s, 640, 400);
    for (size_t i = 0; i < CROWD; i++)
        join(&s, i, &crowd_whole, i < 5 ? &zrle : &tight);
    settle(&s);
    assert_int_equal(s.all.g.fanout.relay_streams, 2);
    uint64_t units = s.all.g.fanout.relay_units, groups = s.all.a.fanout.groups;
    uint64_t delivered = s.all.g.fanout.deliveries, asked = s.all.g.fanout.relay_asked;
    world_draw(&s.c.w, 0, (struct rect){40, 40, 100, 100}, 2);
    settle(&s);
    assert_int_equal(s.all.g.fanout.relay_units, units + 2);
    assert_int_equal(s.all.a.fanout.groups, groups + 2);
    assert_int_equal(s.all.g.fanout.deliveries, delivered + CROWD);
    assert_int_equal(s.all.g.fanout.relay_asked, asked);
    stage_stop(&s);
}

/* 3 x 7 blocks. */
static void who_comes_late_gets_blocks_that_are_asked_for_once(void **state)
{
    struct stage s;
    const struct encode_class zrle = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    join(&s, 0, &crowd_whole, &zrle);
    settle(&s);
    uint64_t asked = s.all.g.fanout.relay_asked;
    assert_in_range(asked, 0, 1); /* below what opened the stream */
    for (size_t i = 1; i < 5; i++)
        join(&s, i, &crowd_whole, &zrle);
    settle(&s);
    assert_in_range(s.all.g.fanout.relay_asked, asked + 20, asked + 22);
    asked = s.all.g.fanout.relay_asked;
    for (size_t i = 5; i < CROWD; i++)
        join(&s, i, &crowd_whole, &zrle);
    settle(&s);
    assert_int_equal(s.all.g.fanout.relay_asked, asked);
    stage_stop(&s);
}

static void who_missed_a_few_units_gets_them_in_order(void **state)
{
    struct stage s;
    const struct encode_class zrle = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    join(&s, 0, &crowd_whole, &zrle);
    join(&s, 1, &crowd_whole, &zrle);
    settle(&s);
    world_draw(&s.c.w, 0, (struct rect){0, 0, 640, 400}, 2);
    settle(&s);
    uint64_t asked = s.all.g.fanout.relay_asked;
    unsigned copied = s.c.judges[1].copied;
    s.c.judges[1].ready = false;
    world_draw(&s.c.w, 0, (struct rect){0, 0, 16, 16}, 2);
    hosts_wait(&s.all, first_shows_all, &s);
    world_scroll(&s.c.w, 0, (struct rect){0, 0, 640, 400}, 16);
    hosts_wait(&s.all, first_shows_all, &s);
    settle(&s);
    assert_true(s.c.judges[1].copied > copied);
    assert_int_equal(s.all.g.fanout.relay_asked, asked);
    stage_stop(&s);
}

static bool is_gone(void *self)
{
    return !machine_elsewhere(stage_at_gateway(self));
}

static void after_the_line_broke_only_what_differs_is_sent(void **state)
{
    struct stage s;
    const struct encode_class zrle = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    world_draw(&s.c.w, 0, (struct rect){0, 0, 640, 400}, 2); /* some 700 KB */
    for (size_t i = 0; i < 3; i++)
        join(&s, i, &crowd_whole, &zrle);
    settle(&s);
    uint64_t delivered = s.all.g.fanout.deliveries;
    hosts_cut(&s.all, &s.all.g, &s.all.a);
    hosts_wait(&s.all, is_gone, &s);
    hosts_join(&s.all, &s.all.g, &s.all.a);
    hosts_wait(&s.all, stage_runs_there, &s);
    settle(&s);
    assert_int_equal(s.all.g.fanout.deliveries, delivered);
    hosts_cut(&s.all, &s.all.g, &s.all.a);
    world_draw(&s.c.w, 0, (struct rect){300, 100, 20, 20}, 2);
    hosts_join(&s.all, &s.all.g, &s.all.a);
    hosts_wait(&s.all, stage_runs_there, &s);
    settle(&s);
    assert_int_equal(s.all.g.fanout.deliveries, delivered + 3);
    assert_in_range(bytes_to(&s, &s.all.a), 1,
                    200000); /* one block, and what is said besides */
    stage_stop(&s);
}

/* As a viewer that tries all formats there are. */
static void classes_that_nobody_uses_give_way(void **state)
{
    struct stage s;
    struct encode_class class = judge_class(ENCODING_RAW, -1);
    (void)state;
    stage_start(&s, 320, 200);
    join(&s, 0, &crowd_whole, &class);
    settle(&s);
    for (int i = 0; i < 3 * RELAY_STREAMS_MOST; i++) {
        class.format.red_shift = (uint8_t)(8 + i % 8);
        class.format.green_shift = 24;
        class.format.blue_shift = 0;
        class.format.green_max = 255;
        class.format.red_max = (uint16_t)((2u << i / 8 % 8) - 1);
        class.format.blue_max = (uint16_t)(i < 64 ? 255 : 127);
        assert_true(encode_class_good(&class));
        judge_set_class(&s.c.judges[0], &class);
        view_client_want(&s.c.judges[0].client, (struct rect){0, 0, 320, 200});
        hosts_settle(&s.all);
        assert_in_range(s.all.g.fanout.relay_streams, 1, RELAY_STREAMS_MOST);
        assert_non_null(s.all.a.cluster.served);
    }
    class = judge_class(ENCODING_RAW, -1);
    judge_set_class(&s.c.judges[0], &class);
    view_client_want(&s.c.judges[0].client, (struct rect){0, 0, 320, 200});
    settle(&s);
    stage_stop(&s);
}

/* ---- what only one viewer sees ---- */

static const struct rect covered = {64, 32, 160, 96};

static bool shows_all_but_what_is_covered(void *self)
{
    struct stage *s = self;
    struct judge *j = &s->c.judges[0];
    struct surface want;
    world_expect(&s->c.w, &j->client.view->key, &j->client.view->frame, &want);
    surface_fill(&want, covered, 0x336699);
    bool same = judge_shows(j, &want, 0) && !damage_any(&j->client.pending) &&
                !view_private_owes(&j->client, surface_rect(&want));
    surface_fini(&want);
    return same && crowd_shows(&s->c, 1);
}

static void what_lies_over_one_viewers_picture_stays_there(void **state)
{
    struct stage s;
    struct layer layer;
    const struct encode_class tight = judge_class(ENCODING_TIGHT, 50);
    (void)state;
    stage_start(&s, 640, 400);
    join(&s, 0, &crowd_whole, &tight);
    join(&s, 1, &crowd_whole, &tight);
    settle(&s);
    layer_init(&layer);
    surface_resize(&layer.picture, covered.w, covered.h);
    surface_fill(&layer.picture, surface_rect(&layer.picture), 0x336699);
    layer.x = covered.x;
    layer.y = covered.y;
    view_private_set(&s.c.judges[0].client, &layer, 1);
    for (int i = 0; i < 6; i++) {
        struct rect r = {i * 30, i * 10, 200, 100};
        if (i % 2)
            world_scroll(&s.c.w, 0, (struct rect){0, 0, 640, 400}, 16);
        else
            world_draw(&s.c.w, 0, r, 2);
        hosts_wait(&s.all, shows_all_but_what_is_covered, &s);
    }
    view_private_set(&s.c.judges[0].client, NULL, 0);
    settle(&s);
    layer_fini(&layer);
    stage_stop(&s);
}

static bool shows_black_where_it_was_covered(void *self)
{
    struct stage *s = self;
    struct judge *j = &s->c.judges[0];
    struct surface want;
    world_expect(&s->c.w, &j->client.view->key, &j->client.view->frame, &want);
    surface_fill(&want, covered, 0);
    bool same = judge_shows(j, &want, 0);
    surface_fini(&want);
    return same;
}

/* What is below cannot be had then. */
static void what_is_closed_while_nothing_comes_is_not_shown_on(void **state)
{
    struct stage s;
    struct layer layer;
    const struct encode_class zrle = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    join(&s, 0, &crowd_whole, &zrle);
    settle(&s);
    layer_init(&layer);
    surface_resize(&layer.picture, covered.w, covered.h);
    layer.x = covered.x;
    layer.y = covered.y;
    surface_fill(&layer.picture, surface_rect(&layer.picture), 0x336699);
    view_private_set(&s.c.judges[0].client, &layer, 1);
    hosts_cut(&s.all, &s.all.g, &s.all.a);
    hosts_wait(&s.all, is_gone, &s);
    view_private_set(&s.c.judges[0].client, NULL, 0);
    hosts_wait(&s.all, shows_black_where_it_was_covered, &s);
    hosts_join(&s.all, &s.all.g, &s.all.a);
    hosts_wait(&s.all, stage_runs_there, &s);
    settle(&s);
    assert_null(s.c.judges[0].client.own);
    layer_fini(&layer);
    stage_stop(&s);
}

/* ---- to another host ---- */

/* Over b, to the gateway itself, and back. */
static void a_machine_that_moves_is_sent_only_where_it_differs(void **state)
{
    struct stage s;
    const struct encode_class zrle = judge_class(ENCODING_ZRLE, -1);
    (void)state;
    stage_start(&s, 640, 400);
    world_draw(&s.c.w, 0, (struct rect){0, 0, 640, 400}, 2);
    stage_know_all(&s);
    for (size_t i = 0; i < 3; i++)
        join(&s, i, &crowd_whole, &zrle);
    settle(&s);
    struct host *ways[] = {&s.all.b, &s.all.g, &s.all.b, &s.all.a, &s.all.g, &s.all.a};
    for (size_t i = 0; i < COUNT(ways); i++) {
        s.c.judges[0].bytes = 0;
        stage_move_to(&s, ways[i]);
        settle(&s);
        if (s.c.judges[0].bytes > 100000)
            fail_msg("move %zu: %zu bytes", i, s.c.judges[0].bytes);
        assert_true(s.c.judges[0].bytes > 0);
        assert_int_equal(machine_elsewhere(stage_at_gateway(&s)) == NULL, ways[i] == &s.all.g);
        world_draw(&s.c.w, 0, (struct rect){200, 200, 30, 30}, 2);
        settle(&s);
    }
    stage_stop(&s);
}

/* ---- at random ---- */

static const struct view_key view_rows[] = {
    {.head = VIEW_ALL_HEADS},
    {.head = VIEW_ALL_HEADS},
    {.head = VIEW_ALL_HEADS, .draws_pointer = true},
    {.head = VIEW_ALL_HEADS, .draws_pointer = true, .fixed_w = 300, .fixed_h = 170},
    {.head = 0},
    {.head = 1, .draws_pointer = true},
};

static const struct {
    struct place_head heads[WORLD_HEADS_MOST];
    unsigned n;
} layout_rows[] = {
    {{{.w = 640, .h = 400}}, 1},
    {{{.w = 320, .h = 200}, {.w = 130, .h = 90}}, 2},
    {{{.w = 257, .h = 65}, {.w = 63, .h = 200}}, 2},
    {{{.w = 800, .h = 330}}, 1},
    {{{.w = 15, .h = 9}}, 1},
};

static void random_client(struct stage *s)
{
    struct dice *d = &s->c.w.dice;
    size_t i = (size_t)dice_below(d, CROWD);
    struct judge *j = &s->c.judges[i];
    int what = dice_below(d, 12), row = dice_below(d, CROWD_CLASSES);
    const struct encode_class class = crowd_class((size_t)row);
    if (!s->c.here[i]) {
        join(s, i, &view_rows[dice_below(d, COUNT(view_rows))], &class);
        return;
    }
    if (what == 0) {
        crowd_leave(&s->c, i);
        return;
    }
    bool was_whole = j->client.class.format.bpp == 32;
    if (what == 1) {
        judge_set_class(j, &class);
        if (row >= CROWD_ZRLE_565 || !was_whole)
            view_client_want(&j->client, (struct rect){0, 0, 65535, 65535});
    } else if (what == 2) {
        view_client_want(&j->client,
                         (struct rect){dice_below(d, 300), dice_below(d, 200), 50, 70});
    }
    crowd_random_wishes(&s->c, i, 3, 6);
}

static void random_line(struct stage *s)
{
    if (s->home == &s->all.g)
        return;
    hosts_cut(&s->all, &s->all.g, s->home);
    for (int i = dice_below(&s->c.w.dice, 4); i > 0; i--)
        crowd_random_draw(&s->c);
    hosts_join(&s->all, &s->all.g, s->home);
    hosts_wait(&s->all, stage_runs_there, s);
}

static void random_move(struct stage *s)
{
    struct host *hosts[] = {&s->all.a, &s->all.b, &s->all.g};
    struct host *to = hosts[dice_below(&s->c.w.dice, COUNT(hosts))];
    if (to != s->home)
        stage_move_to(s, to);
}

static void random_step(struct stage *s)
{
    int what = dice_below(&s->c.w.dice, 200);
    if (what < 100)
        crowd_random_draw(&s->c);
    else if (what < 115)
        crowd_random_pointer(&s->c);
    else if (what < 193)
        random_client(s);
    else if (what < 196)
        random_line(s);
    else if (what < 198)
        random_move(s);
    else {
        int row = dice_below(&s->c.w.dice, COUNT(layout_rows));
        world_set_heads(&s->c.w, layout_rows[row].heads, layout_rows[row].n);
    }
}

static void run_at_random(uint64_t seed, int steps)
{
    struct stage s;
    stage_start(&s, 640, 400);
    stage_know_all(&s);
    s.c.w.dice.state = seed;
    world_shape_pointer(&s.c.w, 12, 19, 255);
    for (int i = 0; i < steps; i++) {
        random_step(&s);
        if (dice_below(&s.c.w.dice, 3) == 0)
            hosts_settle(&s.all);
        if (dice_below(&s.c.w.dice, 60) == 0)
            settle(&s);
    }
    settle(&s);
    stage_stop(&s);
}

static void whatever_happens_every_viewer_ends_with_the_machines_pixels(void **state)
{
    const uint64_t runs = getenv("HOLDFAST_LONG") ? 300 : 6;
    (void)state;
    for (uint64_t seed = 1; seed <= runs; seed++)
        run_at_random(seed * 7919, 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_drawn_at_home_is_shown_at_the_gateway),
        cmocka_unit_test(home_shows_nothing_to_a_node_without_anybody_there),
        cmocka_unit_test(viewers_of_one_class_share_one_stream_and_one_encoding),
        cmocka_unit_test(who_comes_late_gets_blocks_that_are_asked_for_once),
        cmocka_unit_test(who_missed_a_few_units_gets_them_in_order),
        cmocka_unit_test(after_the_line_broke_only_what_differs_is_sent),
        cmocka_unit_test(classes_that_nobody_uses_give_way),
        cmocka_unit_test(what_lies_over_one_viewers_picture_stays_there),
        cmocka_unit_test(what_is_closed_while_nothing_comes_is_not_shown_on),
        cmocka_unit_test(a_machine_that_moves_is_sent_only_where_it_differs),
        cmocka_unit_test(whatever_happens_every_viewer_ends_with_the_machines_pixels),
    };
    return cmocka_run_group_tests_name("pictures", tests, NULL, NULL);
}
