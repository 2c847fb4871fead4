/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a machine's input goes: implemented by each kind of place. All calls come from the loop
 * and never block. */
#ifndef HF_INPUT_SINK_H
#define HF_INPUT_SINK_H

#include <stdbool.h>
#include <stdint.h>

/* Buttons as QEMU numbers them (QAPI InputButton, org.qemu.Display1.Mouse). */
enum pointer_button {
    BUTTON_LEFT,
    BUTTON_MIDDLE,
    BUTTON_RIGHT,
    BUTTON_WHEEL_UP,
    BUTTON_WHEEL_DOWN,
    BUTTON_SIDE,
    BUTTON_EXTRA,
    BUTTON_WHEEL_LEFT,
    BUTTON_WHEEL_RIGHT,
    BUTTON_COUNT
};

/* Lock lights of the keyboard, as bits (org.qemu.Display1.Keyboard Modifiers). */
enum { LED_SCROLL = 1, LED_NUM = 2, LED_CAPS = 4 };

/* Keys are QEMU key numbers: XT set 1, E0-prefixed codes with the high bit set (0x80 | code).
 */
struct input_sink_ops {
    void (*key)(void *sink, uint8_t qnum, bool down);
    /* x, y in px of that head. */
    void (*move_to)(void *sink, unsigned head, int x, int y);
    void (*move_by)(void *sink, unsigned head, int dx, int dy);
    void (*button)(void *sink, unsigned head, enum pointer_button button, bool down);
};

struct input_sink {
    const struct input_sink_ops *ops;
    void *self;
};

#endif
