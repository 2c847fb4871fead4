/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/switchboard.h"

#include <stddef.h>

static const struct {
    enum switch_event active, other;
} events[] = {
    [PLACE_CONNECTING] = {SWITCH_ACTIVE_LOST, SWITCH_OTHER_LOST},
    [PLACE_INCOMING] = {SWITCH_ACTIVE_INCOMING, SWITCH_OTHER_INCOMING},
    [PLACE_RUNNING] = {SWITCH_ACTIVE_RUNS, SWITCH_OTHER_RUNS},
    [PLACE_PAUSED] = {SWITCH_ACTIVE_PAUSES, SWITCH_OTHER_PAUSES},
    [PLACE_SWITCHING] = {SWITCH_ACTIVE_STOPS, SWITCH_OTHER_STOPS},
    [PLACE_GONE] = {SWITCH_ACTIVE_GONE, SWITCH_OTHER_GONE},
    [PLACE_LOST] = {SWITCH_ACTIVE_LOST, SWITCH_OTHER_LOST},
};

/* The order in which places are looked at for one that may become active. */
static const enum place_state sought[] = {PLACE_RUNNING, PLACE_PAUSED, PLACE_SWITCHING};

static void seek(struct switchboard *b);

static void step(struct switchboard *b, struct switch_place *p, enum switch_event event)
{
    struct switch_row row = switch_table(b->state, event);
    b->state = row.to;
    if (row.actions & SWITCH_DROP)
        b->active = NULL;
    if (row.actions & SWITCH_END_STANDBY)
        p->standby = false;
    if (row.actions & SWITCH_STANDBY)
        p->standby = true;
    if (row.actions & SWITCH_ACTIVATE) {
        b->active = p;
        p->standby = false;
    }
    if (row.actions & ~(unsigned)SWITCH_SEEK)
        b->act(b->self, p, row.actions);
    if (row.actions & SWITCH_SEEK)
        seek(b);
}

static struct switch_place *newest(const struct switchboard *b, enum place_state state)
{
    struct switch_place *found = NULL;
    for (struct switch_place *p = b->first; p; p = p->next) {
        if (p != b->active && p->state == state && (!found || p->ran > found->ran))
            found = p;
    }
    return found;
}

static void seek(struct switchboard *b)
{
    const struct switch_place *before = b->active;
    for (size_t i = 0; i < sizeof(sought) / sizeof(sought[0]) && b->active == before; i++) {
        struct switch_place *p = newest(b, sought[i]);
        if (p)
            step(b, p, events[sought[i]].other);
    }
}

static void hear(struct switchboard *b, struct switch_place *p, enum switch_event event)
{
    step(b, p, event);
    if (!switchboard_has_standby(b) && !b->patient)
        step(b, p, SWITCH_NO_STANDBY);
}

void switchboard_hear_state(struct switchboard *b, struct switch_place *p,
                            enum place_state state)
{
    if (state == PLACE_RUNNING) {
        switchboard_hear_running(b, p, b->runs + 1);
        return;
    }
    p->state = state;
    hear(b, p, p == b->active ? events[state].active : events[state].other);
}

void switchboard_hear_running(struct switchboard *b, struct switch_place *p, uint64_t ran)
{
    const struct switch_place *active = b->active;
    p->state = PLACE_RUNNING;
    p->ran = ran;
    b->runs = ran > b->runs ? ran : b->runs;
    bool late = active && active != p && active->state == PLACE_RUNNING && ran < active->ran;
    hear(b, p, p == active ? SWITCH_ACTIVE_RUNS : late ? SWITCH_OTHER_RAN : SWITCH_OTHER_RUNS);
}

void switchboard_hear_cut(struct switchboard *b, struct switch_place *p)
{
    p->state = PLACE_CONNECTING;
    hear(b, p, p == b->active ? SWITCH_ACTIVE_CUT : SWITCH_OTHER_LOST);
}

void switchboard_give_up(struct switchboard *b)
{
    step(b, NULL, SWITCH_GIVE_UP);
}

uint64_t switchboard_stamp(const struct switchboard *b, uint64_t wall_us)
{
    return wall_us > b->runs ? wall_us : b->runs + 1;
}

void switchboard_hear(struct switchboard *b, struct switch_place *p, enum switch_event event)
{
    if (p == b->active)
        step(b, p, event);
}

void switchboard_add(struct switchboard *b, struct switch_place *p)
{
    *p = (struct switch_place){.next = b->first, .state = PLACE_CONNECTING};
    b->first = p;
}

void switchboard_remove(struct switchboard *b, struct switch_place *p)
{
    switchboard_hear_state(b, p, PLACE_LOST);
    struct switch_place **at = &b->first;
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    p->next = NULL;
}

bool switchboard_has_standby(const struct switchboard *b)
{
    for (const struct switch_place *p = b->first; p; p = p->next) {
        if (p != b->active && p->standby)
            return true;
    }
    return false;
}
