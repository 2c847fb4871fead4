/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/wheel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

enum { ASK_US = 5000000, IDLE_US = 60000000 };

/* The people of the rows; what a row says of them is one letter each. */
static const struct {
    char letter;
    struct wheel_party party;
} people[] = {
    {'a', {1, ROLE_DRIVE, true}}, {'b', {2, ROLE_DRIVE, true}}, {'c', {3, ROLE_DRIVE, true}},
    {'m', {4, ROLE_ADMIN, true}}, {'w', {5, ROLE_WATCH, true}}, {'x', {6, ROLE_DRIVE, false}},
    {'o', {0, ROLE_ADMIN, true}}, /* an operator, without a session here */
};

static const struct wheel_party *person(char letter)
{
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
        if (people[i].letter == letter)
            return &people[i].party;
    return NULL;
}

static char letter_of(uint64_t id)
{
    for (size_t i = 0; i < sizeof(people) / sizeof(people[0]); i++)
        if (id && people[i].party.id == id)
            return people[i].letter;
    return '-';
}

/*
 * A wheel in short: mode 's', 'f' or 'w', the driver ('-': nobody; upper case: away), then
 * those who ask (upper case: away): "sa bc".
 */
static struct wheel wheel_from(const char *text)
{
    struct wheel w = {.ask_us = ASK_US, .idle_release_us = IDLE_US};
    w.sharing = text[0] == 'f' ? SHARING_FREE : text[0] == 'w' ? SHARING_WATCH : SHARING_SINGLE;
    if (text[1] != '-') {
        w.driver = person((char)(text[1] | 0x20))->id;
        w.driver_here = text[1] >= 'a';
    }
    for (const char *p = text + 2; *p; p++)
        if (*p != ' ')
            w.queue[w.n_queue++] =
                (struct wheel_asker){person((char)(*p | 0x20))->id, *p >= 'a'};
    return w;
}

static const char *wheel_text(const struct wheel *w)
{
    static char text[WHEEL_QUEUE_MOST + 4];
    size_t n = 0;
    text[n++] = "sfw"[w->sharing];
    text[n] = letter_of(w->driver);
    if (w->driver && !w->driver_here)
        text[n] &= (char)~0x20;
    n++;
    for (size_t i = 0; i < w->n_queue; i++) {
        if (i == 0)
            text[n++] = ' ';
        char c = letter_of(w->queue[i].id);
        text[n++] = w->queue[i].here ? c : (char)(c & ~0x20);
    }
    text[n] = 0;
    return text;
}

/* "changed lift, asked b, denied c, queued" as "CL?b!cQ"; a refusal is "no". */
static const char *result_text(const struct wheel_result *r)
{
    static char text[32];
    size_t n = 0;
    if (r->why)
        return r->actions ? "no, but something was done" : "no";
    if (r->actions & WHEEL_CHANGED)
        text[n++] = 'C';
    if (r->actions & WHEEL_LIFT)
        text[n++] = 'L';
    if (r->actions & WHEEL_TELL_DRIVER) {
        text[n++] = '?';
        text[n++] = letter_of(r->asker);
    }
    if (r->actions & WHEEL_TELL_ASKER) {
        text[n++] = '!';
        text[n++] = letter_of(r->denied);
    }
    if (r->actions & WHEEL_QUEUED)
        text[n++] = 'Q';
    text[n] = 0;
    return text;
}

static const char *const event_names[WHEEL_EVENTS] = {
    [WHEEL_PRESS] = "press", [WHEEL_MOTION] = "motion",   [WHEEL_ASK] = "ask",
    [WHEEL_GIVE] = "give",   [WHEEL_TAKE] = "take",       [WHEEL_RELEASE] = "release",
    [WHEEL_DENY] = "deny",   [WHEEL_AWAY] = "away",       [WHEEL_BACK] = "back",
    [WHEEL_END] = "end",     [WHEEL_LOWERED] = "lowered", [WHEEL_SILENCE] = "silence",
    [WHEEL_IDLE] = "idle",
};

static const struct {
    const char *before;
    enum wheel_event event;
    const char *who; /* and, for give, to whom; "" the clock */
    const char *result, *after;
} rows[] = {
    /* mode watch: nobody drives */
    {"w-", WHEEL_PRESS, "a", "no", "w-"},
    {"w-", WHEEL_MOTION, "m", "no", "w-"},
    {"w-", WHEEL_ASK, "a", "no", "w-"},
    {"w-", WHEEL_TAKE, "m", "no", "w-"},
    {"w-", WHEEL_GIVE, "ma", "no", "w-"},
    {"w-", WHEEL_RELEASE, "a", "", "w-"},
    {"w-", WHEEL_DENY, "a", "", "w-"},
    {"w-", WHEEL_AWAY, "a", "", "w-"},
    {"w-", WHEEL_BACK, "a", "", "w-"},
    {"w-", WHEEL_END, "a", "", "w-"},
    {"w-", WHEEL_LOWERED, "w", "", "w-"},
    {"w-", WHEEL_SILENCE, "", "", "w-"},
    {"w-", WHEEL_IDLE, "", "", "w-"},
    /* mode free: everyone who may */
    {"f-", WHEEL_PRESS, "a", "", "f-"},
    {"f-", WHEEL_MOTION, "b", "", "f-"},
    {"f-", WHEEL_PRESS, "w", "no", "f-"},
    {"f-", WHEEL_ASK, "a", "no", "f-"},
    {"f-", WHEEL_TAKE, "m", "no", "f-"},
    {"f-", WHEEL_GIVE, "mb", "no", "f-"},
    {"f-", WHEEL_RELEASE, "a", "", "f-"},
    {"f-", WHEEL_AWAY, "a", "", "f-"},
    {"f-", WHEEL_END, "a", "", "f-"},
    /* nobody drives: the first input takes the wheel */
    {"s-", WHEEL_PRESS, "a", "C", "sa"},
    {"s-", WHEEL_MOTION, "a", "C", "sa"},
    {"s-", WHEEL_ASK, "a", "C", "sa"},
    {"s-", WHEEL_TAKE, "a", "C", "sa"},
    {"s-", WHEEL_TAKE, "m", "C", "sm"},
    {"s-", WHEEL_TAKE, "o", "no", "s-"},
    {"s-", WHEEL_GIVE, "ab", "no", "s-"},
    {"s-", WHEEL_GIVE, "mb", "C", "sb"},
    {"s-", WHEEL_GIVE, "ob", "C", "sb"},
    {"s-", WHEEL_GIVE, "ow", "no", "s-"},
    {"s-", WHEEL_GIVE, "ox", "no", "s-"},
    {"s-", WHEEL_RELEASE, "a", "", "s-"},
    {"s-", WHEEL_DENY, "a", "no", "s-"},
    {"s- B", WHEEL_PRESS, "a", "C", "sa B"},
    {"s- B", WHEEL_BACK, "b", "C", "sb"},
    {"s- B", WHEEL_END, "b", "", "s-"},
    {"s-", WHEEL_IDLE, "", "", "s-"},
    /* watchers */
    {"s-", WHEEL_PRESS, "w", "no", "s-"},
    {"s-", WHEEL_ASK, "w", "no", "s-"},
    {"s-", WHEEL_TAKE, "w", "no", "s-"},
    {"sa", WHEEL_GIVE, "wb", "no", "sa"},
    {"sa", WHEEL_RELEASE, "w", "no", "sa"},
    {"sa", WHEEL_DENY, "w", "no", "sa"},
    /* the driver */
    {"sa", WHEEL_PRESS, "a", "", "sa"},
    {"sa", WHEEL_MOTION, "a", "", "sa"},
    {"sa", WHEEL_ASK, "a", "", "sa"},
    {"sa", WHEEL_TAKE, "a", "", "sa"},
    {"sa", WHEEL_RELEASE, "a", "CL", "s-"},
    {"sa bc", WHEEL_RELEASE, "a", "CL?c", "sb c"},
    {"sa", WHEEL_GIVE, "ab", "CL", "sb"},
    {"sa bc", WHEEL_GIVE, "ac", "CL?b", "sc b"},
    {"sa", WHEEL_GIVE, "aa", "", "sa"},
    {"sa", WHEEL_GIVE, "aw", "no", "sa"},
    {"sa", WHEEL_GIVE, "ax", "no", "sa"},
    {"sa", WHEEL_DENY, "a", "no", "sa"},
    {"sa b", WHEEL_DENY, "a", "!b", "sa"},
    {"sa bc", WHEEL_DENY, "a", "?c!b", "sa c"},
    {"sa", WHEEL_END, "a", "CL", "s-"},
    {"sa b", WHEEL_END, "a", "CL", "sb"},
    {"sa", WHEEL_LOWERED, "a", "CL", "s-"},
    {"sa b", WHEEL_LOWERED, "a", "CL", "sb"},
    {"sa", WHEEL_IDLE, "", "CL", "s-"},
    {"sa b", WHEEL_IDLE, "", "CL", "sb"},
    /* others while someone drives: input is never asking */
    {"sa", WHEEL_PRESS, "b", "no", "sa"},
    {"sa", WHEEL_PRESS, "m", "no", "sa"},
    {"sa", WHEEL_MOTION, "b", "no", "sa"},
    {"sa", WHEEL_ASK, "b", "?bQ", "sa b"},
    {"sa", WHEEL_ASK, "m", "?mQ", "sa m"},
    {"sa b", WHEEL_ASK, "c", "Q", "sa bc"},
    {"sa b", WHEEL_ASK, "b", "Q", "sa b"},
    {"sa", WHEEL_TAKE, "b", "?bQ", "sa b"},
    {"sa", WHEEL_TAKE, "m", "CL", "sm"},
    {"sa b", WHEEL_TAKE, "m", "CL?b", "sm b"},
    {"sa", WHEEL_TAKE, "o", "no", "sa"},
    {"sa", WHEEL_GIVE, "bc", "no", "sa"},
    {"sa", WHEEL_GIVE, "mb", "CL", "sb"},
    {"sa b", WHEEL_RELEASE, "b", "", "sa"},
    {"sa bc", WHEEL_RELEASE, "b", "?c", "sa c"},
    {"sa", WHEEL_RELEASE, "b", "no", "sa"},
    {"sa", WHEEL_RELEASE, "m", "CL", "s-"},
    {"sa", WHEEL_RELEASE, "o", "CL", "s-"},
    {"sa b", WHEEL_DENY, "c", "no", "sa b"},
    {"sa b", WHEEL_END, "b", "", "sa"},
    {"sa bc", WHEEL_END, "b", "?c", "sa c"},
    {"sa b", WHEEL_LOWERED, "b", "", "sa"},
    {"sa b", WHEEL_SILENCE, "", "CL", "sb"},
    {"sa bc", WHEEL_SILENCE, "", "CL?c", "sb c"},
    {"sa Bc", WHEEL_SILENCE, "", "CL", "sc B"},
    {"sa", WHEEL_SILENCE, "", "", "sa"},
    {"sa B", WHEEL_SILENCE, "", "", "sa B"},
    /* viewers go and come back */
    {"sa", WHEEL_AWAY, "a", "", "sA"},
    {"sa b", WHEEL_AWAY, "a", "CL", "sb"},
    {"sa B", WHEEL_AWAY, "a", "", "sA B"},
    {"sA", WHEEL_BACK, "a", "", "sa"},
    {"sA B", WHEEL_BACK, "b", "CL", "sb"},
    {"sa b", WHEEL_AWAY, "b", "", "sa B"},
    {"sa bc", WHEEL_AWAY, "b", "?c", "sa Bc"},
    {"sa B", WHEEL_BACK, "b", "?b", "sa b"},
    {"sa", WHEEL_BACK, "b", "", "sa"},
    /* an absent driver keeps the wheel only while nobody asks */
    {"sA", WHEEL_PRESS, "b", "no", "sA"},
    {"sA", WHEEL_ASK, "b", "CL", "sb"},
    {"sA", WHEEL_TAKE, "b", "CL", "sb"},
    {"sA", WHEEL_TAKE, "m", "CL", "sm"},
    {"sA", WHEEL_RELEASE, "m", "CL", "s-"},
    {"sA", WHEEL_END, "a", "CL", "s-"},
    {"sA", WHEEL_IDLE, "", "CL", "s-"},
    {"sA", WHEEL_SILENCE, "", "", "sA"},
};

/* A party is away in its own AWAY, and here in all else. */
static struct wheel_party acting(char letter, enum wheel_event event)
{
    struct wheel_party p = *person(letter);
    if (event == WHEEL_AWAY)
        p.here = false;
    return p;
}

static void each_event_does_what_its_row_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct wheel w = wheel_from(rows[i].before);
        struct wheel_party who = {0}, target = {0};
        if (rows[i].who[0])
            who = acting(rows[i].who[0], rows[i].event);
        if (rows[i].who[0] && rows[i].who[1])
            target = *person(rows[i].who[1]);
        struct wheel_result r =
            wheel_act(&w, rows[i].event, rows[i].who[0] ? &who : NULL, &target, 1000);
        if (strcmp(wheel_text(&w), rows[i].after) != 0 ||
            strcmp(result_text(&r), rows[i].result) != 0)
            fail_msg("'%s' %s '%s': is '%s' '%s', not '%s' '%s'", rows[i].before,
                     event_names[rows[i].event], rows[i].who, wheel_text(&w), result_text(&r),
                     rows[i].after, rows[i].result);
    }
}

static void silence_grants_after_the_time_to_answer(void **state)
{
    (void)state;
    struct wheel w = wheel_from("sa");
    w.idle_release_us = 0;
    assert_true(wheel_next_us(&w) == UINT64_MAX);
    wheel_act(&w, WHEEL_ASK, person('b'), NULL, 1000);
    assert_true(wheel_next_us(&w) == 1000 + ASK_US);
    wheel_act(&w, WHEEL_ASK, person('c'), NULL, 2000);
    assert_true(wheel_next_us(&w) == 1000 + ASK_US);
    wheel_pass(&w, 999 + ASK_US);
    assert_string_equal(wheel_text(&w), "sa bc");
    wheel_pass(&w, 1000 + ASK_US);
    assert_string_equal(wheel_text(&w), "sb c");
    assert_true(wheel_next_us(&w) == 1000 + 2 * ASK_US);
}

static void a_no_gives_the_next_who_asks_a_time_of_its_own(void **state)
{
    (void)state;
    struct wheel w = wheel_from("sa");
    wheel_act(&w, WHEEL_ASK, person('b'), NULL, 1000);
    wheel_act(&w, WHEEL_ASK, person('c'), NULL, 2000);
    wheel_act(&w, WHEEL_DENY, person('a'), NULL, 3000);
    assert_true(wheel_next_us(&w) == 3000 + ASK_US);
}

static void an_idle_driver_lets_go(void **state)
{
    (void)state;
    struct wheel w = wheel_from("s-");
    wheel_act(&w, WHEEL_PRESS, person('a'), NULL, 1000);
    assert_true(wheel_next_us(&w) == 1000 + IDLE_US);
    wheel_act(&w, WHEEL_MOTION, person('a'), NULL, 5000);
    assert_true(wheel_next_us(&w) == 5000 + IDLE_US);
    wheel_act(&w, WHEEL_PRESS, person('b'), NULL, 6000);
    assert_true(wheel_next_us(&w) == 5000 + IDLE_US);
    struct wheel_result r = wheel_pass(&w, 5000 + IDLE_US);
    assert_int_equal(r.driver_before, 1);
    assert_string_equal(wheel_text(&w), "s-");
    assert_true(wheel_next_us(&w) == UINT64_MAX);
}

static void the_pointer_of_who_let_go_does_not_take_it_again(void **state)
{
    (void)state;
    struct wheel w = wheel_from("sa");
    wheel_act(&w, WHEEL_RELEASE, person('a'), NULL, 1000);
    wheel_act(&w, WHEEL_MOTION, person('a'), NULL, 1001);
    assert_string_equal(wheel_text(&w), "s-");
    wheel_act(&w, WHEEL_PRESS, person('a'), NULL, 1002);
    assert_string_equal(wheel_text(&w), "sa");
    wheel_act(&w, WHEEL_RELEASE, person('a'), NULL, 1003);
    wheel_act(&w, WHEEL_MOTION, person('b'), NULL, 1004);
    assert_string_equal(wheel_text(&w), "sb");
}

static void another_mode_starts_without_a_driver(void **state)
{
    (void)state;
    struct wheel w = wheel_from("sa bc");
    assert_int_equal(wheel_set(&w, SHARING_SINGLE, 1, 2).actions, 0);
    assert_string_equal(wheel_text(&w), "sa bc");
    struct wheel_result r = wheel_set(&w, SHARING_FREE, 1, 2);
    assert_int_equal(r.actions, WHEEL_CHANGED | WHEEL_LIFT);
    assert_string_equal(wheel_text(&w), "f-");
    assert_int_equal(wheel_set(&w, SHARING_SINGLE, 1, 2).actions, 0);
    assert_string_equal(wheel_text(&w), "s-");
}

static void the_queue_has_an_end(void **state)
{
    (void)state;
    struct wheel w = wheel_from("sa");
    for (uint64_t i = 0; i < WHEEL_QUEUE_MOST; i++) {
        const struct wheel_party p = {100 + i, ROLE_DRIVE, true};
        assert_null(wheel_act(&w, WHEEL_ASK, &p, NULL, 0).why);
        assert_int_equal(wheel_place(&w, 100 + i), i + 1);
    }
    assert_non_null(wheel_act(&w, WHEEL_ASK, person('b'), NULL, 0).why);
}

static void who_drives_follows_mode_and_role(void **state)
{
    (void)state;
    struct wheel w = wheel_from("sa");
    assert_true(wheel_drives(&w, 1, ROLE_DRIVE));
    assert_false(wheel_drives(&w, 2, ROLE_ADMIN));
    assert_false(wheel_drives(&w, 1, ROLE_WATCH));
    w = wheel_from("f-");
    assert_true(wheel_drives(&w, 2, ROLE_DRIVE));
    assert_false(wheel_drives(&w, 2, ROLE_WATCH));
    w = wheel_from("w-");
    assert_false(wheel_drives(&w, 2, ROLE_ADMIN));
}

/* Whatever happens in whatever order: at most one drives, nobody waits twice, who drives does
 * not wait, and nobody waits for a wheel that could be had. */
static void twenty_thousand_random_events_keep_it_whole(void **state)
{
    (void)state;
    struct wheel w = wheel_from("s-");
    bool here[7] = {false};
    uint32_t dice = 4711;
    uint64_t now_us = 0;
    for (int i = 0; i < 20000; i++) {
        dice = dice * 1664525 + 1013904223;
        enum wheel_event event = (enum wheel_event)((dice >> 8) % WHEEL_SILENCE);
        struct wheel_party who = people[(dice >> 16) % 6].party,
                           target = people[(dice >> 20) % 6].party;
        now_us += dice >> 12;
        here[who.id] = event == WHEEL_BACK || (here[who.id] && event != WHEEL_AWAY);
        if (event != WHEEL_AWAY && event != WHEEL_BACK && event != WHEEL_END && !here[who.id])
            continue;
        who.here = here[who.id];
        target.here = here[target.id];
        if (event == WHEEL_LOWERED)
            who.role = ROLE_WATCH;
        while (wheel_next_us(&w) <= now_us)
            wheel_pass(&w, now_us);
        struct wheel_result r = wheel_act(&w, event, &who, &target, now_us);
        assert_int_equal(r.driver_before != w.driver, !!(r.actions & WHEEL_CHANGED));
        assert_int_equal(wheel_place(&w, w.driver ? w.driver : 99), 0);
        for (size_t k = 0; k < w.n_queue; k++) {
            assert_int_equal(wheel_place(&w, w.queue[k].id), k + 1);
            assert_int_equal(w.queue[k].here, here[w.queue[k].id]);
            assert_true(!w.queue[k].here || w.driver_here);
        }
        assert_true(!w.driver || w.driver_here == here[w.driver]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_event_does_what_its_row_says),
        cmocka_unit_test(silence_grants_after_the_time_to_answer),
        cmocka_unit_test(a_no_gives_the_next_who_asks_a_time_of_its_own),
        cmocka_unit_test(an_idle_driver_lets_go),
        cmocka_unit_test(the_pointer_of_who_let_go_does_not_take_it_again),
        cmocka_unit_test(another_mode_starts_without_a_driver),
        cmocka_unit_test(the_queue_has_an_end),
        cmocka_unit_test(who_drives_follows_mode_and_role),
        cmocka_unit_test(twenty_thousand_random_events_keep_it_whole),
    };
    return cmocka_run_group_tests_name("wheel", tests, NULL, NULL);
}
