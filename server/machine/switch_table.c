/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/switch_table.h"

#define LOSE (SWITCH_DROP | SWITCH_FORGET | SWITCH_DISCARD | SWITCH_SEEK)
#define TAKE (SWITCH_ACTIVATE | SWITCH_MOVED)
#define CUT (SWITCH_DROP | SWITCH_UNSURE | SWITCH_SEEK)

/* What a place that is not active says and that changes nothing for the machine. */
#define BYSTANDERS(state)                                                                      \
    [SWITCH_OTHER_GONE] = {state, SWITCH_END_STANDBY},                                         \
    [SWITCH_OTHER_INCOMING] = {state, SWITCH_STANDBY},                                         \
    [SWITCH_OTHER_LOST] = {state, SWITCH_END_STANDBY},                                         \
    [SWITCH_OTHER_RAN] = {state, SWITCH_END_STANDBY}

/* A state without an active place hears nothing of one. */
#define NO_ACTIVE(state)                                                                       \
    [SWITCH_ACTIVE_RUNS] = {state, 0}, [SWITCH_ACTIVE_PAUSES] = {state, 0},                    \
    [SWITCH_ACTIVE_STOPS] = {state, 0}, [SWITCH_ACTIVE_GONE] = {state, 0},                     \
    [SWITCH_ACTIVE_INCOMING] = {state, 0}, [SWITCH_ACTIVE_LOST] = {state, 0},                  \
    [SWITCH_ACTIVE_RESET] = {state, 0}, [SWITCH_ACTIVE_PICTURE] = {state, 0},                  \
    [SWITCH_ACTIVE_CUT] = {state, 0}

static const struct switch_row table[SWITCH_STATES][SWITCH_EVENTS] =
    {
        [SWITCH_WAITING] =
            {
                NO_ACTIVE(SWITCH_WAITING),
                BYSTANDERS(SWITCH_WAITING),
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING, SWITCH_ACTIVATE | SWITCH_PLAY},
                [SWITCH_OTHER_PAUSES] = {SWITCH_PAUSED, SWITCH_ACTIVATE | SWITCH_HOLD},
                [SWITCH_OTHER_STOPS] = {SWITCH_MOVING, SWITCH_ACTIVATE | SWITCH_HOLD},
                [SWITCH_NO_STANDBY] = {SWITCH_WAITING, 0},
                [SWITCH_GIVE_UP] = {SWITCH_WAITING, 0},
            },
        [SWITCH_RUNNING] =
            {
                [SWITCH_ACTIVE_RUNS] = {SWITCH_RUNNING, 0},
                [SWITCH_ACTIVE_PAUSES] = {SWITCH_PAUSED, SWITCH_HOLD},
                /* What runs already may have said so before, by a clock that is behind. */
                [SWITCH_ACTIVE_STOPS] = {SWITCH_MOVING,
                                         SWITCH_HOLD | SWITCH_FREEZE | SWITCH_SEEK},
                [SWITCH_ACTIVE_GONE] = {SWITCH_MOVING,
                                        SWITCH_HOLD | SWITCH_FREEZE | SWITCH_SEEK},
                [SWITCH_ACTIVE_INCOMING] = {SWITCH_WAITING, LOSE | SWITCH_STANDBY},
                [SWITCH_ACTIVE_LOST] = {SWITCH_WAITING, LOSE},
                [SWITCH_ACTIVE_CUT] = {SWITCH_CUT, SWITCH_HOLD | CUT},
                [SWITCH_ACTIVE_RESET] = {SWITCH_RUNNING, SWITCH_RESTART},
                [SWITCH_ACTIVE_PICTURE] = {SWITCH_RUNNING, SWITCH_SHOW},
                /* Either the source's STOP is on its way to us, or two guests run. */
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING,
                                       SWITCH_HOLD | TAKE | SWITCH_DOUBT | SWITCH_PLAY},
                [SWITCH_OTHER_PAUSES] = {SWITCH_RUNNING, 0},
                [SWITCH_OTHER_STOPS] = {SWITCH_RUNNING, 0},
                BYSTANDERS(SWITCH_RUNNING),
                [SWITCH_NO_STANDBY] = {SWITCH_RUNNING, 0},
                [SWITCH_GIVE_UP] = {SWITCH_RUNNING, 0},
            },
        [SWITCH_PAUSED] =
            {
                [SWITCH_ACTIVE_RUNS] = {SWITCH_RUNNING, SWITCH_PLAY},
                [SWITCH_ACTIVE_PAUSES] = {SWITCH_PAUSED, 0},
                /* The destination may have said already that it is paused. */
                [SWITCH_ACTIVE_STOPS] = {SWITCH_MOVING_PAUSED, SWITCH_FREEZE | SWITCH_SEEK},
                [SWITCH_ACTIVE_GONE] = {SWITCH_MOVING_PAUSED, SWITCH_FREEZE | SWITCH_SEEK},
                [SWITCH_ACTIVE_INCOMING] = {SWITCH_WAITING, LOSE | SWITCH_STANDBY},
                [SWITCH_ACTIVE_LOST] = {SWITCH_WAITING, LOSE},
                [SWITCH_ACTIVE_CUT] = {SWITCH_CUT, CUT},
                [SWITCH_ACTIVE_RESET] = {SWITCH_PAUSED, SWITCH_RESTART},
                [SWITCH_ACTIVE_PICTURE] = {SWITCH_PAUSED, SWITCH_SHOW},
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
                [SWITCH_OTHER_PAUSES] = {SWITCH_PAUSED, 0},
                [SWITCH_OTHER_STOPS] = {SWITCH_PAUSED, 0},
                BYSTANDERS(SWITCH_PAUSED),
                [SWITCH_NO_STANDBY] = {SWITCH_PAUSED, 0},
                [SWITCH_GIVE_UP] = {SWITCH_PAUSED, 0},
            },
        [SWITCH_MOVING] =
            {
                [SWITCH_ACTIVE_RUNS] = {SWITCH_RUNNING, SWITCH_THAW | SWITCH_PLAY},
                [SWITCH_ACTIVE_PAUSES] = {SWITCH_PAUSED, SWITCH_THAW},
                [SWITCH_ACTIVE_STOPS] = {SWITCH_MOVING, 0},
                [SWITCH_ACTIVE_GONE] = {SWITCH_MOVING, 0},
                [SWITCH_ACTIVE_INCOMING] = {SWITCH_AWAY,
                                            SWITCH_DROP | SWITCH_STANDBY | SWITCH_SEEK},
                [SWITCH_ACTIVE_LOST] = {SWITCH_AWAY, SWITCH_DROP | SWITCH_SEEK},
                [SWITCH_ACTIVE_CUT] = {SWITCH_AWAY, CUT},
                [SWITCH_ACTIVE_RESET] = {SWITCH_MOVING, 0},
                [SWITCH_ACTIVE_PICTURE] = {SWITCH_MOVING, 0},
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
                /* Started with -S: it is the machine once it runs. */
                [SWITCH_OTHER_PAUSES] = {SWITCH_MOVING, 0},
                [SWITCH_OTHER_STOPS] = {SWITCH_MOVING, 0},
                BYSTANDERS(SWITCH_MOVING),
                [SWITCH_NO_STANDBY] = {SWITCH_MOVING, 0},
                [SWITCH_GIVE_UP] = {SWITCH_MOVING, 0},
            },
        [SWITCH_MOVING_PAUSED] =
            {
                [SWITCH_ACTIVE_RUNS] = {SWITCH_RUNNING, SWITCH_THAW | SWITCH_PLAY},
                [SWITCH_ACTIVE_PAUSES] = {SWITCH_PAUSED, SWITCH_THAW},
                [SWITCH_ACTIVE_STOPS] = {SWITCH_MOVING_PAUSED, 0},
                [SWITCH_ACTIVE_GONE] = {SWITCH_MOVING_PAUSED, SWITCH_SEEK},
                [SWITCH_ACTIVE_INCOMING] = {SWITCH_AWAY,
                                            SWITCH_DROP | SWITCH_STANDBY | SWITCH_SEEK},
                [SWITCH_ACTIVE_LOST] = {SWITCH_AWAY, SWITCH_DROP | SWITCH_SEEK},
                [SWITCH_ACTIVE_CUT] = {SWITCH_AWAY, CUT},
                [SWITCH_ACTIVE_RESET] = {SWITCH_MOVING_PAUSED, 0},
                [SWITCH_ACTIVE_PICTURE] = {SWITCH_MOVING_PAUSED, 0},
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
                [SWITCH_OTHER_PAUSES] = {SWITCH_PAUSED, TAKE},
                [SWITCH_OTHER_STOPS] = {SWITCH_MOVING_PAUSED, 0},
                BYSTANDERS(SWITCH_MOVING_PAUSED),
                [SWITCH_NO_STANDBY] = {SWITCH_MOVING_PAUSED, 0},
                [SWITCH_GIVE_UP] = {SWITCH_MOVING_PAUSED, 0},
            },
        [SWITCH_AWAY] =
            {
                NO_ACTIVE(SWITCH_AWAY),
                BYSTANDERS(SWITCH_AWAY),
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING, TAKE | SWITCH_PLAY},
                [SWITCH_OTHER_PAUSES] = {SWITCH_PAUSED, TAKE},
                [SWITCH_OTHER_STOPS] = {SWITCH_MOVING, TAKE},
                [SWITCH_NO_STANDBY] = {SWITCH_WAITING, SWITCH_DISCARD},
                [SWITCH_GIVE_UP] = {SWITCH_WAITING, SWITCH_DISCARD},
            },
        [SWITCH_CUT] =
            {
                NO_ACTIVE(SWITCH_CUT),
                BYSTANDERS(SWITCH_CUT),
                [SWITCH_OTHER_RUNS] = {SWITCH_RUNNING, SWITCH_ACTIVATE | SWITCH_PLAY},
                [SWITCH_OTHER_PAUSES] = {SWITCH_PAUSED, SWITCH_ACTIVATE},
                [SWITCH_OTHER_STOPS] = {SWITCH_MOVING, SWITCH_ACTIVATE},
                [SWITCH_NO_STANDBY] = {SWITCH_CUT, 0},
                [SWITCH_GIVE_UP] = {SWITCH_WAITING, SWITCH_DISCARD},
            },
};

struct switch_row switch_table(enum switch_state state, enum switch_event event)
{
    return table[state][event];
}

const char *switch_state_name(enum switch_state state)
{
    static const char *const names[SWITCH_STATES] = {
        "waiting", "running", "paused", "moving", "moving-paused", "away", "cut"};
    return names[state];
}

const char *switch_event_name(enum switch_event event)
{
    static const char *const names[SWITCH_EVENTS] = {
        "active-runs",  "active-pauses", "active-stops", "active-gone",    "active-incoming",
        "active-lost",  "active-cut",    "active-reset", "active-picture", "other-runs",
        "other-pauses", "other-stops",   "other-gone",   "other-incoming", "other-lost",
        "other-ran",    "no-standby",    "give-up",
    };
    return names[event];
}
