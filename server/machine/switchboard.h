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
    uint64_t ran;              /* counts what began to run: the newest has the most */
};

struct switchboard {
    enum switch_state state;
    struct switch_place *first, *active;
    uint64_t runs;
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
/* SWITCH_ACTIVE_RESET or SWITCH_ACTIVE_PICTURE; nothing unless it is the active one. */
void switchboard_hear(struct switchboard *b, struct switch_place *p, enum switch_event event);
/* Whether any place but the active one waits for the machine. */
bool switchboard_has_standby(const struct switchboard *b);

#endif
