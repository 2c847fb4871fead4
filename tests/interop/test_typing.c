/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is typed in the windows of real viewers reaches the machine. */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"
#include "tests/interop/hands.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

/* Keys of the screen's us keyboard, as hands_chord takes them, and what the machine reports. */
struct chord {
    const char *keys, *codes;
};

/* xdotool takes the left key where it is told the right one's name: hence numbers. */
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
    {"Control_L Alt_L Delete", "1d 38 e053"},
};

/* Desktops' programs keep these, for menus, help, and Remmina's own commands. */
static const struct chord more_chords[] = {
    {"105 v", "e01d 2f"}, {"F1", "3b"},        {"F10", "44"},
    {"Alt_L x", "38 2d"}, {"Super_L", "e05b"}, {"Control_L Shift_L Escape", "1d 2a 01"},
};

static void press_all(struct room *room, const struct chord *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        hands_chord(room, list[i].keys);
        hands_expect_chord(room, list[i].codes);
    }
}

static void keys_arrive(struct trial *trial)
{
    struct room room = hands_start(trial, "keymap = us");
    struct window window;

    hands_enter_typing(&room, &window, trial->data);
    press_all(&room, chords, ARRAY_SIZE(chords));
    press_all(&room, more_chords, ARRAY_SIZE(more_chords));
}

static void common_keys_arrive(struct trial *trial)
{
    struct room room = hands_start(trial, "keymap = us");
    struct window window;

    hands_enter_typing(&room, &window, trial->data);
    press_all(&room, chords, ARRAY_SIZE(chords));
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
    struct room room = hands_start(trial, row->machine);
    const char *argv[] = {"setxkbmap", "de", NULL};
    struct window window;

    int status = process_wait(screen_run(room.screen, "setxkbmap", argv, NULL), PATIENCE_MS);
    trial_check(trial, status == 0, "setxkbmap: status %d", status);
    hands_enter_typing(&room, &window, row->program);
    for (const struct chord *c = row->chords; c->keys; c++) {
        hands_chord(&room, c->keys);
        hands_expect_chord(&room, c->codes);
    }
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
    {"keys pressed in trixie's TigerVNC arrive", keys_arrive, &viewer_tigervnc_trixie, true},
    {"keys pressed in Remmina arrive", common_keys_arrive, &viewer_remmina, true},
    {"keys pressed in KRDC arrive", common_keys_arrive, &viewer_krdc, true},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop typing", rows, ARRAY_SIZE(rows));
}
