/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machine, views and fan-out together, up to bytes that are decoded again. */
#include <config.h>
#include "server/group.h"
#include "server/view.h"
#include "tests/unit/server/core/crowd.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- helpers ---- */

static bool owes_nothing(const struct judge *j)
{
    const struct view *v = j->client.view;
    return !v->layout_changed && !damage_any(&v->changed) && !damage_any(&j->client.pending) &&
           !damage_any(&j->client.lossy) && !j->client.group && j->news == VIEW_NEWS_NONE;
}

static bool all_owe_nothing(void *self)
{
    struct crowd *c = self;
    for (size_t i = 0; i < CROWD; i++) {
        if (c->here[i] && !owes_nothing(&c->judges[i]))
            return false;
    }
    return true;
}

static void all_show_all(struct crowd *c)
{
    crowd_make_ready(c);
    rig_wait(&c->w.rig, all_owe_nothing, c);
    for (size_t i = 0; i < CROWD; i++) {
        if (c->here[i])
            crowd_must_show(c, i);
    }
}

static void join(struct crowd *c, size_t i, const struct view_key *key, size_t class_row)
{
    const struct encode_class class = crowd_class(class_row);
    crowd_join(c, i, c->w.machine, key, &class);
}

static void stop(struct crowd *c)
{
    crowd_leave_all(c);
    world_stop(&c->w);
}

/* ---- at random ---- */

static const struct view_key view_rows[] = {
    {.head = VIEW_ALL_HEADS},
    {.head = VIEW_ALL_HEADS, .draws_pointer = true},
    {.head = VIEW_ALL_HEADS, .draws_pointer = true, .fixed_w = 300, .fixed_h = 170},
    {.head = 0},
    {.head = 1, .draws_pointer = true},
    {.head = VIEW_ALL_HEADS, .fixed_w = 320, .fixed_h = 200},
};

static const struct {
    struct place_head heads[WORLD_HEADS_MOST];
    unsigned n;
} layout_rows[] = {
    {{{.w = 320, .h = 200}}, 1},
    {{{.w = 320, .h = 200}, {0}}, 2}, /* one more that shows nothing */
    {{{.w = 320, .h = 200}, {.w = 130, .h = 90}}, 2},
    {{{.w = 257, .h = 65}, {.w = 63, .h = 200}}, 2},
    {{{.w = 640, .h = 130}}, 1},
    {{{.w = 15, .h = 9}}, 1},
    {{{.w = 100, .h = 100}, {.w = 101, .h = 60}, {.w = 33, .h = 33}}, 3},
};

static void random_join(struct crowd *c, size_t i, bool alike)
{
    struct dice *d = &c->w.dice;
    const struct view_key *key = &view_rows[dice_below(d, COUNT(view_rows))];
    size_t class_row = (size_t)dice_below(d, CROWD_CLASSES);
    join(c, i, alike ? &crowd_whole : key, alike ? CROWD_TIGHT_60 : class_row);
}

static void random_client(struct crowd *c, bool alike)
{
    struct dice *d = &c->w.dice;
    size_t i = (size_t)dice_below(d, CROWD);
    struct judge *j = &c->judges[i];
    int what = dice_below(d, 10);
    if (!c->here[i]) {
        random_join(c, i, alike);
        return;
    }
    if (what == 0) {
        crowd_leave(c, i);
        return;
    }
    if (what == 1 && !alike) {
        const struct encode_class class = crowd_class((size_t)dice_below(d, CROWD_CLASSES));
        judge_set_class(j, &class);
        /* What was sent in a format of fewer colours stays so until the client asks for it. */
        view_client_want(&j->client, (struct rect){0, 0, 65535, 65535});
    } else if (what == 2) {
        view_client_want(&j->client,
                         (struct rect){dice_below(d, 300), dice_below(d, 200), 50, 70});
    }
    crowd_random_wishes(c, i, 2, 4);
}

static void random_layout(struct crowd *c)
{
    size_t row = (size_t)dice_below(&c->w.dice, COUNT(layout_rows));
    world_set_heads(&c->w, layout_rows[row].heads, layout_rows[row].n);
}

static void random_step(struct crowd *c, bool alike)
{
    int what = dice_below(&c->w.dice, 100);
    if (what < 50)
        crowd_random_draw(c);
    else if (what < 60)
        crowd_random_pointer(c);
    else if (what < 97)
        random_client(c, alike);
    else
        random_layout(c);
}

static void run_at_random(uint64_t seed, int steps, bool alike)
{
    struct crowd c = {0};
    world_start(&c.w, 320, 200);
    c.w.dice.state = seed;
    for (int i = 0; i < steps; i++) {
        random_step(&c, alike);
        if (dice_below(&c.w.dice, 3) == 0)
            rig_settle(&c.w.rig);
        if (dice_below(&c.w.dice, 20) == 0)
            rig_turn(&c.w.rig);
        if (dice_below(&c.w.dice, 100) == 0)
            all_show_all(&c);
    }
    all_show_all(&c);
    stop(&c);
}

static void whatever_happens_every_client_ends_with_the_machines_pixels(void **state)
{
    const uint64_t runs = getenv("HOLDFAST_LONG") ? 300 : 12;
    (void)state;
    for (uint64_t seed = 1; seed <= runs; seed++)
        run_at_random(seed * 7919, 400, seed % 3 == 0);
}

/* ---- one thing at a time ---- */

static bool judge_got_one(void *self)
{
    return ((struct judge *)self)->updates > 0;
}

static bool judge_in_flight(void *self)
{
    return ((struct judge *)self)->client.group != NULL;
}

static bool judge_is_done(void *self)
{
    return owes_nothing(self);
}

/* The first n look at the whole and have all of it. */
static void start(struct crowd *c, size_t n, size_t class_row)
{
    *c = (struct crowd){0};
    world_start(&c->w, 320, 200);
    world_draw(&c->w, 0, (struct rect){0, 0, 320, 200}, 1);
    for (size_t i = 0; i < n; i++)
        join(c, i, &crowd_whole, class_row);
    all_show_all(c);
}

static int draw_something(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct crowd *c = self;
    (void)source;
    (void)fd;
    (void)events;
    world_draw(&c->w, 0, (struct rect){dice_below(&c->w.dice, 300), 0, 16, 16}, 2);
    return 0;
}

static bool got_three_more(void *self)
{
    return ((struct crowd *)self)->judges[0].updates >= 4;
}

static void
a_machine_that_never_stops_drawing_does_not_keep_frames_from_being_taken(void **state)
{
    struct crowd c;
    sd_event_source *busy = NULL;
    int always_readable = eventfd(1, EFD_CLOEXEC);
    (void)state;
    start(&c, 1, CROWD_RAW);
    c.judges[0].updates = 0;
    sd_event_add_io(c.w.rig.loop, &busy, always_readable, EPOLLIN, draw_something, &c);
    rig_wait(&c.w.rig, got_three_more, &c);
    sd_event_source_disable_unref(busy);
    close(always_readable);
    all_show_all(&c);
    stop(&c);
}

static void a_late_joiner_gets_the_whole_picture_and_others_nothing(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 2, CROWD_ZRLE);
    unsigned before = c.judges[0].updates;
    join(&c, 2, &crowd_whole, CROWD_ZRLE);
    rig_wait(&c.w.rig, judge_is_done, &c.judges[2]);
    crowd_must_show(&c, 2);
    assert_int_equal(c.judges[0].updates, before);
    stop(&c);
}

static void a_straggler_catches_up_with_one_update_and_delays_nobody(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 2, CROWD_ZRLE);
    struct judge *quick = &c.judges[0], *slow = &c.judges[1];
    slow->ready = false;
    unsigned slow_before = slow->updates;
    for (int i = 0; i < 12; i++) {
        world_draw(&c.w, 0, (struct rect){i * 20, i * 10, 30, 30}, 2);
        rig_wait(&c.w.rig, judge_is_done, quick);
        crowd_must_show(&c, 0);
    }
    assert_int_equal(slow->updates, slow_before);
    slow->ready = true;
    view_client_wake(&slow->client);
    rig_wait(&c.w.rig, judge_is_done, slow);
    assert_int_equal(slow->updates, slow_before + 1);
    crowd_must_show(&c, 1);
    stop(&c);
}

static void viewers_of_one_class_share_one_group(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 5, CROWD_ZRLE);
    uint64_t groups = c.w.rig.fanout.groups, deliveries = c.w.rig.fanout.deliveries;
    world_draw(&c.w, 0, (struct rect){40, 40, 100, 100}, 2);
    all_show_all(&c);
    assert_int_equal(c.w.rig.fanout.groups, groups + 1);
    assert_int_equal(c.w.rig.fanout.deliveries, deliveries + 5);
    stop(&c);
}

static void another_class_while_a_group_is_in_flight_gets_all_in_the_new_class(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 2, CROWD_RAW);
    for (size_t row = 1; row < CROWD_CLASSES; row++) {
        const struct encode_class class = crowd_class(row);
        world_draw(&c.w, 0, (struct rect){10, 10, 200, 100}, 2);
        rig_wait(&c.w.rig, judge_in_flight, &c.judges[0]);
        judge_set_class(&c.judges[0], &class);
        assert_null(c.judges[0].client.group);
        /* What it had in the old format stays as it is: the client asks for everything. */
        view_client_want(&c.judges[0].client, (struct rect){0, 0, 320, 200});
        all_show_all(&c);
    }
    stop(&c);
}

static void a_view_whose_last_client_leaves_in_mid_flight_is_freed_afterwards(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 1, CROWD_TIGHT);
    world_draw(&c.w, 0, (struct rect){0, 0, 320, 200}, 2);
    rig_wait(&c.w.rig, judge_in_flight, &c.judges[0]);
    crowd_leave(&c, 0);
    rig_settle(&c.w.rig);
    join(&c, 0, &crowd_whole, CROWD_TIGHT);
    all_show_all(&c);
    stop(&c);
}

static void a_view_that_loses_its_machine_in_mid_flight_delivers_its_last_frame(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 1, CROWD_TIGHT);
    struct judge *j = &c.judges[0];
    unsigned before = j->updates;
    world_draw(&c.w, 0, (struct rect){0, 0, 320, 200}, 1);
    rig_wait(&c.w.rig, judge_in_flight, j);
    world_draw(&c.w, 0, (struct rect){0, 0, 100, 200}, 2); /* too late */
    assert_int_equal(machines_detach(&c.w.rig.machines, "m"), 0);
    assert_null(j->client.view->machine);
    rig_wait(&c.w.rig, judge_is_done, j);
    assert_true(j->updates > before);
    assert_true(judge_shows(j, &j->client.view->frame, 0));
    stop(&c);
}

static void a_client_in_step_gets_a_scroll_as_copy_and_another_gets_pixels(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 2, CROWD_ZRLE);
    struct judge *in_step = &c.judges[0], *behind = &c.judges[1];
    world_draw(&c.w, 0, (struct rect){0, 0, 320, 200}, 2);
    all_show_all(&c);
    behind->ready = false;
    world_draw(&c.w, 0, (struct rect){0, 0, 16, 16}, 2);
    rig_wait(&c.w.rig, judge_is_done, in_step);
    world_scroll(&c.w, 0, (struct rect){0, 0, 320, 200}, 16);
    behind->ready = true;
    all_show_all(&c);
    assert_true(in_step->copied > 0);
    assert_int_equal(behind->copied, 0);
    stop(&c);
}

static void what_was_sent_inexactly_is_sent_exactly_when_it_rests(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 1, CROWD_TIGHT_60);
    struct judge *j = &c.judges[0];
    j->updates = 0;
    world_draw(&c.w, 0, (struct rect){0, 0, 320, 200}, 3);
    rig_wait(&c.w.rig, judge_got_one, j);
    assert_true(damage_any(&j->client.lossy));
    assert_false(crowd_shows(&c, 0));
    all_show_all(&c);
    stop(&c);
}

static void many_stragglers_that_lack_different_tiles_share_blocks(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, CROWD, CROWD_ZRLE);
    world_set_heads(&c.w, &(struct place_head){.w = 1000, .h = 400}, 1);
    all_show_all(&c);
    for (size_t i = 0; i < CROWD - 1; i++) {
        c.judges[i].ready = false;
        c.judges[i].updates = 0;
        world_draw(&c.w, 0, (struct rect){(int)i * 100, (int)i * 40, 90, 40}, 2);
        rig_wait(&c.w.rig, judge_is_done, &c.judges[CROWD - 1]);
    }
    uint64_t parts = c.w.rig.fanout.parts;
    all_show_all(&c);
    /* 9 units of their own would take one part each and more; 4 x 7 blocks are all there are.
     */
    assert_true(c.w.rig.fanout.parts - parts <= 3 + 28);
    for (size_t i = 0; i < CROWD - 1; i++)
        assert_int_equal(c.judges[i].updates, 1);
    stop(&c);
}

static bool leave_at_once(struct judge *j)
{
    judge_leave(j);
    return true;
}

static void a_client_may_leave_while_it_is_delivered_to(void **state)
{
    struct crowd c;
    (void)state;
    start(&c, 4, CROWD_ZRLE);
    c.judges[1].on_update = leave_at_once;
    c.judges[2].on_update = leave_at_once;
    c.here[1] = c.here[2] = false;
    world_draw(&c.w, 0, (struct rect){0, 0, 320, 200}, 2);
    all_show_all(&c);
    assert_null(c.judges[1].scratch);
    assert_null(c.judges[2].scratch);
    stop(&c);
}

static void a_layout_of_the_same_size_is_no_picture_to_copy_from(void **state)
{
    struct crowd c;
    const struct place_head two[] = {{.w = 320, .h = 200}, {0}};
    (void)state;
    start(&c, 1, CROWD_RAW);
    world_draw(&c.w, 0, (struct rect){0, 0, 320, 100}, 0);
    for (unsigned n = 0; n < 4; n++) {
        world_set_heads(&c.w, two, 1 + n % 2);
        world_scroll(&c.w, 0, (struct rect){0, 0, 320, 200}, 16);
        all_show_all(&c);
    }
    stop(&c);
}

static bool no_frame_is_due(void *self)
{
    struct crowd *c = self;
    return !damage_any(&c->judges[0].client.view->changed) && all_owe_nothing(c);
}

static void pixels_that_come_back_in_turn_are_encoded_twice_and_no_more(void **state)
{
    struct crowd c;
    struct surface pictures[2];
    (void)state;
    start(&c, 3, CROWD_TIGHT);
    for (int i = 0; i < 2; i++) {
        world_draw(&c.w, 0, (struct rect){0, 0, 320, 200}, i ? 2 : 1);
        surface_init(&pictures[i]);
        surface_resize(&pictures[i], 320, 200);
        surface_copy(&pictures[i], &c.w.heads[0], surface_rect(&pictures[i]), 0, 0);
        all_show_all(&c);
    }
    uint64_t parts = 0;
    for (int turn = 0; turn < 20; turn++) {
        surface_copy(&c.w.heads[0], &pictures[turn % 2], surface_rect(&pictures[0]), 0, 0);
        fake_says_pixels(c.w.place, 0, &c.w.heads[0], surface_rect(&pictures[0]));
        all_show_all(&c);
        parts = turn == 5 ? c.w.rig.fanout.parts : parts;
    }
    assert_int_equal(c.w.rig.fanout.parts, parts);
    assert_true(c.w.rig.fanout.shelf.hits >= 14);
    for (int i = 0; i < 2; i++)
        surface_fini(&pictures[i]);
    stop(&c);
}

static void another_place_that_shows_the_same_is_sent_nothing_of(void **state)
{
    struct crowd c;
    const char *why = NULL;
    (void)state;
    start(&c, 2, CROWD_TIGHT);
    uint64_t epoch = c.w.machine->epoch;
    unsigned updates = c.judges[0].updates;
    assert_int_equal(machines_attach(&c.w.rig.machines, "m", "fake:other", &why), 0);
    struct fake_place *other = fake_place_find("other");
    fake_says_state(c.w.place, PLACE_GONE);
    fake_runs(other, "m", "11111111-2222-3333-4444-555555555555", 320, 200);
    assert_true(c.w.machine->epoch > epoch);
    fake_says_pixels(other, 0, &c.w.heads[0], (struct rect){0, 0, 320, 200});
    fake_says_complete(other); /* only then is it shown */
    /* Whoever drew over it meanwhile: what is told counts as changed, and is the same. */
    damage_set_all(&c.judges[0].client.view->changed);
    view_client_wake(&c.judges[0].client);
    rig_wait(&c.w.rig, no_frame_is_due, &c);
    assert_int_equal(c.judges[0].updates, updates);
    c.w.place = other;
    world_draw(&c.w, 0, (struct rect){5, 5, 10, 10}, 0);
    all_show_all(&c);
    assert_int_equal(c.judges[0].updates, updates + 1);
    stop(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_happens_every_client_ends_with_the_machines_pixels),
        cmocka_unit_test(
            a_machine_that_never_stops_drawing_does_not_keep_frames_from_being_taken),
        cmocka_unit_test(a_late_joiner_gets_the_whole_picture_and_others_nothing),
        cmocka_unit_test(a_straggler_catches_up_with_one_update_and_delays_nobody),
        cmocka_unit_test(viewers_of_one_class_share_one_group),
        cmocka_unit_test(another_class_while_a_group_is_in_flight_gets_all_in_the_new_class),
        cmocka_unit_test(a_view_whose_last_client_leaves_in_mid_flight_is_freed_afterwards),
        cmocka_unit_test(a_view_that_loses_its_machine_in_mid_flight_delivers_its_last_frame),
        cmocka_unit_test(a_client_in_step_gets_a_scroll_as_copy_and_another_gets_pixels),
        cmocka_unit_test(what_was_sent_inexactly_is_sent_exactly_when_it_rests),
        cmocka_unit_test(many_stragglers_that_lack_different_tiles_share_blocks),
        cmocka_unit_test(a_client_may_leave_while_it_is_delivered_to),
        cmocka_unit_test(a_layout_of_the_same_size_is_no_picture_to_copy_from),
        cmocka_unit_test(pixels_that_come_back_in_turn_are_encoded_twice_and_no_more),
        cmocka_unit_test(another_place_that_shows_the_same_is_sent_nothing_of),
    };
    return cmocka_run_group_tests_name("fanout", tests, NULL, NULL);
}
