/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Layers over a view, in everybody's picture and in one client's only, up to bytes that are
 * decoded again. */
#include <config.h>
#include "server/overlay/machine_notices.h"
#include "server/view.h"
#include "server/view_private.h"
#include "tests/unit/server/core/judge.h"
#include "tests/unit/server/core/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { JUDGES = 8, W = 480, H = 320 };

static const struct {
    int32_t encoding;
    int quality;
} class_rows[] = {
    {ENCODING_RAW, -1},   {ENCODING_HEXTILE, -1}, {ENCODING_ZLIB, -1}, {ENCODING_ZRLE, -1},
    {ENCODING_TIGHT, -1}, {ENCODING_TIGHT, 60},   {ENCODING_JPEG, 80}, {ENCODING_TRLE, -1},
};

static const struct view_key whole = {.head = VIEW_ALL_HEADS};

struct crowd {
    struct world w;
    struct judge judges[JUDGES];
    struct layer own[JUDGES]; /* what lies over each one's picture; no picture: nothing */
    bool alike;
};

static struct encode_class class_of(const struct crowd *c, size_t i)
{
    size_t row = c->alike ? 4 : i % (sizeof(class_rows) / sizeof(class_rows[0]));
    return judge_class(class_rows[row].encoding, class_rows[row].quality);
}

static void crowd_start(struct crowd *c, bool alike, uint64_t seed)
{
    *c = (struct crowd){.alike = alike};
    world_start(&c->w, W, H);
    c->w.dice.state = seed;
    world_draw(&c->w, 0, (struct rect){0, 0, W, H}, 1);
    for (size_t i = 0; i < JUDGES; i++) {
        const struct encode_class class = class_of(c, i);
        struct view *view = view_get(c->w.machine, &whole);
        judge_join(&c->judges[i], view, &class);
        view_unref(&view);
        layer_init(&c->own[i]);
    }
}

static void crowd_stop(struct crowd *c)
{
    for (size_t i = 0; i < JUDGES; i++) {
        judge_leave(&c->judges[i]);
        layer_fini(&c->own[i]);
    }
    world_stop(&c->w);
}

static bool at_rest(void *self)
{
    struct crowd *c = self;
    for (size_t i = 0; i < JUDGES; i++) {
        const struct judge *j = &c->judges[i];
        const struct view *v = j->client.view;
        if (v->layout_changed || damage_any(&v->changed) || damage_any(&j->client.pending) ||
            damage_any(&j->client.lossy) || j->client.group ||
            view_private_owes(&j->client, surface_rect(&v->frame)))
            return false;
    }
    return true;
}

static void expect_shown(struct crowd *c, size_t i)
{
    struct judge *j = &c->judges[i];
    struct surface want;
    world_expect(&c->w, &whole, &j->client.view->frame, &want);
    layer_draw(&j->client.view->layer, &want, surface_rect(&want));
    layer_draw(&c->own[i], &want, surface_rect(&want));
    if (!judge_shows(j, &want, 0))
        fail_msg("client %zu after %u updates: %s", i, j->updates, judge_difference(j, &want));
    surface_fini(&want);
}

static void all_show_all(struct crowd *c)
{
    for (size_t i = 0; i < JUDGES; i++) {
        c->judges[i].ready = true;
        c->judges[i].one = false;
        view_client_wake(&c->judges[i].client);
    }
    rig_wait(&c->w.rig, at_rest, c);
    for (size_t i = 0; i < JUDGES; i++)
        expect_shown(c, i);
}

/* ---- what lies over one picture ---- */

static void paint(struct crowd *c, struct layer *l, struct rect r)
{
    uint32_t ground = dice_next(&c->w.dice) & 0xffffff;
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++)
            *surface_at(&l->picture, x, y) = (x * 5 + y * 3) % 7 ? ground : 0xffffff;
    }
}

static void set_own(struct crowd *c, size_t i)
{
    bool any = c->own[i].picture.w > 0;
    view_private_set(&c->judges[i].client, any ? &c->own[i] : NULL, any);
}

static void open_own(struct crowd *c, size_t i, struct rect r)
{
    assert_int_equal(layer_place(&c->own[i], r), 0);
    if (r.w)
        paint(c, &c->own[i], surface_rect(&c->own[i].picture));
    set_own(c, i);
}

/* On the borders of tiles, perhaps up to the picture's edge and beyond. */
static struct rect random_place(struct dice *d)
{
    int col = dice_below(d, W / TILE), row = dice_below(d, H / TILE);
    return (struct rect){col * TILE, row * TILE, (1 + dice_below(d, 20)) * TILE,
                         (1 + dice_below(d, 14)) * TILE};
}

static void random_own(struct crowd *c)
{
    size_t i = (size_t)dice_below(&c->w.dice, JUDGES / 2); /* the others never have one */
    struct layer *l = &c->own[i];
    int what = dice_below(&c->w.dice, 4);
    if (what == 0) {
        open_own(c, i, (struct rect){0, 0, 0, 0});
    } else if (what == 1 || !l->picture.w) {
        open_own(c, i, random_place(&c->w.dice));
    } else { /* some of it changes, as when another item is chosen */
        int y = dice_below(&c->w.dice, l->picture.h);
        paint(c, l,
              rect_intersect((struct rect){0, y, l->picture.w, 20}, surface_rect(&l->picture)));
        set_own(c, i);
    }
}

static void random_notice(struct crowd *c)
{
    static const char *const texts[] = {NULL, "web1 waits for its machine", "bob came",
                                        "alice drives: press Ctrl three times to ask her"};
    struct dice *d = &c->w.dice;
    machine_notice(c->w.machine, (enum notice_about)dice_below(d, 4), texts[dice_below(d, 4)],
                   0, 0);
    world_point(&c->w, 0, dice_below(d, W), dice_below(d, H), true);
}

static void random_step(struct crowd *c)
{
    struct dice *d = &c->w.dice;
    struct judge *j = &c->judges[dice_below(d, JUDGES)];
    int what = dice_below(d, 100);
    if (what < 30) {
        world_draw(&c->w, 0, world_random_rect(&c->w, 0), dice_below(d, 4));
    } else if (what < 50) {
        world_scroll(&c->w, 0, (struct rect){0, 0, W, H}, 1 + dice_below(d, 40));
    } else if (what < 70) {
        random_own(c);
    } else if (what < 80) {
        random_notice(c);
    } else {
        j->ready = dice_below(d, 2);
        j->one = dice_below(d, 2);
        j->copies = dice_below(d, 4);
        if (dice_below(d, 10) == 0)
            view_client_want(&j->client, (struct rect){dice_below(d, W), 0, 90, H});
        view_client_wake(&j->client);
    }
}

static void run_at_random(uint64_t seed, bool alike)
{
    struct crowd c;
    crowd_start(&c, alike, seed);
    for (int i = 0; i < 300; i++) {
        random_step(&c);
        if (dice_below(&c.w.dice, 3) == 0)
            rig_settle(&c.w.rig);
        if (dice_below(&c.w.dice, 15) == 0)
            rig_turn(&c.w.rig);
        if (dice_below(&c.w.dice, 80) == 0)
            all_show_all(&c);
    }
    all_show_all(&c);
    crowd_stop(&c);
}

static void layers_lie_over_every_picture_exactly_whatever_moves_below_them(void **state)
{
    const uint64_t runs = getenv("HOLDFAST_LONG") ? 200 : 8;
    (void)state;
    for (uint64_t seed = 1; seed <= runs; seed++)
        run_at_random(seed * 104729, seed % 2);
}

/* ---- one thing at a time ---- */

static const struct rect menu_place = {96, 64, 192, 128};

static void what_changes_outside_of_a_private_layer_is_still_shared(void **state)
{
    struct crowd c;
    (void)state;
    crowd_start(&c, true, 1);
    all_show_all(&c);
    open_own(&c, 0, menu_place);
    all_show_all(&c);
    for (int below = 0; below < 2; below++) {
        uint64_t groups = c.w.rig.fanout.groups, frames = c.w.rig.fanout.frames;
        world_draw(&c.w, 0, (struct rect){below ? 0 : 320, 0, 160, H}, 2);
        all_show_all(&c);
        assert_int_equal(c.w.rig.fanout.groups - groups, c.w.rig.fanout.frames - frames);
    }
    crowd_stop(&c);
}

static void a_private_layer_costs_its_own_client_only(void **state)
{
    struct crowd c;
    (void)state;
    crowd_start(&c, true, 1);
    all_show_all(&c);
    size_t before = c.judges[1].bytes;
    open_own(&c, 0, menu_place);
    all_show_all(&c);
    assert_true(c.judges[0].own_bytes > 0);
    assert_int_equal(c.judges[1].bytes, before);
    assert_int_equal(c.judges[1].own_bytes, 0);
    crowd_stop(&c);
}

static void a_client_with_a_private_layer_gets_copies_beside_it_only(void **state)
{
    static const struct {
        struct rect scrolled;
        bool copied;
    } rows[] = {{{320, 0, 160, H}, true}, {{0, 0, W, H}, false}, {{96, 160, 192, 160}, false}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct crowd c;
        crowd_start(&c, true, 1);
        world_draw(&c.w, 0, (struct rect){0, 0, W, H}, 2); /* nothing in it repeats */
        open_own(&c, 0, menu_place);
        all_show_all(&c);
        unsigned copied[2] = {c.judges[0].copied, c.judges[1].copied};
        world_scroll(&c.w, 0, rows[i].scrolled, 32);
        all_show_all(&c);
        assert_true(c.judges[1].copied > copied[1]);
        assert_int_equal(c.judges[0].copied > copied[0], rows[i].copied);
        crowd_stop(&c);
    }
}

static void alone_a_client_is_not_sent_what_its_layer_covers(void **state)
{
    struct crowd c;
    (void)state;
    crowd_start(&c, false, 1); /* each in a class of its own */
    open_own(&c, 0, menu_place);
    all_show_all(&c);
    size_t bytes = c.judges[0].bytes, own = c.judges[0].own_bytes;
    world_draw(&c.w, 0, (struct rect){112, 80, 100, 60}, 2);
    all_show_all(&c);
    assert_int_equal(c.judges[0].bytes, bytes);
    assert_int_equal(c.judges[0].own_bytes, own);
    open_own(&c, 0, (struct rect){0, 0, 0, 0});
    all_show_all(&c);
    crowd_stop(&c);
}

static void only_what_changed_in_a_private_layer_is_sent_again(void **state)
{
    struct crowd c;
    (void)state;
    crowd_start(&c, true, 1); /* Tight */
    open_own(&c, 0, menu_place);
    all_show_all(&c);
    size_t own = c.judges[0].own_bytes;
    unsigned updates = c.judges[0].updates;
    set_own(&c, 0);
    rig_settle(&c.w.rig);
    all_show_all(&c);
    assert_int_equal(c.judges[0].updates, updates);
    paint(&c, &c.own[0], (struct rect){0, 16, 192, 16});
    set_own(&c, 0);
    all_show_all(&c);
    assert_true(c.judges[0].own_bytes - own < own / 2);
    crowd_stop(&c);
}

static void a_layer_does_not_survive_another_size_of_the_view(void **state)
{
    struct crowd c;
    (void)state;
    crowd_start(&c, true, 1);
    open_own(&c, 0, menu_place);
    all_show_all(&c);
    world_set_heads(&c.w, &(struct place_head){.w = 300, .h = 200}, 1);
    layer_fini(&c.own[0]);
    world_draw(&c.w, 0, (struct rect){0, 0, 300, 200}, 1);
    all_show_all(&c);
    crowd_stop(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layers_lie_over_every_picture_exactly_whatever_moves_below_them),
        cmocka_unit_test(what_changes_outside_of_a_private_layer_is_still_shared),
        cmocka_unit_test(a_private_layer_costs_its_own_client_only),
        cmocka_unit_test(a_client_with_a_private_layer_gets_copies_beside_it_only),
        cmocka_unit_test(alone_a_client_is_not_sent_what_its_layer_covers),
        cmocka_unit_test(only_what_changed_in_a_private_layer_is_sent_again),
        cmocka_unit_test(a_layer_does_not_survive_another_size_of_the_view),
    };
    return cmocka_run_group_tests_name("view_private", tests, NULL, NULL);
}
