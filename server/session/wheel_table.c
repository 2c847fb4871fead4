/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/wheel_table.h"

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

#define ON(event) (1u << (event))
#define INPUT (ON(WHEEL_PRESS) | ON(WHEEL_MOTION))
#define WISH (ON(WHEEL_ASK) | ON(WHEEL_TAKE))
#define END (ON(WHEEL_END) | ON(WHEEL_LOWERED))

/* The first row that fits counts; none: nothing happens. */
static const struct wheel_row rows[] = {
    {ALWAYS, INPUT | WISH | ON(WHEEL_GIVE) | ON(WHEEL_RELEASE) | ON(WHEEL_DENY), WATCHER,
     WHEEL_DO_NOTHING, "you may only watch here"},

    {WATCHED, INPUT | WISH | ON(WHEEL_GIVE), ANYBODY, WHEEL_DO_NOTHING,
     "this machine is only watched: nobody drives"},
    {SHARED, WISH | ON(WHEEL_GIVE), ANYBODY, WHEEL_DO_NOTHING,
     "here everyone who may drive types: there is nothing to ask for"},
    {WATCHED | SHARED, ~0u, ANYBODY, WHEEL_DO_NOTHING, NULL},

    {LOOSE, ON(WHEEL_MOTION), LEAVER, WHEEL_DO_NOTHING,
     "you let go: press a key to drive again"},
    {LOOSE, INPUT | WISH, MAY_DRIVE, WHEEL_DO_TAKE, NULL},
    {LOOSE, ON(WHEEL_GIVE), ADMIN, WHEEL_DO_GIVE, NULL},
    {LOOSE, ON(WHEEL_GIVE), MAY_DRIVE, WHEEL_DO_NOTHING, "nobody drives: take the wheel first"},
    {LOOSE, ON(WHEEL_DENY), MAY_DRIVE, WHEEL_DO_NOTHING, "nobody asks you"},

    {TAKEN, INPUT | WISH, DRIVER, WHEEL_DO_NOTHING, NULL},
    {TAKEN, INPUT, MAY_DRIVE, WHEEL_DO_NOTHING, "someone else drives: ask for the wheel"},
    {TAKEN, ON(WHEEL_TAKE), ADMIN, WHEEL_DO_TAKE, NULL},
    {HELD, WISH, MAY_DRIVE, WHEEL_DO_QUEUE, NULL},
    {LEFT, WISH, MAY_DRIVE, WHEEL_DO_TAKE, NULL},
    {TAKEN, ON(WHEEL_GIVE), DRIVER | ADMIN, WHEEL_DO_GIVE, NULL},
    {TAKEN, ON(WHEEL_GIVE), MAY_DRIVE, WHEEL_DO_NOTHING,
     "only the driver or an admin may give the wheel"},
    {TAKEN, ON(WHEEL_RELEASE), DRIVER, WHEEL_DO_FREE, NULL},
    {TAKEN, ON(WHEEL_RELEASE), ASKER, WHEEL_DO_LEAVE_QUEUE, NULL},
    {TAKEN, ON(WHEEL_RELEASE), ADMIN, WHEEL_DO_FREE, NULL},
    {TAKEN, ON(WHEEL_RELEASE), MAY_DRIVE, WHEEL_DO_NOTHING, "you do not drive"},
    {TAKEN, ON(WHEEL_DENY), DRIVER, WHEEL_DO_DENY, NULL},
    {TAKEN, ON(WHEEL_DENY), MAY_DRIVE, WHEEL_DO_NOTHING, "you do not drive"},
    {TAKEN, END, DRIVER, WHEEL_DO_FREE, NULL},
    {HELD, ON(WHEEL_SILENCE), CLOCK, WHEEL_DO_GRANT, NULL},
    {TAKEN, ON(WHEEL_IDLE), CLOCK, WHEEL_DO_FREE, NULL},

    {ALWAYS, ON(WHEEL_AWAY) | ON(WHEEL_BACK), ANYBODY, WHEEL_DO_PRESENCE, NULL},
    {ALWAYS, END, ANYBODY, WHEEL_DO_LEAVE_QUEUE, NULL},
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

const struct wheel_row *wheel_table_find(const struct wheel *w, enum wheel_event event,
                                         const struct wheel_party *who)
{
    const unsigned state = state_of(w), kinds = kinds_of(w, who);
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].states & state && rows[i].events & ON(event) && rows[i].who & kinds)
            return &rows[i];
    }
    return NULL;
}
