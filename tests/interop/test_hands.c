/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed and pointed at in the windows of real viewers reaches the machine. */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/trial.h"
#include "tests/interop/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

#define WIDTH_PX 640
#define HEIGHT_PX 480

static struct room start(struct trial *trial, const char *machine)
{
    struct room room = room_start(trial, ROOM_VIRTIO, "follow off; display virtio", machine);

    room_hide_pointer(&room);
    guest_say(room.guest, "mode %d %d", WIDTH_PX, HEIGHT_PX);
    guest_say(room.guest, "scene still");
    return room;
}

static void open_and_enter(struct room *room, struct window *window,
                           const struct viewer_program *program)
{
    window_open(window, room, program, NULL, SCREEN_ALL);
    window_compare(window, 1);
    window_point(window, WIDTH_PX / 2, HEIGHT_PX / 2);
    window_focus(window);
    /* As people do: without a window manager some programs wake up only then. */
    screen_do(room->screen, "click", "1", NULL);
}

/* ---- keys ---- */

/*
 * Keys of the screen's us keyboard, pressed one after the other and released in reverse. A
 * number is X11's code of a key, where xdotool takes the other key of two for a name.
 */
struct chord {
    const char *keys, *codes; /* for xdotool; as the machine reports its presses */
};

static const struct chord chords[] = {
    {"a", "1e"},
    {"z", "2c"},
    {"Shift_L q", "2a 10"},
    {"62 p", "36 19"},
    {"1", "02"},
    {"Shift_L 2", "2a 03"},
    {"minus", "0c"},
    {"bracketleft", "1a"},
    {"backslash", "2b"},
    {"Shift_L grave", "2a 29"},
    {"slash", "35"},
    {"space", "39"},
    {"Return", "1c"},
    {"Tab", "0f"},
    {"BackSpace", "0e"},
    {"Escape", "01"},
    {"F1", "3b"},
    {"F10", "44"},
    {"F12", "58"},
    {"Up", "e048"},
    {"Down", "e050"},
    {"Left", "e04b"},
    {"Right", "e04d"},
    {"Home", "e047"},
    {"End", "e04f"},
    {"Prior", "e049"},
    {"Next", "e051"},
    {"Insert", "e052"},
    {"Delete", "e053"},
    {"Control_L c", "1d 2e"},
    {"105 v", "e01d 2f"},
    {"Alt_L x", "38 2d"},
    {"Super_L", "e05b"},
    {"Control_L Alt_L Delete", "1d 38 e053"},
    {"Control_L Shift_L Escape", "1d 2a 01"},
};

/* "keydown A keydown B keyup B keyup A" */
static void press_chord(struct room *room, const char *keys)
{
    const char *words[3] = {NULL}, *w[12] = {NULL};
    char *copy = trial_text(room->trial, "%s", keys), *save = NULL;
    size_t n = 0, at = 0;

    for (char *key = strtok_r(copy, " ", &save); key; key = strtok_r(NULL, " ", &save))
        words[n++] = key;
    for (size_t i = 0; i < 2 * n; i++) {
        w[at++] = i < n ? "keydown" : "keyup";
        w[at++] = words[i < n ? i : 2 * n - 1 - i];
    }
    screen_do(room->screen, w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], w[8], w[9], w[10],
              w[11], NULL);
}

/* "+A +B -B -A" */
static const char *down_and_up(struct trial *trial, const char *codes)
{
    char *copy = trial_text(trial, "%s", codes), *save = NULL;
    const char *down = "", *up = "";

    for (char *code = strtok_r(copy, " ", &save); code; code = strtok_r(NULL, " ", &save)) {
        down = trial_text(trial, "%s+%s ", down, code);
        up = trial_text(trial, "-%s %s", code, up);
    }
    return trial_text(trial, "%s%s", down, up);
}

static void keys_arrive(struct trial *trial)
{
    struct room room = start(trial, "keymap = us");
    struct window window;

    open_and_enter(&room, &window, trial->data);
    for (size_t i = 0; i < ARRAY_SIZE(chords); i++) {
        press_chord(&room, chords[i].keys);
        keys_expect(room.guest, down_and_up(trial, chords[i].codes));
    }
}

/*
 * A keyboard with a German layout at the screen. TigerVNC and gtk-vnc tell which key it was,
 * and the machine's layout does not matter; TightVNC tells what it means, and the key is looked
 * for on the machine's keyboard. The screen's keys by X11's codes.
 */
struct layout_row {
    const struct viewer_program *program;
    const char *machine;
    struct chord chords[5];
};

static const struct layout_row tigervnc_us = {
    &viewer_tigervnc,
    "keymap = us",
    {{"29", "15"}, {"52", "2c"}, {"47", "27"}, {"108 24", "e038 10"}}};
static const struct layout_row gtkvnc_us = {
    &viewer_gtkvnc,
    "keymap = us",
    {{"29", "15"}, {"52", "2c"}, {"47", "27"}, {"108 24", "e038 10"}}};
static const struct layout_row tightvnc_de = {
    &viewer_tightvnc,
    "keymap = de",
    {{"29", "15"}, {"52", "2c"}, {"47", "27"}, {"108 24", "e038 10"}}};
/* z, y and Y */
static const struct layout_row tightvnc_us = {
    &viewer_tightvnc, "keymap = us", {{"29", "2c"}, {"52", "15"}, {"50 52", "2a 15"}}};

static void layouts_meet(struct trial *trial)
{
    const struct layout_row *row = trial->data;
    struct room room = start(trial, row->machine);
    const char *argv[] = {"setxkbmap", "de", NULL};
    struct window window;

    int status = process_wait(screen_run(room.screen, "setxkbmap", argv, NULL), PATIENCE_MS);
    trial_check(trial, status == 0, "setxkbmap: status %d", status);
    open_and_enter(&room, &window, row->program);
    for (const struct chord *c = row->chords; c->keys; c++) {
        press_chord(&room, c->keys);
        keys_expect(room.guest, down_and_up(trial, c->codes));
    }
}

/* ---- pointer ---- */

struct pointer {
    int x, y, buttons, wheel;
};

static struct pointer next_pointer(struct guest *guest, const char *expected)
{
    const char *event = guest_event_within(guest, PATIENCE_MS);
    struct pointer p = {0};

    trial_check(guest->trial, event != NULL, "the machine reports nothing; expected %s",
                expected);
    int fields = sscanf(event, "abs %d %d %d %d", &p.x, &p.y, &p.buttons, &p.wheel);
    trial_check(guest->trial, fields == 4, "the machine reports '%s'; expected %s", event,
                expected);
    return p;
}

/* Whether a position of 0 to 65535 is within a pixel of that. */
static bool is_near(int position, int at_px, int length_px)
{
    return abs(position * length_px / 65536 - at_px) <= 1;
}

static bool is_at(struct pointer p, int x_px, int y_px)
{
    return is_near(p.x, x_px, WIDTH_PX) && is_near(p.y, y_px, HEIGHT_PX);
}

/*
 * Waits for the pointer at that place with these buttons. What comes on the way has the buttons
 * from before, at other places.
 */
static void wait_pointer(struct guest *guest, int x_px, int y_px, int before, int buttons)
{
    const char *expected = trial_text(guest->trial, "buttons %d at %d,%d", buttons, x_px, y_px);

    for (;;) {
        struct pointer p = next_pointer(guest, expected);
        if (p.buttons == buttons && p.wheel == 0 && is_at(p, x_px, y_px))
            return;
        trial_check(guest->trial, p.buttons == before && p.wheel == 0,
                    "buttons %d and wheel %d at %d,%d; expected %s", p.buttons, p.wheel, p.x,
                    p.y, expected);
    }
}

static void wait_click(struct guest *guest, int x_px, int y_px, int buttons)
{
    wait_pointer(guest, x_px, y_px, 0, buttons);
    wait_pointer(guest, x_px, y_px, buttons, 0);
}

static const struct {
    int x_px, y_px;
} places[] = {{100, 50}, {500, 300}, {1, 1}, {638, 478}, {320, 240}};

/* X11's buttons, and the machine's. */
static const struct {
    const char *number;
    int buttons;
} buttons[] = {{"1", 1}, {"2", 4}, {"3", 2}};

static void the_pointer_arrives(struct trial *trial)
{
    struct room room = start(trial, NULL);
    struct window window;

    guest_say(room.guest, "pointer abs");
    open_and_enter(&room, &window, trial->data);
    wait_click(room.guest, WIDTH_PX / 2, HEIGHT_PX / 2, 1);
    for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
        window_point(&window, places[i].x_px, places[i].y_px);
        wait_pointer(room.guest, places[i].x_px, places[i].y_px, 0, 0);
        for (size_t b = 0; b < ARRAY_SIZE(buttons); b++) {
            screen_do(room.screen, "click", buttons[b].number, NULL);
            wait_click(room.guest, places[i].x_px, places[i].y_px, buttons[b].buttons);
        }
    }
}

/* From one corner of a rectangle to the other with a button down. */
static void dragging_arrives(struct trial *trial)
{
    struct room room = start(trial, NULL);
    struct window window;

    guest_say(room.guest, "pointer abs");
    open_and_enter(&room, &window, trial->data);
    wait_click(room.guest, WIDTH_PX / 2, HEIGHT_PX / 2, 1);
    window_point(&window, 100, 100);
    wait_pointer(room.guest, 100, 100, 0, 0);
    screen_do(room.screen, "mousedown", "1", NULL);
    wait_pointer(room.guest, 100, 100, 0, 1);
    window_point(&window, 400, 300);
    wait_pointer(room.guest, 400, 300, 1, 1);
    screen_do(room.screen, "mouseup", "1", NULL);
    wait_pointer(room.guest, 400, 300, 1, 0);
}

/* The next event that is a turn of the wheel. Its release arrives as an event without any. */
static int next_turn(struct guest *guest, int expected)
{
    struct pointer p;

    do {
        p = next_pointer(guest, trial_text(guest->trial, "wheel %d", expected));
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
    struct room room = start(trial, NULL);
    struct window window;

    guest_say(room.guest, "pointer abs");
    open_and_enter(&room, &window, trial->data);
    wait_click(room.guest, WIDTH_PX / 2, HEIGHT_PX / 2, 1);
    for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
        screen_do(room.screen, "click", turns[i].number, NULL);
        int wheel = next_turn(room.guest, turns[i].wheel);
        trial_check(trial, wheel == turns[i].wheel, "wheel %d; expected %d", wheel,
                    turns[i].wheel);
    }
    /* No turn has come twice: the next events are those of a click. */
    screen_do(room.screen, "click", "1", NULL);
    struct pointer p;
    do {
        p = next_pointer(room.guest, "buttons 1");
        trial_check(trial, p.wheel == 0, "a turn too many");
    } while (p.buttons != 1);
}

static const struct trial_row rows[] = {
    {"keys pressed in TigerVNC arrive", keys_arrive, &viewer_tigervnc, false},
    {"keys pressed in TightVNC arrive", keys_arrive, &viewer_tightvnc, false},
    {"keys pressed in gtk-vnc arrive", keys_arrive, &viewer_gtkvnc, false},
    {"a German keyboard at TigerVNC", layouts_meet, &tigervnc_us, false},
    {"a German keyboard at gtk-vnc", layouts_meet, &gtkvnc_us, false},
    {"a German keyboard at TightVNC", layouts_meet, &tightvnc_de, false},
    {"a German keyboard at TightVNC, a us one in the machine", layouts_meet, &tightvnc_us,
     false},
    {"TigerVNC's pointer arrives", the_pointer_arrives, &viewer_tigervnc, false},
    {"TightVNC's pointer arrives", the_pointer_arrives, &viewer_tightvnc, false},
    {"gtk-vnc's pointer arrives", the_pointer_arrives, &viewer_gtkvnc, false},
    {"dragging in TigerVNC arrives", dragging_arrives, &viewer_tigervnc, false},
    {"dragging in TightVNC arrives", dragging_arrives, &viewer_tightvnc, false},
    {"dragging in gtk-vnc arrives", dragging_arrives, &viewer_gtkvnc, false},
    {"TigerVNC's wheel turns", the_wheel_turns, &viewer_tigervnc, false},
    {"TightVNC's wheel turns", the_wheel_turns, &viewer_tightvnc, false},
    {"gtk-vnc's wheel turns", the_wheel_turns, &viewer_gtkvnc, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop hands", rows, ARRAY_SIZE(rows));
}
