/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lobby: which machines are shown and where, and a client that goes through it. */
#include <config.h>
#include "server/overlay/lobby.h"
#include "server/overlay/thumb.h"
#include "base/alloc.h"
#include "server/overlay/lobby_private.h"
#include "server/overlay/overlay_private.h"
#include "server/viewer.h"
#include "tests/unit/server/core/parlour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

enum {
    ENTER = 0xff0d,
    ESCAPE = 0xff1b,
    BACKSPACE = 0xff08,
    LEFT = 0xff51,
    UP = 0xff52,
    RIGHT = 0xff53,
    DOWN = 0xff54,
    END = 0xff57,
    HOME = 0xff50,
    PAGE_DOWN = 0xff56,
    CONTROL_L = 0xffe3,
};

/* ---- choosing ---- */

static void a_filter_matches_a_part_of_a_name_in_any_case(void **state)
{
    static const struct {
        const char *filter, *name;
        bool matches;
    } rows[] = {
        {"", "web1", true},   {"", "", true},         {"web", "web1", true},
        {"B1", "web1", true}, {"web1", "web1", true}, {"web12", "web1", false},
        {"x", "", false},     {"1", "WEB1", true},    {"wb", "web1", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct lobby_choice c = {0};
        struct lobby_entry e = {0};
        strcpy(c.filter, rows[i].filter);
        strcpy(e.name, rows[i].name);
        assert_int_equal(lobby_matches(&c, &e), rows[i].matches);
    }
}

static void keys_move_among_the_machines_and_never_out_of_them(void **state)
{
    static const struct {
        uint32_t keysym;
        unsigned from, to;
    } rows[] = {{RIGHT, 0, 1}, {RIGHT, 9, 9}, {LEFT, 0, 0},   {LEFT, 5, 4},  {HOME, 7, 0},
                {END, 0, 9},   {UP, 1, 1},    {0xff09, 9, 0}, {0xff09, 3, 4}};
    struct lobby_choice c = {0};
    struct lobby_shape s;
    (void)state;
    lobby_shape_find(&s, 1024, 768, &c, 10);
    for (size_t i = 0; i < COUNT(rows); i++) {
        c.chosen = rows[i].from;
        enum lobby_action want = rows[i].from == rows[i].to ? LOBBY_NOTHING : LOBBY_CHANGED;
        assert_int_equal(lobby_key(&c, &s, 10, rows[i].keysym), want);
        assert_int_equal(c.chosen, rows[i].to);
    }
    c.chosen = 0;
    lobby_key(&c, &s, 10, DOWN);
    assert_int_equal(c.chosen, s.columns);
    lobby_key(&c, &s, 10, UP);
    assert_int_equal(c.chosen, 0);
    for (int i = 0; i < 20; i++)
        lobby_key(&c, &s, 10, PAGE_DOWN);
    assert_int_equal(c.chosen, 9);
    assert_int_equal(lobby_key(&c, &s, 10, ENTER), LOBBY_ENTER);
    assert_int_equal(lobby_key(&c, &s, 0, ENTER), LOBBY_NOTHING);
}

static void letters_make_the_filter_and_backspace_takes_them_away(void **state)
{
    struct lobby_choice c = {.chosen = 3};
    struct lobby_shape s;
    (void)state;
    lobby_shape_find(&s, 1024, 768, &c, 10);
    assert_int_equal(lobby_key(&c, &s, 10, 'w'), LOBBY_CHANGED);
    assert_int_equal(lobby_key(&c, &s, 10, 0xe4), LOBBY_CHANGED);
    assert_int_equal(lobby_key(&c, &s, 10, 0x010020ac), LOBBY_CHANGED);
    assert_string_equal(c.filter, "w\xc3\xa4\xe2\x82\xac");
    assert_int_equal(c.chosen, 0);
    assert_int_equal(lobby_key(&c, &s, 10, BACKSPACE), LOBBY_CHANGED);
    assert_string_equal(c.filter, "w\xc3\xa4");
    assert_int_equal(lobby_key(&c, &s, 10, ESCAPE), LOBBY_CHANGED);
    assert_string_equal(c.filter, "");
    assert_int_equal(lobby_key(&c, &s, 10, BACKSPACE), LOBBY_NOTHING);
    assert_int_equal(lobby_key(&c, &s, 10, 0), LOBBY_NOTHING);
    assert_int_equal(lobby_key(&c, &s, 10, 0xffe1), LOBBY_NOTHING);
    for (int i = 0; i < 3 * LOBBY_FILTER_MOST; i++)
        lobby_key(&c, &s, 10, 0x010020ac);
    assert_true(strlen(c.filter) <= LOBBY_FILTER_MOST);
}

static const struct {
    int w, h;
} sizes[] = {{64, 64}, {320, 200}, {640, 480}, {800, 600}, {1920, 1080}, {3840, 2160}};

static void every_machine_is_seen_when_it_is_chosen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (unsigned n = 0; n < 60; n += 7) {
            for (unsigned chosen = 0; chosen < n; chosen++) {
                struct lobby_choice c = {.chosen = chosen};
                struct lobby_shape s;
                struct rect whole = {0, 0, sizes[i].w, sizes[i].h};
                lobby_shape_find(&s, whole.w, whole.h, &c, n);
                assert_int_equal(c.chosen, chosen);
                assert_true(lobby_shows(&s, chosen));
                struct rect box = lobby_thumb_box(&s, chosen);
                assert_true(rect_empty(&box) || rect_contains(&whole, &box));
            }
        }
    }
}

static void the_mouse_enters_the_machine_below_it(void **state)
{
    struct lobby_choice c = {0};
    struct lobby_shape s;
    (void)state;
    lobby_shape_find(&s, 1024, 768, &c, 4);
    struct rect r = lobby_cell(&s, 2);
    assert_int_equal(lobby_pointer(&c, &s, 4, r.x + 5, r.y + 5, false), LOBBY_CHANGED);
    assert_int_equal(c.chosen, 2);
    assert_int_equal(lobby_pointer(&c, &s, 4, r.x + 6, r.y + 5, false), LOBBY_NOTHING);
    assert_int_equal(lobby_pointer(&c, &s, 4, r.x + 6, r.y + 5, true), LOBBY_ENTER);
    assert_int_equal(lobby_pointer(&c, &s, 4, 1, 1, true), LOBBY_NOTHING);
    assert_int_equal(lobby_pointer(&c, &s, 2, r.x + 5, r.y + 5, true), LOBBY_NOTHING);
}

static void the_wheel_moves_rows_and_the_chosen_one_stays_among_those_seen(void **state)
{
    enum { N = 50 };
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct lobby_choice c = {0};
        struct lobby_shape s;
        lobby_shape_find(&s, sizes[i].w, sizes[i].h, &c, N);
        const unsigned columns = (unsigned)s.columns, seen = (unsigned)s.rows;
        const unsigned all = (N + columns - 1) / columns, most = all > seen ? all - seen : 0;
        assert_int_equal(lobby_wheel(&c, &s, N, -1), LOBBY_NOTHING);
        for (unsigned row = 1; row <= most + 2; row++) {
            enum lobby_action want = row <= most ? LOBBY_CHANGED : LOBBY_NOTHING;
            assert_int_equal(lobby_wheel(&c, &s, N, 1), want);
            lobby_shape_find(&s, sizes[i].w, sizes[i].h, &c, N);
            assert_int_equal(s.first, (row < most ? row : most) * columns);
            assert_true(c.chosen < N && lobby_shows(&s, c.chosen));
        }
        assert_true(lobby_shows(&s, N - 1));
        assert_int_equal(lobby_wheel(&c, &s, N, -1), most ? LOBBY_CHANGED : LOBBY_NOTHING);
        lobby_shape_find(&s, sizes[i].w, sizes[i].h, &c, N);
        assert_true(lobby_shows(&s, c.chosen));
        /* Fewer match now: no room is left below. */
        lobby_shape_find(&s, sizes[i].w, sizes[i].h, &c, 1);
        assert_int_equal(s.first, 0);
        assert_int_equal(lobby_wheel(&c, &s, 0, 1), LOBBY_NOTHING);
    }
}

static void keys_move_the_rows_no_further_than_need_be(void **state)
{
    enum { N = 50 };
    struct lobby_choice c = {.chosen = N - 1};
    struct lobby_shape s;
    (void)state;
    lobby_shape_find(&s, 800, 600, &c, N);
    const unsigned last = c.row;
    assert_true(s.rows > 1 && last > 0);
    lobby_key(&c, &s, N, UP);
    lobby_shape_find(&s, 800, 600, &c, N);
    assert_int_equal(c.row, last);
    lobby_key(&c, &s, N, HOME);
    lobby_shape_find(&s, 800, 600, &c, N);
    assert_int_equal(c.row, 0);
}

static void a_small_picture_is_the_mean_of_the_large_one(void **state)
{
    struct surface from, to;
    (void)state;
    surface_init(&from);
    surface_init(&to);
    surface_resize(&from, 300, 200);
    surface_resize(&to, 64, 64);
    surface_fill(&from, (struct rect){0, 0, 150, 200}, 0x204060);
    surface_fill(&from, (struct rect){150, 0, 150, 200}, 0xffffff);
    struct rect r = thumb_fit((struct rect){0, 0, 60, 64}, 300, 200);
    assert_int_equal(r.w, 60);
    assert_int_equal(r.h, 40);
    assert_int_equal(r.y, 12);
    thumb_draw(&from, &to, r, r);
    assert_int_equal(*surface_at(&to, 0, 12), 0x204060);
    assert_int_equal(*surface_at(&to, 29, 51), 0x204060);
    assert_int_equal(*surface_at(&to, 30, 51), 0xffffff);
    assert_int_equal(*surface_at(&to, 59, 12), 0xffffff);
    assert_int_equal(*surface_at(&to, 60, 12), 0);
    assert_int_equal(*surface_at(&to, 0, 11), 0);
    /* One that is larger than what it shows. */
    thumb_draw(&from, &to, (struct rect){0, 0, 1, 1}, surface_rect(&to));
    surface_resize(&from, 1, 1);
    thumb_draw(&from, &to, surface_rect(&to), surface_rect(&to));
    assert_int_equal(*surface_at(&to, 63, 63), 0);
    surface_fini(&from);
    surface_fini(&to);
}

/* ---- a client in it ---- */

#define UUID_A "11111111-2222-3333-4444-555555555555"
#define UUID_B "21111111-2222-3333-4444-555555555555"
#define TWO                                                                                    \
    "machine web1 { place = \"qmp:/a\" }\n"                                                    \
    "machine mail { place = \"qmp:/b\" hot-key-time = 60s }\n"

struct visit {
    struct parlour p;
    struct guest g;
    struct fake_place *web1, *mail;
};

static struct viewer *visitor(struct visit *visit)
{
    return visit->p.server.viewers;
}

static void come(struct visit *visit, const char *config)
{
    parlour_open(&visit->p, config);
    visit->web1 = parlour_run_place("/a", UUID_A, 64, 32);
    visit->mail = parlour_run_place("/b", UUID_B, 80, 48);
    parlour_settle(&visit->p);
    guest_come(&visit->g, &visit->p, NULL, NULL);
    guest_logs_in(&visit->g, 1024, 768, "Holdfast");
    guest_says(&visit->g, "02 00 0002 ffffff11 ffffff21 "); /* Cursor, DesktopSize */
}

static void go(struct visit *visit)
{
    guest_go(&visit->g);
    assert_null(visit->p.server.lobbies.first);
    parlour_close(&visit->p);
}

static const struct machine *machine(struct visit *visit, const char *name)
{
    const struct machine *m = machines_find(&visit->p.server.machines, name);
    assert_non_null(m);
    return m;
}

static void press(struct visit *visit, uint32_t keysym, bool down)
{
    char hex[64];
    snprintf(hex, sizeof(hex), "04 %02x 0000 %08x", down, keysym);
    guest_says(&visit->g, hex);
}

static void tap(struct visit *visit, uint32_t keysym)
{
    press(visit, keysym, true);
    press(visit, keysym, false);
}

static void typing_a_name_and_enter_lead_to_the_machine(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    tap(&visit, 'A');
    assert_string_equal(visitor(&visit)->machine->name, "Holdfast");
    press(&visit, ENTER, true);
    assert_string_equal(visitor(&visit)->machine->name, "mail");
    assert_null(visit.p.server.lobbies.first);
    assert_true(visit.mail->watching);
    press(&visit, ENTER, true); /* auto-repeat */
    press(&visit, ENTER, false);
    assert_string_equal(visit.mail->input, "");
    assert_int_equal(machine(&visit, "mail")->n_viewers, 1);
    /* The size goes alone, before any pixels. */
    guest_listens(&visit.g);
    bytes_clear(&visit.g.in);
    guest_says(&visit.g, "03 00 0000 0000 0400 0300 ");
    guest_hears(&visit.g, "00 00 0001 0000 0000 0050 0030 ffffff21");
    tap(&visit, 'a');
    assert_string_equal(visit.mail->input, "+30 -30 ");
    go(&visit);
}

static void the_menu_leads_back_to_the_lobby(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    tap(&visit, ENTER);
    for (int i = 0; i < 3; i++)
        tap(&visit, CONTROL_L);
    assert_string_equal(visit.mail->input, "+29 -29 +29 -29 +29 -29 ");
    tap(&visit, '3'); /* release, who is here, another machine */
    assert_string_equal(visitor(&visit)->machine->name, "Holdfast");
    assert_int_equal(machine(&visit, "mail")->n_viewers, 0);
    tap(&visit, 'w');
    tap(&visit, ENTER);
    assert_string_equal(visitor(&visit)->machine->name, "web1");
    tap(&visit, 'b');
    assert_string_equal(visit.web1->input, "+48 -48 ");
    assert_string_equal(visit.mail->input, "+29 -29 +29 -29 +29 -29 ");
    go(&visit);
}

static void who_may_be_at_one_machine_only_cannot_leave_it(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    tap(&visit, ENTER);
    assert_true(lobby_is_open_to(visitor(&visit)));
    visitor(&visit)->bound = alloc_text("mail");
    assert_false(lobby_is_open_to(visitor(&visit)));
    for (int i = 0; i < 3; i++)
        tap(&visit, CONTROL_L);
    tap(&visit, '3'); /* Ctrl-Alt-Delete: there is no other machine */
    assert_string_equal(visitor(&visit)->machine->name, "mail");
    go(&visit);
}

static void machines_that_one_may_not_see_are_not_there(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO "machine secret { allow = {\"alice:drive\"} place = \"qmp:/c\" }\n");
    for (const char *at = "secret"; *at; at++)
        tap(&visit, (uint32_t)*at);
    tap(&visit, ENTER);
    assert_string_equal(visitor(&visit)->machine->name, "Holdfast");
    go(&visit);
}

static void the_lobby_takes_the_size_of_the_clients_window(void **state)
{
    static const struct {
        int w, h;
        bool taken;
    } rows[] = {{640, 480, true},
                {63, 480, false},
                {4096, 2304, true},
                {4097, 64, false},
                {4096, 4096, false}};
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    for (size_t i = 0; i < COUNT(rows); i++) {
        int err = lobby_resize(visitor(&visit), rows[i].w, rows[i].h);
        assert_int_equal(err == 0, rows[i].taken);
        if (rows[i].taken)
            assert_int_equal(visitor(&visit)->machine->heads[0].shadow.w, rows[i].w);
        parlour_settle(&visit.p);
    }
    go(&visit);
}

static bool has_pictures(const struct visit *visit, uint64_t n)
{
    return visit->p.server.lobbies.pictures >= n;
}

static void pictures_are_taken_of_machines_that_are_seen(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    assert_true(visit.web1->watching && visit.mail->watching);
    while (!has_pictures(&visit, 4))
        parlour_turn(&visit.p);
    tap(&visit, 'w'); /* the other one is not seen any more */
    assert_int_equal(machine(&visit, "mail")->n_watching, 0);
    assert_int_equal(machine(&visit, "web1")->n_watching, 1);
    go(&visit);
}

static void a_machine_that_goes_away_leaves_the_lobby(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    assert_int_equal(machines_detach(&visit.p.server.machines, "mail"), 0);
    tap(&visit, ENTER); /* before the lobby has looked again */
    assert_string_equal(visitor(&visit)->machine->name, "Holdfast");
    tap(&visit, BACKSPACE);
    const uint64_t before = visit.p.server.lobbies.pictures;
    while (!has_pictures(&visit, before + 1)) /* it looks around before it takes one */
        parlour_turn(&visit.p);
    tap(&visit, ENTER);
    assert_string_equal(visitor(&visit)->machine->name, "web1");
    go(&visit);
}

static void point(struct visit *visit, unsigned mask, int x, int y)
{
    char hex[64];
    snprintf(hex, sizeof(hex), "05 %02x %04x %04x", mask, (unsigned)x, (unsigned)y);
    guest_says(&visit->g, hex);
}

static struct lobby *lobby_of(struct visit *visit)
{
    assert_true(viewer_in_lobby(visitor(visit)));
    return visitor(visit)->machine->lobby;
}

static void the_wheel_scrolls_when_there_are_more_than_fit(void **state)
{
    enum { UP_BIT = 8, DOWN_BIT = 16 };
    struct visit visit;
    const char *why;
    char name[16], place[16];
    (void)state;
    come(&visit, TWO);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "n%02d", i);
        snprintf(place, sizeof(place), "qmp:/n%02d", i);
        assert_int_equal(machines_attach(&visit.p.server.machines, name, place, &why), 0);
    }
    while (lobby_of(&visit)->n_matching < 42)
        parlour_turn(&visit.p);
    const struct lobby *l = lobby_of(&visit);
    const struct rect r = lobby_cell(&l->shape, 0);
    point(&visit, 0, r.x + 5, r.y + 5);
    point(&visit, DOWN_BIT, r.x + 5, r.y + 5);
    assert_int_equal(l->choice.row, 1);
    assert_int_equal(l->choice.chosen, l->shape.columns); /* what lies below the pointer */
    assert_false(lobby_shows(&l->shape, 0));
    point(&visit, DOWN_BIT, r.x + 5, r.y + 5); /* it is still down */
    assert_int_equal(l->choice.row, 1);
    point(&visit, 0, r.x + 5, r.y + 5);
    point(&visit, UP_BIT, r.x + 5, r.y + 5);
    assert_int_equal(l->choice.row, 0);
    assert_true(viewer_in_lobby(visitor(&visit)));
    go(&visit);
}

static void who_came_by_the_lobby_goes_back_when_the_machine_is_detached(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    tap(&visit, ENTER);
    guest_listens(&visit.g);
    bytes_clear(&visit.g.in);
    guest_says(&visit.g, "03 00 0000 0000 0400 0300 ");
    guest_hears(&visit.g, "00 00 0001 0000 0000 0050 0030 ffffff21");
    press(&visit, 'a', true);
    point(&visit, 1, 3, 3);
    assert_int_equal(machines_detach(&visit.p.server.machines, "mail"), 0);
    parlour_settle(&visit.p);
    assert_non_null(lobby_of(&visit));
    assert_null(visitor(&visit)->seat.session);
    assert_int_equal(visitor(&visit)->typist.n_held, 0);
    assert_int_equal(visitor(&visit)->mouse.buttons, 0);
    guest_listens(&visit.g);
    bytes_clear(&visit.g.in);
    guest_says(&visit.g, "03 00 0000 0000 0400 0300 ");
    guest_hears(&visit.g, "00 00 0001 0000 0000 0400 0300 ffffff21");
    const struct rect r = lobby_cell(&lobby_of(&visit)->shape, 0);
    lobby_of(&visit)->deaf_until_us = 0;
    point(&visit, 1, r.x + 5, r.y + 5); /* the button was down before */
    assert_non_null(lobby_of(&visit));
    tap(&visit, ENTER);
    assert_string_equal(visitor(&visit)->machine->name, "web1");
    tap(&visit, 'b');
    assert_string_equal(visit.web1->input, "+48 -48 ");
    assert_int_equal(machine(&visit, "web1")->n_viewers, 1);
    go(&visit);
}

static void what_was_meant_for_a_machine_that_went_chooses_no_other(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    tap(&visit, ENTER);
    assert_int_equal(machines_detach(&visit.p.server.machines, "mail"), 0);
    assert_true(lobby_of(&visit)->deaf_until_us > 0);
    lobby_of(&visit)->deaf_until_us = UINT64_MAX;
    tap(&visit, 'x');
    tap(&visit, ENTER);
    assert_string_equal(lobby_of(&visit)->choice.filter, "");
    assert_true(lobby_of(&visit)->deaf_until_us < UINT64_MAX); /* a while from that key on */
    lobby_of(&visit)->deaf_until_us = UINT64_MAX;
    const struct rect r = lobby_cell(&lobby_of(&visit)->shape, 0);
    point(&visit, 0, r.x + 5, r.y + 5);
    point(&visit, 1, r.x + 5, r.y + 5);
    assert_non_null(lobby_of(&visit));
    go(&visit);
}

static void a_menu_that_was_open_closes_with_the_machine(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    tap(&visit, 'm');
    tap(&visit, ENTER);
    for (int i = 0; i < 3; i++)
        tap(&visit, CONTROL_L);
    assert_true(visitor(&visit)->overlay->menu_open);
    assert_int_equal(machines_detach(&visit.p.server.machines, "mail"), 0);
    assert_false(visitor(&visit)->overlay->menu_open);
    assert_non_null(lobby_of(&visit));
    go(&visit);
}

static void a_viewer_that_named_its_machine_goes_with_it(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    guest_go(&visit.g);
    guest_come(&visit.g, &visit.p, "mail", NULL);
    guest_logs_in(&visit.g, 80, 48, "mail");
    assert_int_equal(machines_detach(&visit.p.server.machines, "mail"), 0);
    guest_sees_the_end(&visit.g);
    go(&visit);
}

static void a_server_that_stops_ends_its_lobbies(void **state)
{
    struct visit visit;
    (void)state;
    come(&visit, TWO);
    parlour_close(&visit.p);
    close(visit.g.fd);
    bytes_fini(&visit.g.in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_matches_a_part_of_a_name_in_any_case),
        cmocka_unit_test(keys_move_among_the_machines_and_never_out_of_them),
        cmocka_unit_test(letters_make_the_filter_and_backspace_takes_them_away),
        cmocka_unit_test(every_machine_is_seen_when_it_is_chosen),
        cmocka_unit_test(the_mouse_enters_the_machine_below_it),
        cmocka_unit_test(the_wheel_moves_rows_and_the_chosen_one_stays_among_those_seen),
        cmocka_unit_test(keys_move_the_rows_no_further_than_need_be),
        cmocka_unit_test(a_small_picture_is_the_mean_of_the_large_one),
        cmocka_unit_test(typing_a_name_and_enter_lead_to_the_machine),
        cmocka_unit_test(the_menu_leads_back_to_the_lobby),
        cmocka_unit_test(who_may_be_at_one_machine_only_cannot_leave_it),
        cmocka_unit_test(machines_that_one_may_not_see_are_not_there),
        cmocka_unit_test(the_lobby_takes_the_size_of_the_clients_window),
        cmocka_unit_test(pictures_are_taken_of_machines_that_are_seen),
        cmocka_unit_test(a_machine_that_goes_away_leaves_the_lobby),
        cmocka_unit_test(the_wheel_scrolls_when_there_are_more_than_fit),
        cmocka_unit_test(who_came_by_the_lobby_goes_back_when_the_machine_is_detached),
        cmocka_unit_test(what_was_meant_for_a_machine_that_went_chooses_no_other),
        cmocka_unit_test(a_menu_that_was_open_closes_with_the_machine),
        cmocka_unit_test(a_viewer_that_named_its_machine_goes_with_it),
        cmocka_unit_test(a_server_that_stops_ends_its_lobbies),
    };
    return cmocka_run_group_tests_name("lobby", tests, NULL, NULL);
}
