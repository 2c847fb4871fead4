/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pictures of a machine at one host that another one needs in pixels. */
#include <config.h>
#include "server/relay_pixels.h"
#include "server/machine/machine.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/notice.h"
#include "server/overlay/thumb.h"
#include "tests/unit/server/cluster/stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* What was asked for, by either way. */
struct shot {
    struct relay_pixels_asker asker;
    bool asked, done;
    struct surface picture;
    const char *why;
};

static void take(struct shot *s, const struct surface *picture, const char *why)
{
    assert_false(s->done);
    s->done = true;
    s->why = why;
    assert_true(!picture == (why != NULL));
    if (!picture)
        return;
    assert_int_equal(surface_resize(&s->picture, picture->w, picture->h), 0);
    surface_copy(&s->picture, picture, surface_rect(picture), 0, 0);
}

static void on_screenshot(void *self, const struct surface *picture, const char *why)
{
    take(self, picture, why);
}

static void on_pixels(struct relay_pixels_asker *a, const struct surface *picture,
                      const char *why)
{
    take((struct shot *)a, picture, why);
}

static bool is_done(void *self)
{
    const struct shot *s = self;
    return s->done;
}

static void begin(struct stage *s, struct shot *shot, int head)
{
    *shot = (struct shot){.asked = true};
    machine_screenshot(stage_at_gateway(s), head, on_screenshot, shot);
}

static void ask(struct stage *s, struct shot *shot, const struct view_key *key)
{
    *shot = (struct shot){.asker.done = on_pixels, .asked = true};
    relay_pixels_ask(&shot->asker, stage_at_gateway(s), key);
}

static bool shows(const struct shot *shot, const struct surface *want)
{
    bool same = !shot->why && shot->picture.w == want->w && shot->picture.h == want->h;
    for (int y = 0; same && y < want->h; y++)
        same = memcmp(surface_at(&shot->picture, 0, y), surface_at(want, 0, y),
                      (size_t)want->w * sizeof(uint32_t)) == 0;
    return same;
}

static void expect(struct stage *s, int head, struct surface *want_r)
{
    const struct view_key key = {.head = head};
    const struct surface empty = {.w = 640, .h = 480};
    world_expect(&s->c.w, &key, &empty, want_r);
}

static void must_show(struct stage *s, struct shot *shot, int head)
{
    struct surface want;
    hosts_wait(&s->all, is_done, shot);
    if (shot->why)
        fail_msg("%s", shot->why);
    expect(s, head, &want);
    assert_true(shows(shot, &want));
    surface_fini(&want);
    surface_fini(&shot->picture);
}

/* Nothing is asked of the home any more. */
static void must_be_over(struct stage *s)
{
    hosts_settle(&s->all);
    assert_int_equal(s->all.g.fanout.relay_streams, 0);
    assert_null(stage_at_gateway(s)->views);
    if (s->home->cluster.served)
        assert_int_equal(s->home->cluster.served->n_views, 0);
}

/* ---- one at a time ---- */

static void a_screenshot_of_a_machine_elsewhere_has_its_pixels(void **state)
{
    static const struct place_head heads[] = {{.w = 333, .h = 200}, {.w = 130, .h = 290}};
    struct stage s;
    struct shot shot;
    (void)state;
    stage_start(&s, 640, 400);
    begin(&s, &shot, VIEW_ALL_HEADS);
    must_show(&s, &shot, VIEW_ALL_HEADS);
    must_be_over(&s);
    world_set_heads(&s.c.w, heads, COUNT(heads));
    world_draw(&s.c.w, 0, (struct rect){0, 0, 333, 200}, 2);
    world_draw(&s.c.w, 1, (struct rect){0, 0, 130, 290}, 3);
    hosts_settle(&s.all);
    for (int head = VIEW_ALL_HEADS; head < 2; head++) {
        begin(&s, &shot, head);
        must_show(&s, &shot, head);
    }
    begin(&s, &shot, 2);
    hosts_wait(&s.all, is_done, &shot);
    assert_string_equal(shot.why, "the machine shows no picture there");
    must_be_over(&s);
    stage_stop(&s);
}

static void one_that_comes_in_several_units_is_whole(void **state)
{
    struct stage s;
    struct shot shot;
    (void)state;
    stage_start(&s, 4096, 2304);
    begin(&s, &shot, VIEW_ALL_HEADS);
    must_show(&s, &shot, VIEW_ALL_HEADS);
    assert_true(s.all.g.fanout.relay_units > 1);
    stage_stop(&s);
}

struct moving {
    struct stage stage;
    struct shot shot;
};

static bool is_done_or_moves_again(void *self)
{
    struct moving *m = self;
    if (!m->shot.done)
        world_draw(&m->stage.c.w, 0, (struct rect){0, 0, 64, 64}, 2);
    return m->shot.done;
}

static void one_whose_top_never_rests_is_whole(void **state)
{
    struct moving m;
    (void)state;
    stage_start(&m.stage, 4096, 2304);
    begin(&m.stage, &m.shot, VIEW_ALL_HEADS);
    hosts_wait(&m.stage.all, is_done_or_moves_again, &m);
    assert_null(m.shot.why);
    surface_fini(&m.shot.picture);
    stage_stop(&m.stage);
}

static void what_all_see_over_the_picture_is_not_in_it(void **state)
{
    struct stage s;
    struct shot shot;
    (void)state;
    stage_start(&s, 640, 400);
    machine_notice(s.c.w.machine, NOTICE_MACHINE, "bob drives", 0, UINT64_C(60000000));
    begin(&s, &shot, VIEW_ALL_HEADS);
    must_show(&s, &shot, VIEW_ALL_HEADS);
    stage_stop(&s);
}

static void who_ask_for_the_same_share_one_stream(void **state)
{
    static const struct view_key key = {.head = VIEW_ALL_HEADS, .bare = true};
    struct stage s;
    struct shot shots[5];
    (void)state;
    stage_start(&s, 640, 400);
    uint64_t groups = s.all.a.fanout.groups;
    for (size_t i = 0; i < COUNT(shots); i++)
        ask(&s, &shots[i], &key);
    relay_pixels_leave(&shots[1].asker);
    for (size_t i = 0; i < COUNT(shots); i++) {
        if (i != 1)
            must_show(&s, &shots[i], VIEW_ALL_HEADS);
    }
    assert_false(shots[1].done);
    assert_int_equal(s.all.a.fanout.groups, groups + 1);
    must_be_over(&s);
    stage_stop(&s);
}

static bool has_begun(void *self)
{
    struct stage *s = self;
    return s->all.g.fanout.relay_units > 0;
}

static void who_asks_when_it_is_on_its_way_gets_a_newer_one(void **state)
{
    static const struct view_key key = {.head = VIEW_ALL_HEADS, .bare = true};
    struct stage s;
    struct shot first, second;
    struct surface before;
    (void)state;
    stage_start(&s, 4096, 2304);
    ask(&s, &first, &key);
    hosts_wait(&s.all, has_begun, &s);
    expect(&s, VIEW_ALL_HEADS, &before);
    assert_false(first.done);
    ask(&s, &second, &key);
    world_draw(&s.c.w, 0, (struct rect){0, 0, 16, 16}, 2); /* of what has come already */
    must_show(&s, &second, VIEW_ALL_HEADS);
    assert_true(first.done);
    surface_fini(&first.picture);
    surface_fini(&before);
    must_be_over(&s);
    stage_stop(&s);
}

static void a_small_one_is_what_is_drawn_small_here(void **state)
{
    const struct view_key key = {
        .head = VIEW_ALL_HEADS, .fixed_w = 224, .fixed_h = 140, .scaled = true, .bare = true};
    struct stage s;
    struct shot shot;
    struct surface large, want;
    (void)state;
    stage_start(&s, 641, 333);
    ask(&s, &shot, &key);
    hosts_wait(&s.all, is_done, &shot);
    expect(&s, VIEW_ALL_HEADS, &large);
    surface_init(&want);
    surface_resize(&want, 224, 140);
    struct rect fit = thumb_fit(surface_rect(&want), large.w, large.h);
    thumb_draw(&large, &want, fit, fit);
    assert_true(shows(&shot, &want));
    surface_fini(&large);
    surface_fini(&want);
    surface_fini(&shot.picture);
    must_be_over(&s);
    stage_stop(&s);
}

/* ---- what happens meanwhile ---- */

static void draw(struct stage *s)
{
    world_draw(&s->c.w, 0, (struct rect){32, 16, 16, 16}, 2);
}

static void resize(struct stage *s)
{
    world_set_heads(&s->c.w, &(struct place_head){.w = 257, .h = 129}, 1);
    world_draw(&s->c.w, 0, (struct rect){0, 0, 257, 129}, 2);
}

static void go_to_b(struct stage *s)
{
    stage_move_to(s, &s->all.b);
}

static void come_here(struct stage *s)
{
    stage_move_to(s, &s->all.g);
}

static void cut(struct stage *s)
{
    hosts_cut(&s->all, &s->all.g, &s->all.a);
}

static void detach(struct stage *s)
{
    machines_detach(&s->all.g.machines, "m");
}

/* The picture, of before or after; or else why not. */
static const struct event_row {
    void (*happens)(struct stage *s);
    const char *why; /* that it may fail */
} event_rows[] = {
    {draw, NULL},
    {resize, NULL},
    {go_to_b, NULL},
    {come_here, NULL},
    {cut, "the node where the machine was cannot be reached"},
    {detach, "the machine was detached"},
};

enum { TURNS_MOST = 40, TURNS_STEP = 3 };

/* After so many turns of the loop; whether it was done before. */
static bool happens_after(const struct event_row *row, int turns)
{
    struct stage s;
    struct shot shot;
    struct surface before, after;
    stage_start(&s, 320, 200);
    stage_know_all(&s);
    begin(&s, &shot, VIEW_ALL_HEADS);
    for (int i = 0; i < turns; i++)
        sd_event_run(s.all.loop, 0);
    bool was_done = shot.done;
    expect(&s, VIEW_ALL_HEADS, &before);
    row->happens(&s);
    hosts_wait(&s.all, is_done, &shot);
    expect(&s, VIEW_ALL_HEADS, &after);
    if (shot.why && (!row->why || strcmp(shot.why, row->why) != 0))
        fail_msg("after %d turns: %s", turns, shot.why);
    if (!shot.why && !shows(&shot, &before) && !shows(&shot, &after))
        fail_msg("after %d turns it is not the picture", turns);
    surface_fini(&before);
    surface_fini(&after);
    surface_fini(&shot.picture);
    stage_stop(&s);
    return was_done;
}

static void whatever_happens_meanwhile_it_is_whole_or_there_is_a_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(event_rows); i++) {
        bool was_done = false;
        for (int turns = 0; turns < TURNS_MOST && !was_done; turns += TURNS_STEP)
            was_done = happens_after(&event_rows[i], turns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_screenshot_of_a_machine_elsewhere_has_its_pixels),
        cmocka_unit_test(one_that_comes_in_several_units_is_whole),
        cmocka_unit_test(one_whose_top_never_rests_is_whole),
        cmocka_unit_test(what_all_see_over_the_picture_is_not_in_it),
        cmocka_unit_test(who_ask_for_the_same_share_one_stream),
        cmocka_unit_test(who_asks_when_it_is_on_its_way_gets_a_newer_one),
        cmocka_unit_test(a_small_one_is_what_is_drawn_small_here),
        cmocka_unit_test(whatever_happens_meanwhile_it_is_whole_or_there_is_a_reason),
    };
    return cmocka_run_group_tests_name("pixels of machines elsewhere", tests, NULL, NULL);
}
