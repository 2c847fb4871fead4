/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's input while it moves: held, given back, played. */
#include <config.h>
#include "base/log.h"
#include "server/machine/moves_private.h"

enum {
    GIVE_BACK_US = 1000000, /* a QEMU that does not answer so long says nothing more */
    GIVE_BACK_ELSEWHERE_US = 3000000, /* there it waits for that, too */
    CONFIRM_US = 1000000,
};

void moves_set_input(struct place *p, enum input_mode mode)
{
    if (p->input == mode || !p->attach->ops->set_input)
        return;
    p->input = mode;
    p->attach->ops->set_input(p->attach, mode);
}

enum input_mode moves_input_mode(const struct machine *m)
{
    /* Of a standby at another node we may hear when the machine is there already. */
    bool may_move = m->owner->cluster || switchboard_has_standby(&m->switchboard);
    return may_move ? INPUT_CONFIRMED : INPUT_PASSES;
}

void moves_hold_input(struct machine *m)
{
    struct place *p = m->active;
    m->play_wanted = m->confirming = false;
    /* Of what was being played: it would end the waiting for what is asked back now. */
    m->held_timer = sd_event_source_disable_unref(m->held_timer);
    held_input_hold(&m->held, moves_now_us(m));
    if (!p || p->input == INPUT_HELD || !p->attach->ops->set_input)
        return;
    m->giving_back = p;
    moves_set_input(p, INPUT_HELD);
}

void moves_tell_lost(struct machine *m)
{
    uint64_t lost = m->held.lost - m->held.told_lost;
    if (lost)
        log_warning("machine %s: %llu key and button events were lost while it was away",
                    m->name, (unsigned long long)lost);
    m->held.told_lost = m->held.lost;
}

static int on_held_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    (void)source;
    (void)usec;
    m->held_timer = sd_event_source_disable_unref(m->held_timer);
    m->giving_back = NULL;
    moves_play(m);
    return 0;
}

void machine_input_sure(struct machine *m, bool on)
{
    const struct attach_ops *ops = m->active ? m->active->attach->ops : NULL;
    if (ops && ops->play)
        ops->play(m->active->attach, on);
}

/* Some of what is held; false: there is more. */
static bool play_some(struct machine *m)
{
    if (m->point_again && m->pointer.absolute)
        m->held.out.ops->move_to(m->held.out.self, m->pointer.head, m->pointer.x, m->pointer.y);
    m->point_again = false;
    if (held_input_play(&m->held, moves_now_us(m)))
        return false;
    held_input_settle(&m->held, m->keyboard.holders, m->pointer.holders);
    return true;
}

void moves_play(struct machine *m)
{
    if (!m->play_wanted || !m->active)
        return;
    if (m->giving_back) {
        moves_set_timer(m, &m->held_timer,
                        place_is_elsewhere(m->giving_back) ? GIVE_BACK_ELSEWHERE_US
                                                           : GIVE_BACK_US,
                        on_held_timer);
        return;
    }
    moves_set_input(m->active, moves_input_mode(m));
    machine_input_sure(m, true);
    bool done = play_some(m);
    machine_input_sure(m, false);
    if (!done) {
        moves_set_timer(m, &m->held_timer, HELD_STEP_US, on_held_timer);
        return;
    }
    m->play_wanted = false;
    moves_tell_lost(m);
    machine_tell(m, MACHINE_NEWS_INPUT);
}

void moves_given_back(struct machine *m)
{
    m->giving_back = NULL;
    if (m->play_wanted)
        moves_play(m);
    else
        machine_tell(m, MACHINE_NEWS_INPUT);
}

void machine_place_gives_back(struct machine *m, struct place *p,
                              const struct input_event *events, size_t n)
{
    if (m->giving_back != p) {
        machine_tell(m, MACHINE_NEWS_INPUT);
        return;
    }
    held_input_give_back(&m->held, events, n, place_is_elsewhere(p));
    if (m->confirming && !n) { /* it has got everything: it runs */
        m->confirming = false;
        m->play_wanted = true;
    }
    moves_given_back(m);
}

/* ---- what other nodes need to know ---- */

bool machine_input_settled(const struct machine *m)
{
    const struct attach *a = m->active ? m->active->attach : NULL;
    return !m->giving_back && !m->play_wanted && !m->held.n &&
           (!a || !a->ops->settled || a->ops->settled(a));
}

static int on_confirm_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    (void)source;
    (void)usec;
    m->held_timer = sd_event_source_disable_unref(m->held_timer);
    if (!m->confirming)
        return 0;
    m->confirming = false;
    m->play_wanted = true;
    m->giving_back = NULL;
    moves_play(m);
    return 0;
}

void machine_confirm_input(struct machine *m)
{
    struct place *p = m->active;
    if (!p || place_is_elsewhere(p) || m->state != MACHINE_RUNNING ||
        m->held.mode != HELD_PASS || p->input == INPUT_HELD || !p->attach->ops->set_input)
        return;
    held_input_hold(&m->held, moves_now_us(m));
    m->confirming = true;
    m->giving_back = p;
    moves_set_timer(m, &m->held_timer, CONFIRM_US, on_confirm_timer);
    moves_set_input(p, INPUT_HELD);
}

void machine_input_older(struct machine *m, bool on)
{
    held_input_take_older(&m->held, on);
}

bool machine_input_was_down(const struct machine *m, const struct input_event *e, bool now)
{
    return held_input_was_down(&m->held, e, now);
}

void machine_input_is_down(struct machine *m, const struct input_event *e)
{
    held_input_is_down(&m->held, e);
}

void machine_input_may_be_down(struct machine *m, const struct input_event *e)
{
    held_input_may_be_down(&m->held, e);
}

void machine_input_leaves(struct machine *m, struct hands *hands, struct mouse *mouse)
{
    for (int key = 0; (key = keystate_next(&hands->keys, key)) >= 0;) {
        if (keyboard_drop(&m->keyboard, hands, (uint8_t)key))
            keystate_set(&m->held.keys, (uint8_t)key, false);
    }
    for (unsigned button = 0; button < BUTTON_COUNT; button++) {
        if (mouse->buttons >> button & 1 && pointer_drop(&m->pointer, mouse, button))
            m->held.buttons &= ~(1u << button);
    }
}
