/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine that moves: what its viewers see and what is told and counted. */
#include <config.h>
#include "framebuffer/pointer_image.h"
#include "server/machine/moves_private.h"
#include "server/overlay/machine_notices.h"
#include "tests/unit/server/core/fake_attach.h"
#include "tests/unit/server/core/rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

struct fixture {
    struct rig rig;
    struct fake_place *a, *b;
    struct machine *m;
    struct machine_watcher watcher;
    unsigned pictures; /* MACHINE_NEWS_PICTURE */
    uint64_t stopped_us;
    char events[256];
};

static void on_event(void *self, struct machine *m, enum machine_event event)
{
    struct fixture *f = self;
    (void)m;
    snprintf(f->events + strlen(f->events), sizeof(f->events) - strlen(f->events), "%s ",
             machine_event_name(event));
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    struct fixture *f = (struct fixture *)((char *)w - offsetof(struct fixture, watcher));
    f->pictures += news == MACHINE_NEWS_PICTURE;
}

static void on_gone(struct machine_watcher *w)
{
    (void)w;
}

static struct fake_place *attach(struct fixture *f, const char *address)
{
    const char *why = NULL;
    char place[64];
    snprintf(place, sizeof(place), "fake:%s", address);
    assert_int_equal(machines_attach(&f->rig.machines, "m", place, &why), 0);
    return fake_place_find(address);
}

static void fill(struct fake_place *p, int w, int h, uint32_t colour)
{
    struct surface s;
    surface_init(&s);
    surface_resize(&s, w, h);
    surface_fill(&s, surface_rect(&s), colour);
    fake_says_pixels(p, 0, &s, surface_rect(&s));
    surface_fini(&s);
}

/* Runs and is watched at a, red; b waits for it. */
static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){.pictures = 0};
    rig_start(&f.rig, NULL);
    f.a = attach(&f, "a");
    f.b = attach(&f, "b");
    f.m = rig_machine(&f.rig, "m");
    f.watcher = (struct machine_watcher){.news = on_news, .gone = on_gone};
    machine_add_watcher(f.m, &f.watcher);
    machine_watch(f.m);
    fake_runs(f.a, NULL, UUID, 40, 30);
    fill(f.a, 40, 30, 0xff0000);
    fake_says_complete(f.a);
    fake_says_identity(f.b, NULL, UUID);
    fake_says_state(f.b, PLACE_INCOMING);
    fake_says_size(f.b, 20, 10);
    fill(f.b, 20, 10, 0x0000ff);
    f.rig.machines.on_event = on_event;
    /* The rig's own callbacks have their own self. */
    f.rig.machines.on_added = f.rig.machines.on_removed = NULL;
    f.rig.machines.self = &f;
    f.pictures = 0;
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    machine_remove_watcher(&f->watcher);
    machine_unwatch(f->m);
    rig_stop(&f->rig);
    return 0;
}

static uint32_t pixel(const struct fixture *f)
{
    return *surface_at(&f->m->heads[0].shadow, 5, 5);
}

static void stop_at_a(struct fixture *f)
{
    f->a->attach.handler->event(f->a->attach.self, PLACE_STOPPED);
    fake_says_state(f->a, PLACE_SWITCHING);
}

static void a_standby_is_listened_to_and_not_shown(void **state)
{
    struct fixture *f = *state;
    assert_true(f->b->watching);
    assert_int_equal(pixel(f), 0xff0000);
    assert_int_equal(f->m->heads[0].shadow.w, 40);
    fake_says_state(f->b, PLACE_LOST);
    assert_false(f->b->watching);
}

static void the_new_place_is_shown_when_all_of_its_picture_is_there(void **state)
{
    struct fixture *f = *state;
    uint64_t epoch = f->m->epoch;
    stop_at_a(f);
    fill(f->a, 40, 30, 0x123456); /* not the machine's picture any more */
    fake_says_state(f->b, PLACE_RUNNING);
    assert_ptr_equal(f->m->active->attach, &f->b->attach);
    assert_int_equal(f->m->epoch, epoch + 1);
    assert_int_equal(f->m->moves.switches, 1);
    assert_int_equal(pixel(f), 0xff0000);
    fake_says_size(f->b, 40, 30);
    fill(f->b, 40, 30, 0x00ff00);
    assert_int_equal(pixel(f), 0xff0000);
    assert_int_equal(f->pictures, 0);
    fake_says_complete(f->b);
    assert_int_equal(pixel(f), 0x00ff00);
    assert_int_equal(f->pictures, 1);
    fill(f->b, 40, 30, 0x000001); /* from now on at once */
    assert_int_equal(pixel(f), 0x000001);
    assert_false(f->a->watching);
    assert_string_equal(f->events, "switching switched ");
}

static void a_picture_that_is_whole_before_it_runs_is_shown_at_once(void **state)
{
    struct fixture *f = *state;
    stop_at_a(f);
    fake_says_state(f->b, PLACE_PAUSED);
    fake_says_size(f->b, 40, 30);
    fill(f->b, 40, 30, 0x00ff00);
    fake_says_complete(f->b);
    assert_int_equal(pixel(f), 0xff0000);
    assert_int_equal(f->m->state, MACHINE_SWITCHING);
    fake_says_state(f->b, PLACE_RUNNING);
    assert_int_equal(pixel(f), 0x00ff00);
}

static void what_was_whole_before_the_load_does_not_count(void **state)
{
    struct fixture *f = *state;
    fake_says_complete(f->b);
    stop_at_a(f);
    fake_says_state(f->b, PLACE_RUNNING);
    assert_int_equal(pixel(f), 0xff0000);
}

static void a_source_that_goes_on_is_shown_as_it_is(void **state)
{
    struct fixture *f = *state;
    uint64_t epoch = f->m->epoch;
    stop_at_a(f);
    fill(f->a, 40, 30, 0x00ff00);
    assert_int_equal(pixel(f), 0xff0000);
    fake_says_state(f->a, PLACE_RUNNING);
    assert_int_equal(pixel(f), 0x00ff00);
    assert_int_equal(f->m->epoch, epoch);
    assert_int_equal(f->m->moves.switches, 0);
    assert_string_equal(f->events, "switching back ");
}

static void the_gap_ends_with_the_first_update_of_the_new_picture(void **state)
{
    struct fixture *f = *state;
    uint64_t before = f->m->moves.picture;
    stop_at_a(f);
    fake_says_state(f->b, PLACE_RUNNING);
    machine_update_queued(f->m, before);
    assert_true(f->m->moves.gap_open);
    fake_says_size(f->b, 40, 30);
    fill(f->b, 40, 30, 0x00ff00);
    fake_says_complete(f->b);
    machine_update_queued(f->m, before); /* was under way */
    assert_int_equal(f->m->moves.last_gap_us, UINT64_MAX);
    machine_update_queued(f->m, f->m->moves.picture);
    assert_false(f->m->moves.gap_open);
    assert_true(f->m->moves.last_gap_us < UINT64_MAX);
}

static void the_gap_ends_with_a_picture_in_which_nothing_differs(void **state)
{
    struct fixture *f = *state;
    stop_at_a(f);
    fake_says_state(f->b, PLACE_RUNNING);
    fake_says_size(f->b, 40, 30);
    fill(f->b, 40, 30, 0xff0000);
    fake_says_complete(f->b);
    assert_false(f->m->moves.gap_open);
    assert_true(f->m->moves.last_gap_us < UINT64_MAX);
}

static void a_gap_has_nothing_to_do_with_an_earlier_stop(void **state)
{
    struct fixture *f = *state;
    stop_at_a(f);
    uint64_t stopped_us = f->m->moves.stopped_us;
    assert_true(stopped_us > 0);
    fake_says_state(f->a, PLACE_RUNNING);
    assert_int_equal(f->m->moves.stopped_us, 0);
    rig_settle(&f->rig);
    fake_says_state(f->b, PLACE_RUNNING); /* the stop of a has not been heard yet */
    assert_true(f->m->moves.gap_from_us > stopped_us);
    fake_says_state(f->a, PLACE_SWITCHING);
    assert_int_equal(f->m->state, MACHINE_RUNNING);
}

static void lights_and_pointer_come_along(void **state)
{
    struct fixture *f = *state;
    struct pointer_image *image = pointer_image_arrow();
    fake_says_leds(f->a, LED_CAPS);
    stop_at_a(f);
    fake_says_pointer(f->b, image);
    fake_says_pointer_at(f->b, 0, 7, 8, true);
    assert_int_not_equal(f->m->pointer_x, 7);
    fake_says_state(f->b, PLACE_RUNNING);
    assert_int_equal(f->m->leds, LED_CAPS); /* it says nothing of its lights */
    assert_true(f->m->pointer.absolute);    /* nor of its mouse */
    fake_says_size(f->b, 40, 30);
    fake_says_complete(f->b);
    assert_ptr_equal(f->m->pointer_image, image);
    assert_int_equal(f->m->pointer_x, 7);
    fake_says_leds(f->b, LED_NUM);
    assert_int_equal(f->m->leds, LED_NUM);
    pointer_image_unref(&image);
}

static void input_waits_for_the_new_place(void **state)
{
    struct fixture *f = *state;
    struct hands hands = {0};
    keyboard_key(&f->m->keyboard, &hands, 42, true);
    stop_at_a(f);
    keyboard_key(&f->m->keyboard, &hands, 42, false);
    keyboard_key(&f->m->keyboard, &hands, 30, true);
    assert_string_equal(f->a->input, "+42 ");
    fake_says_state(f->b, PLACE_RUNNING);
    assert_string_equal(f->a->input, "+42 ");
    assert_string_equal(f->b->input, "-42 +30 ");
    keyboard_lift(&f->m->keyboard, &hands);
    assert_string_equal(f->b->input, "-42 +30 -30 ");
}

static bool some_time_has_passed(void *self)
{
    const struct fixture *f = self;
    return moves_now_us(f->m) - f->stopped_us > 3 * HELD_STEP_US;
}

/* Where playing goes on by a timer when the next stop comes, that timer ends no waiting. */
static void what_is_asked_back_while_held_input_is_played_is_waited_for(void **state)
{
    struct fixture *f = *state;
    struct hands hands = {0};
    const struct input_event back = {.kind = INPUT_KEY, .a = 30, .down = true};
    fake_says_state(f->a, PLACE_PAUSED);
    for (int key = 30; key < 30 + HELD_BURST + 2; key++)
        keyboard_key(&f->m->keyboard, &hands, (uint8_t)key, true);
    fake_says_state(f->a, PLACE_RUNNING);
    assert_string_equal(f->a->input, "+30 +31 +32 +33 +34 +35 ");
    f->a->slow = true;
    stop_at_a(f);
    f->stopped_us = moves_now_us(f->m);
    rig_wait(&f->rig, some_time_has_passed, f);
    fake_says_state(f->b, PLACE_RUNNING);
    assert_string_equal(f->b->input, "");
    fake_gives_back(f->a, &back, 1);
    assert_memory_equal(f->b->input, "+30 +36 +37 ", 12);
    keyboard_lift(&f->m->keyboard, &hands);
}

static void a_source_that_stops_and_ends_before_it_says_why_has_moved(void **state)
{
    struct fixture *f = *state;
    struct hands hands = {0};
    f->a->attach.handler->event(f->a->attach.self, PLACE_STOPPED);
    fake_says_state(f->a, PLACE_LOST);
    assert_int_equal(f->a->mode, INPUT_HELD); /* what it did not deliver is asked back */
    assert_int_equal(f->m->state, MACHINE_SWITCHING);
    keyboard_key(&f->m->keyboard, &hands, 30, true);
    fake_says_state(f->b, PLACE_RUNNING);
    assert_string_equal(f->b->input, "+30 ");
    keyboard_lift(&f->m->keyboard, &hands);
}

static void one_that_stopped_long_ago_and_ends_has_not(void **state)
{
    struct fixture *f = *state;
    f->a->attach.handler->event(f->a->attach.self, PLACE_STOPPED);
    fake_says_state(f->a, PLACE_PAUSED);
    fake_says_state(f->a, PLACE_RUNNING);
    fake_says_state(f->a, PLACE_LOST);
    assert_int_equal(f->m->state, MACHINE_WAITING);
}

static void a_machine_that_is_lost_waits_and_is_back(void **state)
{
    struct fixture *f = *state;
    struct hands hands = {0};
    fake_says_state(f->b, PLACE_LOST);
    keyboard_key(&f->m->keyboard, &hands, 42, true);
    fake_says_state(f->a, PLACE_LOST);
    assert_int_equal(f->m->state, MACHINE_WAITING);
    assert_int_equal(pixel(f), 0xff0000);
    fake_says_state(f->a, PLACE_RUNNING);
    assert_string_equal(f->a->input, "+42 ");
    keyboard_lift(&f->m->keyboard, &hands);
    assert_string_equal(f->a->input, "+42 "); /* it is another guest */
    assert_string_equal(f->events, "waiting back ");
}

static bool has_notices(void *self)
{
    return ((struct fixture *)self)->m->notices;
}

static void viewers_are_told_when_it_takes_long(void **state)
{
    struct fixture *f = *state;
    stop_at_a(f);
    assert_null(f->m->notices);
    rig_wait(&f->rig, has_notices, f);
}

static void places_that_leave_take_nothing_with_them(void **state)
{
    struct fixture *f = *state;
    stop_at_a(f);
    fake_says_state(f->b, PLACE_RUNNING);
    f->m->n_viewers = 1;
    rig_reload(&f->rig, "");
    machines_detach(&f->rig.machines, "m");
    assert_int_equal(fake_places_open(), 0);
    f->m = NULL;
}

#define with(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static int tear_down_detached(void **state)
{
    rig_stop(&((struct fixture *)*state)->rig);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        with(a_standby_is_listened_to_and_not_shown),
        with(the_new_place_is_shown_when_all_of_its_picture_is_there),
        with(a_picture_that_is_whole_before_it_runs_is_shown_at_once),
        with(what_was_whole_before_the_load_does_not_count),
        with(a_source_that_goes_on_is_shown_as_it_is),
        with(the_gap_ends_with_the_first_update_of_the_new_picture),
        with(the_gap_ends_with_a_picture_in_which_nothing_differs),
        with(a_gap_has_nothing_to_do_with_an_earlier_stop),
        with(lights_and_pointer_come_along),
        with(input_waits_for_the_new_place),
        with(what_is_asked_back_while_held_input_is_played_is_waited_for),
        with(a_source_that_stops_and_ends_before_it_says_why_has_moved),
        with(one_that_stopped_long_ago_and_ends_has_not),
        with(a_machine_that_is_lost_waits_and_is_back),
        with(viewers_are_told_when_it_takes_long),
        cmocka_unit_test_setup_teardown(places_that_leave_take_nothing_with_them, set_up,
                                        tear_down_detached),
    };
    return cmocka_run_group_tests_name("moves", tests, NULL, NULL);
}
