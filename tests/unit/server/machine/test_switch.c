/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state table of a machine's places, every row of it, and what it comes to. */
#include <config.h>
#include "input/keyboard.h"
#include "server/machine/held_input.h"
#include "server/machine/switchboard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* ---- the table ---- */

enum {
    LOSE = SWITCH_DROP | SWITCH_FORGET | SWITCH_DISCARD | SWITCH_SEEK,
    TAKE = SWITCH_ACTIVATE | SWITCH_MOVED,
    STOP = SWITCH_HOLD | SWITCH_FREEZE | SWITCH_SEEK,
    CUT = SWITCH_DROP | SWITCH_UNSURE | SWITCH_SEEK,
};

/* One line a state, in the order of enum switch_event. */
static const struct switch_row wanted[SWITCH_STATES][SWITCH_EVENTS] = {
    {{SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0},
     {SWITCH_RUNNING, SWITCH_ACTIVATE | SWITCH_PLAY},
     {SWITCH_PAUSED, SWITCH_ACTIVATE | SWITCH_HOLD},
     {SWITCH_MOVING, SWITCH_ACTIVATE | SWITCH_HOLD},
     {SWITCH_WAITING, SWITCH_END_STANDBY},
     {SWITCH_WAITING, SWITCH_STANDBY},
     {SWITCH_WAITING, SWITCH_END_STANDBY},
     {SWITCH_WAITING, SWITCH_END_STANDBY},
     {SWITCH_WAITING, 0},
     {SWITCH_WAITING, 0}},
    {{SWITCH_RUNNING, 0},
     {SWITCH_PAUSED, SWITCH_HOLD},
     {SWITCH_MOVING, STOP},
     {SWITCH_MOVING, STOP},
     {SWITCH_WAITING, LOSE | SWITCH_STANDBY},
     {SWITCH_WAITING, LOSE},
     {SWITCH_CUT, SWITCH_HOLD | CUT},
     {SWITCH_RUNNING, SWITCH_RESTART},
     {SWITCH_RUNNING, SWITCH_SHOW},
     {SWITCH_RUNNING, SWITCH_HOLD | TAKE | SWITCH_DOUBT | SWITCH_PLAY},
     {SWITCH_RUNNING, 0},
     {SWITCH_RUNNING, 0},
     {SWITCH_RUNNING, SWITCH_END_STANDBY},
     {SWITCH_RUNNING, SWITCH_STANDBY},
     {SWITCH_RUNNING, SWITCH_END_STANDBY},
     {SWITCH_RUNNING, SWITCH_END_STANDBY},
     {SWITCH_RUNNING, 0},
     {SWITCH_RUNNING, 0}},
    {{SWITCH_RUNNING, SWITCH_PLAY},
     {SWITCH_PAUSED, 0},
     {SWITCH_MOVING_PAUSED, SWITCH_FREEZE | SWITCH_SEEK},
     {SWITCH_MOVING_PAUSED, SWITCH_FREEZE | SWITCH_SEEK},
     {SWITCH_WAITING, LOSE | SWITCH_STANDBY},
     {SWITCH_WAITING, LOSE},
     {SWITCH_CUT, CUT},
     {SWITCH_PAUSED, SWITCH_RESTART},
     {SWITCH_PAUSED, SWITCH_SHOW},
     {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
     {SWITCH_PAUSED, 0},
     {SWITCH_PAUSED, 0},
     {SWITCH_PAUSED, SWITCH_END_STANDBY},
     {SWITCH_PAUSED, SWITCH_STANDBY},
     {SWITCH_PAUSED, SWITCH_END_STANDBY},
     {SWITCH_PAUSED, SWITCH_END_STANDBY},
     {SWITCH_PAUSED, 0},
     {SWITCH_PAUSED, 0}},
    {{SWITCH_RUNNING, SWITCH_THAW | SWITCH_PLAY},
     {SWITCH_PAUSED, SWITCH_THAW},
     {SWITCH_MOVING, 0},
     {SWITCH_MOVING, 0},
     {SWITCH_AWAY, SWITCH_DROP | SWITCH_STANDBY | SWITCH_SEEK},
     {SWITCH_AWAY, SWITCH_DROP | SWITCH_SEEK},
     {SWITCH_AWAY, CUT},
     {SWITCH_MOVING, 0},
     {SWITCH_MOVING, 0},
     {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
     {SWITCH_MOVING, 0},
     {SWITCH_MOVING, 0},
     {SWITCH_MOVING, SWITCH_END_STANDBY},
     {SWITCH_MOVING, SWITCH_STANDBY},
     {SWITCH_MOVING, SWITCH_END_STANDBY},
     {SWITCH_MOVING, SWITCH_END_STANDBY},
     {SWITCH_MOVING, 0},
     {SWITCH_MOVING, 0}},
    {{SWITCH_RUNNING, SWITCH_THAW | SWITCH_PLAY},
     {SWITCH_PAUSED, SWITCH_THAW},
     {SWITCH_MOVING_PAUSED, 0},
     {SWITCH_MOVING_PAUSED, SWITCH_SEEK},
     {SWITCH_AWAY, SWITCH_DROP | SWITCH_STANDBY | SWITCH_SEEK},
     {SWITCH_AWAY, SWITCH_DROP | SWITCH_SEEK},
     {SWITCH_AWAY, CUT},
     {SWITCH_MOVING_PAUSED, 0},
     {SWITCH_MOVING_PAUSED, 0},
     {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
     {SWITCH_PAUSED, TAKE},
     {SWITCH_MOVING_PAUSED, 0},
     {SWITCH_MOVING_PAUSED, SWITCH_END_STANDBY},
     {SWITCH_MOVING_PAUSED, SWITCH_STANDBY},
     {SWITCH_MOVING_PAUSED, SWITCH_END_STANDBY},
     {SWITCH_MOVING_PAUSED, SWITCH_END_STANDBY},
     {SWITCH_MOVING_PAUSED, 0},
     {SWITCH_MOVING_PAUSED, 0}},
    {{SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_AWAY, 0},
     {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
     {SWITCH_PAUSED, TAKE},
     {SWITCH_MOVING, TAKE},
     {SWITCH_AWAY, SWITCH_END_STANDBY},
     {SWITCH_AWAY, SWITCH_STANDBY},
     {SWITCH_AWAY, SWITCH_END_STANDBY},
     {SWITCH_AWAY, SWITCH_END_STANDBY},
     {SWITCH_WAITING, SWITCH_DISCARD},
     {SWITCH_WAITING, SWITCH_DISCARD}},
    {{SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_CUT, 0},
     {SWITCH_RUNNING, SWITCH_ACTIVATE | SWITCH_PLAY},
     {SWITCH_PAUSED, SWITCH_ACTIVATE},
     {SWITCH_MOVING, SWITCH_ACTIVATE},
     {SWITCH_CUT, SWITCH_END_STANDBY},
     {SWITCH_CUT, SWITCH_STANDBY},
     {SWITCH_CUT, SWITCH_END_STANDBY},
     {SWITCH_CUT, SWITCH_END_STANDBY},
     {SWITCH_CUT, 0},
     {SWITCH_WAITING, SWITCH_DISCARD}},
};

static void every_row_of_the_table_is_as_wanted(void **state)
{
    (void)state;
    for (enum switch_state s = 0; s < SWITCH_STATES; s++) {
        for (enum switch_event e = 0; e < SWITCH_EVENTS; e++) {
            struct switch_row row = switch_table(s, e);
            if (row.to != wanted[s][e].to || row.actions != wanted[s][e].actions)
                fail_msg("%s, %s: to %s with %x, not to %s with %x", switch_state_name(s),
                         switch_event_name(e), switch_state_name(row.to), row.actions,
                         switch_state_name(wanted[s][e].to), wanted[s][e].actions);
        }
    }
}

static bool has_active(enum switch_state s)
{
    return s != SWITCH_WAITING && s != SWITCH_AWAY && s != SWITCH_CUT;
}

static bool holds(enum switch_state s)
{
    return s != SWITCH_WAITING && s != SWITCH_RUNNING;
}

/* What must hold of any such table. */
static void each_row_leaves_an_active_place_and_input_as_its_state_says(void **state)
{
    (void)state;
    for (enum switch_state s = 0; s < SWITCH_STATES; s++) {
        for (enum switch_event e = 0; e < SWITCH_EVENTS; e++) {
            struct switch_row row = switch_table(s, e);
            bool active = has_active(s);
            if (row.actions & SWITCH_DROP)
                active = false;
            if (row.actions & SWITCH_ACTIVATE)
                active = true;
            assert_int_equal(active, has_active(row.to));
            bool held = holds(s);
            if (row.actions & SWITCH_HOLD)
                held = true;
            if (row.actions & (SWITCH_PLAY | SWITCH_DISCARD))
                held = false;
            assert_int_equal(held, holds(row.to));
        }
    }
}

/* ---- the switchboard: stories ---- */

enum { PLACES = 3 };

struct story {
    struct switchboard board;
    struct switch_place places[PLACES];
    unsigned moves, doubts;
};

static void note(void *self, struct switch_place *p, unsigned actions)
{
    struct story *s = self;
    (void)p;
    s->moves += actions & SWITCH_MOVED ? 1 : 0;
    s->doubts += actions & SWITCH_DOUBT ? 1 : 0;
}

static void story_begin(struct story *s)
{
    *s = (struct story){.board = {.act = note, .self = s}};
    for (int i = 0; i < PLACES; i++)
        switchboard_add(&s->board, &s->places[i]);
}

/* "0r 1i": place 0 runs, place 1 is incoming; also p paused, s switching, g gone, l lost. */
static enum place_state state_of(char c)
{
    static const char letters[] = "cirpsgl";
    return (enum place_state)(strchr(letters, c) - letters);
}

static void whichever_way_a_machine_goes_the_right_place_is_active(void **state)
{
    static const struct {
        const char *name, *said;
        int active; /* -1: none */
        enum switch_state state;
        unsigned moves, doubts;
    } rows[] = {
        {"pre-copy", "0r 1i 0s 0g 1r", 1, SWITCH_RUNNING, 1, 0},
        {"RESUME is heard before STOP", "0r 1i 1r 0s 0g", 1, SWITCH_RUNNING, 1, 1},
        {"the destination is started with -S", "0r 1i 0s 1p 0g", 0, SWITCH_MOVING, 0, 0},
        {"and continued", "0r 1i 0s 1p 0g 1r", 1, SWITCH_RUNNING, 1, 0},
        {"the source ends before that", "0r 1i 0s 1p 0g 0l", 1, SWITCH_PAUSED, 1, 0},
        {"the source ends while the destination loads", "0r 1i 0g 0l", -1, SWITCH_AWAY, 0, 0},
        {"which then runs", "0r 1i 0g 0l 1r", 1, SWITCH_RUNNING, 1, 0},
        {"or ends, too", "0r 1i 0g 0l 1l", -1, SWITCH_WAITING, 0, 0},
        {"pause before switch-over", "0r 1i 0s", 0, SWITCH_MOVING, 0, 0},
        {"post-copy", "0r 1i 0s 1r 0g", 1, SWITCH_RUNNING, 1, 0},
        {"cancelled before the switch-over", "0r 1i 1l", 0, SWITCH_RUNNING, 0, 0},
        {"failed in the switch-over", "0r 1i 0s 1l 0r", 0, SWITCH_RUNNING, 0, 0},
        {"the destination dies after it", "0r 1i 0s 1r 0g 1l", -1, SWITCH_WAITING, 1, 0},
        {"cont on the source then", "0r 1i 0s 1r 0g 1l 0r", 0, SWITCH_RUNNING, 1, 0},
        {"cont on the source while both are there", "0r 1i 0s 1r 0g 0r", 0, SWITCH_RUNNING, 2,
         1},
        {"which then stops", "0r 1i 0s 1r 0g 0r 0l", 1, SWITCH_RUNNING, 2, 1},
        {"a paused machine moves", "0p 1i 0s 0g 1p", 1, SWITCH_PAUSED, 1, 0},
        {"its destination is heard first", "0p 1i 1p 0s", 1, SWITCH_PAUSED, 1, 0},
        {"QEMU is killed and started again", "0r 0l 0c 0r", 0, SWITCH_RUNNING, 0, 0},
        {"QEMU is killed and waits for a migration", "0r 0i", -1, SWITCH_WAITING, 0, 0},
        {"moved to a file", "0r 0s 0g", 0, SWITCH_MOVING, 0, 0},
        {"and ended", "0r 0s 0g 0l", -1, SWITCH_WAITING, 0, 0},
        {"two standbys", "0r 1i 2i 0s 2r", 2, SWITCH_RUNNING, 1, 0},
        {"there and back", "0r 1i 0s 0g 1r 0i 1s 1g 0r", 0, SWITCH_RUNNING, 2, 0},
        {"post-copy breaks", "0r 1i 0s 1r 1l", 0, SWITCH_MOVING, 1, 0},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story s;
        story_begin(&s);
        for (const char *at = rows[i].said; *at; at += at[2] ? 3 : 2)
            switchboard_hear_state(&s.board, &s.places[at[0] - '0'], state_of(at[1]));
        const struct switch_place *active =
            rows[i].active < 0 ? NULL : &s.places[rows[i].active];
        if (s.board.active != active || s.board.state != rows[i].state ||
            s.moves != rows[i].moves || s.doubts != rows[i].doubts)
            fail_msg("%s (%s): place %d is active, %s, %u moves, %u doubts", rows[i].name,
                     rows[i].said, s.board.active ? (int)(s.board.active - s.places) : -1,
                     switch_state_name(s.board.state), s.moves, s.doubts);
    }
}

/*
 * Places at three hosts, whose words come in any order: "0r5": place 0 runs since 5, by its own
 * host's clock. What was said late must not win over what is newer.
 */
static void of_places_at_several_hosts_the_one_that_began_to_run_last_is_active(void **state)
{
    static const struct {
        const char *name, *said;
        int active; /* -1: none */
        enum switch_state state;
    } rows[] = {
        {"the new host is heard first", "0r5 1i0 1r7", 1, SWITCH_RUNNING},
        {"then the old one says that it stopped", "0r5 1i0 1r7 0s0 0g0", 1, SWITCH_RUNNING},
        {"the old one's link breaks in the middle", "0r5 1i0 0s0 0l0 1r7", 1, SWITCH_RUNNING},
        {"and before it said anything", "0r5 1i0 0l0 1r7", 1, SWITCH_RUNNING},
        {"it is back and has not heard yet that it stopped", "0r5 1i0 1r7 0l0 0r5", 1,
         SWITCH_RUNNING},
        {"it is back first", "0r5 1i0 0l0 0r5 1r7", 1, SWITCH_RUNNING},
        {"it is back and says that the machine went", "0r5 1i0 0l0 1r7 0g0", 1, SWITCH_RUNNING},
        {"its word comes after both links broke", "1i0 1r7 1l0 0r5", 0, SWITCH_RUNNING},
        {"until the new host's is up again", "1i0 1r7 1l0 0r5 1r7", 1, SWITCH_RUNNING},
        {"the machine came back", "0r5 1i0 0s0 1r7 0i0 1s0 0r9", 0, SWITCH_RUNNING},
        {"whose way back is heard in another order", "0r5 1i0 0r9 1r7 1g0", 0, SWITCH_RUNNING},
        {"the new host's clock is behind, and it is heard last", "0r5 1i0 0s0 1r3", 1,
         SWITCH_RUNNING},
        {"and is heard first", "0r5 1i0 1r3", 0, SWITCH_RUNNING},
        {"until the old one stops", "0r5 1i0 1r3 0s0", 1, SWITCH_RUNNING},
        {"or has gone", "0r5 1i0 1r3 0g0", 1, SWITCH_RUNNING},
        {"or is lost", "0r5 1i0 1r3 0l0", 1, SWITCH_RUNNING},
        {"a third host has an old word", "0r5 1i0 0s0 1r7 2r1", 1, SWITCH_RUNNING},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story s;
        story_begin(&s);
        for (const char *at = rows[i].said; *at; at += at[3] ? 4 : 3) {
            struct switch_place *p = &s.places[at[0] - '0'];
            if (at[1] == 'r')
                switchboard_hear_running(&s.board, p, (uint64_t)(at[2] - '0'));
            else
                switchboard_hear_state(&s.board, p, state_of(at[1]));
        }
        const struct switch_place *active =
            rows[i].active < 0 ? NULL : &s.places[rows[i].active];
        if (s.board.active != active || s.board.state != rows[i].state)
            fail_msg("%s (%s): place %d is active, %s", rows[i].name, rows[i].said,
                     s.board.active ? (int)(s.board.active - s.places) : -1,
                     switch_state_name(s.board.state));
    }
}

static void who_begins_to_run_is_newer_than_all_that_was_heard(void **state)
{
    struct story s;
    (void)state;
    story_begin(&s);
    assert_int_equal(switchboard_stamp(&s.board, 100), 100);
    switchboard_hear_running(&s.board, &s.places[0], 500);
    assert_int_equal(switchboard_stamp(&s.board, 100), 501);
    assert_int_equal(switchboard_stamp(&s.board, 900), 900);
}

/* ---- any order of events ---- */

enum { USERS = 2, KEYS = 5 };

/* A machine of places, each with a guest's keyboard; only one that runs takes keys in. */
struct world {
    struct switchboard board;
    struct switch_place places[PLACES];
    struct keystate guest; /* of the machine, wherever it is */
    struct held_input held;
    struct keyboard keyboard;
    struct hands hands[USERS];
    struct switch_place *active; /* as told by actions */
    uint64_t typed, seen;        /* key events sent; key events that the guest got */
    uint64_t now_us;
};

static void guest_key(void *sink, uint8_t qnum, bool down)
{
    struct world *w = sink;
    assert_non_null(w->active);
    keystate_set(&w->guest, qnum, down);
    w->seen++;
}

static void guest_motion(void *sink, unsigned head, int x, int y)
{
    (void)sink;
    (void)head;
    (void)x;
    (void)y;
}

static void guest_button(void *sink, unsigned head, enum pointer_button button, bool down)
{
    (void)sink;
    (void)head;
    (void)button;
    (void)down;
}

static const struct input_sink_ops guest_ops = {guest_key, guest_motion, guest_motion,
                                                guest_button};

static void world_act(void *self, struct switch_place *p, unsigned actions)
{
    static const uint16_t no_buttons[BUTTON_COUNT];
    struct world *w = self;
    if (actions & SWITCH_HOLD)
        held_input_hold(&w->held, w->now_us);
    if (actions & SWITCH_DROP) {
        w->active = NULL;
        w->held.out = (struct input_sink){0};
    }
    if (actions & SWITCH_FORGET) {
        held_input_forget(&w->held);
        w->guest = (struct keystate){0};
    }
    if (actions & SWITCH_DISCARD)
        held_input_discard(&w->held);
    if (actions & SWITCH_ACTIVATE) {
        w->active = p;
        w->held.out = (struct input_sink){&guest_ops, w};
    }
    if (actions & SWITCH_PLAY) {
        while (held_input_play(&w->held, w->now_us += HELD_STEP_US))
            continue;
        held_input_settle(&w->held, w->keyboard.holders, no_buttons);
    }
}

static uint32_t random_next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(*seed >> 33);
}

static void world_check(const struct world *w)
{
    assert_ptr_equal(w->active, w->board.active);
    assert_int_equal(w->active != NULL, has_active(w->board.state));
    assert_true(!w->active || !w->active->standby);
    if (w->board.state != SWITCH_RUNNING)
        return;
    for (int key = 1; key <= KEYS; key++) {
        bool down = keystate_is_down(&w->guest, (uint8_t)key);
        assert_true(!down || w->keyboard.holders[key]);
    }
}

static void world_step(struct world *w, uint64_t *seed)
{
    uint32_t dice = random_next(seed);
    if (dice % 3 == 0) {
        enum place_state state = (enum place_state)(random_next(seed) % 7);
        switchboard_hear_state(&w->board, &w->places[random_next(seed) % PLACES], state);
        return;
    }
    struct hands *hands = &w->hands[random_next(seed) % USERS];
    uint8_t key = (uint8_t)(1 + random_next(seed) % KEYS);
    keyboard_key(&w->keyboard, hands, key, random_next(seed) % 2);
}

/* Counts what the keyboard sends. */
static struct world *counting;
static void count_key(void *sink, uint8_t qnum, bool down)
{
    struct input_sink held = held_input_sink(&counting->held);
    (void)sink;
    counting->typed++;
    held.ops->key(held.self, qnum, down);
}

static const struct input_sink_ops counting_ops = {count_key, guest_motion, guest_motion,
                                                   guest_button};

static void after_any_order_of_events_nothing_is_stuck_and_nothing_lost_uncounted(void **state)
{
    (void)state;
    for (uint64_t run = 0; run < 10000; run++) {
        uint64_t seed = run;
        struct world w = {.board = {.act = world_act}};
        w.board.self = &w;
        counting = &w;
        w.keyboard.sink = (struct input_sink){&counting_ops, NULL};
        held_input_init(&w.held, run % 3 ? 4096 : 4, UINT64_MAX);
        for (int i = 0; i < PLACES; i++)
            switchboard_add(&w.board, &w.places[i]);
        for (int i = 0; i < 60; i++) {
            world_step(&w, &seed);
            world_check(&w);
        }
        /* It ends well: then the guest has down what users hold, if the machine is the same. */
        switchboard_hear_state(&w.board, &w.places[0], PLACE_RUNNING);
        world_check(&w);
        for (int i = 0; i < USERS; i++)
            keyboard_lift(&w.keyboard, &w.hands[i]);
        assert_false(keystate_any(&w.guest));
        assert_int_equal(w.held.n, 0);
        assert_int_equal(w.seen, w.typed - w.held.lost - w.held.voided + w.held.made);
        held_input_fini(&w.held);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_table_is_as_wanted),
        cmocka_unit_test(each_row_leaves_an_active_place_and_input_as_its_state_says),
        cmocka_unit_test(whichever_way_a_machine_goes_the_right_place_is_active),
        cmocka_unit_test(of_places_at_several_hosts_the_one_that_began_to_run_last_is_active),
        cmocka_unit_test(who_begins_to_run_is_newer_than_all_that_was_heard),
        cmocka_unit_test(after_any_order_of_events_nothing_is_stuck_and_nothing_lost_uncounted),
    };
    return cmocka_run_group_tests_name("switch", tests, NULL, NULL);
}
