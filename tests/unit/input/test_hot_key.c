/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/hot_key.h"
#include "tests/unit/input/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define WITHIN_US 600000

/*
 * Events in words: "c" a press of left Ctrl, "C" its release, "r R" right Ctrl, "s S" Shift,
 * "a" the letter, "x X" left Ctrl by its code alone; "100" milliseconds that go by. "!" is
 * where the menu must open, and nowhere else.
 */
static void play(const char *name, const char *text)
{
    static const struct {
        char c;
        uint32_t keysym, xt;
        bool down;
    } keys[] = {
        {'c', 0xffe3, 0x1d, true}, {'C', 0xffe3, 0x1d, false}, {'r', 0xffe4, 0, true},
        {'R', 0xffe4, 0, false},   {'s', 0xffe1, 0x2a, true},  {'S', 0xffe1, 0x2a, false},
        {'a', 'a', 0x1e, true},    {'A', 'a', 0x1e, false},    {'x', 0, 0x1d, true},
        {'X', 0, 0x9d, false},
    };
    struct hot_key h = {0};
    uint64_t now = 5000000;
    bool opened = false;
    for (const char *at = text; *at; at++) {
        if (*at >= '0' && *at <= '9') {
            unsigned ms = 0;
            int used = 0;
            sscanf(at, "%u%n", &ms, &used);
            now += ms * 1000;
            at += used - 1;
        } else if (*at == '!') {
            assert_true(opened);
            opened = false;
        } else {
            if (opened)
                fail_msg("'%s' opens before '%s'", text, at);
            for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
                if (keys[i].c == *at)
                    opened = hot_key_event(&h, name, WITHIN_US, keys[i].keysym, keys[i].xt,
                                           keys[i].down, now);
            }
        }
    }
    if (opened)
        fail_msg("'%s' opens at its end", text);
}

static void three_quick_presses_of_the_modifier_open_and_nothing_else_does(void **state)
{
    static const struct {
        const char *name, *events;
    } rows[] = {
        {"ctrl", "cCcCc!C"},
        {"ctrl", "cC100cC100c!C"},
        {"ctrl", "cC300cC300c!C"},
        {"ctrl", "cC301cC300cC"},
        {"ctrl", "cC500cC500cC"},
        {"ctrl", "cC500cC500cC50c!C"},
        {"ctrl", "cC5000cC10cC10c!C"},
        {"ctrl", "cC900cC900cC900cC"},
        {"ctrl", "cCrRc!C"},
        {"ctrl", "xXxXx!X"},
        {"ctrl", "cccccccC"},
        {"ctrl", "cCccC10c!C"},
        {"ctrl", "cCcaACcCcC"},
        {"ctrl", "cCaAcCcC"},
        {"ctrl", "cCsScCc"},
        {"ctrl", "cCcCc!CcCcCc!C"},
        {"ctrl", "cCcCAc!C"}, /* the release of something from before */
        {"ctrl", "sSsSsS"},
        {"shift", "sSsSs!S"},
        {"shift", "cCcCcC"},
        {"none", "cCcCcC"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        play(rows[i].name, rows[i].events);
}

int test_hot_key(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_quick_presses_of_the_modifier_open_and_nothing_else_does),
    };
    return cmocka_run_group_tests_name("hot_key", tests, NULL, NULL);
}
