/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/wheel.h"

#include <string.h>

/* ---- the table ---- */

enum state {
    WATCHED = 1 << 0, /* mode watch */
    SHARED = 1 << 1,  /* mode free */
    LOOSE = 1 << 2,   /* nobody drives */
    HELD = 1 << 3,    /* the driver is here */
    LEFT = 1 << 4,    /* the driver has no viewer */
    TAKEN = HELD | LEFT,
    ALWAYS = WATCHED | SHARED | LOOSE | TAKEN,
};

/* Several may hold, but DRIVER stands alone. */
enum who {
    DRIVER = 1 << 0,
    WATCHER = 1 << 1, /* may not drive */
    OTHER = 1 << 2,   /* may drive */
    ADMIN = 1 << 3,   /* and may take the wheel */
    ASKER = 1 << 4,   /* is in the queue */
    LEAVER = 1 << 5,  /* let the wheel go last */
    CLOCK = 1 << 6,
    MAY_DRIVE = DRIVER | OTHER,
    ANYBODY = DRIVER | WATCHER | OTHER,
};

enum outcome { NOTHING, TAKE, GIVE, QUEUE, LEAVE_QUEUE, FREE, DENY, GRANT, PRESENCE };

#define ON(event) (1u << (event))
#define INPUT (ON(WHEEL_PRESS) | ON(WHEEL_MOTION))
#define WISH (ON(WHEEL_ASK) | ON(WHEEL_TAKE))
#define END (ON(WHEEL_END) | ON(WHEEL_LOWERED))

/* The first row that fits counts; none: nothing happens. */
static const struct {
    unsigned states, events, who;
    enum outcome outcome;
    const char *why; /* refused */
} rows[] = {
    {ALWAYS, INPUT | WISH | ON(WHEEL_GIVE) | ON(WHEEL_RELEASE) | ON(WHEEL_DENY), WATCHER,
     NOTHING, "you may only watch here"},

    {WATCHED, INPUT | WISH | ON(WHEEL_GIVE), ANYBODY, NOTHING,
     "this machine is only watched: nobody drives"},
    {SHARED, WISH | ON(WHEEL_GIVE), ANYBODY, NOTHING,
     "here everyone who may drive types: there is nothing to ask for"},
    {WATCHED | SHARED, ~0u, ANYBODY, NOTHING, NULL},

    {LOOSE, ON(WHEEL_MOTION), LEAVER, NOTHING, "you let go: press a key to drive again"},
    {LOOSE, INPUT | WISH, MAY_DRIVE, TAKE, NULL},
    {LOOSE, ON(WHEEL_GIVE), ADMIN, GIVE, NULL},
    {LOOSE, ON(WHEEL_GIVE), MAY_DRIVE, NOTHING, "nobody drives: take the wheel first"},
    {LOOSE, ON(WHEEL_DENY), MAY_DRIVE, NOTHING, "nobody asks you"},

    {TAKEN, INPUT | WISH, DRIVER, NOTHING, NULL},
    {TAKEN, INPUT, MAY_DRIVE, NOTHING, "someone else drives: ask for the wheel"},
    {TAKEN, ON(WHEEL_TAKE), ADMIN, TAKE, NULL},
    {HELD, WISH, MAY_DRIVE, QUEUE, NULL},
    {LEFT, WISH, MAY_DRIVE, TAKE, NULL},
    {TAKEN, ON(WHEEL_GIVE), DRIVER | ADMIN, GIVE, NULL},
    {TAKEN, ON(WHEEL_GIVE), MAY_DRIVE, NOTHING,
     "only the driver or an admin may give the wheel"},
    {TAKEN, ON(WHEEL_RELEASE), DRIVER, FREE, NULL},
    {TAKEN, ON(WHEEL_RELEASE), ASKER, LEAVE_QUEUE, NULL},
    {TAKEN, ON(WHEEL_RELEASE), ADMIN, FREE, NULL},
    {TAKEN, ON(WHEEL_RELEASE), MAY_DRIVE, NOTHING, "you do not drive"},
    {TAKEN, ON(WHEEL_DENY), DRIVER, DENY, NULL},
    {TAKEN, ON(WHEEL_DENY), MAY_DRIVE, NOTHING, "you do not drive"},
    {TAKEN, END, DRIVER, FREE, NULL},
    {HELD, ON(WHEEL_SILENCE), CLOCK, GRANT, NULL},
    {TAKEN, ON(WHEEL_IDLE), CLOCK, FREE, NULL},

    {ALWAYS, ON(WHEEL_AWAY) | ON(WHEEL_BACK), ANYBODY, PRESENCE, NULL},
    {ALWAYS, END, ANYBODY, LEAVE_QUEUE, NULL},
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static enum state state_of(const struct wheel *w)
{
    if (w->sharing != SHARING_SINGLE)
        return w->sharing == SHARING_FREE ? SHARED : WATCHED;
    return !w->driver ? LOOSE : w->driver_here ? HELD : LEFT;
}

static unsigned kinds_of(const struct wheel *w, const struct wheel_party *who)
{
    if (!who)
        return CLOCK;
    if (who->id && who->id == w->driver)
        return DRIVER;
    return (who->role < ROLE_DRIVE ? WATCHER : OTHER) | (who->role == ROLE_ADMIN ? ADMIN : 0u) |
           (wheel_place(w, who->id) ? ASKER : 0u) |
           (who->id && who->id == w->released_by ? LEAVER : 0u);
}

static size_t find_row(const struct wheel *w, enum wheel_event event,
                       const struct wheel_party *who)
{
    unsigned state = state_of(w), kinds = kinds_of(w, who);
    size_t i = 0;
    while (i < ROWS &&
           !(rows[i].states & state && rows[i].events & ON(event) && rows[i].who & kinds))
        i++;
    return i;
}

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

static void carry_out(struct wheel *w, enum outcome outcome, const struct wheel_party *who,
                      const struct wheel_party *target, uint64_t now_us, struct wheel_result *r)
{
    const struct wheel_party first = {.id = first_here(w), .role = ROLE_DRIVE, .here = true};
    if (outcome == GIVE)
        r->why = bad_target(target);
    else if ((outcome == TAKE || outcome == QUEUE) && !who->id)
        r->why = "whoever drives must look at the machine";
    if (r->why)
        return;
    if (outcome == TAKE || outcome == GIVE)
        pass_to(w, outcome == GIVE ? target : who, now_us, r);
    else if (outcome == QUEUE)
        queue(w, who, r);
    else if (outcome == LEAVE_QUEUE)
        leave_queue(w, who->id);
    else if (outcome == FREE)
        let_go(w, !who || who->id == w->driver, r);
    else if (outcome == DENY)
        deny(w, r);
    else if (outcome == GRANT && first.id)
        pass_to(w, &first, now_us, r);
    else if (outcome == PRESENCE)
        set_presence(w, who);
}

struct wheel_result wheel_act(struct wheel *w, enum wheel_event event,
                              const struct wheel_party *who, const struct wheel_party *target,
                              uint64_t now_us)
{
    struct wheel_result r = {.driver_before = w->driver};
    uint64_t asker = first_here(w);
    size_t i = find_row(w, event, who);
    if (i == ROWS)
        return r;
    r.why = rows[i].why;
    if (r.why)
        return r;
    if (who && who->id == w->driver && ON(event) & INPUT)
        w->input_us = now_us;
    carry_out(w, rows[i].outcome, who, target, now_us, &r);
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

static uint64_t silence_us(const struct wheel *w)
{
    return state_of(w) == HELD && first_here(w) ? w->asked_us + w->ask_us : UINT64_MAX;
}

static uint64_t idle_us(const struct wheel *w)
{
    return state_of(w) & TAKEN && w->idle_release_us ? w->input_us + w->idle_release_us
                                                     : UINT64_MAX;
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
