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

/* One call of a sink, kept. */
enum input_kind { INPUT_KEY, INPUT_MOVE_TO, INPUT_MOVE_BY, INPUT_BUTTON };

struct input_event {
    enum input_kind kind;
    unsigned head;
    int a, b; /* a key's or button's number; x, y; dx, dy */
    bool down;
};

/* Calls the sink, whose ops are not NULL, with the event. */
static inline void input_event_send(const struct input_event *e, const struct input_sink *to)
{
    switch (e->kind) {
    case INPUT_KEY:
        to->ops->key(to->self, (uint8_t)e->a, e->down);
        break;
    case INPUT_MOVE_TO:
        to->ops->move_to(to->self, e->head, e->a, e->b);
        break;
    case INPUT_MOVE_BY:
        to->ops->move_by(to->self, e->head, e->a, e->b);
        break;
    case INPUT_BUTTON:
        to->ops->button(to->self, e->head, (enum pointer_button)e->a, e->down);
        break;
    }
}

/* Motion further than any screen is of no use, and sums must not overflow. */
static inline int input_bound(int v)
{
    return v < -INT16_MAX ? -INT16_MAX : v > INT16_MAX ? INT16_MAX : v;
}

#endif
