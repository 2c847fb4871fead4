/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client's keyboard, which speaks keysyms, scancodes or both: turns its events into keys on
 * the machine's keyboard. Holds the modifiers that a symbol needs only for its duration and
 * only when the client does not hold them; remembers which key a keysym pressed, so that its
 * release finds the same key.
 */
#ifndef HF_INPUT_TYPIST_H
#define HF_INPUT_TYPIST_H

#include "input/keyboard.h"
#include "input/keymap.h"

enum { TYPIST_SYMBOLS_MOST = 32 }; /* keysyms held at once; further presses are dropped */

struct typist {
    struct hands hands; /* what the machine sees of this client */
    struct {
        uint32_t keysym;
        uint8_t qnum;
    } held[TYPIST_SYMBOLS_MOST]; /* one entry a key: the last keysym that pressed it */
    unsigned n_held;
    struct keystate
        own; /* what the client holds; hands differ from it by borrowed modifiers only */
    uint8_t borrower; /* the key whose symbol modifiers are added or lifted for now; 0: none */
};

/*
 * A KeyEvent (RFC 6143 7.5.4). `leds` are the machine's lock lights (LED_*): Caps Lock decides
 * whether a letter needs Shift, Num Lock whether a keypad symbol comes from the keypad or from
 * the key that always types it. Modifiers added or lifted for a symbol stay so until its key is
 * released or another key is pressed. False when the keysym cannot be typed with this map.
 */
bool typist_keysym(struct typist *t, struct keyboard *kb, const struct keymap *map,
                   unsigned leds, uint32_t keysym, bool down);
/* A QEMU extended key event (rfbproto, QEMU Extended Key Event Message); keysym is used when xt
 * is 0. */
bool typist_scancode(struct typist *t, struct keyboard *kb, const struct keymap *map,
                     unsigned leds, uint32_t keysym, uint32_t xt, bool down);
/* Lifts everything the client holds. */
void typist_lift(struct typist *t, struct keyboard *kb);

#endif
