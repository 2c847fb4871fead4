/* SPDX-License-Identifier: GPL-2.0-or-later */
/* scribble: random drawing in a guest, on a picture of a known size. */
#ifndef HF_TESTS_E2E_SCRIBBLE_H
#define HF_TESTS_E2E_SCRIBBLE_H

#include "tests/e2e/dice.h"
#include "tests/e2e/guest.h"

struct scribble {
    struct guest *guest;
    struct dice *dice;
    int width_px, height_px; /* at least 64 each */
};

/* One thing somewhere: a colour, text, noise, a gradient, or a part of the picture again. */
void scribble_something(const struct scribble *s);
/*
 * Moves all or a part of the picture up, down or sideways, as windows that scroll do, and
 * writes something where it came from.
 */
void scribble_scroll(const struct scribble *s);

#endif
