/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is pointed at in the windows of real viewers reaches the machine. */
#include <config.h>
#include "tests/e2e/trial.h"
#include "tests/interop/hands.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX HANDS_WIDTH_PX
#define HEIGHT_PX HANDS_HEIGHT_PX

static const struct {
    int x_px, y_px;
} places[] = {{100, 50}, {500, 300}, {1, 1}, {638, 478}, {320, 240}};

/* X11's buttons, and the machine's. */
static const struct {
    const char *number;
    int buttons;
} buttons[] = {{"1", 1}, {"2", 4}, {"3", 2}};

/* An absolute pointer, and one window with a click in its middle. */
static void start(struct trial *trial, struct room *room, struct window *window)
{
    *room = hands_start(trial, NULL);
    guest_say(room->guest, "pointer abs");
    hands_enter(room, window, trial->data);
    hands_expect_click(room->guest, WIDTH_PX / 2, HEIGHT_PX / 2, 1);
}

static void the_pointer_arrives(struct trial *trial)
{
    struct window window;
    struct room room;

    start(trial, &room, &window);
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        window_point(&window, places[i].x_px, places[i].y_px);
        hands_expect_pointer(room.guest, places[i].x_px, places[i].y_px, 0, 0);
        for (size_t b = 0; b < ARRAY_SIZE(buttons); b++) {
            screen_do(room.screen, "click", buttons[b].number, NULL);
            hands_expect_click(room.guest, places[i].x_px, places[i].y_px, buttons[b].buttons);
        }
    }
}

/* From one corner of a rectangle to the other with a button down. */
static void dragging_arrives(struct trial *trial)
{
    struct window window;
    struct room room;

    start(trial, &room, &window);
    window_point(&window, 100, 100);
    hands_expect_pointer(room.guest, 100, 100, 0, 0);
    screen_do(room.screen, "mousedown", "1", NULL);
    hands_expect_pointer(room.guest, 100, 100, 0, 1);
    window_point(&window, 400, 300);
    hands_expect_pointer(room.guest, 400, 300, 1, 1);
    screen_do(room.screen, "mouseup", "1", NULL);
    hands_expect_pointer(room.guest, 400, 300, 1, 0);
}

/* The next event that is a turn of the wheel. Its release arrives as an event without any. */
static int next_turn(struct guest *guest, int expected)
{
    struct hands_pointer p;

    do {
        p = hands_next_pointer(guest, trial_text(guest->trial, "wheel %d", expected));
        trial_check(guest->trial, p.buttons == 0, "buttons %d for the wheel", p.buttons);
    } while (p.wheel == 0);
    return p.wheel;
}

static void the_wheel_turns(struct trial *trial)
{
    static const struct {
        const char *number;
        int wheel;
    } turns[] = {{"4", -1}, {"5", 1}, {"4", -1}, {"4", -1}, {"5", 1}};
    struct window window;
    struct room room;

    start(trial, &room, &window);
    for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
        screen_do(room.screen, "click", turns[i].number, NULL);
        int wheel = next_turn(room.guest, turns[i].wheel);
        trial_check(trial, wheel == turns[i].wheel, "wheel %d; expected %d", wheel,
                    turns[i].wheel);
    }
    /* No turn has come twice: the next events are those of a click. */
    screen_do(room.screen, "click", "1", NULL);
    struct hands_pointer p;
    do {
        p = hands_next_pointer(room.guest, "buttons 1");
        trial_check(trial, p.wheel == 0, "a turn too many");
    } while (p.buttons != 1);
}

static const struct trial_row rows[] = {
    {"TigerVNC's pointer arrives", the_pointer_arrives, &viewer_tigervnc, false},
    {"TightVNC's pointer arrives", the_pointer_arrives, &viewer_tightvnc, false},
    {"gtk-vnc's pointer arrives", the_pointer_arrives, &viewer_gtkvnc, false},
    {"dragging in TigerVNC arrives", dragging_arrives, &viewer_tigervnc, false},
    {"dragging in TightVNC arrives", dragging_arrives, &viewer_tightvnc, false},
    {"dragging in gtk-vnc arrives", dragging_arrives, &viewer_gtkvnc, false},
    {"TigerVNC's wheel turns", the_wheel_turns, &viewer_tigervnc, false},
    {"TightVNC's wheel turns", the_wheel_turns, &viewer_tightvnc, false},
    {"gtk-vnc's wheel turns", the_wheel_turns, &viewer_gtkvnc, false},
    {"trixie's TigerVNC's pointer arrives", the_pointer_arrives, &viewer_tigervnc_trixie, true},
    {"trixie's TigerVNC's wheel turns", the_wheel_turns, &viewer_tigervnc_trixie, true},
    {"Remmina's pointer arrives", the_pointer_arrives, &viewer_remmina, true},
    {"Remmina's wheel turns", the_wheel_turns, &viewer_remmina, true},
    {"KRDC's pointer arrives", the_pointer_arrives, &viewer_krdc, true},
    {"KRDC's wheel turns", the_wheel_turns, &viewer_krdc, true},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop pointing", rows, ARRAY_SIZE(rows));
}
