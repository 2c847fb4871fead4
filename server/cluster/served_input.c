/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Input that another node's users send to a machine here. While the machine can take none, it
 * waits here and not in the machine: so it can be given back to the node that it came from,
 * which plays it where the machine is then.
 */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/cluster/served_private.h"
#include "server/cluster/served_seats.h"

#include <stdlib.h>
#include <string.h>

#define BIT(button) (1u << (button))
#define WHEEL                                                                                  \
    (BIT(BUTTON_WHEEL_UP) | BIT(BUTTON_WHEEL_DOWN) | BIT(BUTTON_WHEEL_LEFT) |                  \
     BIT(BUTTON_WHEEL_RIGHT))

/* ---- one event, to the machine ---- */

/* Whether it may, and whose it is then: hands that hold something stay whose they are. */
static bool may(struct served_machine *sm, bool press, bool sure)
{
    uint64_t owner = served_driver(sm);
    if (sure ? served_is_late(sm) : !served_may_type(sm, press, &owner))
        return false;
    if (!keystate_any(&sm->hands.keys))
        sm->hands.owner = owner;
    return true;
}

/*
 * Released by those who never pressed it here: where the machine was before, they did, or their
 * link broke since. The guest may have it down as long as nobody here holds it.
 */
static void release_for_others(struct machine *m, const struct input_event *e)
{
    machine_input_may_be_down(m, e);
    input_event_send(e, &m->keyboard.sink);
}

static void let_go_key(struct served_machine *sm, const struct input_event *e)
{
    struct machine *m = sm->machine;
    uint8_t key = (uint8_t)e->a;
    bool theirs = keystate_is_down(&sm->hands.keys, key);
    bool others = m->keyboard.holders[key] > theirs,
         then = machine_input_was_down(m, e, others);
    if (theirs && others == then) {
        keyboard_key(&m->keyboard, &sm->hands, key, false);
        return;
    }
    if (theirs)
        keyboard_drop(&m->keyboard, &sm->hands, key);
    if (!then)
        release_for_others(m, e);
}

static void type(struct served_machine *sm, const struct input_event *e, bool sure)
{
    struct keystate *vain = &served_own_machine(sm)->vain;
    uint8_t key = (uint8_t)e->a;
    if (e->down) {
        bool good = may(sm, true, sure);
        keystate_set(vain, key, !good);
        if (good)
            keyboard_key(&sm->machine->keyboard, &sm->hands, key, true);
    } else if (!keystate_set(vain, key, false)) {
        let_go_key(sm, e);
    }
}

static void let_go_button(struct served_machine *sm, const struct input_event *e)
{
    struct machine *m = sm->machine;
    unsigned bit = BIT(e->a);
    bool theirs = sm->mouse.buttons & bit;
    bool others = m->pointer.holders[e->a] > theirs,
         then = machine_input_was_down(m, e, others);
    if (theirs && others == then) {
        pointer_move_by(&m->pointer, &sm->mouse, e->head, 0, 0, sm->mouse.buttons & ~bit);
        return;
    }
    if (theirs)
        pointer_drop(&m->pointer, &sm->mouse, (enum pointer_button)e->a);
    if (!then && !(bit & WHEEL))
        release_for_others(m, e);
}

static void click(struct served_machine *sm, const struct input_event *e, bool sure)
{
    struct machine *m = sm->machine;
    if (!e->down) {
        let_go_button(sm, e);
        return;
    }
    if (!may(sm, true, sure))
        return;
    keyboard_turn(&m->keyboard, sm->hands.owner); /* modifiers count for clicks too */
    pointer_move_by(&m->pointer, &sm->mouse, e->head, 0, 0, sm->mouse.buttons | BIT(e->a));
}

static void point(struct served_machine *sm, const struct input_event *e, bool sure)
{
    struct machine *m = sm->machine;
    if (!may(sm, false, sure) || e->head >= m->n_heads)
        return;
    if (e->kind == INPUT_MOVE_BY) {
        pointer_move_by(&m->pointer, &sm->mouse, e->head, e->a, e->b, sm->mouse.buttons);
        return;
    }
    pointer_event(&m->pointer, &sm->mouse, e->head, e->a, e->b, sm->mouse.buttons);
    served_own_machine(sm)->pointing = true; /* they know */
    machine_pointer_at(m, e->head, e->a, e->b, m->pointer_visible);
    served_own_machine(sm)->pointing = false;
}

static void apply(struct served_machine *sm, const struct input_event *e, bool sure)
{
    static void (*const rows[])(struct served_machine *, const struct input_event *, bool) = {
        [INPUT_KEY] = type,
        [INPUT_MOVE_TO] = point,
        [INPUT_MOVE_BY] = point,
        [INPUT_BUTTON] = click,
    };
    machine_input_older(sm->machine, sure);
    rows[e->kind](sm, e, sure);
    machine_input_older(sm->machine, false);
}

static void adopt(struct served_machine *sm, const struct input_event *e)
{
    struct machine *m = sm->machine;
    if (!keystate_any(&sm->hands.keys)) /* else its driver's modifiers here would go up */
        sm->hands.owner = served_driver(sm);
    if (e->kind == INPUT_KEY)
        keyboard_adopt(&m->keyboard, &sm->hands, (uint8_t)e->a);
    else if (e->kind == INPUT_BUTTON)
        pointer_adopt(&m->pointer, &sm->mouse, (enum pointer_button)e->a);
    else
        return;
    if (e->kind == INPUT_KEY) /* whatever became of it when it was here before */
        keystate_set(&served_own_machine(sm)->vain, (uint8_t)e->a, false);
    machine_input_is_down(m, e);
}

/* ---- what waits ---- */

static bool passes(const struct served_machine *sm)
{
    return sm->machine && cluster_is_home(sm->machine) && machine_input_passes(sm->machine);
}

/* Counted as what the machine itself holds and loses is; motion is no loss. */
static void lose(struct served_machine *sm, const struct input_event *e)
{
    if (e->kind == INPUT_MOVE_TO || e->kind == INPUT_MOVE_BY)
        return;
    served_own_machine(sm)->input.lost++;
    if (sm->machine) {
        sm->machine->held.lost++;
        sm->machine->held.told_lost++; /* tell_lost does */
    } else {
        sm->served->cluster->input_lost++;
    }
}

static void tell_lost(struct served_machine *sm)
{
    struct served_input *in = &served_own_machine(sm)->input;
    if (in->lost)
        log_warning("machine %s: %u key and button events that node %s sent while it was away "
                    "were lost",
                    log_quote(served_own_machine(sm)->key), in->lost, sm->served->node);
    in->lost = 0;
}

static void keep(struct served_machine *sm, const struct input_event *e, bool sure)
{
    struct served_input *in = &served_own_machine(sm)->input;
    if (in->n == MACHINE_MSG_EVENTS_MOST) {
        lose(sm, e);
        return;
    }
    if (!in->events) {
        in->events = alloc_zero(MACHINE_MSG_EVENTS_MOST, sizeof(in->events[0]));
        in->sure = alloc_zero(MACHINE_MSG_EVENTS_MOST, sizeof(in->sure[0]));
    }
    in->sure[in->n] = sure;
    in->events[in->n++] = *e;
}

static void drop(struct served_input *in)
{
    free(in->events);
    free(in->sure);
    in->events = NULL;
    in->sure = NULL;
    in->n = 0;
}

static void give_back(struct served_machine *sm)
{
    struct served_input *in = &served_own_machine(sm)->input;
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    machine_msg_put_events(&b, LINK_INPUT_BACK, sm->id, in->serial, in->events, in->n);
    link_put(sm->served->link, LINK_INPUT_BACK, &b, NULL, 0);
    bytes_fini(&b);
    in->asked = false;
    drop(in);
    tell_lost(sm);
}

static void go_on(struct served_machine *sm)
{
    struct served_input *in = &served_own_machine(sm)->input;
    struct served_input now = *in;
    in->events = NULL; /* what comes while it is typed waits behind it */
    in->sure = NULL;
    in->n = 0;
    for (unsigned i = 0; i < now.n; i++)
        apply(sm, &now.events[i], now.sure[i]);
    drop(&now);
    tell_lost(sm);
}

void served_input_go_on(struct served_machine *sm)
{
    const struct served_input *in = &served_own_machine(sm)->input;
    if (in->asked) {
        if (!sm->machine || machine_input_settled(sm->machine))
            give_back(sm);
    } else if (in->n && passes(sm)) {
        go_on(sm);
    }
}

/* ---- what comes ---- */

/* What is played from another place goes before all that nodes send later, also while it waits
 * in the machine. */
static bool goes_on(const struct served_machine *sm, bool sure)
{
    const struct served_input *in = &((const struct served_own_machine *)sm)->input;
    if (sure)
        return sm->machine && cluster_is_home(sm->machine);
    return passes(sm) && !in->asked && !in->n;
}

void served_input_take(struct served_machine *sm, const struct machine_msg *msg)
{
    bool sure = msg->input.flags & MACHINE_MSG_SURE, now = goes_on(sm, sure);
    for (unsigned i = 0; i < msg->input.n; i++) {
        const struct input_event *e = &msg->input.events[i];
        if (msg->input.flags & MACHINE_MSG_ADOPT) {
            if (sm->machine && cluster_is_home(sm->machine))
                adopt(sm, e);
        } else if (now) {
            apply(sm, e, sure);
        } else {
            keep(sm, e, sure);
        }
    }
}

void served_input_take_mode(struct served_machine *sm, const struct machine_msg *msg)
{
    struct served_input *in = &served_own_machine(sm)->input;
    if (in->asked) /* they ask anew: the answer before is of no use any more, but its events are
                    */
        in->asked = false;
    in->serial = msg->input.serial;
    if (msg->input.mode == INPUT_HELD) {
        if (passes(sm))
            machine_confirm_input(sm->machine);
        in->asked = true;
        served_input_go_on(sm);
        return;
    }
    served_input_go_on(sm);
    struct machine_msg answer = {.machine = sm->id};
    answer.input.serial = msg->input.serial;
    answer.input.n = 0;
    served_put(sm->served, LINK_INPUT_BACK, &answer);
}

void served_input_lift(struct served_machine *sm)
{
    keyboard_lift(&sm->machine->keyboard, &sm->hands);
    pointer_lift(&sm->machine->pointer, &sm->mouse);
}

void served_input_take_away(struct served_machine *sm)
{
    bool here = cluster_is_home(sm->machine); /* else its release goes elsewhere */
    for (int key = 0; here && (key = keystate_next(&sm->hands.keys, key)) >= 0; key++)
        keystate_set(&served_own_machine(sm)->vain, (uint8_t)key, true);
    served_input_lift(sm);
}

void served_input_fini(struct served_machine *sm)
{
    struct served_input *in = &served_own_machine(sm)->input;
    for (unsigned i = 0; i < in->n; i++)
        lose(sm, &in->events[i]);
    drop(in);
    tell_lost(sm);
}
