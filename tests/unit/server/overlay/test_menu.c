/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/menu.h"
#include "server/overlay/menu_shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define EVERYTHING 0x7ffu

enum {
    UP = 0xff52,
    DOWN = 0xff54,
    ENTER = 0xff0d,
    ESCAPE = 0xff1b,
    END = 0xff57,
    HOME = 0xff50
};

static struct menu_facts facts_of(unsigned bits)
{
    return (struct menu_facts){
        .bits = bits, .machine = "web1", .driver = "alice", .asker = "bob"};
}

static void rows_are_there_for_those_who_may(void **state)
{
    static const struct {
        unsigned bits;
        enum menu_action rows[8];
    } rows[] = {
        {0, {MENU_TO_PEOPLE, MENU_CLOSE}},
        {MENU_MAY_ASK, {MENU_ASK, MENU_TO_PEOPLE, MENU_CLOSE}},
        {MENU_ASKS, {MENU_RELEASE, MENU_TO_PEOPLE, MENU_CLOSE}},
        {MENU_DRIVES | MENU_TYPES | MENU_SWITCHES,
         {MENU_RELEASE, MENU_TO_PEOPLE, MENU_CTRL_ALT_DELETE, MENU_TO_POWER, MENU_CLOSE}},
        {MENU_DRIVES | MENU_ASKED | MENU_TYPES,
         {MENU_GIVE, MENU_DENY, MENU_RELEASE, MENU_TO_PEOPLE, MENU_CTRL_ALT_DELETE,
          MENU_CLOSE}},
        {MENU_ASKED, {MENU_TO_PEOPLE, MENU_CLOSE}}, /* somebody else is asked */
        {MENU_MAY_ASK | MENU_MAY_TAKE | MENU_OTHERS | MENU_INEXACT,
         {MENU_ASK, MENU_TAKE, MENU_TO_PEOPLE, MENU_MACHINES, MENU_TO_QUALITY, MENU_CLOSE}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct menu_facts facts = facts_of(rows[i].bits);
        struct menu m = {0};
        struct menu_row got[MENU_ROWS_MOST];
        unsigned n = menu_rows(&m, &facts, got);
        for (unsigned k = 0; k < n; k++)
            assert_int_equal(got[k].action, rows[i].rows[k]);
        assert_int_equal(rows[i].rows[n], MENU_NOTHING);
    }
}

static void names_stand_in_the_rows_that_concern_them(void **state)
{
    const struct menu_facts facts = facts_of(EVERYTHING);
    struct menu m = {0};
    struct menu_row rows[MENU_ROWS_MOST];
    (void)state;
    menu_rows(&m, &facts, rows);
    assert_string_equal(rows[0].text, "Give control to bob");
    assert_string_equal(rows[2].text, "Ask for control (alice drives)");
}

static void keys_go_round_and_choose(void **state)
{
    const struct menu_facts facts = facts_of(MENU_MAY_ASK | MENU_SWITCHES | MENU_INEXACT);
    struct menu m = {0}; /* ask, who, power, quality, close */
    (void)state;
    assert_int_equal(menu_key(&m, &facts, ENTER), MENU_ASK);
    assert_int_equal(menu_key(&m, &facts, UP), MENU_NOTHING);
    assert_int_equal(menu_key(&m, &facts, ENTER), MENU_CLOSE);
    assert_int_equal(menu_key(&m, &facts, DOWN), MENU_NOTHING);
    assert_int_equal(menu_key(&m, &facts, ENTER), MENU_ASK);
    assert_int_equal(menu_key(&m, &facts, '3'), MENU_NOTHING);
    assert_int_equal(m.page, MENU_POWER);
    assert_int_equal(menu_key(&m, &facts, '3'), MENU_RESET);
    assert_int_equal(menu_key(&m, &facts, ESCAPE), MENU_NOTHING);
    assert_int_equal(m.page, MENU_MAIN);
    assert_int_equal(menu_key(&m, &facts, ESCAPE), MENU_CLOSE);
    assert_int_equal(menu_key(&m, &facts, '9'), MENU_NOTHING);
    assert_int_equal(menu_key(&m, &facts, 'x'), MENU_NOTHING);
}

static void who_is_here_is_read_and_not_chosen(void **state)
{
    struct menu_facts facts = facts_of(0);
    struct menu m = {.page = MENU_PEOPLE};
    struct menu_row rows[MENU_ROWS_MOST];
    (void)state;
    facts.n_people = 2;
    strcpy(facts.people[0], "alice drives");
    strcpy(facts.people[1], "bob watches");
    assert_int_equal(menu_rows(&m, &facts, rows), 3);
    assert_string_equal(rows[1].text, "bob watches");
    assert_int_equal(menu_key(&m, &facts, HOME), MENU_NOTHING);
    assert_int_equal(m.chosen, 2);
    assert_int_equal(menu_key(&m, &facts, '1'), MENU_NOTHING);
    assert_int_equal(menu_key(&m, &facts, ENTER), MENU_NOTHING);
    assert_int_equal(m.page, MENU_MAIN);
}

static void a_row_that_goes_away_does_not_leave_another_chosen_behind_the_end(void **state)
{
    struct menu_facts facts = facts_of(EVERYTHING);
    struct menu m = {0};
    (void)state;
    menu_key(&m, &facts, END);
    facts.bits = 0;
    menu_settle(&m, &facts);
    assert_int_equal(m.chosen, 1);
    assert_int_equal(menu_key(&m, &facts, ENTER), MENU_CLOSE);
}

static const struct {
    int w, h;
} sizes[] = {{1, 1},     {16, 16},   {64, 48},    {320, 200},   {640, 480},
             {720, 400}, {800, 601}, {1366, 768}, {1920, 1080}, {3840, 2160}};

static void the_menu_lies_on_whole_tiles_inside_every_picture(void **state)
{
    const struct menu_facts facts = facts_of(EVERYTHING);
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct menu m = {0};
        struct layer l;
        layer_init(&l);
        menu_draw(&m, &facts, sizes[i].w, sizes[i].h, &l);
        struct rect r = layer_rect(&l), whole = {0, 0, sizes[i].w, sizes[i].h};
        assert_true(rect_contains(&whole, &r) && !rect_empty(&r));
        assert_int_equal(r.x % 16, 0);
        assert_int_equal(r.y % 16, 0);
        assert_true((r.x + r.w) % 16 == 0 || r.x + r.w == sizes[i].w);
        assert_true((r.y + r.h) % 16 == 0 || r.y + r.h == sizes[i].h);
        layer_fini(&l);
    }
}

static void the_mouse_chooses_what_it_points_at(void **state)
{
    const struct menu_facts facts = facts_of(EVERYTHING);
    (void)state;
    for (size_t i = 4; i < COUNT(sizes); i++) {
        struct menu m = {0};
        struct menu_row rows[MENU_ROWS_MOST];
        unsigned n = menu_rows(&m, &facts, rows);
        for (unsigned k = 0; k < n; k++) {
            struct menu_shape shape;
            m = (struct menu){0};
            menu_shape_find(&shape, sizes[i].w, sizes[i].h, n, 0);
            if (k >= shape.n_shown)
                break;
            struct rect r = menu_shape_row(&shape, k);
            int x = shape.all.x + r.x + r.w / 2, y = shape.all.y + r.y + r.h / 2;
            assert_int_equal(menu_pointer(&m, &facts, sizes[i].w, sizes[i].h, x, y, false),
                             MENU_NOTHING);
            assert_int_equal(m.chosen, k);
            enum menu_action want =
                rows[k].action < MENU_TO_MAIN ? rows[k].action : MENU_NOTHING;
            assert_int_equal(menu_pointer(&m, &facts, sizes[i].w, sizes[i].h, x, y, true),
                             want);
        }
        m = (struct menu){0};
        assert_int_equal(menu_pointer(&m, &facts, sizes[i].w, sizes[i].h, 0, 0, false),
                         MENU_NOTHING);
        assert_int_equal(menu_pointer(&m, &facts, sizes[i].w, sizes[i].h, 0, 0, true),
                         MENU_CLOSE);
    }
}

static void what_is_chosen_is_shown_however_small_the_picture(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sizes); i++) {
        for (unsigned chosen = 0; chosen < 12; chosen++) {
            struct menu_shape shape;
            menu_shape_find(&shape, sizes[i].w, sizes[i].h, 12, chosen);
            assert_true(shape.first <= chosen && chosen < shape.first + shape.n_shown);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_there_for_those_who_may),
        cmocka_unit_test(names_stand_in_the_rows_that_concern_them),
        cmocka_unit_test(keys_go_round_and_choose),
        cmocka_unit_test(who_is_here_is_read_and_not_chosen),
        cmocka_unit_test(a_row_that_goes_away_does_not_leave_another_chosen_behind_the_end),
        cmocka_unit_test(the_menu_lies_on_whole_tiles_inside_every_picture),
        cmocka_unit_test(the_mouse_chooses_what_it_points_at),
        cmocka_unit_test(what_is_chosen_is_shown_however_small_the_picture),
    };
    return cmocka_run_group_tests_name("menu", tests, NULL, NULL);
}
