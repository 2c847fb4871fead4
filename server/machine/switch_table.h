/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state table of a machine that has places: what happens to the machine when one of its
 * places says something. Pure: one table, no places, no clock. switchboard.h plays it.
 */
#ifndef HF_SERVER_MACHINE_SWITCH_TABLE_H
#define HF_SERVER_MACHINE_SWITCH_TABLE_H

enum switch_state {
    SWITCH_WAITING, /* no place is active */
    SWITCH_RUNNING,
    SWITCH_PAUSED,
    SWITCH_MOVING,        /* the active place stopped for a switch-over; it ran before */
    SWITCH_MOVING_PAUSED, /* the same of a machine that was paused */
    SWITCH_AWAY,          /* it moved, its old place has ended, the new one does not run yet */
    SWITCH_CUT, /* the link to the node broke where it ran or was paused: it may run there still
                 */
    SWITCH_STATES,
};

/* What a place says (query-status, STOP, RESUME, connections lost), by who says it. */
enum switch_event {
    SWITCH_ACTIVE_RUNS,
    SWITCH_ACTIVE_PAUSES,
    SWITCH_ACTIVE_STOPS, /* for a switch-over: finish-migrate */
    SWITCH_ACTIVE_GONE,  /* postmigrate */
    SWITCH_ACTIVE_INCOMING,
    SWITCH_ACTIVE_LOST,
    SWITCH_ACTIVE_CUT, /* nothing is heard of it any more, and it may go on */
    SWITCH_ACTIVE_RESET,
    SWITCH_ACTIVE_PICTURE, /* all of its picture is there, as it is now */
    SWITCH_OTHER_RUNS,
    SWITCH_OTHER_PAUSES,
    SWITCH_OTHER_STOPS,
    SWITCH_OTHER_GONE,
    SWITCH_OTHER_INCOMING,
    SWITCH_OTHER_LOST,
    SWITCH_OTHER_RAN,  /* it runs, and began before the active one, which runs too */
    SWITCH_NO_STANDBY, /* none of the other places waits for the machine any more */
    SWITCH_GIVE_UP,    /* held input has waited long enough */
    SWITCH_EVENTS,
};

/* What is to be done then; bits, in the order in which they are done. */
enum switch_action {
    SWITCH_HOLD = 1 << 0,        /* input waits from now on */
    SWITCH_FREEZE = 1 << 1,      /* the picture stays as it is */
    SWITCH_DROP = 1 << 2,        /* the active place is active no more */
    SWITCH_FORGET = 1 << 3,      /* a guest that comes now has no key down */
    SWITCH_DISCARD = 1 << 4,     /* held input has nowhere to go */
    SWITCH_END_STANDBY = 1 << 5, /* this place is no standby any more */
    SWITCH_STANDBY = 1 << 6,     /* this place is listened to, and not shown */
    SWITCH_ACTIVATE = 1 << 7,    /* this place is the active one now */
    SWITCH_MOVED = 1 << 8,       /* that was a move: it is counted */
    SWITCH_DOUBT = 1 << 9,       /* another place ran when this one began to */
    SWITCH_SHOW = 1 << 10,       /* the active place's picture is compared and shown */
    SWITCH_THAW = 1 << 11,       /* the same place goes on: shown as before */
    SWITCH_PLAY = 1 << 12,       /* keys are brought in line, held input is played */
    SWITCH_RESTART = 1 << 13,    /* the guest was reset */
    SWITCH_SEEK = 1 << 14,       /* the other places are looked at again */
    SWITCH_UNSURE = 1 << 15,     /* what is held down may have been let go there */
};

struct switch_row {
    enum switch_state to;
    unsigned actions;
};

struct switch_row switch_table(enum switch_state state, enum switch_event event);

/* "waiting", "active-runs": for logs and tests. */
const char *switch_state_name(enum switch_state state);
const char *switch_event_name(enum switch_event event);

#endif
