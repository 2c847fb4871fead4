/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_input.h"

#include <string.h>
#include <time.h>

static const char keyboard_interface[] = "org.qemu.Display1.Keyboard";
static const char mouse_interface[] = "org.qemu.Display1.Mouse";

enum { AGAIN_US = 50000 };

void qemu_input_init(struct qemu_input *i, sd_event *loop)
{
    *i = (struct qemu_input){.loop = loop};
}

void qemu_input_fini(struct qemu_input *i)
{
    sd_event_source_disable_unref(i->again);
    input_queue_clear(&i->queue);
    *i = (struct qemu_input){0};
}

static int clip(int v, uint32_t size)
{
    int most = size > INT16_MAX ? INT16_MAX : (int)size - 1;
    return v < 0 ? 0 : v > most ? most : v;
}

static void pump(struct qemu_input *i);

/* Tells what has not been delivered, once nothing is in flight any more. */
static void give_back(struct qemu_input *i)
{
    struct input_event events[INPUT_QUEUE_MOST];
    if (!i->owes || i->in_flight)
        return;
    size_t n = input_queue_waiting(&i->queue, events);
    i->owes = i->refused = false;
    qemu_input_drop(i);
    i->on_back(i->self, events, n);
}

static void answered(struct qemu_input *i, enum input_stage now)
{
    struct queued_input *q = input_queue_oldest(&i->queue, INPUT_IN_FLIGHT);
    i->in_flight--;
    if (q)
        q->stage = now;
    input_queue_forget_done(&i->queue);
    pump(i);
    give_back(i);
}

static int on_answer(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_input *i = self;
    (void)error;
    if (sd_bus_message_get_error(m))
        i->on_refused(i->self);
    answered(i, INPUT_DONE);
    return 0;
}

static int on_again(sd_event_source *source, uint64_t now_us, void *self)
{
    struct qemu_input *i = self;
    (void)source;
    (void)now_us;
    i->again = sd_event_source_disable_unref(i->again);
    i->refused = false;
    pump(i);
    return 0;
}

/* The guest stands still; a moment later we hear why. */
static void on_qmp_answer(void *self, json_t *result, const char *error)
{
    struct qemu_input *i = self;
    bool refused = !result && strstr(error, "not running");
    if (refused && !i->again) {
        i->refused = true;
        sd_event_add_time_relative(i->loop, &i->again, CLOCK_MONOTONIC, AGAIN_US, 0, on_again,
                                   i);
    }
    answered(i, refused ? INPUT_WAITS : INPUT_DONE);
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
    [INPUT_KEY] = send_key,
    [INPUT_MOVE_TO] = send_move_to,
    [INPUT_MOVE_BY] = send_move_by,
    [INPUT_BUTTON] = send_button,
};

/* QAPI InputButton, as enum pointer_button numbers them. */
static const char *const button_names[BUTTON_COUNT] = {
    "left", "middle", "right",      "wheel-up",    "wheel-down",
    "side", "extra",  "wheel-left", "wheel-right",
};

static json_t *event_to_json(const struct input_event *e)
{
    if (e->kind == INPUT_BUTTON)
        return json_pack("{s:s, s:{s:b, s:s}}", "type", "btn", "data", "down", e->down,
                         "button", button_names[e->a]);
    return json_pack("{s:s, s:{s:b, s:{s:s, s:i}}}", "type", "key", "data", "down", e->down,
                     "key", "type", "number", "data", e->a);
}

static int send_by_qmp(struct qemu_input *i, const struct input_event *e)
{
    if (!i->qmp)
        return -1;
    json_t *arguments = json_pack("{s:[o]}", "events", event_to_json(e));
    qmp_call(i->qmp, "input-send-event", arguments, -1, on_qmp_answer, i);
    return 0;
}

/*
 * A button goes by QMP only where there is one head: with several, mice may be bound to heads,
 * and QMP would have to name the head's device, which we do not know.
 */
static bool needs_qmp(const struct qemu_input *i, const struct input_event *e)
{
    bool confirmed = i->qmp && (i->mode == INPUT_CONFIRMED || i->moving);
    if (e->kind == INPUT_BUTTON)
        return confirmed && qemu_display_consoles(i->display) == 1;
    return e->kind == INPUT_KEY &&
           (confirmed || (!e->down && !keystate_is_down(&i->down, (uint8_t)e->a)));
}

static int send(struct qemu_input *i, const struct input_event *e, bool by_qmp)
{
    if (by_qmp)
        return send_by_qmp(i, e);
    return e->head < qemu_display_consoles(i->display) ? send_by_dbus[e->kind](i, e) : -1;
}

/* Sends from the front of the queue what may go now. */
static void pump(struct qemu_input *i)
{
    while (i->display && i->in_flight < INPUT_IN_FLIGHT_MOST && i->mode != INPUT_HELD &&
           !i->refused) {
        struct queued_input *q = input_queue_oldest(&i->queue, INPUT_WAITS);
        if (!q)
            return;
        bool by_qmp = needs_qmp(i, &q->event);
        if (i->in_flight && (by_qmp || i->by_qmp))
            return;
        bool sent = send(i, &q->event, by_qmp) >= 0;
        i->by_qmp = by_qmp;
        i->in_flight += sent;
        q->stage = sent ? INPUT_IN_FLIGHT : INPUT_DONE;
        input_queue_forget_done(&i->queue);
    }
}

static void put(struct qemu_input *i, struct input_event e)
{
    if (!input_queue_put(&i->queue, &e))
        return;
    pump(i);
    if (!i->display)
        i->on_wanted(i->self);
}

void qemu_input_key(struct qemu_input *i, uint8_t qnum, bool down)
{
    put(i, (struct input_event){INPUT_KEY, 0, qnum, 0, down});
}

void qemu_input_move_to(struct qemu_input *i, unsigned head, int x, int y)
{
    put(i, (struct input_event){INPUT_MOVE_TO, head, x, y, false});
}

void qemu_input_move_by(struct qemu_input *i, unsigned head, int dx, int dy)
{
    put(i, (struct input_event){INPUT_MOVE_BY, head, input_bound(dx), input_bound(dy), false});
}

void qemu_input_button(struct qemu_input *i, unsigned head, enum pointer_button button,
                       bool down)
{
    if (button < BUTTON_COUNT)
        put(i, (struct input_event){INPUT_BUTTON, head, (int)button, 0, down});
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
    input_queue_restage(&i->queue, INPUT_IN_FLIGHT, INPUT_DONE);
    input_queue_forget_done(&i->queue);
    give_back(i);
}

void qemu_input_set_mode(struct qemu_input *i, enum input_mode mode)
{
    i->mode = mode;
    i->owes = mode == INPUT_HELD;
    give_back(i);
    pump(i);
}

void qemu_input_set_moving(struct qemu_input *i, bool moving)
{
    i->moving = moving;
}

void qemu_input_give_up(struct qemu_input *i)
{
    if (i->by_qmp)
        input_queue_restage(&i->queue, INPUT_IN_FLIGHT, INPUT_WAITS);
    if (i->qmp)
        qmp_forget(i->qmp, i);
    i->in_flight = 0;
    give_back(i);
}

void qemu_input_drop(struct qemu_input *i)
{
    input_queue_clear(&i->queue);
}

void qemu_input_lifted(struct qemu_input *i)
{
    i->down = (struct keystate){0};
}

bool qemu_input_active(const struct qemu_input *i)
{
    return i->queue.n || i->in_flight || keystate_any(&i->down);
}
