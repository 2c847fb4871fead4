/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer's keys and pointer, on their way to the machine. */
#include <config.h>
#include "server/overlay/overlay.h"
#include "server/view.h"
#include "server/viewer.h"

/* rfbproto, QEMU Pointer Motion Change: a relative position is sent with this offset. */
#define RELATIVE_ZERO 0x7fff

/* What goes down asks whether it may; what comes up was down, or was lifted already. */
static bool may_type(struct viewer *v, bool down)
{
    bool may = v->machine && (down ? seat_input(&v->seat, WHEEL_PRESS) : seat_drives(&v->seat));
    if (down && !may)
        overlay_key_dropped(v);
    return may;
}

static bool may_point(struct viewer *v, unsigned buttons)
{
    bool press = buttons & ~v->mouse.buttons;
    if (!v->machine || !v->machine->n_heads ||
        !seat_input(&v->seat, press ? WHEEL_PRESS : WHEEL_MOTION))
        return false;
    if (press) /* modifiers count for clicks too */
        keyboard_turn(&v->machine->keyboard, v->typist.hands.owner);
    return true;
}

void viewer_key(struct viewer *v, uint32_t keysym, bool down)
{
    struct machine *m = v->machine;
    viewer_was_used(v);
    if (!overlay_key(v, keysym, 0, down) && may_type(v, down))
        typist_keysym(&v->typist, &m->keyboard, m->keymap, m->leds, keysym, down);
}

void viewer_extended_key(struct viewer *v, uint32_t keysym, uint32_t xt_code, bool down)
{
    struct machine *m = v->machine;
    viewer_was_used(v);
    if (!overlay_key(v, keysym, xt_code, down) && may_type(v, down))
        typist_scancode(&v->typist, &m->keyboard, m->keymap, m->leds, keysym, xt_code, down);
}

static bool is_relative(const struct viewer *v)
{
    return !v->machine->pointer.absolute &&
           encodings_have(&v->encodings, EXT_QEMU_POINTER_MOTION);
}

static int clamp(int value, int most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

void viewer_pointer(struct viewer *v, unsigned mask, unsigned x_px, unsigned y_px)
{
    struct machine *m = v->machine;
    unsigned buttons = pointer_buttons_from_rfb(mask);
    int x = (int)x_px, y = (int)y_px;
    viewer_was_used(v);
    if (overlay_pointer(v, mask, x, y) || !may_point(v, buttons))
        return;
    if (is_relative(v)) {
        pointer_move_by(&m->pointer, &v->mouse, m->pointer.head, x - RELATIVE_ZERO,
                        y - RELATIVE_ZERO, buttons);
        return;
    }
    unsigned head = view_head_at(v->client.view, &x, &y);
    const struct surface *shadow = &m->heads[head].shadow;
    if (!shadow->w)
        return;
    x = clamp(x, shadow->w - 1);
    y = clamp(y, shadow->h - 1);
    pointer_event(&m->pointer, &v->mouse, head, x, y, buttons);
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &v->moved_us);
    machine_pointer_at(m, head, x, y, m->pointer_visible);
}

void viewer_lift(struct viewer *v)
{
    if (!v->machine)
        return;
    typist_lift(&v->typist, &v->machine->keyboard);
    pointer_lift(&v->machine->pointer, &v->mouse);
}
