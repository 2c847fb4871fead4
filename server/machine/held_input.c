/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/held_input.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define BIT(button) (1u << (button))
#define WHEEL                                                                                  \
    (BIT(BUTTON_WHEEL_UP) | BIT(BUTTON_WHEEL_DOWN) | BIT(BUTTON_WHEEL_LEFT) |                  \
     BIT(BUTTON_WHEEL_RIGHT))

static bool is_motion(const struct input_event *e)
{
    return e->kind == INPUT_MOVE_TO || e->kind == INPUT_MOVE_BY;
}

/* ---- passing on ---- */

/* A release of what the guest was never told pressed: its press was lost before. */
static bool is_void(const struct held_input *h, const struct input_event *e)
{
    if (e->down || is_motion(e))
        return false;
    return e->kind == INPUT_KEY ? !keystate_is_down(&h->keys, (uint8_t)e->a)
                                : !((h->buttons | WHEEL) & BIT(e->a));
}

static void pass(struct held_input *h, const struct input_event *e)
{
    if (is_void(h, e)) {
        h->voided++;
        return;
    }
    if (!h->out.ops) {
        h->lost += !is_motion(e);
        return;
    }
    if (e->kind == INPUT_KEY) {
        keystate_set(&h->keys, (uint8_t)e->a, e->down);
        keystate_set(&h->told, (uint8_t)e->a, true);
    } else if (e->kind == INPUT_BUTTON) {
        h->buttons = e->down ? h->buttons | BIT(e->a) : h->buttons & ~BIT(e->a);
    }
    input_event_send(e, &h->out);
}

/* ---- holding ---- */

static void remove_at(struct held_input *h, size_t at, size_t n)
{
    h->n -= n;
    if (h->n > at)
        memmove(h->events + at, h->events + at + n, (h->n - at) * sizeof(h->events[0]));
    if (h->older > at)
        h->older = h->older > at + n ? h->older - n : at;
}

static void insert_at(struct held_input *h, size_t at, const struct input_event *events,
                      size_t n)
{
    while (h->room < h->n + n) {
        h->room = h->room ? h->room * 2 : 64;
        h->events = alloc_resize(h->events, h->room, sizeof(h->events[0]));
    }
    memmove(h->events + at + n, h->events + at, (h->n - at) * sizeof(h->events[0]));
    memcpy(h->events + at, events, n * sizeof(h->events[0]));
    h->n += n;
}

/* Behind what comes to stand. */
static size_t end(const struct held_input *h)
{
    return h->takes_older ? h->older : h->n;
}

/*
 * Motion with no button since: a position makes the one before it void, a movement is added to
 * it. Keys may lie between; the motion comes to stand behind them.
 */
static void absorb_motion(struct held_input *h, struct input_event *e)
{
    size_t at = end(h);
    while (at > 0 && h->events[at - 1].kind == INPUT_KEY)
        at--;
    const struct input_event *last = at ? &h->events[at - 1] : NULL;
    if (!last || last->kind != e->kind || last->head != e->head)
        return;
    if (e->kind == INPUT_MOVE_BY) {
        e->a = input_bound(e->a + last->a);
        e->b = input_bound(e->b + last->b);
    }
    remove_at(h, at - 1, 1);
}

static void hold(struct held_input *h, struct input_event e)
{
    if (is_motion(&e))
        absorb_motion(h, &e);
    if (h->n >= h->most) {
        h->lost += !is_motion(&e);
        return;
    }
    insert_at(h, end(h), &e, 1);
    h->older += h->takes_older;
    h->held += !is_motion(&e);
}

static void take(struct held_input *h, struct input_event e)
{
    if (e.kind == INPUT_KEY)
        keystate_set(&h->spared_keys, (uint8_t)e.a, false);
    else if (e.kind == INPUT_BUTTON)
        h->spared_buttons &= ~BIT(e.a);
    if (h->mode == HELD_PASS)
        pass(h, &e);
    else
        hold(h, e);
}

static void take_key(void *sink, uint8_t qnum, bool down)
{
    take(sink, (struct input_event){INPUT_KEY, 0, qnum, 0, down});
}

static void take_move_to(void *sink, unsigned head, int x, int y)
{
    take(sink, (struct input_event){INPUT_MOVE_TO, head, x, y, false});
}

static void take_move_by(void *sink, unsigned head, int dx, int dy)
{
    take(sink,
         (struct input_event){INPUT_MOVE_BY, head, input_bound(dx), input_bound(dy), false});
}

static void take_button(void *sink, unsigned head, enum pointer_button button, bool down)
{
    take(sink, (struct input_event){INPUT_BUTTON, head, (int)button, 0, down});
}

static const struct input_sink_ops sink_ops = {take_key, take_move_to, take_move_by,
                                               take_button};

void held_input_init(struct held_input *h, unsigned most, uint64_t most_us)
{
    *h = (struct held_input){.most = most, .most_us = most_us};
}

void held_input_fini(struct held_input *h)
{
    free(h->events);
    *h = (struct held_input){0};
}

struct input_sink held_input_sink(struct held_input *h)
{
    return (struct input_sink){&sink_ops, h};
}

/* ---- from one place to the next ---- */

void held_input_hold(struct held_input *h, uint64_t now_us)
{
    if (h->mode != HELD_HOLD)
        h->since_us = now_us;
    h->mode = HELD_HOLD;
}

void held_input_is_down(struct held_input *h, const struct input_event *e)
{
    if (e->kind == INPUT_KEY)
        keystate_set(&h->keys, (uint8_t)e->a, true);
    else if (e->kind == INPUT_BUTTON)
        h->buttons |= BIT(e->a) & ~WHEEL;
}

void held_input_may_be_down(struct held_input *h, const struct input_event *e)
{
    if (e->kind != INPUT_KEY || !keystate_is_down(&h->told, (uint8_t)e->a))
        held_input_is_down(h, e);
}

void held_input_arrive(struct held_input *h)
{
    h->told = (struct keystate){0};
}

void held_input_take_older(struct held_input *h, bool on)
{
    h->takes_older = on && h->mode == HELD_HOLD;
}

bool held_input_was_down(const struct held_input *h, const struct input_event *e, bool now)
{
    for (size_t i = h->older; i < h->n && h->takes_older; i++) {
        if (h->events[i].kind == e->kind && h->events[i].a == e->a)
            return !h->events[i].down;
    }
    return now;
}

void held_input_give_back(struct held_input *h, const struct input_event *events, size_t n,
                          bool behind_older)
{
    if (!n)
        return;
    insert_at(h, behind_older ? h->older : 0, events, n);
    h->older += n;
    for (size_t i = 0; i < n; i++) {
        h->held += !is_motion(&events[i]);
        if (events[i].kind == INPUT_KEY)
            keystate_set(&h->told, (uint8_t)events[i].a, false);
        held_input_is_down(h, &events[i]); /* it may be: what it was about did not arrive */
    }
}

static void lose_all(struct held_input *h)
{
    for (size_t i = 0; i < h->n; i++)
        h->lost += !is_motion(&h->events[i]);
    h->n = h->older = 0;
}

void held_input_discard(struct held_input *h)
{
    lose_all(h);
    h->mode = HELD_PASS;
}

void held_input_forget(struct held_input *h)
{
    h->keys = h->unsure_keys = (struct keystate){0};
    h->spared_keys = (struct keystate){0};
    h->buttons = h->spared_buttons = 0;
    h->fresh = true;
}

void held_input_doubt(struct held_input *h)
{
    h->unsure_keys = h->keys;
}

static bool is_modifier(uint8_t key)
{
    static const uint8_t modifiers[] = {0x2a, 0x36, 0x1d, 0x9d, 0x38, 0xb8, 0xdb, 0xdc};
    return memchr(modifiers, key, sizeof(modifiers));
}

static void make(struct held_input *h, enum input_kind kind, int number, bool down)
{
    h->made++;
    pass(h, &(struct input_event){kind, 0, number, 0, down});
}

/* What is typed now was typed while they were held. */
static void press_unsure_modifiers(struct held_input *h)
{
    for (int key = 0; (key = keystate_next(&h->unsure_keys, key)) >= 0; key++) {
        if (!is_modifier((uint8_t)key) || !keystate_is_down(&h->keys, (uint8_t)key))
            continue;
        keystate_set(&h->unsure_keys, (uint8_t)key, false);
        make(h, INPUT_KEY, key, true);
    }
}

static void start_playing(struct held_input *h, uint64_t now_us)
{
    if (now_us - h->since_us > h->most_us)
        lose_all(h);
    h->mode = HELD_PLAY;
    h->older = 0; /* from here on it is one */
    h->burst = HELD_BURST;
    h->next_us = now_us;
    press_unsure_modifiers(h);
}

bool held_input_play(struct held_input *h, uint64_t now_us)
{
    size_t at = 0;
    if (h->mode == HELD_HOLD)
        start_playing(h, now_us);
    if (h->mode == HELD_PASS)
        return false;
    if (h->burst == 0 && now_us >= h->next_us)
        h->burst = 1;
    while (at < h->n && (h->burst > 0 || is_motion(&h->events[at]))) {
        h->burst -= !is_motion(&h->events[at]);
        pass(h, &h->events[at++]);
    }
    remove_at(h, 0, at);
    h->next_us = now_us + HELD_STEP_US;
    if (!h->n)
        h->mode = HELD_PASS;
    return h->n;
}

static void settle_key(struct held_input *h, uint8_t key, bool wanted)
{
    bool unsure = keystate_set(&h->unsure_keys, key, false);
    bool down = keystate_is_down(&h->keys, key) && !(unsure && wanted && is_modifier(key));
    if (h->fresh && wanted && !down)
        keystate_set(&h->spared_keys, key, true);
    if (wanted != down && !(wanted && keystate_is_down(&h->spared_keys, key)))
        make(h, INPUT_KEY, key, wanted);
}

static void settle_button(struct held_input *h, int button, bool wanted)
{
    bool down = h->buttons & BIT(button);
    if (h->fresh && wanted && !down)
        h->spared_buttons |= BIT(button);
    if (wanted != down && !(wanted && h->spared_buttons & BIT(button)))
        make(h, INPUT_BUTTON, button, wanted);
}

void held_input_settle(struct held_input *h, const uint16_t keys[256],
                       const uint16_t buttons[BUTTON_COUNT])
{
    for (int key = 1; key < 256; key++)
        settle_key(h, (uint8_t)key, keys[key]);
    for (int button = 0; button < BUTTON_COUNT; button++) {
        if (!(BIT(button) & WHEEL))
            settle_button(h, button, buttons[button]);
    }
    h->fresh = false;
}
