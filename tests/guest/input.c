/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/input.h"

#include <stddef.h>

#include "tests/guest/irq.h"
#include "tests/guest/vmmouse.h"

#define KEYBOARD_SET_LEDS 0xedu

static void on_keyboard_byte(void *context, uint8_t byte)
{
    struct input *input = context;
    struct line line;

    if (keyboard_feed(&input->keyboard, byte, &line))
        serial_send_event(input->serial, &line);
}

static void report_relative(struct input *input, const struct mouse_motion *motion)
{
    struct line line = {.length = 0};

    line_add(&line, "rel");
    line_add_field(&line, motion->dx);
    line_add_field(&line, motion->dy);
    line_add_field(&line, (int32_t)motion->buttons);
    line_add_field(&line, motion->dz);
    serial_send_event(input->serial, &line);
    if (motion->dw == 0)
        return;
    line.length = 0;
    line_add(&line, "hwheel");
    line_add_field(&line, motion->dw);
    serial_send_event(input->serial, &line);
}

/* With the absolute pointer, the mouse's packets only say that there is something to fetch. */
static void on_mouse_byte(void *context, uint8_t byte)
{
    struct input *input = context;
    struct mouse_motion motion;

    if (input->pointer == POINTER_RELATIVE && mouse_feed(&input->mouse, byte, &motion))
        report_relative(input, &motion);
}

static void report_absolute(struct input *input)
{
    struct vmmouse_event event;

    while (vmmouse_take(&event)) {
        struct line line = {.length = 0};
        line_add(&line, "abs");
        line_add_field(&line, (int32_t)event.x);
        line_add_field(&line, (int32_t)event.y);
        line_add_field(&line, (int32_t)event.buttons);
        line_add_field(&line, event.dz);
        serial_send_event(input->serial, &line);
    }
}

void input_poll(struct input *input)
{
    uint32_t flags = irq_save();

    ps2_drain(&input->ps2);
    if (input->pointer == POINTER_ABSOLUTE)
        report_absolute(input);
    irq_restore(flags);
}

static void input_interrupt(void *context)
{
    input_poll(context);
}

void input_start(struct input *input, struct serial *serial)
{
    input->serial = serial;
    input->pointer = POINTER_OFF;
    input->ps2.on_byte[PS2_KEYBOARD] = on_keyboard_byte;
    input->ps2.on_byte[PS2_MOUSE] = on_mouse_byte;
    input->ps2.context = input;
    ps2_start(&input->ps2);
    vmmouse_disable();
    irq_add(PS2_KEYBOARD_LINE, input_interrupt, input);
    irq_add(PS2_MOUSE_LINE, input_interrupt, input);
}

static const char *start_pointer(struct input *input, enum pointer_mode mode)
{
    if (mode == POINTER_ABSOLUTE && !vmmouse_enable())
        return "no vmware mouse";
    input->mouse = (struct mouse){.count = 0};
    input->pointer = mode;
    if (mode != POINTER_OFF && !ps2_mouse_stream(&input->ps2)) {
        input->pointer = POINTER_OFF;
        return "no ps/2 wheel mouse";
    }
    return NULL;
}

const char *input_set_pointer(struct input *input, enum pointer_mode mode)
{
    uint32_t flags = irq_save();

    input_poll(input);
    ps2_mouse_stop(&input->ps2);
    vmmouse_disable();
    input->pointer = POINTER_OFF;
    const char *why = start_pointer(input, mode);
    irq_restore(flags);
    return why;
}

const char *input_set_leds(struct input *input, uint8_t leds)
{
    uint32_t flags = irq_save();
    bool done = ps2_send(&input->ps2, PS2_KEYBOARD, KEYBOARD_SET_LEDS) &&
                ps2_send(&input->ps2, PS2_KEYBOARD, leds);

    irq_restore(flags);
    return done ? NULL : "the keyboard does not answer";
}
