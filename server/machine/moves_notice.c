/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is told of a machine that moves, waits or restarts: to its viewers, and as events. */
#include <config.h>
#include "server/machine/machines.h"
#include "server/machine/moves_private.h"
#include "server/overlay/machine_notices.h"

enum {
    AWAY_NOTICE_US = 400000, /* what is shorter is not worth a notice */
    RESTART_NOTICE_US = 2000000,
};

const char *machine_event_name(enum machine_event event)
{
    static const char *const names[] = {
        [MACHINE_EVENT_SWITCHING] = "switching", [MACHINE_EVENT_SWITCHED] = "switched",
        [MACHINE_EVENT_WAITING] = "waiting",     [MACHINE_EVENT_BACK] = "back",
        [MACHINE_EVENT_RESET] = "reset",
    };
    return names[event];
}

static void tell_away(struct machine *m)
{
    if (machine_elsewhere(m)) /* the node where it is says so in its picture */
        return;
    machine_notice(m, NOTICE_MACHINE,
                   m->state == MACHINE_SWITCHING ? "the machine is moving"
                                                 : "waiting for the machine",
                   m->away_us, 0);
}

static int on_away(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    (void)source;
    (void)usec;
    m->away_notice = sd_event_source_disable_unref(m->away_notice);
    tell_away(m);
    return 0;
}

static bool is_here(enum machine_state state)
{
    return state == MACHINE_RUNNING || state == MACHINE_PAUSED;
}

void machine_tell_newcomer(struct machine *m)
{
    if (m->shown_from_elsewhere && !is_here(m->state) && !m->away_notice)
        tell_away(m);
}

void moves_tell_viewers(struct machine *m, enum machine_state before)
{
    m->away_notice = sd_event_source_disable_unref(m->away_notice);
    if (is_here(m->state)) {
        if (!is_here(before))
            machine_notice_end(m, NOTICE_MACHINE);
        return;
    }
    if (is_here(before))
        m->away_us = moves_now_us(m);
    moves_set_timer(m, &m->away_notice, AWAY_NOTICE_US, on_away);
}

void moves_tell_event(struct machine *m, enum machine_state before, uint64_t switches)
{
    enum machine_event event = m->state == MACHINE_SWITCHING   ? MACHINE_EVENT_SWITCHING
                               : m->state == MACHINE_WAITING   ? MACHINE_EVENT_WAITING
                               : m->moves.switches != switches ? MACHINE_EVENT_SWITCHED
                                                               : MACHINE_EVENT_BACK;
    bool news = m->moves.switches != switches || is_here(before) != is_here(m->state) ||
                (m->state != before && !is_here(m->state));
    if (news && m->owner->on_event)
        m->owner->on_event(m->owner->self, m, event);
}

void moves_tell_restart(struct machine *m)
{
    machine_tell(m, MACHINE_NEWS_RESET);
    if (!machine_elsewhere(m))
        machine_notice(m, NOTICE_MACHINE, "the machine restarts", 0, RESTART_NOTICE_US);
    if (m->owner->on_event)
        m->owner->on_event(m->owner->self, m, MACHINE_EVENT_RESET);
}
