/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of moves share: moves.c does what the switchboard decides, with the parts
 * about the picture (moves_picture.c), input (moves_input.c) and what is told (moves_notice.c).
 */
#ifndef HF_SERVER_MACHINE_MOVES_PRIVATE_H
#define HF_SERVER_MACHINE_MOVES_PRIVATE_H

#include "server/machine/machine_private.h"
#include "server/machine/machines.h"

static inline uint64_t moves_now_us(const struct machine *m)
{
    uint64_t now = 0;
    sd_event_now(m->owner->loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* Runs on_time once; *timer takes the place of the one before. */
static inline void moves_set_timer(struct machine *m, sd_event_source **timer, uint64_t us,
                                   sd_event_time_handler_t on_time)
{
    *timer = sd_event_source_disable_unref(*timer);
    sd_event_add_time_relative(m->owner->loop, timer, CLOCK_MONOTONIC, us, 1000, on_time, m);
}

/* For logs; 0 when it did not come after `from`. */
static inline double moves_ms(uint64_t from_us, uint64_t to_us)
{
    return to_us > from_us ? (double)(to_us - from_us) / 1000 : 0;
}

/* Views are kept as the active place wants it: from the shadow, or from another node. */
void moves_keep_views(struct machine *m);

/* ---- moves_picture.c ---- */

/* Its pixels are kept, and not shown from now on. */
void moves_hide_picture(struct place *p);
/* The shadow becomes what the active place has shown meanwhile; only what differs is damage. */
void moves_show_picture(struct machine *m);
/* What the active place's screen does from now on is not the machine's picture any more. */
void moves_freeze_picture(struct machine *m);

/* ---- moves_input.c ---- */

void moves_set_input(struct place *p, enum input_mode mode);
/* How a place that runs takes input now. */
enum input_mode moves_input_mode(const struct machine *m);
/* Input waits; what the active place has not delivered is asked back. */
void moves_hold_input(struct machine *m);
/* What is held goes to the active place, once what is asked back has come; then keys are
 * brought in line. */
void moves_play(struct machine *m);
/* All that was asked back has come. */
void moves_given_back(struct machine *m);
/* Logs what was lost since it was logged last. */
void moves_tell_lost(struct machine *m);

/* ---- moves_notice.c ---- */

/* The machine's state is another one than before; m->moves.switches was `switches`. */
void moves_tell_viewers(struct machine *m, enum machine_state before);
void moves_tell_event(struct machine *m, enum machine_state before, uint64_t switches);
void moves_tell_restart(struct machine *m);

#endif
