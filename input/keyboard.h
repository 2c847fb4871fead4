/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's keyboard as its users share it: counts who holds which key, so that a key goes
 * down with the first holder and up with the last, and repeats pass while it is held. A
 * modifier counts for the keys of the one who holds it only. Sends to a sink. Holds no timers.
 */
#ifndef HF_INPUT_KEYBOARD_H
#define HF_INPUT_KEYBOARD_H

#include "input/keystate.h"
#include "input/sink.h"

struct hands;

struct keyboard {
    struct input_sink sink; /* ops may be NULL: nobody listens, states are kept */
    uint16_t holders[256];  /* how many hold it, lifted modifiers not counted */
    struct hands *hands;    /* those that hold anything */
    uint64_t owner;         /* whose modifiers are down */
};

/* One user's (viewer's) hands on it. All zero, but for the owner, at first. */
struct hands {
    struct keystate keys;   /* what they hold */
    struct keystate lifted; /* modifiers among it that are up while another owner types */
    uint64_t
        owner; /* one person, whose hands share modifiers; changes only while nothing is held */
    struct hands *next, **link; /* the keyboard's, while they hold anything */
};

/* A key event of one pair of hands; a press of a held key is auto-repeat and is sent again. */
void keyboard_key(struct keyboard *kb, struct hands *hands, uint8_t qnum, bool down);
/* These hands hold a key that is down already, pressed elsewhere: nothing is sent. */
void keyboard_adopt(struct keyboard *kb, struct hands *hands, uint8_t qnum);
/* They hold it no more, and nothing is sent. Whether nobody holds it now. */
bool keyboard_drop(struct keyboard *kb, struct hands *hands, uint8_t qnum);
/* Lifts all that these hands hold. */
void keyboard_lift(struct keyboard *kb, struct hands *hands);
/*
 * Makes the modifiers this owner's: those that others hold go up, and come down again when it
 * is their owner's turn. Each press does it; for what else modifiers count for, a click.
 */
void keyboard_turn(struct keyboard *kb, uint64_t owner);

#endif
