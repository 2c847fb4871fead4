/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of a machine's places is active: hears what each place says, asks the table what
 * follows (switch_table.h), and has its owner do it. Pure: knows places as list entries, no
 * sockets, no clock.
 */
#ifndef HF_SERVER_MACHINE_SWITCHBOARD_H
#define HF_SERVER_MACHINE_SWITCHBOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "server/attach/attach.h"
#include "server/machine/switch_table.h"

/* Embedded in a place. */
struct switch_place {
    struct switch_place *next; /* the switchboard's */
    enum place_state state;    /* as it was heard */
    bool standby;              /* waits for the machine, or has got it and does not run yet */
    uint64_t ran;              /* when it began to run last: the newest has the most */
};

struct switchboard {
    enum switch_state state;
    struct switch_place *first, *active;
    uint64_t runs; /* the most of any `ran` that was heard */
    bool patient;  /* in SWITCH_AWAY, a place may be there that is not known: see give_up */
    /*
     * Does what the bits of `actions` (enum switch_action) say, in the order of the bits, for
     * the place that spoke. `active` and `state` are the new ones already. SWITCH_SEEK is the
     * switchboard's own business.
     */
    void (*act)(void *self, struct switch_place *place, unsigned actions);
    void *self;
};

/* A place joins, with nothing known of it yet. */
void switchboard_add(struct switchboard *b, struct switch_place *p);
/* It leaves: as if it were lost before. */
void switchboard_remove(struct switchboard *b, struct switch_place *p);
/* Its state is this now. The same state again counts as said again. */
void switchboard_hear_state(struct switchboard *b, struct switch_place *p,
                            enum place_state state);
/*
 * The same of a place that runs since `ran`. What began to run before the active place did does
 * not take over from it: it was said late, or is a guest that should have ended.
 */
void switchboard_hear_running(struct switchboard *b, struct switch_place *p, uint64_t ran);
/*
 * The number for a place that begins to run now: the wall clock in us, or what is next after
 * all that was heard, so that hosts whose clocks differ agree who was last.
 */
uint64_t switchboard_stamp(const struct switchboard *b, uint64_t wall_us);
/* Nothing is heard of it any more, and it may go on: PLACE_CONNECTING, if it is the active one.
 */
void switchboard_hear_cut(struct switchboard *b, struct switch_place *p);
/* Nobody came to be active for too long. */
void switchboard_give_up(struct switchboard *b);
/* SWITCH_ACTIVE_RESET or SWITCH_ACTIVE_PICTURE; nothing unless it is the active one. */
void switchboard_hear(struct switchboard *b, struct switch_place *p, enum switch_event event);
/* Whether any place but the active one waits for the machine. */
bool switchboard_has_standby(const struct switchboard *b);

#endif
