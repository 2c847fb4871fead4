/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's input while it moves: held, given back, played. */
#include <config.h>
#include "base/log.h"
#include "server/machine/moves_private.h"

enum { GIVE_BACK_US = 1000000 }; /* a QEMU that does not answer so long says nothing more */

void moves_set_input(struct place *p, enum input_mode mode)
{
    if (p->input == mode || !p->attach->ops->set_input)
        return;
    p->input = mode;
    p->attach->ops->set_input(p->attach, mode);
}

enum input_mode moves_input_mode(const struct machine *m)
{
    return switchboard_has_standby(&m->switchboard) ? INPUT_CONFIRMED : INPUT_PASSES;
}

void moves_hold_input(struct machine *m)
{
    struct place *p = m->active;
    m->play_wanted = false;
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

void moves_play(struct machine *m)
{
    if (!m->play_wanted || !m->active)
        return;
    if (m->giving_back) {
        moves_set_timer(m, &m->held_timer, GIVE_BACK_US, on_held_timer);
        return;
    }
    moves_set_input(m->active, moves_input_mode(m));
    if (m->point_again && m->pointer.absolute)
        m->held.out.ops->move_to(m->held.out.self, m->pointer.head, m->pointer.x, m->pointer.y);
    m->point_again = false;
    if (held_input_play(&m->held, moves_now_us(m))) {
        moves_set_timer(m, &m->held_timer, HELD_STEP_US, on_held_timer);
        return;
    }
    m->play_wanted = false;
    held_input_settle(&m->held, m->keyboard.holders, m->pointer.holders);
    moves_tell_lost(m);
}

void moves_given_back(struct machine *m)
{
    m->giving_back = NULL;
    moves_play(m);
}

void machine_place_gives_back(struct machine *m, struct place *p,
                              const struct input_event *events, size_t n)
{
    if (m->giving_back != p)
        return;
    held_input_give_back(&m->held, events, n);
    moves_given_back(m);
}
