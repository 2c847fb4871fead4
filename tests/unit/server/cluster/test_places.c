/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine at one host, served by another: its states, its input, and how it moves. */
#include <config.h>
#include "server/cluster/machine_msg.h"
#include "tests/unit/server/cluster/hosts.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define UUID "11111111-2222-3333-4444-555555555555"

enum { SHIFT = 42, KEY_A = 30, KEY_B = 48, KEY_C = 46 };

struct stage {
    struct hosts all;
    struct fake_place *a, *b;
    struct hands hands; /* of a user at g */
    struct mouse mouse;
    struct machine_watcher watcher;
    unsigned pictures, resets; /* at g */
};

static int set_up(void **state)
{
    struct stage *s = calloc(1, sizeof(*s));
    hosts_start(&s->all);
    *state = s;
    return 0;
}

static int tear_down(void **state)
{
    struct stage *s = *state;
    hosts_stop(&s->all);
    free(s);
    return 0;
}

/* It runs at a, and g serves it. */
static struct machine *runs_at_a(struct stage *s)
{
    s->a = host_attach(&s->all.a, "a");
    fake_runs(s->a, "m", UUID, 640, 480);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    return host_machine(&s->all.g);
}

/* And b waits for it; who has places knows the others, too. */
static struct machine *may_go_to_b(struct stage *s)
{
    struct machine *m = runs_at_a(s);
    s->b = host_attach(&s->all.b, "b");
    fake_says_identity(s->b, "m", UUID);
    fake_says_state(s->b, PLACE_INCOMING);
    hosts_join(&s->all, &s->all.a, &s->all.b);
    hosts_join(&s->all, &s->all.b, &s->all.a);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    return m;
}

static void press(struct stage *s, uint8_t key, bool down)
{
    struct machine *m = host_machine(&s->all.g);
    keyboard_key(&m->keyboard, &s->hands, key, down);
}

static void tap(struct keyboard *kb, struct hands *hands, uint8_t key)
{
    keyboard_key(kb, hands, key, true);
    keyboard_key(kb, hands, key, false);
}

/* ---- what is told ---- */

static void a_machine_at_another_host_is_a_place_here(void **state)
{
    struct stage *s = *state;
    int w, h;
    struct machine *m = runs_at_a(s);
    assert_non_null(m);
    assert_int_equal(m->state, MACHINE_RUNNING);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.a));
    assert_ptr_equal(machine_elsewhere(m),
                     m->active->attach->ops->elsewhere(m->active->attach));
    assert_null(machine_elsewhere(host_machine(&s->all.a)));
    machine_size(m, &w, &h);
    assert_int_equal(w, 640);
    assert_int_equal(h, 480);
    assert_true(m->pointer.absolute);
    assert_false(m->pointer_image_known); /* the arrow there was told by nobody */
}

static void a_machine_that_appears_later_is_told_too(void **state)
{
    struct stage *s = *state;
    hosts_join(&s->all, &s->all.g, &s->all.a);
    assert_null(host_machine(&s->all.g));
    s->a = host_attach(&s->all.a, "a");
    hosts_settle(&s->all); /* as a machine that has no UUID yet */
    fake_runs(s->a, "m", UUID, 640, 480);
    hosts_settle(&s->all);
    assert_non_null(host_machine(&s->all.g));
    assert_true(host_machine(&s->all.g)->has_uuid);
    assert_int_equal(host_machine(&s->all.g)->state, MACHINE_RUNNING);
    assert_null(host_machine(&s->all.g)->places->next);
}

static void what_the_guest_does_is_told(void **state)
{
    struct stage *s = *state;
    static const uint32_t dot[] = {0x80ff0000, 0xff00ff00};
    struct machine *m = runs_at_a(s);
    struct pointer_image *image = NULL;
    fake_says_leds(s->a, LED_CAPS);
    fake_says_absolute(s->a, false);
    pointer_image_new(&image, 2, 1, 1, 0, dot);
    fake_says_pointer(s->a, image);
    pointer_image_unref(&image);
    fake_says_pointer_at(s->a, 0, 17, 19, true);
    fake_says_size(s->a, 800, 600);
    hosts_settle(&s->all);
    assert_int_equal(m->leds, LED_CAPS);
    assert_false(m->pointer.absolute);
    assert_true(m->pointer_image_known);
    assert_int_equal(m->pointer_image->w, 2);
    assert_int_equal(m->pointer_image->hot_x, 1);
    assert_memory_equal(m->pointer_image->argb, dot, sizeof(dot));
    assert_int_equal(m->pointer_x, 17);
    assert_int_equal(m->pointer_y, 19);
    assert_int_equal(m->heads[0].shadow.w, 800);
    fake_says_state(s->a, PLACE_PAUSED);
    hosts_settle(&s->all);
    assert_int_equal(m->state, MACHINE_PAUSED);
    fake_says_state(s->a, PLACE_RUNNING);
    hosts_settle(&s->all);
    assert_int_equal(m->state, MACHINE_RUNNING);
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    struct stage *s = (struct stage *)((char *)w - offsetof(struct stage, watcher));
    s->pictures += news == MACHINE_NEWS_PICTURE;
    s->resets += news == MACHINE_NEWS_RESET;
}

static void on_gone(struct machine_watcher *w)
{
    (void)w;
}

static void it_draws_while_somebody_at_another_host_looks(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    s->watcher = (struct machine_watcher){.news = on_news, .gone = on_gone};
    machine_add_watcher(m, &s->watcher);
    hosts_settle(&s->all);
    assert_false(s->a->watching);
    machine_watch(m);
    hosts_settle(&s->all);
    assert_true(s->a->watching);
    assert_int_equal(s->pictures, 0);
    fake_says_complete(s->a);
    hosts_settle(&s->all);
    assert_int_equal(s->pictures, 1);
    assert_true(m->picture_complete);
    s->a->attach.handler->event(s->a->attach.self, PLACE_RESET);
    hosts_settle(&s->all);
    assert_int_equal(s->resets, 1);
    machine_remove_watcher(&s->watcher);
    machine_unwatch(m);
}

static void what_is_told_by_another_host_is_not_told_on(void **state)
{
    struct stage *s = *state;
    runs_at_a(s);
    hosts_join(&s->all, &s->all.b, &s->all.g); /* g has it from a only */
    assert_null(host_machine(&s->all.b));
    hosts_join(&s->all, &s->all.b, &s->all.a);
    assert_non_null(host_machine(&s->all.b));
    assert_null(host_place(&s->all.b, &s->all.g));
}

static void a_machine_that_ends_there_ends_here(void **state)
{
    struct stage *s = *state;
    runs_at_a(s);
    machines_detach(&s->all.a.machines, "m");
    hosts_settle(&s->all);
    assert_null(host_machine(&s->all.g));
}

/* ---- what is asked ---- */

static void nobody_changes_size_or_power_there_without_a_name(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    assert_int_equal(machine_resize(m, 0, 1024, 768), -EREMOTE);
    assert_int_equal(machine_power(m, POWER_RESET), -EREMOTE);
    hosts_settle(&s->all);
    assert_int_equal(s->a->resize_w, 0);
    assert_int_equal(s->a->power, -1);
}

static void keys_and_the_mouse_get_there(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    press(s, KEY_A, true);
    press(s, KEY_A, false);
    pointer_event(&m->pointer, &s->mouse, 0, 5, 7, 1u << BUTTON_LEFT);
    pointer_event(&m->pointer, &s->mouse, 0, 6, 7, 1u << BUTTON_WHEEL_UP);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+30 -30 @0:5,7 +B0 @0:6,7 -B0 +B3 -B3 ");
    assert_int_equal(host_machine(&s->all.a)->pointer_x, 6);
    assert_int_equal(m->pointer_x, 0); /* where it points is no news to who pointed */
    s->a->input[0] = 0;
    fake_says_absolute(s->a, false);
    hosts_settle(&s->all);
    pointer_event(&m->pointer, &s->mouse, 0, 9, 9, 0);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "~0:3,2 ");
}

static void who_may_not_type_there_is_not_heard(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    s->all.a.may_type = false;
    press(s, KEY_A, true);
    pointer_event(&m->pointer, &s->mouse, 0, 5, 7, 1u << BUTTON_LEFT);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "");
    machine_input_sure(m, true); /* but for what this host itself vouches for */
    press(s, KEY_B, true);
    machine_input_sure(m, false);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+48 ");
    s->a->input[0] = 0;
    press(s, KEY_B, false);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "-48 ");
}

static void a_key_that_two_hosts_hold_comes_up_with_the_last(void **state)
{
    struct stage *s = *state;
    struct hands local = {.owner = 1};
    runs_at_a(s);
    struct machine *at_a = host_machine(&s->all.a);
    press(s, SHIFT, true);
    hosts_settle(&s->all);
    keyboard_key(&at_a->keyboard, &local, SHIFT, true);
    press(s, SHIFT, false);
    hosts_settle(&s->all);
    assert_null(strstr(s->a->input, "-42"));
    keyboard_key(&at_a->keyboard, &local, SHIFT, false);
    assert_non_null(strstr(s->a->input, "-42"));
}

/* ---- links break ---- */

static void
when_the_link_breaks_the_machine_is_waited_for_and_what_is_typed_waits_too(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    m->by_hand = true; /* somebody looks */
    press(s, SHIFT, true);
    hosts_settle(&s->all);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_int_equal(m->state, MACHINE_WAITING);
    assert_null(m->active);
    assert_string_equal(s->a->input, "+42 -42 ");
    press(s, KEY_A, true);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    assert_int_equal(m->state, MACHINE_RUNNING);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.a));
    press(s, KEY_B, true);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+42 -42 +42 +30 +48 ");
    press(s, SHIFT, false);
    press(s, KEY_A, false);
    press(s, KEY_B, false);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+42 -42 +42 +30 +48 -42 -30 -48 ");
}

static void what_is_released_while_the_link_is_broken_is_released(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    m->by_hand = true;
    press(s, SHIFT, true);
    press(s, KEY_A, true);
    hosts_settle(&s->all);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    press(s, KEY_A, false);
    press(s, SHIFT, false);
    hosts_join(&s->all, &s->all.g, &s->all.a);
    hosts_settle(&s->all);
    struct machine *there = host_machine(&s->all.a);
    assert_false(keystate_any(&there->held.keys));
    assert_int_equal(there->keyboard.holders[SHIFT], 0);
    assert_int_equal(there->keyboard.holders[KEY_A], 0);
    assert_int_equal(m->held.lost, 0);
}

static void a_machine_that_nobody_tells_of_for_long_is_given_up(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    m->by_hand = true;
    m->held.most_us = 1;
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    press(s, KEY_A, true);
    while (m->switchboard.state == SWITCH_CUT)
        assert_true(sd_event_run(s->all.loop, UINT64_MAX) >= 0);
    assert_int_equal(m->switchboard.state, SWITCH_WAITING);
    assert_int_equal(m->held.n, 0);
}

/* A standby of which this host has not heard: its link is not up. */
static void where_a_machine_went_may_be_known_later(void **state)
{
    struct stage *s = *state;
    struct machine *m = runs_at_a(s);
    m->by_hand = true;
    s->b = host_attach(&s->all.b, "b");
    fake_says_identity(s->b, "m", UUID);
    fake_says_state(s->b, PLACE_INCOMING);
    press(s, SHIFT, true);
    hosts_settle(&s->all);
    fake_says_state(s->a, PLACE_GONE);
    fake_says_state(s->a, PLACE_LOST);
    fake_says_state(s->b, PLACE_RUNNING);
    hosts_settle(&s->all);
    assert_int_equal(m->state, MACHINE_SWITCHING);
    press(s, KEY_A, true);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    assert_int_equal(m->state, MACHINE_RUNNING);
    press(s, SHIFT, false);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "+30 -42 ");
}

/* ---- moves ---- */

static void stop_at_a(struct stage *s)
{
    s->a->attach.handler->event(s->a->attach.self, PLACE_STOPPED);
    fake_says_state(s->a, PLACE_SWITCHING);
}

static void run_at_b(struct stage *s)
{
    fake_says_state(s->b, PLACE_RUNNING);
    fake_says_size(s->b, 640, 480);
    fake_says_absolute(s->b, true);
}

static struct machine *at(struct host *h)
{
    struct machine *m = host_machine(h);
    assert_non_null(m);
    return m;
}

static void assert_is_at_b(struct stage *s)
{
    hosts_settle(&s->all);
    assert_int_equal(at(&s->all.g)->state, MACHINE_RUNNING);
    assert_ptr_equal(at(&s->all.g)->active, host_place(&s->all.g, &s->all.b));
    assert_ptr_equal(at(&s->all.a)->active, host_place(&s->all.a, &s->all.b));
    assert_true(cluster_is_home(at(&s->all.b)));
}

static void a_machine_goes_from_host_to_host_for_all_of_them(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.a));
    assert_int_equal(host_place(&s->all.g, &s->all.b)->state, PLACE_INCOMING);
    assert_ptr_equal(at(&s->all.b)->active, host_place(&s->all.b, &s->all.a));
    stop_at_a(s);
    hosts_settle(&s->all);
    assert_int_equal(m->state, MACHINE_SWITCHING);
    assert_int_equal(at(&s->all.b)->state, MACHINE_SWITCHING);
    run_at_b(s);
    assert_is_at_b(s);
    assert_int_equal(m->moves.switches, 1);
    fake_says_state(s->a, PLACE_GONE);
    assert_is_at_b(s);
    assert_int_equal(m->moves.switches, 1);
    machines_detach(&s->all.a.machines, "m");
    hosts_settle(&s->all);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.b));
    assert_null(host_place(&s->all.g, &s->all.a));
}

static void a_standby_at_another_host_is_listened_to_while_somebody_looks(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    machine_watch(m);
    hosts_settle(&s->all);
    assert_true(s->a->watching);
    assert_true(s->b->watching);
    machine_unwatch(m);
}

static void what_is_typed_while_it_is_away_is_typed_there(void **state)
{
    struct stage *s = *state;
    may_go_to_b(s);
    press(s, KEY_A, true);
    press(s, KEY_A, false);
    hosts_settle(&s->all);
    stop_at_a(s);
    press(s, KEY_B, true); /* g has not heard of it yet: it goes to a */
    hosts_settle(&s->all);
    press(s, KEY_B, false);
    press(s, KEY_C, true);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+30 -30 ");
    run_at_b(s);
    assert_is_at_b(s);
    press(s, KEY_C, false);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+30 -30 ");
    assert_string_equal(s->b->input, "+48 -48 +46 -46 ");
    assert_false(keystate_any(&at(&s->all.b)->held.keys));
}

static void a_key_that_is_held_across_a_move_is_released_there(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    struct served_machine *sm = NULL;
    press(s, SHIFT, true);
    pointer_event(&m->pointer, &s->mouse, 0, 5, 7, 1u << BUTTON_LEFT);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+42 @0:5,7 +B0 ");
    stop_at_a(s);
    hosts_settle(&s->all);
    fake_says_state(s->a, PLACE_GONE);
    hosts_settle(&s->all);
    run_at_b(s);
    assert_is_at_b(s);
    assert_string_equal(s->b->input, "@0:5,7 "); /* it is down there already */
    assert_int_equal(at(&s->all.b)->keyboard.holders[SHIFT], 1);
    for (struct served *x = s->all.a.cluster.served; x; x = x->next) {
        for (sm = x->machines; sm; sm = sm->next)
            assert_false(keystate_any(&sm->hands.keys));
    }
    hosts_cut(&s->all, &s->all.g, &s->all.a); /* a does not lift what it gave away */
    assert_string_equal(s->b->input, "@0:5,7 ");
    press(s, SHIFT, false);
    pointer_event(&m->pointer, &s->mouse, 0, 5, 7, 0);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "@0:5,7 -42 -B0 ");
    assert_string_equal(s->a->input, "+42 @0:5,7 +B0 ");
}

static void a_user_of_the_old_host_goes_on_typing_through_it(void **state)
{
    struct stage *s = *state;
    struct hands local = {.owner = 1};
    may_go_to_b(s);
    struct machine *m = at(&s->all.a);
    keyboard_key(&m->keyboard, &local, SHIFT, true);
    stop_at_a(s);
    keyboard_key(&m->keyboard, &local, KEY_A, true);
    run_at_b(s);
    assert_is_at_b(s);
    keyboard_key(&m->keyboard, &local, KEY_A, false);
    keyboard_key(&m->keyboard, &local, SHIFT, false);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+42 ");
    assert_string_equal(s->b->input, "+30 -30 -42 ");
    hosts_cut(&s->all, &s->all.a, &s->all.b);
    assert_string_equal(s->b->input, "+30 -30 -42 ");
}

/* The guest at a did not get the last keys, and says so late. */
static void what_the_guest_did_not_get_any_more_comes_before_what_came_later(void **state)
{
    struct stage *s = *state;
    static const struct input_event undelivered[] = {{INPUT_KEY, 0, KEY_A, 0, false},
                                                     {INPUT_KEY, 0, KEY_B, 0, true}};
    may_go_to_b(s);
    s->a->slow = true;
    press(s, KEY_A, true);
    press(s, KEY_A, false);
    press(s, KEY_B, true);
    hosts_settle(&s->all);
    assert_int_equal(s->a->mode, INPUT_CONFIRMED);
    stop_at_a(s);
    hosts_settle(&s->all);
    assert_int_equal(s->a->mode, INPUT_HELD);
    press(s, KEY_B, false);
    press(s, KEY_C, true);
    run_at_b(s);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "");
    fake_gives_back(s->a, undelivered, 2);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "-30 +48 -48 +46 ");
    assert_int_equal(at(&s->all.b)->keyboard.holders[KEY_B], 0);
    press(s, KEY_C, false);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "-30 +48 -48 +46 -46 ");
}

/* Likewise where he who types is at the host to which the machine goes. */
static void
what_the_old_host_gives_back_comes_before_what_was_typed_later_at_the_new(void **state)
{
    struct stage *s = *state;
    static const struct input_event undelivered[] = {{INPUT_KEY, 0, KEY_A, 0, false},
                                                     {INPUT_KEY, 0, KEY_B, 0, true},
                                                     {INPUT_KEY, 0, KEY_B, 0, false}};
    struct hands local = {.owner = 1};
    may_go_to_b(s);
    struct keyboard *kb = &at(&s->all.b)->keyboard;
    s->a->slow = true;
    tap(kb, &local, KEY_A);
    tap(kb, &local, KEY_B);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+30 -30 +48 -48 ");
    stop_at_a(s);
    hosts_settle(&s->all);
    keyboard_key(kb, &local, KEY_C, true);
    tap(kb, &local, KEY_B);
    keyboard_key(kb, &local, KEY_A, true);
    run_at_b(s);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "");
    fake_gives_back(s->a, undelivered, 3);
    hosts_settle(&s->all);
    while (at(&s->all.b)->held.n)
        hosts_settle(&s->all);
    assert_string_equal(s->b->input, "-30 +48 -48 +46 +48 -48 +30 ");
    keyboard_key(kb, &local, KEY_A, false);
    keyboard_key(kb, &local, KEY_C, false);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "-30 +48 -48 +46 +48 -48 +30 -30 -46 ");
    assert_false(keystate_any(&at(&s->all.b)->held.keys));
}

/* Of a button that is pressed anew at the new host, and of a key that is not let go there. */
static void what_is_given_back_counts_who_held_what_then(void **state)
{
    struct stage *s = *state;
    static const struct input_event undelivered[] = {{INPUT_BUTTON, 0, BUTTON_LEFT, 0, false},
                                                     {INPUT_KEY, 0, KEY_A, 0, true},
                                                     {INPUT_KEY, 0, KEY_A, 0, false}};
    struct hands local = {.owner = 0};
    struct mouse mouse = {.buttons = 0};
    may_go_to_b(s);
    struct machine *m = at(&s->all.b);
    s->a->slow = true;
    keyboard_key(&m->keyboard, &local, SHIFT, true);
    pointer_event(&m->pointer, &mouse, 0, 5, 7, 1u << BUTTON_LEFT);
    pointer_event(&m->pointer, &mouse, 0, 5, 7, 0);
    tap(&m->keyboard, &local, KEY_A);
    hosts_settle(&s->all);
    stop_at_a(s);
    hosts_settle(&s->all);
    keyboard_key(&m->keyboard, &local, KEY_A, true);
    pointer_event(&m->pointer, &mouse, 0, 6, 7, 1u << BUTTON_LEFT);
    run_at_b(s);
    hosts_settle(&s->all);
    fake_gives_back(s->a, undelivered, 3);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "@0:5,7 @0:5,7 -B0 +30 -30 +30 @0:6,7 +B0 ");
    pointer_event(&m->pointer, &mouse, 0, 6, 7, 0);
    keyboard_key(&m->keyboard, &local, KEY_A, false);
    keyboard_key(&m->keyboard, &local, SHIFT, false);
    assert_string_equal(s->b->input,
                        "@0:5,7 @0:5,7 -B0 +30 -30 +30 @0:6,7 +B0 @0:6,7 -B0 -30 -42 ");
}

/* g hears that it runs at b while a has not heard yet that it stopped. */
static void where_it_runs_may_be_heard_before_that_it_stopped(void **state)
{
    struct stage *s = *state;
    static const struct input_event undelivered[] = {{INPUT_KEY, 0, KEY_B, 0, true}};
    may_go_to_b(s);
    s->a->slow = true;
    press(s, KEY_A, true);
    press(s, KEY_A, false);
    press(s, KEY_B, true);
    hosts_settle(&s->all);
    hosts_cut(&s->all, &s->all.a, &s->all.b); /* a does not hear of b */
    run_at_b(s);
    hosts_settle(&s->all);
    assert_int_equal(s->a->mode, INPUT_HELD); /* it was asked what did not get there */
    assert_ptr_equal(at(&s->all.g)->active, host_place(&s->all.g, &s->all.b));
    press(s, KEY_B, false);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "");
    fake_gives_back(s->a, undelivered, 1);
    stop_at_a(s);
    hosts_join(&s->all, &s->all.a, &s->all.b);
    assert_is_at_b(s);
    assert_string_equal(s->b->input, "+48 -48 ");
}

static void input_that_a_paused_machine_did_not_get_waits_where_it_came_from(void **state)
{
    struct stage *s = *state;
    runs_at_a(s);
    fake_says_state(s->a, PLACE_PAUSED);
    press(s, KEY_A, true); /* g has not heard of it */
    hosts_settle(&s->all);
    press(s, KEY_A, false);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "");
    assert_int_equal(at(&s->all.g)->held.n, 2);
    fake_says_state(s->a, PLACE_RUNNING);
    hosts_settle(&s->all);
    assert_string_equal(s->a->input, "+30 -30 ");
}

/* It is not there any more when what it did not get is asked back. */
static void what_an_ended_guest_did_not_get_is_given_back(void **state)
{
    struct stage *s = *state;
    may_go_to_b(s);
    stop_at_a(s);
    fake_says_state(s->a, PLACE_GONE);
    press(s, KEY_A, true); /* g has heard of nothing */
    press(s, KEY_A, false);
    fake_says_state(s->a, PLACE_LOST);
    run_at_b(s);
    assert_is_at_b(s);
    assert_string_equal(s->b->input, "+30 -30 ");
    assert_int_equal(at(&s->all.g)->held.lost, 0);
}

/* Of which nobody hears but that it stopped and is lost. */
static void a_guest_that_ends_as_it_stops_has_moved_for_all_of_them(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    press(s, SHIFT, true);
    hosts_settle(&s->all);
    s->a->attach.handler->event(s->a->attach.self, PLACE_STOPPED);
    fake_says_state(s->a, PLACE_LOST);
    hosts_settle(&s->all);
    assert_int_equal(at(&s->all.a)->state, MACHINE_SWITCHING);
    assert_int_equal(m->state, MACHINE_SWITCHING);
    press(s, KEY_A, true);
    run_at_b(s);
    assert_is_at_b(s);
    press(s, SHIFT, false);
    hosts_settle(&s->all);
    assert_string_equal(s->b->input, "+30 -42 ");
    assert_int_equal(m->held.lost, 0);
}

static void the_old_host_is_lost_in_the_middle(void **state)
{
    struct stage *s = *state;
    may_go_to_b(s);
    press(s, SHIFT, true);
    hosts_settle(&s->all);
    stop_at_a(s);
    hosts_settle(&s->all);
    press(s, KEY_A, true);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_int_equal(at(&s->all.g)->state, MACHINE_SWITCHING);
    run_at_b(s);
    assert_is_at_b(s);
    press(s, KEY_A, false);
    press(s, SHIFT, false);
    hosts_settle(&s->all);
    assert_false(keystate_any(&at(&s->all.b)->held.keys));
    assert_int_equal(at(&s->all.b)->keyboard.holders[SHIFT], 0);
    assert_non_null(strstr(s->b->input, "-42 "));
    assert_non_null(strstr(s->b->input, "+30 "));
    assert_non_null(strstr(s->b->input, "-30 "));
    hosts_join(&s->all, &s->all.g, &s->all.a); /* it is back, and nothing changes */
    assert_is_at_b(s);
}

static void the_new_host_is_joined_only_after_the_machine_is_there(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    hosts_cut(&s->all, &s->all.g, &s->all.b);
    stop_at_a(s);
    run_at_b(s);
    fake_says_state(s->a, PLACE_GONE);
    hosts_settle(&s->all);
    assert_int_equal(m->state, MACHINE_SWITCHING);
    press(s, KEY_A, true);
    hosts_join(&s->all, &s->all.g, &s->all.b);
    assert_is_at_b(s);
    assert_string_equal(s->b->input, "+30 ");
}

static void an_old_host_that_believes_to_run_it_is_not_believed(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    hosts_cut(&s->all, &s->all.b, &s->all.a); /* b has heard of a before */
    run_at_b(s);
    hosts_settle(&s->all);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.b));
    hosts_join(&s->all, &s->all.g, &s->all.a);
    assert_int_equal(host_place(&s->all.g, &s->all.a)->state, PLACE_RUNNING);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.b));
    stop_at_a(s);
    fake_says_state(s->a, PLACE_GONE);
    hosts_settle(&s->all);
    assert_ptr_equal(m->active, host_place(&s->all.g, &s->all.b));
}

static void there_and_back_many_times(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    for (int i = 0; i < 20; i++) {
        struct fake_place *from = i % 2 ? s->b : s->a, *to = i % 2 ? s->a : s->b;
        s->a->input[0] = s->b->input[0] = 0;
        if (i)
            fake_says_state(to, PLACE_INCOMING);
        hosts_settle(&s->all);
        press(s, SHIFT, true);
        fake_says_state(from, PLACE_SWITCHING);
        if (i % 3)
            hosts_settle(&s->all);
        press(s, KEY_A, true);
        press(s, KEY_A, false);
        press(s, SHIFT, false);
        fake_says_state(to, PLACE_RUNNING);
        if (i % 2)
            hosts_settle(&s->all);
        fake_says_state(from, PLACE_GONE);
        hosts_settle(&s->all);
        assert_int_equal(m->state, MACHINE_RUNNING);
        assert_ptr_equal(m->active, host_place(&s->all.g, i % 2 ? &s->all.a : &s->all.b));
        char got[1024];
        snprintf(got, sizeof(got), "%s%s", from->input, to->input);
        assert_string_equal(got, "+42 +30 -30 -42 ");
    }
    assert_int_equal(m->moves.switches, 20);
    assert_int_equal(m->held.lost, 0);
}

/* ---- what somebody should do ---- */

static const char *problem_at_g(struct stage *s)
{
    const char *text = host_place(&s->all.g, &s->all.a)->problem;
    return text ? text : "";
}

static void says_problem(struct stage *s, const char *text)
{
    s->a->attach.handler->problem(s->a->attach.self, text);
    hosts_settle(&s->all);
}

static void what_is_wrong_with_a_machine_is_told_where_it_is_served(void **state)
{
    struct stage *s = *state;
    runs_at_a(s);
    assert_string_equal(problem_at_g(s), "");
    says_problem(s, "another client holds this QMP socket");
    assert_string_equal(problem_at_g(s), "another client holds this QMP socket");
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_string_equal(problem_at_g(s), "");
    hosts_join(&s->all, &s->all.g, &s->all.a);
    assert_string_equal(problem_at_g(s), "another client holds this QMP socket");
    says_problem(s, NULL);
    assert_string_equal(problem_at_g(s), "");
    says_problem(s, "its display is not served");
    assert_string_equal(problem_at_g(s), "its display is not served");
    fake_says_state(s->a, PLACE_LOST);
    hosts_settle(&s->all);
    assert_string_equal(problem_at_g(s), "its display is not served");
    fake_says_state(s->a, PLACE_RUNNING);
    hosts_settle(&s->all);
    assert_string_equal(problem_at_g(s), "");
}

/* ---- what is lost ---- */

static void what_finds_no_room_while_the_machine_is_away_is_counted(void **state)
{
    enum { TAPS = 600, SENT = 2 * TAPS, EXCESS = SENT - MACHINE_MSG_EVENTS_MOST };
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    s->a->slow = true; /* so that what waits is given back later */
    stop_at_a(s);
    for (int i = 0; i < TAPS; i++) /* g has not heard that it stopped */
        tap(&m->keyboard, &s->hands, KEY_A);
    hosts_settle(&s->all);
    assert_int_equal(at(&s->all.a)->held.lost, EXCESS);
    assert_int_equal(m->held.lost, 0);
}

static void what_waits_for_a_link_that_breaks_is_counted(void **state)
{
    struct stage *s = *state;
    struct machine *m = may_go_to_b(s);
    s->a->slow = true;
    stop_at_a(s);
    tap(&m->keyboard, &s->hands, KEY_A);
    hosts_settle(&s->all);
    assert_int_equal(at(&s->all.a)->held.lost, 0);
    hosts_cut(&s->all, &s->all.g, &s->all.a);
    assert_int_equal(at(&s->all.a)->held.lost, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_machine_at_another_host_is_a_place_here),
        TEST(a_machine_that_appears_later_is_told_too),
        TEST(what_the_guest_does_is_told),
        TEST(it_draws_while_somebody_at_another_host_looks),
        TEST(what_is_told_by_another_host_is_not_told_on),
        TEST(a_machine_that_ends_there_ends_here),
        TEST(nobody_changes_size_or_power_there_without_a_name),
        TEST(what_is_wrong_with_a_machine_is_told_where_it_is_served),
        TEST(what_finds_no_room_while_the_machine_is_away_is_counted),
        TEST(what_waits_for_a_link_that_breaks_is_counted),
        TEST(keys_and_the_mouse_get_there),
        TEST(who_may_not_type_there_is_not_heard),
        TEST(a_key_that_two_hosts_hold_comes_up_with_the_last),
        TEST(when_the_link_breaks_the_machine_is_waited_for_and_what_is_typed_waits_too),
        TEST(what_is_released_while_the_link_is_broken_is_released),
        TEST(a_machine_that_nobody_tells_of_for_long_is_given_up),
        TEST(where_a_machine_went_may_be_known_later),
        TEST(a_machine_goes_from_host_to_host_for_all_of_them),
        TEST(a_standby_at_another_host_is_listened_to_while_somebody_looks),
        TEST(what_is_typed_while_it_is_away_is_typed_there),
        TEST(a_key_that_is_held_across_a_move_is_released_there),
        TEST(a_user_of_the_old_host_goes_on_typing_through_it),
        TEST(what_the_guest_did_not_get_any_more_comes_before_what_came_later),
        TEST(what_the_old_host_gives_back_comes_before_what_was_typed_later_at_the_new),
        TEST(what_is_given_back_counts_who_held_what_then),
        TEST(where_it_runs_may_be_heard_before_that_it_stopped),
        TEST(input_that_a_paused_machine_did_not_get_waits_where_it_came_from),
        TEST(what_an_ended_guest_did_not_get_is_given_back),
        TEST(a_guest_that_ends_as_it_stops_has_moved_for_all_of_them),
        TEST(the_old_host_is_lost_in_the_middle),
        TEST(the_new_host_is_joined_only_after_the_machine_is_there),
        TEST(an_old_host_that_believes_to_run_it_is_not_believed),
        TEST(there_and_back_many_times),
    };
    return cmocka_run_group_tests_name("places at other nodes", tests, NULL, NULL);
}
