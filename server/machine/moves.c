/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a machine's places is active: does what the switchboard decides. */
#include <config.h>
#include "base/log.h"
#include "server/machine/machine_private.h"
#include "server/machine/machines.h"
#include "server/machine/place_picture.h"
#include "server/overlay/machine_notices.h"

enum {
    AWAY_NOTICE_US = 400000, /* what is shorter is not worth a notice */
    GIVE_BACK_US = 1000000,  /* a QEMU that does not answer so long says nothing more */
    SETTLED_US = 1000000,
    RESTART_NOTICE_US = 2000000,
};

static uint64_t now_us(const struct machine *m)
{
    uint64_t now = 0;
    sd_event_now(m->owner->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static void set_timer(struct machine *m, sd_event_source **timer, uint64_t us,
                      sd_event_time_handler_t on_time)
{
    *timer = sd_event_source_disable_unref(*timer);
    sd_event_add_time_relative(m->owner->loop, timer, CLOCK_MONOTONIC, us, 1000, on_time, m);
}

/* ---- pixels ---- */

static void hide_picture(struct place *p)
{
    if (p->picture)
        return;
    p->picture = place_picture_new();
    place_picture_take_heads(p->picture, p->heads, p->n_heads);
}

static void watch_place(struct machine *m, struct place *p)
{
    bool wanted = m->watching && (p == m->active || p->seat.standby);
    if (wanted == p->watched || !p->attach)
        return;
    p->watched = wanted;
    p->whole = false;
    place_picture_free(&p->picture);
    if (wanted && p != m->active)
        hide_picture(p);
    p->attach->ops->watch(p->attach, wanted);
}

void machine_watch_places(struct machine *m)
{
    for (struct place *p = m->places; p; p = p->next)
        watch_place(m, p);
}

static double ms(uint64_t from_us, uint64_t to_us)
{
    return to_us > from_us ? (double)(to_us - from_us) / 1000 : 0;
}

static void close_gap(struct machine *m)
{
    const struct machine_moves *moves = &m->moves;
    uint64_t now = now_us(m);
    m->moves.gap_open = false;
    m->moves.last_gap_us = now - moves->gap_from_us;
    log_info("machine %s: shown %.1f ms after it began to run there (it drew after %.1f ms), "
             "%.1f ms after it stopped",
             m->name, ms(moves->arrived_us, now), ms(moves->arrived_us, m->active->drew_us),
             ms(moves->gap_from_us, now));
}

void machine_update_queued(struct machine *m, uint64_t picture)
{
    if (m->moves.gap_open && m->active && m->moves.picture_taken && picture == m->moves.picture)
        close_gap(m);
}

static bool same_heads(const struct machine *m, const struct place *p)
{
    bool same = m->n_heads == p->n_heads;
    for (unsigned i = 0; same && i < p->n_heads; i++)
        same = m->heads[i].shadow.w == p->heads[i].w && m->heads[i].shadow.h == p->heads[i].h;
    return same;
}

static void take_pointer(struct machine *m, const struct place_picture *picture)
{
    if (picture->pointer_image)
        machine_set_pointer_image(m, picture->pointer_image);
    if (picture->pointer_told)
        machine_pointer_at(m, picture->pointer_head, picture->pointer_x, picture->pointer_y,
                           picture->pointer_visible);
}

/* The shadow becomes what the active place has shown meanwhile; only what differs is damage. */
static void show_picture(struct machine *m)
{
    struct place *p = m->active;
    struct place_picture *picture = p ? p->picture : NULL;
    if (!picture)
        return;
    p->picture = NULL;
    bool changed = !same_heads(m, p);
    if (p->n_heads)
        machine_take_heads(m, p->heads, p->n_heads);
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct surface *s = &picture->heads[i];
        changed |= machine_take_pixels(m, i, surface_rect(s), s->pixels,
                                       (size_t)s->stride * sizeof(uint32_t), SOURCE_XRGB);
    }
    take_pointer(m, picture);
    place_picture_free(&picture);
    m->moves.picture++;
    m->moves.picture_taken = true;
    m->picture_complete = true;
    if (m->moves.gap_open && !changed)
        close_gap(m);
    machine_tell(m, MACHINE_NEWS_STATE);
    machine_tell(m, MACHINE_NEWS_PICTURE);
}

/* What the source's screen does from now on is not the machine's picture any more. */
static void freeze_picture(struct machine *m)
{
    struct place *p = m->active;
    m->moves.stopped_us = p->stopped_us ? p->stopped_us : now_us(m);
    if (!p->watched || p->picture)
        return;
    hide_picture(p);
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct surface *shadow = &m->heads[i].shadow;
        surface_copy(&p->picture->heads[i], shadow, surface_rect(shadow), 0, 0);
    }
}

/* ---- input ---- */

static void set_input(struct place *p, enum input_mode mode)
{
    if (p->input == mode || !p->attach->ops->set_input)
        return;
    p->input = mode;
    p->attach->ops->set_input(p->attach, mode);
}

static enum input_mode mode_now(const struct machine *m)
{
    return switchboard_has_standby(&m->switchboard) ? INPUT_CONFIRMED : INPUT_PASSES;
}

static void hold_input(struct machine *m)
{
    struct place *p = m->active;
    m->play_wanted = false;
    held_input_hold(&m->held, now_us(m));
    if (!p || p->input == INPUT_HELD || !p->attach->ops->set_input)
        return;
    m->giving_back = p;
    set_input(p, INPUT_HELD);
}

static void tell_lost(struct machine *m)
{
    uint64_t lost = m->held.lost - m->held.told_lost;
    if (lost)
        log_warning("machine %s: %llu key and button events were lost while it was away",
                    m->name, (unsigned long long)lost);
    m->held.told_lost = m->held.lost;
}

static void play(struct machine *m);

static int on_held_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    (void)source;
    (void)usec;
    m->held_timer = sd_event_source_disable_unref(m->held_timer);
    m->giving_back = NULL;
    play(m);
    return 0;
}

static void play(struct machine *m)
{
    if (!m->play_wanted || !m->active)
        return;
    if (m->giving_back) {
        set_timer(m, &m->held_timer, GIVE_BACK_US, on_held_timer);
        return;
    }
    set_input(m->active, mode_now(m));
    if (m->point_again && m->pointer.absolute)
        m->held.out.ops->move_to(m->held.out.self, m->pointer.head, m->pointer.x, m->pointer.y);
    m->point_again = false;
    if (held_input_play(&m->held, now_us(m))) {
        set_timer(m, &m->held_timer, HELD_STEP_US, on_held_timer);
        return;
    }
    m->play_wanted = false;
    held_input_settle(&m->held, m->keyboard.holders, m->pointer.holders);
    tell_lost(m);
}

static void given_back(struct machine *m)
{
    m->giving_back = NULL;
    play(m);
}

void machine_place_gives_back(struct machine *m, struct place *p,
                              const struct input_event *events, size_t n)
{
    if (m->giving_back != p)
        return;
    held_input_give_back(&m->held, events, n);
    given_back(m);
}

/* ---- places ---- */

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

static void activate(struct machine *m, struct place *p, bool moved)
{
    struct place *before = m->active;
    m->active = p;
    m->epoch++;
    m->held.out = (struct input_sink){p->attach->ops->input, p->attach};
    m->point_again = moved && m->pointer.placed;
    m->pointer.placed = false;
    take_lights(m, p, moved);
    if (before)
        place_picture_free(&before->picture);
    if (!moved)
        place_picture_free(&p->picture);
    machine_watch_places(m);
    if (moved && p->watched) {
        hide_picture(p); /* until it is whole */
        return;
    }
    m->picture_complete = false;
    machine_set_absolute(m, p->absolute);
    if (p->n_heads)
        machine_take_heads(m, p->heads, p->n_heads);
}

static void count_move(struct machine *m)
{
    uint64_t now = now_us(m);
    m->moves.switches++;
    m->moves.arrived_us = now;
    m->active->drew_us = 0;
    m->moves.gap_from_us = m->moves.stopped_us ? m->moves.stopped_us : now;
    m->moves.stopped_us = 0;
    m->moves.last_gap_us = UINT64_MAX;
    m->moves.gap_open = m->watching;
    m->moves.picture_taken = false;
    log_info("machine %s: goes on at %s, %.1f ms after it stopped", m->name, m->active->text,
             ms(m->moves.gap_from_us, now));
    if (m->active->whole)
        show_picture(m);
    set_timer(m, &m->settled, SETTLED_US, on_settled);
}

static void restart(struct machine *m)
{
    machine_notice(m, NOTICE_MACHINE, "the machine restarts", 0, RESTART_NOTICE_US);
    if (m->owner->on_event)
        m->owner->on_event(m->owner->self, m, MACHINE_EVENT_RESET);
}

static void act(void *self, struct switch_place *seat, unsigned actions)
{
    struct machine *m = self;
    struct place *p = (struct place *)seat;
    if (actions & SWITCH_HOLD)
        hold_input(m);
    if (actions & SWITCH_FREEZE)
        freeze_picture(m);
    if (actions & SWITCH_DROP)
        drop_place(m);
    if (actions & SWITCH_FORGET)
        held_input_forget(&m->held);
    if (actions & SWITCH_DISCARD) {
        m->giving_back = NULL;
        held_input_discard(&m->held);
        tell_lost(m);
    }
    if (actions & SWITCH_ACTIVATE)
        activate(m, p, actions & SWITCH_MOVED);
    if (actions & (SWITCH_STANDBY | SWITCH_END_STANDBY))
        machine_watch_places(m);
    if (actions & SWITCH_MOVED)
        count_move(m);
    if (actions & (SWITCH_SHOW | SWITCH_THAW))
        show_picture(m);
    if (actions & SWITCH_PLAY) {
        m->play_wanted = true;
        play(m);
    }
    if (actions & SWITCH_RESTART)
        restart(m);
    if (m->active && m->active->input != INPUT_HELD)
        set_input(m->active, mode_now(m));
}

/* ---- what the machine is then ---- */

static const enum machine_state by_switch_state[SWITCH_STATES] = {
    [SWITCH_WAITING] = MACHINE_WAITING,         [SWITCH_RUNNING] = MACHINE_RUNNING,
    [SWITCH_PAUSED] = MACHINE_PAUSED,           [SWITCH_MOVING] = MACHINE_SWITCHING,
    [SWITCH_MOVING_PAUSED] = MACHINE_SWITCHING, [SWITCH_AWAY] = MACHINE_SWITCHING,
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

static int on_away(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine *m = self;
    (void)source;
    (void)usec;
    m->away_notice = sd_event_source_disable_unref(m->away_notice);
    machine_notice(m, NOTICE_MACHINE,
                   m->state == MACHINE_SWITCHING ? "the machine is moving"
                                                 : "waiting for the machine",
                   m->away_us, 0);
    return 0;
}

static bool is_here(enum machine_state state)
{
    return state == MACHINE_RUNNING || state == MACHINE_PAUSED;
}

static void tell_viewers(struct machine *m, enum machine_state before)
{
    m->away_notice = sd_event_source_disable_unref(m->away_notice);
    if (is_here(m->state)) {
        if (!is_here(before))
            machine_notice_end(m, NOTICE_MACHINE);
        return;
    }
    if (is_here(before))
        m->away_us = now_us(m);
    set_timer(m, &m->away_notice, AWAY_NOTICE_US, on_away);
}

static void tell_event(struct machine *m, enum machine_state before, uint64_t switches)
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

struct before {
    enum machine_state state;
    const struct place *active;
    uint64_t switches;
};

static struct before before(const struct machine *m)
{
    return (struct before){m->state, m->active, m->moves.switches};
}

/* The switchboard has spoken. */
static void conclude(struct machine *m, struct before was)
{
    m->state = by_switch_state[m->switchboard.state];
    if (m->state == was.state && m->active == was.active)
        return;
    if (m->state != was.state) {
        log_info("machine %s: %s", m->name, machine_state_name(m->state));
        tell_viewers(m, was.state);
    }
    if (m->state != MACHINE_SWITCHING)
        m->moves.stopped_us = 0;
    tell_event(m, was.state, was.switches);
    machine_tell(m, MACHINE_NEWS_STATE);
}

void machine_place_joins(struct machine *m, struct place *p)
{
    struct before was = before(m);
    switchboard_add(&m->switchboard, &p->seat);
    if (p->state != PLACE_CONNECTING)
        switchboard_hear_state(&m->switchboard, &p->seat, p->state);
    conclude(m, was);
}

void machine_place_leaves(struct machine *m, struct place *p)
{
    struct before was = before(m);
    if (m->giving_back == p)
        given_back(m);
    switchboard_remove(&m->switchboard, &p->seat);
    place_picture_free(&p->picture);
    if (p->watched && p->attach)
        p->attach->ops->watch(p->attach, false);
    p->watched = false;
    conclude(m, was);
}

void machine_place_state(struct machine *m, struct place *p, enum place_state state_before)
{
    struct before was = before(m);
    if (state_before == PLACE_INCOMING)
        p->whole = false; /* what came until now was not the machine's */
    switchboard_hear_state(&m->switchboard, &p->seat, p->state);
    if ((p->state == PLACE_LOST || p->state == PLACE_CONNECTING) && m->giving_back == p)
        given_back(m);
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
    held_input_fini(&m->held);
}
