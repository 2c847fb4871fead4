/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a machine's places is active: does what the switchboard decides. */
#include <config.h>
#include "base/log.h"
#include "server/machine/machines.h"
#include "server/machine/moves_private.h"
#include "server/machine/place_picture.h"
#include "server/view.h"

#include <time.h>

enum { SETTLED_US = 1000000 };

static void doubt_places(struct machine *m)
{
    for (const struct place *p = m->places; p; p = p->next) {
        if (p != m->active && p->state == PLACE_RUNNING && m->active)
            log_error("machine %s runs twice, at %s and at %s; the latter began later and is "
                      "shown",
                      m->name, p->text, m->active->text);
    }
}

static int on_settled(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    (void)source;
    (void)usec;
    m->settled = sd_event_source_disable_unref(m->settled);
    doubt_places(m);
    if (m->active) /* until now a mouse may have said that it is another */
        machine_set_absolute(m, m->active->absolute);
    return 0;
}

static void drop_place(struct machine *m)
{
    struct place *before = m->active;
    m->active = NULL;
    m->epoch++;
    m->held.out = (struct input_sink){0};
    if (before)
        place_picture_free(&before->picture);
    machine_watch_places(m);
}

/* Lights of a keyboard that does not migrate them read 0 until the guest sets them anew. */
static void take_lights(struct machine *m, const struct place *p, bool moved)
{
    if (!moved || p->leds)
        machine_set_leds(m, p->leds);
}

void moves_keep_views(struct machine *m)
{
    m->shown_from_elsewhere = machine_elsewhere(m);
    for (struct view *v = m->views, *next; v; v = next) {
        next = v->next;
        view_keep_anew(v);
    }
}

/* Its picture comes encoded: what viewers have stays until then. */
static void activate_elsewhere(struct machine *m, struct place *p, bool moved)
{
    machine_tell(m, MACHINE_NEWS_LEAVES);
    if (moved && p->attach->ops->adopt)
        p->attach->ops->adopt(p->attach, &m->held.keys, m->held.buttons);
    m->picture_complete = false;
    if (!moved) /* else it is the mouse that it was, until its node says more */
        machine_set_absolute(m, p->absolute);
    if (p->n_heads)
        machine_take_heads(m, p->heads, p->n_heads);
    machine_release_heads(m);
    moves_keep_views(m);
}

static void activate(struct machine *m, struct place *p, bool moved)
{
    struct place *before = m->active;
    m->active = p;
    m->epoch++;
    m->held.out = (struct input_sink){p->attach->ops->input, p->attach};
    held_input_arrive(&m->held);
    m->point_again = moved && m->pointer.placed;
    m->pointer.placed = false;
    take_lights(m, p, moved);
    if (before)
        place_picture_free(&before->picture);
    if (!moved)
        place_picture_free(&p->picture);
    machine_watch_places(m);
    if (place_is_elsewhere(p)) {
        activate_elsewhere(m, p, moved);
        return;
    }
    if ((moved || m->shown_from_elsewhere) && p->watched) {
        moves_hide_picture(p); /* until it is whole */
        return;
    }
    m->picture_complete = false;
    machine_set_absolute(m, p->absolute);
    if (p->n_heads)
        machine_take_heads(m, p->heads, p->n_heads);
    if (m->shown_from_elsewhere)
        moves_keep_views(m);
}

static void count_move(struct machine *m)
{
    uint64_t now = moves_now_us(m);
    m->moves.switches++;
    m->moves.arrived_us = now;
    m->active->drew_us = 0;
    m->moves.gap_from_us = m->moves.stopped_us ? m->moves.stopped_us : now;
    m->moves.stopped_us = 0;
    m->moves.last_gap_us = UINT64_MAX;
    m->moves.gap_open = m->watching;
    m->moves.picture_taken = false;
    log_info("machine %s: goes on at %s, %.1f ms after it stopped", m->name, m->active->text,
             moves_ms(m->moves.gap_from_us, now));
    if (m->active->whole)
        moves_show_picture(m);
    moves_set_timer(m, &m->settled, SETTLED_US, on_settled);
}

static void act(void *self, struct switch_place *seat, unsigned actions)
{
    struct machine *m = self;
    struct place *p = (struct place *)seat;
    if (actions & SWITCH_HOLD)
        moves_hold_input(m);
    if (actions & SWITCH_FREEZE)
        moves_freeze_picture(m);
    if (actions & SWITCH_DROP)
        drop_place(m);
    if (actions & SWITCH_FORGET)
        held_input_forget(&m->held);
    if (actions & SWITCH_UNSURE)
        held_input_doubt(&m->held);
    if (actions & SWITCH_DISCARD) {
        m->giving_back = NULL;
        held_input_discard(&m->held);
        moves_tell_lost(m);
    }
    if (actions & SWITCH_ACTIVATE)
        activate(m, p, actions & SWITCH_MOVED);
    if (actions & (SWITCH_STANDBY | SWITCH_END_STANDBY))
        machine_watch_places(m);
    if (actions & SWITCH_MOVED)
        count_move(m);
    if (actions & (SWITCH_SHOW | SWITCH_THAW))
        moves_show_picture(m);
    if (actions & SWITCH_PLAY) {
        m->play_wanted = true;
        moves_play(m);
    }
    if (actions & SWITCH_RESTART)
        moves_tell_restart(m);
    if (m->active && m->active->input != INPUT_HELD)
        moves_set_input(m->active, moves_input_mode(m));
}

/* ---- what the machine is then ---- */

static const enum machine_state by_switch_state[SWITCH_STATES] = {
    [SWITCH_WAITING] = MACHINE_WAITING,
    [SWITCH_RUNNING] = MACHINE_RUNNING,
    [SWITCH_PAUSED] = MACHINE_PAUSED,
    [SWITCH_MOVING] = MACHINE_SWITCHING,
    [SWITCH_MOVING_PAUSED] = MACHINE_SWITCHING,
    [SWITCH_AWAY] = MACHINE_SWITCHING,
    [SWITCH_CUT] = MACHINE_WAITING,
};

struct before {
    enum machine_state state;
    const struct place *active;
    uint64_t switches;
};

static struct before before(const struct machine *m)
{
    return (struct before){m->state, m->active, m->moves.switches};
}

static int on_patience(sd_event_source *source, uint64_t usec, void *self);

/* At other nodes it may be known where the machine is: held input waits for them. */
static void be_patient(struct machine *m)
{
    enum switch_state state = m->switchboard.state;
    if (state != SWITCH_CUT && !(state == SWITCH_AWAY && m->owner->cluster))
        m->patience = sd_event_source_disable_unref(m->patience);
    else if (!m->patience)
        moves_set_timer(m, &m->patience, m->held.most_us, on_patience);
}

/* The switchboard has spoken. */
static void conclude(struct machine *m, struct before was)
{
    m->state = by_switch_state[m->switchboard.state];
    be_patient(m);
    if (m->state == was.state && m->active == was.active) {
        machine_tell_places(m);
        return;
    }
    if (m->state != was.state) {
        log_info("machine %s: %s", m->name, machine_state_name(m->state));
        moves_tell_viewers(m, was.state);
    }
    if (m->state != MACHINE_SWITCHING)
        m->moves.stopped_us = 0;
    machine_tell_places(m);
    moves_tell_event(m, was.state, was.switches);
    machine_tell(m, MACHINE_NEWS_STATE);
}

static int on_patience(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    struct before was = before(m);
    (void)source;
    (void)usec;
    switchboard_give_up(&m->switchboard);
    conclude(m, was);
    return 0;
}

/* ---- what places say ---- */

static uint64_t wall_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* A place at another node says since when it runs; one here says it just now. */
static void hear_state(struct machine *m, struct place *p, bool began)
{
    m->switchboard.patient = m->owner->cluster;
    if (p->state == PLACE_CONNECTING && place_is_elsewhere(p)) {
        switchboard_hear_cut(&m->switchboard, &p->seat);
        return;
    }
    if (p->state != PLACE_RUNNING) {
        switchboard_hear_state(&m->switchboard, &p->seat, p->state);
        return;
    }
    if (place_is_elsewhere(p))
        p->ran = p->attach->ops->ran(p->attach);
    else if (began || !p->ran)
        p->ran = switchboard_stamp(&m->switchboard, wall_us());
    switchboard_hear_running(&m->switchboard, &p->seat, p->ran);
}

void machine_place_joins(struct machine *m, struct place *p)
{
    struct before was = before(m);
    switchboard_add(&m->switchboard, &p->seat);
    if (p->state != PLACE_CONNECTING)
        hear_state(m, p, false);
    conclude(m, was);
}

void machine_place_leaves(struct machine *m, struct place *p)
{
    struct before was = before(m);
    if (m->giving_back == p)
        moves_given_back(m);
    switchboard_remove(&m->switchboard, &p->seat);
    place_picture_free(&p->picture);
    if (p->watched && p->attach)
        p->attach->ops->watch(p->attach, false);
    p->watched = false;
    conclude(m, was);
}

/*
 * A QEMU that stopped its guest and was gone before it could say why has moved it, where
 * somebody waits for it.
 */
static bool has_just_moved(const struct machine *m, const struct place *p)
{
    return p == m->active && p->state == PLACE_LOST && p->stopped_us &&
           m->switchboard.state == SWITCH_RUNNING && !place_is_elsewhere(p) &&
           switchboard_has_standby(&m->switchboard);
}

void machine_place_state(struct machine *m, struct place *p, enum place_state state_before)
{
    struct before was = before(m);
    if (state_before == PLACE_INCOMING)
        p->whole = false; /* what came until now was not the machine's */
    if (has_just_moved(m, p))
        switchboard_hear_state(&m->switchboard, &p->seat, PLACE_SWITCHING);
    if (p->state == PLACE_RUNNING)
        p->stopped_us = 0;
    hear_state(m, p, state_before != PLACE_RUNNING);
    /* A node answers also when the place there is lost. */
    bool silent =
        p->state == PLACE_CONNECTING || (p->state == PLACE_LOST && !place_is_elsewhere(p));
    if (silent && m->giving_back == p)
        moves_given_back(m);
    conclude(m, was);
}

void machine_place_complete(struct machine *m, struct place *p)
{
    p->whole = true;
    switchboard_hear(&m->switchboard, &p->seat, SWITCH_ACTIVE_PICTURE);
}

void machine_place_reset(struct machine *m, struct place *p)
{
    switchboard_hear(&m->switchboard, &p->seat, SWITCH_ACTIVE_RESET);
}

void machine_moves_init(struct machine *m)
{
    m->switchboard.act = act;
    m->switchboard.self = m;
    m->moves.last_gap_us = UINT64_MAX;
    held_input_init(&m->held, 0, 0);
    m->keyboard.sink = m->pointer.sink = held_input_sink(&m->held);
}

void machine_moves_fini(struct machine *m)
{
    m->held_timer = sd_event_source_disable_unref(m->held_timer);
    m->away_notice = sd_event_source_disable_unref(m->away_notice);
    m->settled = sd_event_source_disable_unref(m->settled);
    m->patience = sd_event_source_disable_unref(m->patience);
    held_input_fini(&m->held);
}
