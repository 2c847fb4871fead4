/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hands: typing and pointing in the window of a viewer of a machine of 640x480. */
#ifndef HF_TESTS_INTEROP_HANDS_H
#define HF_TESTS_INTEROP_HANDS_H

#include "tests/interop/window.h"

#define HANDS_WIDTH_PX 640
#define HANDS_HEIGHT_PX 480

/* room_start with such a machine, without a pointer of its own. */
struct room hands_start(struct trial *trial, const char *machine);

/* Opens a window and clicks in the middle of the picture. */
void hands_enter(struct room *room, struct window *window,
                 const struct viewer_program *program);

/*
 * The same, and returns when the machine has seen a key that was pressed there, for some
 * programs give the keyboard to the picture only a while after the click.
 */
void hands_enter_typing(struct room *room, struct window *window,
                        const struct viewer_program *program);

/*
 * Keys pressed one after the other and released in reverse, by the names that xdotool knows. A
 * number is X11's code of a key. At most eight.
 */
void hands_chord(struct room *room, const char *keys);
/* The machine must report the presses of these codes and their releases in reverse. */
void hands_expect_chord(struct room *room, const char *codes);

/* What the machine reports of its pointer: x and y from 0 to 65535, the wheel as it turns. */
struct hands_pointer {
    int x, y, buttons, wheel;
};

/* The next event, which must be of an absolute pointer; expected: what it should be, in words.
 */
struct hands_pointer hands_next_pointer(struct guest *guest, const char *expected);
/*
 * Waits for the pointer at that pixel with these buttons. What comes on the way must have the
 * buttons from before, at other places.
 */
void hands_expect_pointer(struct guest *guest, int x_px, int y_px, int before, int buttons);
/* The same with buttons that go down and up there. */
void hands_expect_click(struct guest *guest, int x_px, int y_px, int buttons);

#endif
