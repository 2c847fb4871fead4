/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's keyboard as its users share it: counts who holds which key, so that a key goes
 * down with the first holder and up with the last, and repeats pass while it is held. Sends to
 * a sink. Holds no timers.
 */
#ifndef HF_INPUT_KEYBOARD_H
#define HF_INPUT_KEYBOARD_H

#include "input/keystate.h"
#include "input/sink.h"

struct keyboard {
    struct input_sink sink; /* ops may be NULL: nobody listens, states are kept */
    uint16_t holders[256];
};

/* One user's (viewer's) hands on it. */
struct hands {
    struct keystate keys;
};

/* A key event of one pair of hands; a press of a held key is auto-repeat and is sent again. */
void keyboard_key(struct keyboard *kb, struct hands *hands, uint8_t qnum, bool down);
/* Lifts all that these hands hold. */
void keyboard_lift(struct keyboard *kb, struct hands *hands);

#endif
