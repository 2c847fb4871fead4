/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which places make which machines, under which names, and which of them is active. */
#include <config.h>
#include "framebuffer/pointer_image.h"
#include "tests/unit/server/core/fake_attach.h"
#include "tests/unit/server/core/rig.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define UUID_1 "11111111-2222-3333-4444-555555555555"
#define UUID_2 "21111111-2222-3333-4444-555555555555"
#define UUID_3 "31111111-2222-3333-4444-555555555555"
#define NO_UUID "00000000-0000-0000-0000-000000000000"

static struct fake_place *attach(struct rig *rig, const char *name, const char *address)
{
    const char *why = NULL;
    char place[64];
    snprintf(place, sizeof(place), "fake:%s", address);
    assert_int_equal(machines_attach(&rig->machines, name, place, &why), 0);
    struct fake_place *p = fake_place_find(address);
    assert_non_null(p);
    return p;
}

static unsigned count_places(const struct machine *m)
{
    unsigned n = 0;
    for (const struct place *p = m->places; p; p = p->next)
        n++;
    return n;
}

/* ---- by hand ---- */

static void a_place_that_is_attached_makes_a_machine_of_that_name(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, NULL);
    struct fake_place *p = attach(&rig, "web1", "a");
    struct machine *m = rig_machine(&rig, "web1");
    assert_false(m->has_uuid);
    assert_int_equal(m->state, MACHINE_WAITING);
    fake_runs(p, "another name", UUID_1, 100, 50);
    assert_true(m->has_uuid);
    assert_int_equal(m->state, MACHINE_RUNNING);
    assert_int_equal(m->heads[0].shadow.w, 100);
    assert_string_equal(rig_names(&rig), "web1");
    assert_int_equal(machines_detach(&rig.machines, "web1"), 0);
    assert_int_equal(machines_detach(&rig.machines, "web1"), -ENOENT);
    assert_string_equal(rig.events, "+web1 -web1 ");
    assert_int_equal(fake_places_open(), 0);
    rig_stop(&rig);
}

static void what_cannot_be_attached_leaves_nothing_behind(void **state)
{
    static const struct {
        const char *name, *place;
        int err;
    } rows[] = {
        {"", "fake:x", -EINVAL},       {"a/b", "fake:x", -EINVAL},
        {"web1", "fake:bad", -EINVAL}, {"web1", "nokind:x", -EINVAL},
        {"web1", "x", -EINVAL},        {"taken", "fake:a", -EEXIST},
        {"web1", "fake:a", -EEXIST},
    };
    struct rig rig;
    (void)state;
    rig_start(&rig, NULL);
    attach(&rig, "taken", "a");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *why = NULL;
        assert_int_equal(machines_attach(&rig.machines, rows[i].name, rows[i].place, &why),
                         rows[i].err);
        assert_non_null(why);
        assert_string_equal(rig_names(&rig), "taken");
        assert_int_equal(fake_places_open(), 1);
    }
    rig_stop(&rig);
}

static void attaching_to_a_known_name_adds_a_place(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, NULL);
    struct fake_place *a = attach(&rig, "web1", "a"), *b = attach(&rig, "web1", "b");
    fake_says_identity(a, NULL, UUID_1);
    fake_says_identity(b, NULL, UUID_1);
    assert_int_equal(count_places(rig_machine(&rig, "web1")), 2);
    rig_stop(&rig);
}

static void another_uuid_under_an_attached_name_is_left_out(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, NULL);
    struct fake_place *a = attach(&rig, "web1", "a"), *b = attach(&rig, "web1", "b");
    fake_says_identity(a, NULL, UUID_1);
    fake_says_identity(b, NULL, UUID_2);
    assert_null(fake_place_find("b"));
    assert_int_equal(count_places(rig_machine(&rig, "web1")), 1);
    /* The only place of a machine may become another one: its QEMU was started anew. */
    fake_says_identity(a, NULL, UUID_2);
    assert_int_equal(rig_machine(&rig, "web1")->uuid[0], 0x21);
    rig_stop(&rig);
}

static void places_without_uuid_under_one_attached_name_are_one_machine(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, NULL);
    struct fake_place *a = attach(&rig, "web1", "a"), *b = attach(&rig, "web1", "b");
    fake_says_identity(a, "x", NULL);
    fake_says_identity(b, "y", NO_UUID);
    assert_int_equal(count_places(rig_machine(&rig, "web1")), 2);
    assert_false(rig_machine(&rig, "web1")->has_uuid);
    rig_stop(&rig);
}

static void an_attached_name_takes_the_places_of_the_same_machine_under_another(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_config("machine first { place = \"qmp:/a\" }\n"));
    fake_runs(fake_place_find("/a"), NULL, UUID_1, 10, 10);
    struct fake_place *b = attach(&rig, "second", "b");
    fake_says_identity(b, NULL, UUID_1);
    /* Both are wanted by name: neither takes the other's. */
    assert_string_equal(rig_names(&rig), "first second");
    rig_stop(&rig);
}

/* ---- which one is active ---- */

static const struct {
    enum place_state state;
    int rank;
    enum machine_state machine;
} states[] = {
    {PLACE_CONNECTING, 0, MACHINE_WAITING},  {PLACE_INCOMING, 0, MACHINE_WAITING},
    {PLACE_RUNNING, 3, MACHINE_RUNNING},     {PLACE_PAUSED, 1, MACHINE_PAUSED},
    {PLACE_SWITCHING, 2, MACHINE_SWITCHING}, {PLACE_GONE, 0, MACHINE_WAITING},
    {PLACE_LOST, 0, MACHINE_WAITING},
};

/*
 * One that stopped to move keeps the machine until another runs. Of equals the one stays that
 * was active before, but of two that run the latter is it.
 */
static void of_two_places_the_one_that_runs_most_is_active(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(states) * COUNT(states); i++) {
        const size_t first = i / COUNT(states), second = i % COUNT(states);
        struct rig rig;
        rig_start(&rig, NULL);
        struct fake_place *a = attach(&rig, "m", "a"), *b = attach(&rig, "m", "b");
        struct machine *m = rig_machine(&rig, "m");
        machine_watch(m);
        fake_says_identity(a, NULL, UUID_1);
        fake_says_identity(b, NULL, UUID_1);
        fake_says_state(a, states[first].state);
        fake_says_state(b, states[second].state);
        bool b_wins = states[first].rank == 0
                          ? states[second].rank > 0
                          : states[second].rank == 3; /* what stopped or paused later waits */
        const struct fake_place *active = b_wins ? b : states[first].rank ? a : NULL;
        assert_ptr_equal(m->active ? m->active->attach : NULL, active ? &active->attach : NULL);
        assert_int_equal(m->state,
                         active ? states[b_wins ? second : first].machine : MACHINE_WAITING);
        assert_int_equal(a->watching, active == a || states[first].state == PLACE_INCOMING);
        assert_int_equal(b->watching, active == b || states[second].state == PLACE_INCOMING);
        machine_unwatch(m);
        rig_stop(&rig);
    }
}

static void only_the_active_places_picture_and_lights_count(void **state)
{
    struct rig rig;
    struct surface red, blue;
    (void)state;
    rig_start(&rig, NULL);
    surface_init(&red);
    surface_init(&blue);
    surface_resize(&red, 40, 30);
    surface_resize(&blue, 40, 30);
    surface_fill(&red, surface_rect(&red), 0xff0000);
    surface_fill(&blue, surface_rect(&blue), 0x0000ff);
    struct fake_place *a = attach(&rig, "m", "a"), *b = attach(&rig, "m", "b");
    struct machine *m = rig_machine(&rig, "m");
    fake_runs(a, NULL, UUID_1, 40, 30);
    fake_says_identity(b, NULL, UUID_1);
    fake_says_state(b, PLACE_INCOMING);
    fake_says_size(b, 20, 20);
    fake_says_leds(a, 1);
    fake_says_leds(b, 4);
    fake_says_absolute(b, false);
    fake_says_pixels(a, 0, &red, (struct rect){0, 0, 40, 30});
    fake_says_pixels(b, 0, &blue, (struct rect){0, 0, 20, 20});
    assert_int_equal(m->heads[0].shadow.w, 40);
    assert_int_equal(*surface_at(&m->heads[0].shadow, 5, 5), 0xff0000);
    assert_int_equal(m->leds, 1);
    assert_true(m->pointer.absolute);
    /* It moves over. */
    fake_says_state(a, PLACE_SWITCHING);
    assert_int_equal(m->state, MACHINE_SWITCHING);
    fake_says_state(b, PLACE_RUNNING);
    assert_int_equal(m->heads[0].shadow.w, 20);
    assert_int_equal(m->leds, 4);
    assert_false(m->pointer.absolute);
    fake_says_pixels(a, 0, &red, (struct rect){0, 0, 20, 20});
    fake_says_pixels(b, 0, &blue, (struct rect){0, 0, 20, 20});
    assert_int_equal(*surface_at(&m->heads[0].shadow, 5, 5), 0x0000ff);
    surface_fini(&red);
    surface_fini(&blue);
    rig_stop(&rig);
}

static void a_machine_without_a_place_waits_and_keeps_its_picture(void **state)
{
    struct rig rig;
    struct surface red;
    (void)state;
    rig_start(&rig, NULL);
    surface_init(&red);
    surface_resize(&red, 40, 30);
    surface_fill(&red, surface_rect(&red), 0xff0000);
    struct fake_place *a = attach(&rig, "m", "a");
    struct machine *m = rig_machine(&rig, "m");
    fake_runs(a, NULL, UUID_1, 40, 30);
    fake_says_pixels(a, 0, &red, surface_rect(&red));
    fake_says_state(a, PLACE_LOST);
    assert_int_equal(m->state, MACHINE_WAITING);
    assert_null(m->active);
    assert_int_equal(*surface_at(&m->heads[0].shadow, 5, 5), 0xff0000);
    assert_int_equal(machine_power(m, POWER_RESET), -ENODEV);
    assert_int_equal(machine_resize(m, 0, 50, 50), -ENODEV);
    fake_says_state(a, PLACE_RUNNING);
    assert_int_equal(m->state, MACHINE_RUNNING);
    surface_fini(&red);
    rig_stop(&rig);
}

static void pixels_beside_the_picture_are_dropped(void **state)
{
    static const struct rect rows[] = {
        {0, 0, 41, 30}, {-1, 0, 10, 10}, {0, 21, 10, 10}, {0, 0, 0, 10}, {39, 29, 2, 2},
    };
    struct rig rig;
    struct surface big;
    (void)state;
    rig_start(&rig, NULL);
    surface_init(&big);
    surface_resize(&big, 100, 100);
    surface_fill(&big, surface_rect(&big), 0xffffff);
    struct fake_place *a = attach(&rig, "m", "a");
    const struct machine *m = rig_machine(&rig, "m");
    fake_runs(a, NULL, UUID_1, 40, 30);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct rect r = rows[i];
        a->attach.handler->pixels(a->attach.self, 0, r, big.pixels, (size_t)big.stride * 4,
                                  SOURCE_XRGB);
        a->attach.handler->pixels(a->attach.self, 1, (struct rect){0, 0, 4, 4}, big.pixels, 16,
                                  SOURCE_XRGB);
    }
    for (int y = 0; y < 30; y++) {
        for (int x = 0; x < 40; x++)
            assert_int_equal(*surface_at(&m->heads[0].shadow, x, y), 0);
    }
    surface_fini(&big);
    rig_stop(&rig);
}

/* ---- watching ---- */

static bool is_unwatched(void *self)
{
    return !((struct fake_place *)self)->watching;
}

static void pixels_are_wanted_from_the_first_viewer_until_a_while_after_the_last(void **state)
{
    struct rig rig;
    struct config *config = config_builtin();
    (void)state;
    config->listener_idle_us = 30000;
    rig_start(&rig, config);
    struct fake_place *a = attach(&rig, "m", "a");
    struct machine *m = rig_machine(&rig, "m");
    fake_runs(a, NULL, UUID_1, 40, 30);
    assert_false(a->watching);
    machine_watch(m);
    machine_watch(m);
    assert_true(a->watching);
    machine_unwatch(m);
    machine_unwatch(m);
    assert_true(a->watching);
    machine_watch(m); /* comes back in time */
    rig_settle(&rig);
    assert_true(a->watching);
    assert_int_equal(a->n_watches, 1);
    machine_unwatch(m);
    rig_wait(&rig, is_unwatched, a);
    rig_stop(&rig);
}

struct shot {
    unsigned n;
    int w, h;
    char why[80];
};

static void on_shot(void *self, const struct surface *frame, const char *why)
{
    struct shot *s = self;
    s->n++;
    s->w = frame ? frame->w : 0;
    s->h = frame ? frame->h : 0;
    snprintf(s->why, sizeof(s->why), "%s", why ? why : "");
}

static void a_screenshot_waits_for_the_whole_picture(void **state)
{
    const struct place_head heads[] = {{.w = 40, .h = 30}, {.w = 20, .h = 50}};
    struct shot shots[4] = {0};
    struct rig rig;
    (void)state;
    rig_start(&rig, NULL);
    struct fake_place *a = attach(&rig, "m", "a");
    struct machine *m = rig_machine(&rig, "m");
    fake_runs(a, NULL, UUID_1, 40, 30);
    fake_says_heads(a, heads, 2);
    machine_screenshot(m, -1, on_shot, &shots[0]);
    machine_screenshot(m, 1, on_shot, &shots[1]);
    machine_screenshot(m, 5, on_shot, &shots[2]);
    assert_true(a->watching);
    assert_int_equal(shots[0].n + shots[1].n, 0);
    fake_says_complete(a);
    assert_int_equal(shots[0].n, 1);
    assert_int_equal(shots[0].w, 60);
    assert_int_equal(shots[0].h, 50);
    assert_int_equal(shots[1].w, 20);
    assert_int_equal(shots[2].n, 1);
    assert_string_equal(shots[2].why, "the machine shows no picture there");
    assert_int_equal(m->n_watching, 0);
    fake_says_state(a, PLACE_LOST);
    fake_says_state(a, PLACE_RUNNING);
    machine_screenshot(m, -1, on_shot, &shots[3]);
    machines_detach(&rig.machines, "m");
    assert_int_equal(shots[3].n, 1);
    rig_stop(&rig);
}

/* ---- the configuration ---- */

static void configured_machines_are_there_without_their_places(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_config("machine web2 { place = {\"qmp:/b\", \"qmp:/c\"} }\nmachine "
                               "web1 { place = \"qmp:/a\" }\n"
                               "machine \"*\" { keymap = \"de\" }\nmachine \"uuid:" UUID_3
                               "\" { max-viewers = 3 }\n"));
    assert_string_equal(rig_names(&rig), "web1 web2");
    assert_int_equal(fake_places_open(), 3);
    assert_int_equal(rig_machine(&rig, "web1")->state, MACHINE_WAITING);
    fake_says_identity(fake_place_find("/b"), "x", UUID_2);
    fake_says_identity(fake_place_find("/c"), "y", UUID_2);
    assert_string_equal(rig_names(&rig), "web1 web2");
    /* Detached by hand it is gone until the configuration is read again. */
    machines_detach(&rig.machines, "web2");
    assert_string_equal(rig_names(&rig), "web1");
    rig_stop(&rig);
}

static void a_section_that_names_a_uuid_counts_once_the_uuid_is_known(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_config("machine \"uuid:" UUID_1 "\" { max-viewers = 3 }\n"));
    struct fake_place *a = attach(&rig, "web1", "a"), *b = attach(&rig, "web2", "b");
    fake_says_identity(a, NULL, UUID_1);
    fake_says_identity(b, NULL, UUID_2);
    assert_int_equal(rig_machine(&rig, "web1")->config.max_viewers, 3);
    assert_int_equal(rig_machine(&rig, "web2")->config.max_viewers, 0);
    rig_stop(&rig);
}

static void a_reload_opens_what_is_new_closes_what_is_gone_and_keeps_the_rest(void **state)
{
    static const struct {
        const char *config, *names;
        unsigned places;
        unsigned max_viewers; /* of web1 */
    } rows[] = {
        {"machine web1 { place = \"qmp:/a\" max-viewers = 5 }\n", "by-hand web1", 2, 5},
        {"machine web1 { place = {\"qmp:/a\", \"qmp:/b\"} }\nmachine web2 { place = \"qmp:/c\" "
         "}\n",
         "by-hand web1 web2", 4, 0},
        {"machine web1 { place = \"qmp:/b\" max-viewers = 7 }\nmachine web3 { place = "
         "\"qmp:/c\" }\n",
         "by-hand web1 web3", 3, 7},
        {"machine \"*\" { max-viewers = 9 }\nmachine web1 { place = \"qmp:/a\" }\nmachine "
         "by-hand { max-viewers = 1 }\n",
         "by-hand web1", 2, 9},
        {"machine web1 { }\n", "by-hand web1", 1, 0},
        {"machine web1 { place = \"qmp:/a\" }\n", "by-hand web1", 2, 0},
    };
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_config("machine web1 { place = \"qmp:/a\" }\n"));
    attach(&rig, "by-hand", "h");
    unsigned kept = fake_place_find("/a")->opened;
    for (size_t i = 0; i < COUNT(rows); i++) {
        rig_reload(&rig, rows[i].config);
        assert_string_equal(rig_names(&rig), rows[i].names);
        assert_int_equal(fake_places_open(), rows[i].places);
        assert_int_equal(rig_machine(&rig, "web1")->config.max_viewers, rows[i].max_viewers);
        if (i < 2)
            assert_int_equal(fake_place_find("/a")->opened, kept);
    }
    rig_stop(&rig);
}

static void
a_machine_that_is_gone_from_the_configuration_stays_while_somebody_looks(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(&rig, rig_config("machine web1 { place = \"qmp:/a\" }\n"));
    struct machine *m = rig_machine(&rig, "web1");
    m->n_viewers = 1;
    rig_reload(&rig, "");
    assert_string_equal(rig_names(&rig), "web1");
    assert_int_equal(fake_places_open(), 0);
    m->n_viewers = 0;
    machines_viewer_left(m);
    assert_string_equal(rig_names(&rig), "");
    rig_stop(&rig);
}

static void machines_of_one_layout_share_its_keymap(void **state)
{
    struct rig rig;
    (void)state;
    rig_start(
        &rig,
        rig_config("machine web1 { }\nmachine web2 { }\nmachine web3 { keymap = \"de\" }\n"));
    assert_ptr_equal(rig_machine(&rig, "web1")->keymap, rig_machine(&rig, "web2")->keymap);
    assert_ptr_not_equal(rig_machine(&rig, "web1")->keymap, rig_machine(&rig, "web3")->keymap);
    rig_reload(&rig, "machine web1 { keymap = \"de\" }\nmachine web2 { keymap = \"fr\" "
                     "}\nmachine web3 { keymap = \"de\" }\n");
    assert_ptr_equal(rig_machine(&rig, "web1")->keymap, rig_machine(&rig, "web3")->keymap);
    rig_stop(&rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_that_is_attached_makes_a_machine_of_that_name),
        cmocka_unit_test(what_cannot_be_attached_leaves_nothing_behind),
        cmocka_unit_test(attaching_to_a_known_name_adds_a_place),
        cmocka_unit_test(another_uuid_under_an_attached_name_is_left_out),
        cmocka_unit_test(places_without_uuid_under_one_attached_name_are_one_machine),
        cmocka_unit_test(an_attached_name_takes_the_places_of_the_same_machine_under_another),
        cmocka_unit_test(of_two_places_the_one_that_runs_most_is_active),
        cmocka_unit_test(only_the_active_places_picture_and_lights_count),
        cmocka_unit_test(a_machine_without_a_place_waits_and_keeps_its_picture),
        cmocka_unit_test(pixels_beside_the_picture_are_dropped),
        cmocka_unit_test(pixels_are_wanted_from_the_first_viewer_until_a_while_after_the_last),
        cmocka_unit_test(a_screenshot_waits_for_the_whole_picture),
        cmocka_unit_test(configured_machines_are_there_without_their_places),
        cmocka_unit_test(a_section_that_names_a_uuid_counts_once_the_uuid_is_known),
        cmocka_unit_test(a_reload_opens_what_is_new_closes_what_is_gone_and_keeps_the_rest),
        cmocka_unit_test(
            a_machine_that_is_gone_from_the_configuration_stays_while_somebody_looks),
        cmocka_unit_test(machines_of_one_layout_share_its_keymap),
    };
    return cmocka_run_group_tests_name("machines", tests, NULL, NULL);
}
