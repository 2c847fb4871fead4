/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest: everything that the test guest consists of, as its commands see it. */
#ifndef HF_GUEST_GUEST_H
#define HF_GUEST_GUEST_H

#include "tests/guest/clock.h"
#include "tests/guest/display.h"
#include "tests/guest/input.h"
#include "tests/guest/memory.h"
#include "tests/guest/scene.h"
#include "tests/guest/serial.h"

struct guest {
    struct heap heap;
    struct serial serial;
    struct clock clock;
    struct input input;
    struct display display;
    struct player player;
    unsigned head; /* the one that commands without HEAD mean */
    bool follow;   /* change the mode when the host asks for another size */
};

#endif
