/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What each event is to do to a machine's wheel: one pure table of (state of the wheel, event,
 * who causes it). Does none of it, and knows no time. For wheel.c only.
 */
#ifndef HF_SERVER_SESSION_WHEEL_TABLE_H
#define HF_SERVER_SESSION_WHEEL_TABLE_H

#include "server/session/wheel.h"

enum wheel_outcome {
    WHEEL_DO_NOTHING,
    WHEEL_DO_TAKE,        /* who acts drives */
    WHEEL_DO_GIVE,        /* who is named drives */
    WHEEL_DO_QUEUE,       /* who acts asks */
    WHEEL_DO_LEAVE_QUEUE, /* who acts asks no more */
    WHEEL_DO_FREE,        /* nobody drives */
    WHEEL_DO_DENY,        /* the first who asks is told no */
    WHEEL_DO_GRANT,       /* the first who asks drives */
    WHEEL_DO_PRESENCE,    /* who acts has a viewer, or none any more */
};

/* A row, by bits that are known to wheel_table.c. */
struct wheel_row {
    unsigned states, events, who;
    enum wheel_outcome outcome;
    const char *why; /* refused, in words for the one who acts; NULL: the outcome follows */
};

/* The row that counts, static; NULL: nothing happens. who is NULL for WHEEL_SILENCE and
 * WHEEL_IDLE. */
const struct wheel_row *wheel_table_find(const struct wheel *w, enum wheel_event event,
                                         const struct wheel_party *who);

#endif
