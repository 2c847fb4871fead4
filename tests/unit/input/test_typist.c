/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/groups.h"
#include "tests/unit/input/recorder.h"
#include "input/typist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon.h>
#include <cmocka.h>

struct fixture {
    struct recorder recorder;
    struct keyboard kb;
    struct keymap *map;
    struct typist t;
    unsigned leds;
};

static void begin(struct fixture *f, const char *layout)
{
    *f = (struct fixture){0};
    f->kb.sink = recorder_sink(&f->recorder);
    assert_int_equal(keymap_new(&f->map, layout), 0);
}

static void end(struct fixture *f)
{
    keymap_free(&f->map);
}

static uint32_t keysym_named(const char *name)
{
    if (strlen(name) == 1)
        return (uint8_t)name[0];
    uint32_t keysym = xkb_keysym_from_name(name, XKB_KEYSYM_NO_FLAGS);
    assert_int_not_equal(keysym, XKB_KEY_NoSymbol);
    return keysym;
}

static bool key(struct fixture *f, const char *name, bool down)
{
    return typist_keysym(&f->t, &f->kb, f->map, f->leds, keysym_named(name), down);
}

/* Events like "+Shift_L +A -A": presses and releases of keysyms by name or character. */
static void play(struct fixture *f, const char *events)
{
    char copy[256], *rest;
    assert_true(strlen(events) < sizeof(copy));
    strcpy(copy, events);
    for (char *event = strtok_r(copy, " ", &rest); event; event = strtok_r(NULL, " ", &rest))
        assert_true(key(f, event + 1, event[0] == '+'));
}

struct row {
    const char *layout;
    unsigned leds;
    const char *events, *keys;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct fixture f;
        begin(&f, rows[i].layout);
        f.leds = rows[i].leds;
        play(&f, rows[i].events);
        const char *keys = recorder_take(&f.recorder);
        if (strcmp(keys, rows[i].keys) != 0)
            fail_msg("%s, leds %u, %s: %s", rows[i].layout, rows[i].leds, rows[i].events, keys);
        end(&f);
    }
}

#define CHECK_ROWS(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void a_symbol_borrows_shift_until_its_release(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", 0, "+a -a", "+1e -1e"},
        {"us", 0, "+A -A", "+2a +1e -1e -2a"},
        {"us", 0, "+exclam -exclam", "+2a +02 -02 -2a"},
        {"us", 0, "+A +A +A -A", "+2a +1e +1e +1e -1e -2a"},
        {"us", 0, "+A +b -A -b", "+2a +1e -2a +30 -1e -30"},
        {"us", 0, "+A +B -A -B", "+2a +1e +30 -1e -30 -2a"},
        {"us", 0, "+A +Return -Return -A", "+2a +1e -2a +1c -1c -1e"},
        {"us", 0, "+A +Shift_L -A -Shift_L", "+2a +1e -1e -2a"},
        {"fr", 0, "+1 -1", "+2a +02 -02 -2a"},
        {"fr", 0, "+ampersand -ampersand", "+02 -02"},
    };
    CHECK_ROWS(rows);
}

static void the_clients_own_shift_serves(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", 0, "+Shift_L +A -A -Shift_L", "+2a +1e -1e -2a"},
        {"us", 0, "+Shift_R +A -A -Shift_R", "+36 +1e -1e -36"},
        {"us", 0, "+Shift_L +Shift_R +A -Shift_L -A -Shift_R", "+2a +36 +1e -2a -1e -36"},
        {"fr", 0, "+Shift_L +1 -1 -Shift_L", "+2a +02 -02 -2a"},
        {"us", 0, "+Shift_L +Shift_L -Shift_L -Shift_L", "+2a -2a"},
    };
    CHECK_ROWS(rows);
}

static void a_shift_in_the_way_is_lifted_and_put_back(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", 0, "+Shift_L +slash -slash -Shift_L", "+2a -2a +35 -35 +2a -2a"},
        {"us", 0, "+Shift_R +slash -slash -Shift_R", "+36 -36 +35 -35 +36 -36"},
        {"us", 0, "+Shift_L +slash -Shift_L -slash", "+2a -2a +35 -35"},
        {"us", 0, "+Shift_L +slash +A -slash -A -Shift_L", "+2a -2a +35 +2a +1e -35 -1e -2a"},
        {"de", 0, "+Shift_L +at -at -Shift_L", "+2a -2a +b8 +10 -10 -b8 +2a -2a"},
        {"gb", 0, "+Shift_L +numbersign -numbersign -Shift_L", "+2a -2a +2b -2b +2a -2a"},
    };
    CHECK_ROWS(rows);
}

static void shift_stays_with_keys_that_it_does_not_change(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", 0, "+Shift_L +Tab -Tab -Shift_L", "+2a +0f -0f -2a"},
        {"us", 0, "+Shift_L +space -space -Shift_L", "+2a +39 -39 -2a"},
        {"us", 0, "+Shift_L +End -End -Shift_L", "+2a +cf -cf -2a"},
        {"us", 0, "+Shift_L +F3 -F3 -Shift_L", "+2a +3d -3d -2a"},
        {"us", 0, "+ISO_Left_Tab -ISO_Left_Tab", "+2a +0f -0f -2a"},
        {"us", 0, "+Shift_L +ISO_Left_Tab -ISO_Left_Tab -Shift_L", "+2a +0f -0f -2a"},
    };
    CHECK_ROWS(rows);
}

static void a_release_finds_the_key_that_was_pressed(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", 0, "+Shift_L +A -Shift_L -a", "+2a +1e -2a -1e"},
        {"us", 0, "+a +Shift_L -A -Shift_L", "+1e +2a -1e -2a"},
        {"us", 0, "+a +Shift_L +A -a -Shift_L", "+1e +2a +1e -1e -2a"},
        {"us", 0, "+a +A -A -a", "+1e +2a +1e -1e -2a"},
        {"us", 0, "+Shift_L +Tab -Shift_L -ISO_Left_Tab", "+2a +0f -2a -0f"},
        {"us", 0, "+Alt_L +Print -Sys_Req -Alt_L", "+38 +54 -54 -38"},
    };
    CHECK_ROWS(rows);
}

static void releases_without_a_press_are_ignored(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", 0, "-a -Shift_L -F1 -A", ""},
        {"us", 0, "+a -a -a", "+1e -1e"},
        {"us", 0, "+a -b -a", "+1e -1e"},
    };
    CHECK_ROWS(rows);
}

static void caps_lock_of_the_guest_decides_for_letters(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", LED_CAPS, "+A -A", "+1e -1e"},
        {"us", LED_CAPS, "+a -a", "+2a +1e -1e -2a"},
        {"us", LED_CAPS, "+Shift_L +a -a -Shift_L", "+2a +1e -1e -2a"},
        {"us", LED_CAPS, "+Shift_L +A -A -Shift_L", "+2a -2a +1e -1e +2a -2a"},
        {"us", LED_CAPS, "+1 -1 +exclam -exclam", "+02 -02 +2a +02 -02 -2a"},
        {"de", LED_CAPS, "+Adiaeresis -Adiaeresis", "+28 -28"},
        {"de", LED_CAPS, "+ssharp -ssharp", "+0c -0c"},
        {"us", LED_NUM | LED_SCROLL, "+A -A", "+2a +1e -1e -2a"},
        {"us", 0, "+Caps_Lock -Caps_Lock", "+3a -3a"},
    };
    CHECK_ROWS(rows);
}

static void a_letter_in_a_command_keeps_the_clients_shift(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", LED_CAPS, "+Control_L +a -a -Control_L", "+1d +1e -1e -1d"},
        {"us", 0, "+Control_L +A -A -Control_L", "+1d +1e -1e -1d"},
        {"us", 0, "+Control_L +Shift_L +a -a -Shift_L -Control_L", "+1d +2a +1e -1e -2a -1d"},
        {"us", 0, "+Control_R +Shift_L +A -A -Shift_L -Control_R", "+9d +2a +1e -1e -2a -9d"},
        {"us", 0, "+Super_L +L -L -Super_L", "+db +26 -26 -db"},
        {"us", 0, "+Control_L +underscore -underscore -Control_L", "+1d +2a +0c -0c -2a -1d"},
        {"us", 0, "+Control_L +Alt_L +Delete -Delete -Alt_L -Control_L",
         "+1d +38 +d3 -d3 -38 -1d"},
    };
    CHECK_ROWS(rows);
}

static void altgr_is_borrowed_like_shift(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"de", 0, "+at -at", "+b8 +10 -10 -b8"},
        {"de", 0, "+bar -bar", "+b8 +56 -56 -b8"},
        {"de", 0, "+ISO_Level3_Shift +at -at -ISO_Level3_Shift", "+b8 +10 -10 -b8"},
        {"de", 0, "+Alt_R +at -at -Alt_R", "+b8 +10 -10 -b8"},
        {"de", 0, "+ISO_Level3_Shift +x -x -ISO_Level3_Shift", "+b8 -b8 +2d -2d +b8 -b8"},
        {"de", 0, "+Alt_R +x -x -Alt_R", "+b8 +2d -2d -b8"},
        {"de", 0, "+at +A -at -A", "+b8 +10 -b8 +2a +1e -10 -1e -2a"},
        {"us", 0, "+Alt_R +x -x -Alt_R", "+b8 +2d -2d -b8"},
        {"fr", 0, "+at -at", "+b8 +0b -0b -b8"},
        {"br", 0, "+asciicircum -asciicircum", "+2a +b8 +28 -28 -2a -b8"},
    };
    CHECK_ROWS(rows);
}

static void a_clients_altgr_is_not_there_on_layouts_without(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, "us");
    assert_false(key(&f, "ISO_Level3_Shift", true));
    assert_true(key(&f, "at", true));
    assert_true(key(&f, "at", false));
    assert_false(key(&f, "ISO_Level3_Shift", false));
    assert_string_equal(recorder_take(&f.recorder), "+2a +03 -03 -2a");
    end(&f);
}

static void keypad_symbols_need_the_right_num_lock(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"us", LED_NUM, "+KP_7 -KP_7", "+47 -47"},
        {"us", 0, "+KP_7 -KP_7", "+08 -08"},
        {"us", 0, "+KP_Home -KP_Home", "+47 -47"},
        {"us", LED_NUM, "+KP_Home -KP_Home", "+c7 -c7"},
        {"us", LED_NUM, "+KP_Decimal -KP_Decimal", "+53 -53"},
        {"us", 0, "+KP_Decimal -KP_Decimal", "+34 -34"},
        {"fr", 0, "+KP_7 -KP_7", "+2a +08 -08 -2a"},
        {"us", 0, "+KP_Add -KP_Add +KP_Enter -KP_Enter", "+4e -4e +9c -9c"},
        {"us", LED_NUM, "+KP_Add -KP_Add +KP_Begin -KP_Begin", "+4e -4e +4c -4c"},
    };
    CHECK_ROWS(rows);
}

static void a_keypad_key_comes_up_though_num_lock_changed(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, "us");
    play(&f, "+KP_7");
    f.leds = LED_NUM;
    play(&f, "+KP_7 -KP_7");
    assert_string_equal(recorder_take(&f.recorder), "+08 +08 -08");
    play(&f, "+KP_7");
    f.leds = 0;
    play(&f, "-KP_Home");
    assert_string_equal(recorder_take(&f.recorder), "+47 -47");
    end(&f);
}

static void what_cannot_be_typed_is_told(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, "us");
    assert_false(key(&f, "eacute", true));
    assert_false(key(&f, "eacute", false));
    assert_false(typist_keysym(&f.t, &f.kb, f.map, 0, 0, true));
    assert_false(typist_keysym(&f.t, &f.kb, f.map, 0, 0, false));
    assert_false(typist_keysym(&f.t, &f.kb, f.map, 0, UINT32_MAX, true));
    assert_string_equal(recorder_take(&f.recorder), "");
    end(&f);
}

static void scancodes_pass_as_they_are(void **state)
{
    (void)state;
    static const struct {
        uint32_t keysym, xt;
        bool down;
        const char *keys;
    } rows[] = {
        {'A', 0x1e, true, "+1e"},     {'A', 0x1e, true, "+1e"},     {'a', 0x1e, false, "-1e"},
        {'a', 0x1e, false, ""},       {0, 0xe04d, true, "+cd"},     {0, 0xcd, false, "-cd"},
        {0xffe1, 0x2a, true, "+2a"},  {0xffe1, 0x2a, false, "-2a"}, {0xff61, 0xb7, true, "+54"},
        {0xff61, 0x54, false, "-54"},
    };
    struct fixture f;
    begin(&f, "us");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_true(
            typist_scancode(&f.t, &f.kb, f.map, 0, rows[i].keysym, rows[i].xt, rows[i].down));
        assert_string_equal(recorder_take(&f.recorder), rows[i].keys);
    }
    end(&f);
}

static void without_a_scancode_the_keysym_is_typed(void **state)
{
    (void)state;
    static const uint32_t none[] = {0, 0x80, 0xe11d45};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        struct fixture f;
        begin(&f, "us");
        assert_true(typist_scancode(&f.t, &f.kb, f.map, 0, 'A', none[i], true));
        assert_true(typist_scancode(&f.t, &f.kb, f.map, 0, 'A', none[i], false));
        assert_string_equal(recorder_take(&f.recorder), "+2a +1e -1e -2a");
        assert_false(typist_scancode(&f.t, &f.kb, f.map, 0, 0, none[i], true));
        end(&f);
    }
}

static void scancodes_and_keysyms_share_the_modifiers(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, "us");
    assert_true(typist_scancode(&f.t, &f.kb, f.map, 0, 0, 0x36, true));
    play(&f, "+A -A +slash -slash");
    assert_true(typist_scancode(&f.t, &f.kb, f.map, 0, 0, 0x36, false));
    assert_string_equal(recorder_take(&f.recorder), "+36 +1e -1e -36 +35 -35 +36 -36");
    play(&f, "+A");
    assert_true(typist_scancode(&f.t, &f.kb, f.map, 0, 0, 0x30, true));
    play(&f, "-A -b");
    assert_string_equal(recorder_take(&f.recorder), "+2a +1e -2a +30 -1e -30");
    end(&f);
}

static void more_keys_than_fit_are_dropped(void **state)
{
    (void)state;
    static const char keys[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    struct fixture f;
    begin(&f, "us");
    for (size_t i = 0; keys[i]; i++)
        assert_true(typist_keysym(&f.t, &f.kb, f.map, 0, (uint8_t)keys[i], true));
    assert_int_equal(strlen(recorder_take(&f.recorder)), TYPIST_SYMBOLS_MOST * 4 - 1);
    for (size_t i = 0; keys[i]; i++)
        assert_true(typist_keysym(&f.t, &f.kb, f.map, 0, (uint8_t)keys[i], false));
    assert_int_equal(strlen(recorder_take(&f.recorder)), TYPIST_SYMBOLS_MOST * 4 - 1);
    assert_false(keystate_any(&f.t.hands.keys));
    end(&f);
}

static void lifting_lets_everything_go(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, "us");
    play(&f, "+Control_L +A");
    assert_true(typist_scancode(&f.t, &f.kb, f.map, 0, 0, 0xcd, true));
    (void)recorder_take(&f.recorder);
    typist_lift(&f.t, &f.kb);
    assert_string_equal(recorder_take(&f.recorder), "-1d -1e -cd");
    play(&f, "-Control_L -A");
    typist_lift(&f.t, &f.kb);
    assert_string_equal(recorder_take(&f.recorder), "");
    end(&f);
}

static void a_lifted_shift_does_not_come_back_after_lifting(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, "us");
    play(&f, "+Shift_L +slash");
    (void)recorder_take(&f.recorder);
    typist_lift(&f.t, &f.kb);
    assert_string_equal(recorder_take(&f.recorder), "-35");
    play(&f, "-slash -Shift_L +a -a");
    assert_string_equal(recorder_take(&f.recorder), "+1e -1e");
    end(&f);
}

/* Any client, however confused: once it has let go of every key, no key is down. */
static void no_key_stays_down_after_the_last_release(void **state)
{
    (void)state;
    static const uint32_t symbols[] = {
        'a',
        'A',
        'b',
        '/',
        '@',
        '1',
        '!',
        '{',
        ' ',
        XKB_KEY_Shift_L,
        XKB_KEY_Shift_R,
        XKB_KEY_Alt_R,
        XKB_KEY_ISO_Level3_Shift,
        XKB_KEY_Control_L,
        XKB_KEY_KP_7,
        XKB_KEY_KP_Home,
        XKB_KEY_ISO_Left_Tab,
        XKB_KEY_Tab,
    };
    enum { N = sizeof(symbols) / sizeof(symbols[0]) };
    static const char *const layouts[] = {"us", "de", "fr"};
    uint32_t random = 1;
    for (size_t l = 0; l < sizeof(layouts) / sizeof(layouts[0]); l++) {
        struct fixture f;
        begin(&f, layouts[l]);
        f.kb.sink.ops = NULL;
        for (int round = 0; round < 300; round++) {
            for (int i = 0; i < 60; i++) {
                random = random * 1664525 + 1013904223;
                uint32_t xt = random >> 28 == 0 ? 0x2a : random >> 28 == 1 ? 0xb8 : 0;
                typist_scancode(&f.t, &f.kb, f.map, random >> 12 & 7,
                                symbols[(random >> 16) % N], xt, random >> 8 & 1);
            }
            for (size_t i = 0; i < N; i++)
                typist_keysym(&f.t, &f.kb, f.map, 0, symbols[i], false);
            typist_scancode(&f.t, &f.kb, f.map, 0, 0, 0x2a, false);
            typist_scancode(&f.t, &f.kb, f.map, 0, 0, 0xb8, false);
            assert_int_equal(keystate_next(&f.t.hands.keys, 0), -1);
            assert_false(keystate_any(&f.t.own));
            assert_int_equal(f.t.n_held, 0);
        }
        for (size_t i = 0; i < 256; i++)
            assert_int_equal(f.kb.holders[i], 0);
        end(&f);
    }
}

int test_typist(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_symbol_borrows_shift_until_its_release),
        cmocka_unit_test(the_clients_own_shift_serves),
        cmocka_unit_test(a_shift_in_the_way_is_lifted_and_put_back),
        cmocka_unit_test(shift_stays_with_keys_that_it_does_not_change),
        cmocka_unit_test(a_release_finds_the_key_that_was_pressed),
        cmocka_unit_test(releases_without_a_press_are_ignored),
        cmocka_unit_test(caps_lock_of_the_guest_decides_for_letters),
        cmocka_unit_test(a_letter_in_a_command_keeps_the_clients_shift),
        cmocka_unit_test(altgr_is_borrowed_like_shift),
        cmocka_unit_test(a_clients_altgr_is_not_there_on_layouts_without),
        cmocka_unit_test(keypad_symbols_need_the_right_num_lock),
        cmocka_unit_test(a_keypad_key_comes_up_though_num_lock_changed),
        cmocka_unit_test(what_cannot_be_typed_is_told),
        cmocka_unit_test(scancodes_pass_as_they_are),
        cmocka_unit_test(without_a_scancode_the_keysym_is_typed),
        cmocka_unit_test(scancodes_and_keysyms_share_the_modifiers),
        cmocka_unit_test(more_keys_than_fit_are_dropped),
        cmocka_unit_test(lifting_lets_everything_go),
        cmocka_unit_test(a_lifted_shift_does_not_come_back_after_lifting),
        cmocka_unit_test(no_key_stays_down_after_the_last_release),
    };
    return cmocka_run_group_tests_name("typist", tests, NULL, NULL);
}
