/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/wheel.h"
#include "server/session/wheel_table.h"

#include <string.h>

/* ---- the queue ---- */

size_t wheel_place(const struct wheel *w, uint64_t id)
{
    for (size_t i = 0; i < w->n_queue; i++)
        if (w->queue[i].id == id)
            return i + 1;
    return 0;
}

static void leave_queue(struct wheel *w, uint64_t id)
{
    size_t place = wheel_place(w, id);
    if (place)
        memmove(&w->queue[place - 1], &w->queue[place],
                (w->n_queue-- - place) * sizeof(w->queue[0]));
}

static uint64_t first_here(const struct wheel *w)
{
    for (size_t i = 0; i < w->n_queue; i++)
        if (w->queue[i].here)
            return w->queue[i].id;
    return 0;
}

/* ---- what is done ---- */

static void pass_to(struct wheel *w, const struct wheel_party *to, uint64_t now_us,
                    struct wheel_result *r)
{
    if (w->driver == to->id)
        return;
    r->actions |= WHEEL_CHANGED | (w->driver ? WHEEL_LIFT : 0u);
    leave_queue(w, to->id);
    w->driver = to->id;
    w->driver_here = to->here;
    w->input_us = w->asked_us = now_us;
    w->released_by = 0;
}

static void queue(struct wheel *w, const struct wheel_party *who, struct wheel_result *r)
{
    if (!wheel_place(w, who->id) && w->n_queue == WHEEL_QUEUE_MOST) {
        r->why = "too many ask already";
        return;
    }
    if (!wheel_place(w, who->id))
        w->queue[w->n_queue++] = (struct wheel_asker){who->id, who->here};
    r->actions |= WHEEL_QUEUED;
}

static void deny(struct wheel *w, struct wheel_result *r)
{
    r->denied = first_here(w);
    if (r->denied)
        r->actions |= WHEEL_TELL_ASKER;
    else
        r->why = "nobody asks you";
    leave_queue(w, r->denied);
}

static void set_presence(struct wheel *w, const struct wheel_party *who)
{
    size_t place = wheel_place(w, who->id);
    if (w->driver && who->id == w->driver)
        w->driver_here = who->here;
    else if (place)
        w->queue[place - 1].here = who->here;
}

static void let_go(struct wheel *w, bool by_itself, struct wheel_result *r)
{
    w->released_by = by_itself ? w->driver : 0;
    w->driver = 0;
    r->actions |= WHEEL_CHANGED | WHEEL_LIFT;
}

/* Who waits gets a wheel that nobody holds; whoever holds it is asked by the first of them. */
static void settle(struct wheel *w, uint64_t asker_before, uint64_t now_us,
                   struct wheel_result *r)
{
    const struct wheel_party first = {.id = first_here(w), .role = ROLE_DRIVE, .here = true};
    if (!first.id)
        return;
    if (!w->driver || !w->driver_here) {
        pass_to(w, &first, now_us, r);
        r->actions &= ~(unsigned)WHEEL_QUEUED;
    }
    uint64_t asker = first_here(w);
    if (asker && (asker != asker_before || r->actions & WHEEL_CHANGED)) {
        w->asked_us = now_us;
        r->asker = asker;
        r->actions |= WHEEL_TELL_DRIVER;
    }
}

static const char *bad_target(const struct wheel_party *target)
{
    if (target->role < ROLE_DRIVE)
        return "whoever gets the wheel must be allowed to drive";
    return target->here ? NULL : "whoever gets the wheel must be here";
}

static void carry_out(struct wheel *w, enum wheel_outcome outcome,
                      const struct wheel_party *who, const struct wheel_party *target,
                      uint64_t now_us, struct wheel_result *r)
{
    const struct wheel_party first = {.id = first_here(w), .role = ROLE_DRIVE, .here = true};
    if (outcome == WHEEL_DO_GIVE)
        r->why = bad_target(target);
    else if ((outcome == WHEEL_DO_TAKE || outcome == WHEEL_DO_QUEUE) && !who->id)
        r->why = "whoever drives must look at the machine";
    if (r->why)
        return;
    if (outcome == WHEEL_DO_TAKE || outcome == WHEEL_DO_GIVE)
        pass_to(w, outcome == WHEEL_DO_GIVE ? target : who, now_us, r);
    else if (outcome == WHEEL_DO_QUEUE)
        queue(w, who, r);
    else if (outcome == WHEEL_DO_LEAVE_QUEUE)
        leave_queue(w, who->id);
    else if (outcome == WHEEL_DO_FREE)
        let_go(w, !who || who->id == w->driver, r);
    else if (outcome == WHEEL_DO_DENY)
        deny(w, r);
    else if (outcome == WHEEL_DO_GRANT && first.id)
        pass_to(w, &first, now_us, r);
    else if (outcome == WHEEL_DO_PRESENCE)
        set_presence(w, who);
}

struct wheel_result wheel_act(struct wheel *w, enum wheel_event event,
                              const struct wheel_party *who, const struct wheel_party *target,
                              uint64_t now_us)
{
    struct wheel_result r = {.driver_before = w->driver};
    uint64_t asker = first_here(w);
    const struct wheel_row *row = wheel_table_find(w, event, who);
    if (!row)
        return r;
    r.why = row->why;
    if (r.why)
        return r;
    if (who && who->id == w->driver && (event == WHEEL_PRESS || event == WHEEL_MOTION))
        w->input_us = now_us;
    carry_out(w, row->outcome, who, target, now_us, &r);
    settle(w, asker, now_us, &r);
    return r;
}

struct wheel_result wheel_set(struct wheel *w, enum sharing sharing, uint64_t ask_us,
                              uint64_t idle_release_us)
{
    struct wheel_result r = {.driver_before = w->driver};
    w->ask_us = ask_us;
    w->idle_release_us = idle_release_us;
    if (w->sharing == sharing)
        return r;
    w->sharing = sharing;
    w->n_queue = 0;
    if (w->driver)
        let_go(w, false, &r);
    return r;
}

/* ---- time ---- */

static bool is_taken(const struct wheel *w)
{
    return w->sharing == SHARING_SINGLE && w->driver;
}

static uint64_t silence_us(const struct wheel *w)
{
    bool asked = is_taken(w) && w->driver_here && first_here(w);
    return asked ? w->asked_us + w->ask_us : UINT64_MAX;
}

static uint64_t idle_us(const struct wheel *w)
{
    return is_taken(w) && w->idle_release_us ? w->input_us + w->idle_release_us : UINT64_MAX;
}

uint64_t wheel_next_us(const struct wheel *w)
{
    return silence_us(w) < idle_us(w) ? silence_us(w) : idle_us(w);
}

struct wheel_result wheel_pass(struct wheel *w, uint64_t now_us)
{
    if (now_us >= silence_us(w))
        return wheel_act(w, WHEEL_SILENCE, NULL, NULL, now_us);
    if (now_us >= idle_us(w))
        return wheel_act(w, WHEEL_IDLE, NULL, NULL, now_us);
    return (struct wheel_result){.driver_before = w->driver};
}

bool wheel_drives(const struct wheel *w, uint64_t id, enum role role)
{
    if (role < ROLE_DRIVE || w->sharing == SHARING_WATCH)
        return false;
    return w->sharing == SHARING_FREE || (id && w->driver == id);
}
