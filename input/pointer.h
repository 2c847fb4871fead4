/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A machine's mouse as its users share it: counts who holds which button, turns positions into
 * motion for machines with a relative mouse (each user's own last position is the base), wheel
 * clicks into press and release. Sends to a sink.
 */
#ifndef HF_INPUT_POINTER_H
#define HF_INPUT_POINTER_H

#include "input/sink.h"

struct pointer {
    struct input_sink sink; /* ops may be NULL */
    bool absolute;          /* the machine takes positions */
    uint16_t holders[BUTTON_COUNT];
    bool placed;   /* head, x, y are known; false once a new machine stands behind the sink */
    unsigned head; /* where the last event went */
    int x, y;      /* px in that head, the last position sent or assumed */
};

/* One user's (viewer's) mouse. */
struct mouse {
    unsigned buttons; /* bits 1 << enum pointer_button that this user holds */
    bool placed;      /* x, y are known */
    unsigned head;
    int x, y; /* px, the last position of this user */
};

/*
 * A pointer event: position in px of the head, buttons as bits 1 << enum pointer_button. Motion
 * goes before button changes. Wheel bits are clicks: each rising bit is one press and release.
 */
void pointer_event(struct pointer *p, struct mouse *m, unsigned head, int x, int y,
                   unsigned buttons);
/*
 * Relative motion (rfbproto, QEMU Pointer Motion Change), with the buttons. While the machine
 * takes positions there is nothing to add it to, so only the buttons count.
 */
void pointer_move_by(struct pointer *p, struct mouse *m, unsigned head, int dx, int dy,
                     unsigned buttons);
/* This user holds a button that is down already, pressed elsewhere: nothing is sent. */
void pointer_adopt(struct pointer *p, struct mouse *m, enum pointer_button button);
/* They hold it no more, and nothing is sent. Whether nobody holds it now. */
bool pointer_drop(struct pointer *p, struct mouse *m, enum pointer_button button);
/* Releases the buttons that this user holds. */
void pointer_lift(struct pointer *p, struct mouse *m);
/*
 * Buttons of the wire as pointer_button bits: RFC 6143 7.5.5 in bits 0..6 (5 and 6: wheel left
 * and right), then back in bit 7 and forward in bit 8 as rfbproto's ExtendedMouseButtons
 * numbers them. Other bits are ignored.
 */
unsigned pointer_buttons_from_rfb(unsigned mask);

#endif
