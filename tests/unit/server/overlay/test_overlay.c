/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What viewers are told, and which of their keys are whose, in a whole server. */
#include <config.h>
#include "server/overlay/machine_notices.h"
#include "server/overlay/overlay_private.h"
#include "server/session/home.h"
#include "server/view.h"
#include "server/view_private.h"
#include "server/viewer.h"
#include "tests/unit/server/core/parlour.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define UUID "11111111-2222-3333-4444-555555555555"

enum {
    SHIFT_L = 0xffe1,
    CONTROL_L = 0xffe3,
    ESCAPE = 0xff1b,
    ENTER = 0xff0d,
    GUESTS = 3,
};

struct scene {
    struct parlour p;
    struct fake_place *place;
    struct guest guests[GUESTS];
    struct viewer *viewers[GUESTS];
};

/* Nobody has a name on TCP, so that each guest is somebody else. */
static void begin(struct scene *s, const char *options)
{
    char config[400];
    snprintf(config, sizeof(config), "machine web1 { place = \"qmp:/a\" %s }\n", options);
    parlour_open(&s->p, config);
    s->place = parlour_run_place("/a", UUID, 640, 480);
    parlour_settle(&s->p);
    for (size_t i = 0; i < GUESTS; i++) {
        guest_come(&s->guests[i], &s->p, "web1", "192.0.2.1");
        guest_logs_in(&s->guests[i], 640, 480, "web1");
        s->viewers[i] = s->p.server.viewers;
        guest_says(&s->guests[i], "02 00 0002 ffffff11 ffffff21 "); /* Cursor, DesktopSize */
    }
}

static void end(struct scene *s)
{
    for (size_t i = 0; i < GUESTS; i++)
        guest_go(&s->guests[i]);
    parlour_close(&s->p);
}

static void press(struct scene *s, size_t i, uint32_t keysym, bool down)
{
    char hex[64];
    snprintf(hex, sizeof(hex), "04 %02x 0000 %08x", down, keysym);
    guest_says(&s->guests[i], hex);
}

static void tap(struct scene *s, size_t i, uint32_t keysym)
{
    press(s, i, keysym, true);
    press(s, i, keysym, false);
}

static void open_menu(struct scene *s, size_t i)
{
    for (int k = 0; k < 3; k++)
        tap(s, i, CONTROL_L);
}

static bool menu_is_open(const struct scene *s, size_t i)
{
    return s->viewers[i]->overlay && s->viewers[i]->overlay->menu_open;
}

/* The lines that one viewer alone sees, "a|b". */
static const char *lines(const struct scene *s, size_t i)
{
    static char text[NOTICES_MOST * NOTICE_LINE_MOST];
    const struct overlay *o = s->viewers[i]->overlay;
    text[0] = 0;
    for (unsigned k = 0; o && k < o->notices.n; k++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", k ? "|" : "",
                 o->notices.rows[k].text);
    return text;
}

/* ---- what they are told ---- */

static void who_types_in_vain_is_told_how_to_ask(void **state)
{
    static const struct {
        const char *options, *told;
    } rows[] = {
        {"", "anonymous drives: press Ctrl three times to ask"},
        {"hot-key = \"super\"", "anonymous drives: press Super three times to ask"},
        {"hot-key = \"none\"", "anonymous drives"},
        {"sharing = watch", ""},
        {"sharing = free", ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct scene s;
        begin(&s, rows[i].options);
        tap(&s, 0, 'a');
        tap(&s, 1, 'b');
        assert_string_equal(lines(&s, 1), rows[i].told);
        assert_string_equal(lines(&s, 0), "");
        assert_string_equal(lines(&s, 2), "");
        end(&s);
    }
}

static void asking_is_told_to_the_driver_and_its_no_to_who_asked(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s");
    tap(&s, 0, 'a');
    open_menu(&s, 1);
    assert_true(menu_is_open(&s, 1));
    tap(&s, 1, ENTER); /* ask for control */
    assert_false(menu_is_open(&s, 1));
    assert_string_equal(lines(&s, 1), "control was asked for: wait for the answer");
    assert_non_null(strstr(lines(&s, 0), "anonymous asks for control"));
    assert_string_equal(lines(&s, 2), "");
    open_menu(&s, 0);
    tap(&s, 0, '2'); /* keep control */
    assert_string_equal(lines(&s, 1), "anonymous keeps control");
    assert_ptr_equal(console_driver(s.viewers[0]->seat.session->console),
                     s.viewers[0]->seat.session);
    end(&s);
}

static void given_control_is_told_to_both(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s");
    tap(&s, 0, 'a');
    open_menu(&s, 1);
    tap(&s, 1, ENTER);
    open_menu(&s, 0);
    tap(&s, 0, '1'); /* give control */
    assert_ptr_equal(console_driver(s.viewers[0]->seat.session->console),
                     s.viewers[1]->seat.session);
    assert_string_equal(lines(&s, 1), "you drive now");
    assert_false(rect_empty(
        &(struct rect){0, 0, s.viewers[2]->client.view->layer.picture.w, 1})); /* all see it */
    end(&s);
}

static void a_message_is_seen_by_all_and_drawn_once(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "");
    assert_int_equal(s.viewers[0]->client.view->layer.picture.w, 0);
    console_message(s.viewers[0]->seat.session->console, "it restarts at noon");
    assert_true(s.viewers[0]->client.view->layer.picture.w > 0);
    assert_ptr_equal(s.viewers[0]->client.view, s.viewers[2]->client.view);
    for (size_t i = 0; i < GUESTS; i++)
        assert_null(s.viewers[i]->client.own);
    end(&s);
}

static void ask_nothing(void *self, struct seat *seat)
{
    (void)self;
    (void)seat;
}

static uint32_t act_nothing(void *self, const struct console_wish *wish)
{
    (void)self;
    (void)wish;
    return true;
}

/* Where the machine is at another node, that one draws what all see. */
static void what_another_node_shows_is_not_drawn_again(void **state)
{
    static const struct console_home_ops ops = {
        .join = ask_nothing, .leave = ask_nothing, .role = ask_nothing, .act = act_nothing};
    static const struct session_told nobody = {.user = ""};
    struct scene s;
    (void)state;
    begin(&s, "");
    struct machine *m = s.viewers[0]->machine;
    struct console *c = s.viewers[0]->seat.session->console;
    const struct session_told me = {.id = s.viewers[0]->seat.session->id, .user = ""};
    console_go_away(c, &ops, NULL);
    m->shown_from_elsewhere = true;
    console_told_event(c, SESSION_MESSAGE, 0, &nobody, &nobody, "it restarts at noon");
    assert_int_equal(s.viewers[0]->client.view->layer.picture.w, 0);
    console_told_event(c, SESSION_ROLE_CHANGED, 0, &me, &nobody, NULL);
    assert_non_null(strstr(lines(&s, 0), "your role here is"));
    assert_string_equal(lines(&s, 1), "");
    machine_notice(m, NOTICE_MACHINE, "waiting for the machine", 0, 0); /* only we know */
    assert_int_equal(s.viewers[0]->client.view->layer.picture.w, 0);
    for (size_t i = 0; i < GUESTS; i++)
        assert_non_null(strstr(lines(&s, i), "waiting for the machine"));
    machine_notice(m, NOTICE_MACHINE, NULL, 0, 0);
    machine_tell_newcomer(m);
    assert_string_equal(lines(&s, 1), "");
    m->state = MACHINE_WAITING;
    machine_tell_newcomer(m);
    assert_non_null(strstr(lines(&s, 1), "waiting for the machine"));
    m->state = MACHINE_RUNNING;
    console_go_nowhere(c);
    m->shown_from_elsewhere = false;
    end(&s);
}

/* ---- whose keys are whose ---- */

static void taps_of_the_hot_key_pass_and_nothing_of_the_menu_does(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s");
    press(&s, 0, 'a', true); /* held while the menu opens: it goes up */
    tap(&s, 0, CONTROL_L);
    open_menu(&s, 0);
    assert_true(menu_is_open(&s, 0));
    assert_string_equal(s.place->input, "+30 +29 -29 +29 -29 +29 -29 -30 ");
    s.place->input[0] = 0;
    tap(&s, 0, 'x');
    press(&s, 0, 'a', false);
    press(&s, 0, SHIFT_L, true);
    press(&s, 0, ESCAPE, true);
    assert_false(menu_is_open(&s, 0));
    press(&s, 0, ESCAPE, true); /* auto-repeat */
    press(&s, 0, ESCAPE, false);
    press(&s, 0, SHIFT_L, false);
    assert_string_equal(s.place->input, "");
    tap(&s, 0, ESCAPE);
    assert_string_equal(s.place->input, "+1 -1 ");
    end(&s);
}

static void the_hot_key_closes_the_menu_too(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s");
    open_menu(&s, 0);
    assert_true(menu_is_open(&s, 0));
    open_menu(&s, 0);
    assert_false(menu_is_open(&s, 0));
    end(&s);
}

static void where_there_is_no_hot_key_there_is_no_menu(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s hot-key = \"none\"");
    open_menu(&s, 0);
    assert_false(menu_is_open(&s, 0));
    assert_string_equal(s.place->input, "+29 -29 +29 -29 +29 -29 ");
    end(&s);
}

static void buttons_that_were_pressed_over_the_menu_end_there(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s");
    open_menu(&s, 0);
    s.place->input[0] = 0;
    guest_says(&s.guests[0], "05 01 0000 0000"); /* outside: closes */
    assert_false(menu_is_open(&s, 0));
    guest_says(&s.guests[0], "05 01 0005 0005");
    guest_says(&s.guests[0], "05 00 0005 0005");
    assert_string_equal(s.place->input, "");
    guest_says(&s.guests[0], "05 00 0005 0006");
    assert_string_equal(s.place->input, "@0:5,6 ");
    end(&s);
}

static void a_menu_is_drawn_anew_for_another_size(void **state)
{
    struct scene s;
    (void)state;
    begin(&s, "hot-key-time = 60s");
    open_menu(&s, 0);
    fake_says_size(s.place, 320, 200);
    parlour_show(s.place, 320, 200, 0x123456);
    guest_says(&s.guests[0], "03 01 0000 0000 0280 01e0 "); /* asks: it is laid out */
    while (s.viewers[0]->client.view->frame.w != 320 ||
           !view_private_owes(&s.viewers[0]->client, (struct rect){0, 0, 320, 200}))
        parlour_turn(&s.p);
    assert_true(menu_is_open(&s, 0));
    end(&s);
}

static void who_may_only_watch_opens_a_menu_without_ways_to_drive(void **state)
{
    struct scene s;
    struct menu_facts facts;
    (void)state;
    begin(&s, "allow = {\"*:watch\"} hot-key-time = 60s");
    open_menu(&s, 0);
    assert_true(menu_is_open(&s, 0));
    overlay_find_facts(s.viewers[0]->overlay, &facts);
    assert_int_equal(
        facts.bits & (MENU_DRIVES | MENU_MAY_ASK | MENU_MAY_TAKE | MENU_TYPES | MENU_SWITCHES),
        0);
    assert_string_equal(s.place->input, "");
    end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_types_in_vain_is_told_how_to_ask),
        cmocka_unit_test(asking_is_told_to_the_driver_and_its_no_to_who_asked),
        cmocka_unit_test(given_control_is_told_to_both),
        cmocka_unit_test(a_message_is_seen_by_all_and_drawn_once),
        cmocka_unit_test(what_another_node_shows_is_not_drawn_again),
        cmocka_unit_test(taps_of_the_hot_key_pass_and_nothing_of_the_menu_does),
        cmocka_unit_test(the_hot_key_closes_the_menu_too),
        cmocka_unit_test(where_there_is_no_hot_key_there_is_no_menu),
        cmocka_unit_test(buttons_that_were_pressed_over_the_menu_end_there),
        cmocka_unit_test(a_menu_is_drawn_anew_for_another_size),
        cmocka_unit_test(who_may_only_watch_opens_a_menu_without_ways_to_drive),
    };
    return cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
}
