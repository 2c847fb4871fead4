/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "input/pointer.h"

#define BIT(button) (1u << (button))
#define WHEEL                                                                                  \
    (BIT(BUTTON_WHEEL_UP) | BIT(BUTTON_WHEEL_DOWN) | BIT(BUTTON_WHEEL_LEFT) |                  \
     BIT(BUTTON_WHEEL_RIGHT))

static void send_button(struct pointer *p, unsigned head, enum pointer_button button, bool down)
{
    if (p->sink.ops)
        p->sink.ops->button(p->sink.self, head, button, down);
}

static void send_motion(struct pointer *p, unsigned head, int dx, int dy)
{
    if (p->sink.ops && (dx || dy))
        p->sink.ops->move_by(p->sink.self, head, dx, dy);
}

static void change_button(struct pointer *p, unsigned head, enum pointer_button button,
                          bool down)
{
    if (BIT(button) & WHEEL) {
        if (down) {
            send_button(p, head, button, true);
            send_button(p, head, button, false);
        }
    } else if (down ? p->holders[button]++ == 0 : --p->holders[button] == 0) {
        send_button(p, head, button, down);
    }
}

static void change_buttons(struct pointer *p, struct mouse *m, unsigned head, unsigned buttons)
{
    unsigned before = m->buttons;
    m->buttons = buttons & (BIT(BUTTON_COUNT) - 1);
    for (enum pointer_button button = 0; button < BUTTON_COUNT; button++)
        if ((before ^ m->buttons) & BIT(button))
            change_button(p, head, button, m->buttons & BIT(button));
}

static void move_machine(struct pointer *p, unsigned head, int x, int y)
{
    bool there = p->placed && p->head == head && p->x == x && p->y == y;
    if (p->absolute && p->sink.ops && !there)
        p->sink.ops->move_to(p->sink.self, head, x, y);
    p->placed = true;
    p->head = head;
    p->x = x;
    p->y = y;
}

void pointer_event(struct pointer *p, struct mouse *m, unsigned head, int x, int y,
                   unsigned buttons)
{
    if (!p->absolute && m->placed && m->head == head)
        send_motion(p, head, x - m->x, y - m->y);
    move_machine(p, head, x, y);
    m->placed = true;
    m->head = head;
    m->x = x;
    m->y = y;
    change_buttons(p, m, head, buttons);
}

void pointer_move_by(struct pointer *p, struct mouse *m, unsigned head, int dx, int dy,
                     unsigned buttons)
{
    if (!p->absolute)
        send_motion(p, head, dx, dy);
    m->placed = false;
    change_buttons(p, m, head, buttons);
}

void pointer_adopt(struct pointer *p, struct mouse *m, enum pointer_button button)
{
    if (m->buttons & BIT(button) || BIT(button) & WHEEL)
        return;
    m->buttons |= BIT(button);
    p->holders[button]++;
}

bool pointer_drop(struct pointer *p, struct mouse *m, enum pointer_button button)
{
    if (!(m->buttons & BIT(button)) || BIT(button) & WHEEL)
        return false;
    m->buttons &= ~BIT(button);
    return --p->holders[button] == 0;
}

void pointer_lift(struct pointer *p, struct mouse *m)
{
    change_buttons(p, m, m->placed ? m->head : p->head, 0);
}

unsigned pointer_buttons_from_rfb(unsigned mask)
{
    static const unsigned char buttons[] = {
        BUTTON_LEFT,       BUTTON_MIDDLE,      BUTTON_RIGHT, BUTTON_WHEEL_UP, BUTTON_WHEEL_DOWN,
        BUTTON_WHEEL_LEFT, BUTTON_WHEEL_RIGHT, BUTTON_SIDE,  BUTTON_EXTRA,
    };
    unsigned pressed = 0;
    for (unsigned i = 0; i < sizeof(buttons); i++)
        if (mask >> i & 1)
            pressed |= BIT(buttons[i]);
    return pressed;
}
