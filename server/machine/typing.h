/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text and key combinations waiting to be typed on a machine's keyboard, one key event at a
 * time. Knows no clock: its owner steps it every TYPING_STEP_US, so that guests which poll
 * their keyboard keep up.
 */
#ifndef HF_SERVER_MACHINE_TYPING_H
#define HF_SERVER_MACHINE_TYPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/keyboard.h"
#include "input/keymap.h"
#include "input/typist.h"

enum {
    TYPING_CHARACTERS_MOST = 4096,
    TYPING_EVENTS_MOST = 2 * TYPING_CHARACTERS_MOST,
    TYPING_CHORD_MOST = 8
};
#define TYPING_STEP_US 10000

struct typing_event {
    uint32_t keysym; /* with the modifiers that it needs; 0: the key `qnum` as it is */
    uint8_t qnum;
    bool down;
};

struct typing {
    struct typist typist;
    struct typing_event events[TYPING_EVENTS_MOST]; /* a ring */
    size_t first, n;
    uint64_t added, played; /* events since the start */
};

/*
 * Queues a zero-terminated UTF-8 text, all of it or nothing. 0; -EILSEQ when it is not UTF-8;
 * -EINVAL when the layout cannot type a character, which is then in *bad_r (a code point);
 * -ENOSPC when the queue has no room for it.
 */
int typing_add_text(struct typing *t, const struct keymap *map, const char *text,
                    uint32_t *bad_r);
/*
 * Queues keys held together, "ctrl-alt-delete": pressed in this order, released in the other.
 * 0; -EINVAL with *bad_r and *bad_len_r the part of text that names no key of this layout (or
 * more than TYPING_CHORD_MOST keys: all of it); -ENOSPC.
 */
int typing_add_chord(struct typing *t, const struct keymap *map, const char *text,
                     const char **bad_r, size_t *bad_len_r);
/* Sends the next event, if there is one. `leds` are the machine's (LED_*). Whether more are
 * waiting. */
bool typing_step(struct typing *t, struct keyboard *kb, const struct keymap *map,
                 unsigned leds);
/* Forgets what waits and lifts what is held. */
void typing_stop(struct typing *t, struct keyboard *kb);

#endif
