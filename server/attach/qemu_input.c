/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_input.h"
#include "base/alloc.h"

#include <stdlib.h>

static const char keyboard_interface[] = "org.qemu.Display1.Keyboard";
static const char mouse_interface[] = "org.qemu.Display1.Mouse";

enum event_kind { EVENT_KEY, EVENT_MOVE_TO, EVENT_MOVE_BY, EVENT_BUTTON };

struct input_event {
    enum event_kind kind;
    unsigned head;
    int a, b; /* a key's or button's number; x, y; dx, dy */
    bool down;
};

void qemu_input_init(struct qemu_input *i)
{
    *i = (struct qemu_input){0};
}

void qemu_input_fini(struct qemu_input *i)
{
    free(i->queue);
    qemu_input_init(i);
}

static struct input_event *event_at(const struct qemu_input *i, size_t at)
{
    return &i->queue[(i->first + at) % INPUT_QUEUE_MOST];
}

static int clip(int v, uint32_t size)
{
    int most = size > INT16_MAX ? INT16_MAX : (int)size - 1;
    return v < 0 ? 0 : v > most ? most : v;
}

static void pump(struct qemu_input *i);

static void answered(struct qemu_input *i)
{
    i->in_flight--;
    pump(i);
}

static int on_answer(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_input *i = self;
    (void)error;
    if (sd_bus_message_get_error(m))
        i->on_refused(i->self);
    answered(i);
    return 0;
}

static void on_qmp_answer(void *self, json_t *result, const char *error)
{
    (void)result;
    (void)error; /* "VM not running": then there is no key to lift */
    answered(self);
}

static int send_key(struct qemu_input *i, const struct input_event *e)
{
    keystate_set(&i->down, (uint8_t)e->a, e->down);
    return qemu_display_call(i->display, 0, keyboard_interface, e->down ? "Press" : "Release",
                             on_answer, i, "u", (uint32_t)e->a);
}

static int send_move_to(struct qemu_input *i, const struct input_event *e)
{
    const struct qemu_console *c = qemu_display_console(i->display, e->head);
    if (!c->w || !c->h)
        return -1;
    return qemu_display_call(i->display, e->head, mouse_interface, "SetAbsPosition", on_answer,
                             i, "uu", (uint32_t)clip(e->a, c->w), (uint32_t)clip(e->b, c->h));
}

static int send_move_by(struct qemu_input *i, const struct input_event *e)
{
    return qemu_display_call(i->display, e->head, mouse_interface, "RelMotion", on_answer, i,
                             "ii", e->a, e->b);
}

static int send_button(struct qemu_input *i, const struct input_event *e)
{
    return qemu_display_call(i->display, e->head, mouse_interface,
                             e->down ? "Press" : "Release", on_answer, i, "u", (uint32_t)e->a);
}

static int (*const send_by_dbus[])(struct qemu_input *i, const struct input_event *e) = {
    [EVENT_KEY] = send_key,
    [EVENT_MOVE_TO] = send_move_to,
    [EVENT_MOVE_BY] = send_move_by,
    [EVENT_BUTTON] = send_button,
};

static int send_by_qmp(struct qemu_input *i, const struct input_event *e)
{
    if (!i->qmp)
        return -1;
    json_t *arguments = json_pack("{s:[{s:s, s:{s:b, s:{s:s, s:i}}}]}", "events", "type", "key",
                                  "data", "down", 0, "key", "type", "number", "data", e->a);
    qmp_call(i->qmp, "input-send-event", arguments, -1, on_qmp_answer, i);
    return 0;
}

static bool needs_qmp(const struct qemu_input *i, const struct input_event *e)
{
    return e->kind == EVENT_KEY && !e->down && !keystate_is_down(&i->down, (uint8_t)e->a);
}

/* Sends from the front of the queue what may go now. */
static void pump(struct qemu_input *i)
{
    while (i->display && i->n && i->in_flight < INPUT_IN_FLIGHT_MOST) {
        struct input_event *e = event_at(i, 0);
        bool by_qmp = needs_qmp(i, e);
        if (i->in_flight && by_qmp != i->by_qmp)
            return;
        int r = -1;
        if (by_qmp)
            r = send_by_qmp(i, e);
        else if (e->head < qemu_display_consoles(i->display))
            r = send_by_dbus[e->kind](i, e);
        i->by_qmp = by_qmp;
        i->in_flight += r >= 0;
        i->first = (i->first + 1) % INPUT_QUEUE_MOST;
        i->n--;
    }
}

/* Motion further than any screen is of no use, and sums must not overflow. */
static int bound(int v)
{
    return v < -INT16_MAX ? -INT16_MAX : v > INT16_MAX ? INT16_MAX : v;
}

/* A position replaces the one that waits before it, a motion is added to it. */
static bool merge(struct qemu_input *i, const struct input_event *e)
{
    struct input_event *last = i->n ? event_at(i, i->n - 1) : NULL;
    if (!last || last->kind != e->kind || last->head != e->head)
        return false;
    if (e->kind == EVENT_MOVE_TO) {
        *last = *e;
        return true;
    }
    if (e->kind != EVENT_MOVE_BY)
        return false;
    last->a = bound(last->a + e->a);
    last->b = bound(last->b + e->b);
    return true;
}

static void put(struct qemu_input *i, struct input_event e)
{
    bool release = (e.kind == EVENT_KEY || e.kind == EVENT_BUTTON) && !e.down;
    if (merge(i, &e))
        return;
    if (i->n >= (release ? INPUT_QUEUE_MOST : INPUT_QUEUE)) {
        i->dropped++;
        return;
    }
    if (!i->queue)
        i->queue = alloc_zero(INPUT_QUEUE_MOST, sizeof(*i->queue));
    *event_at(i, i->n++) = e;
    pump(i);
    if (!i->display)
        i->on_wanted(i->self);
}

void qemu_input_key(struct qemu_input *i, uint8_t qnum, bool down)
{
    put(i, (struct input_event){EVENT_KEY, 0, qnum, 0, down});
}

void qemu_input_move_to(struct qemu_input *i, unsigned head, int x, int y)
{
    put(i, (struct input_event){EVENT_MOVE_TO, head, x, y, false});
}

void qemu_input_move_by(struct qemu_input *i, unsigned head, int dx, int dy)
{
    put(i, (struct input_event){EVENT_MOVE_BY, head, bound(dx), bound(dy), false});
}

void qemu_input_button(struct qemu_input *i, unsigned head, enum pointer_button button,
                       bool down)
{
    if (button < BUTTON_COUNT)
        put(i, (struct input_event){EVENT_BUTTON, head, (int)button, 0, down});
}

void qemu_input_attach(struct qemu_input *i, struct qemu_display *display, struct qmp *qmp)
{
    i->display = display;
    i->qmp = qmp;
    pump(i);
}

void qemu_input_detach(struct qemu_input *i, bool lift)
{
    if (i->qmp)
        qmp_forget(i->qmp, i);
    for (int key = keystate_next(&i->down, 0); lift && i->display && key >= 0;
         key = keystate_next(&i->down, key + 1))
        qemu_display_call(i->display, 0, keyboard_interface, "Release", NULL, NULL, "u",
                          (uint32_t)key);
    i->down = (struct keystate){0};
    i->display = NULL;
    i->qmp = NULL;
    i->in_flight = 0;
}

void qemu_input_drop(struct qemu_input *i)
{
    free(i->queue);
    i->queue = NULL;
    i->first = i->n = 0;
}

void qemu_input_lifted(struct qemu_input *i)
{
    i->down = (struct keystate){0};
}

bool qemu_input_active(const struct qemu_input *i)
{
    return i->n || i->in_flight || keystate_any(&i->down);
}
