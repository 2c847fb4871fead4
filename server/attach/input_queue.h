/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Input events in order, from when they come until they are answered for: a bounded ring.
 * Motion that waits takes in what comes behind it. Knows neither QEMU nor how they are sent.
 */
#ifndef HF_SERVER_ATTACH_INPUT_QUEUE_H
#define HF_SERVER_ATTACH_INPUT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "input/sink.h"

enum {
    INPUT_QUEUE = 1024,      /* events that wait; motion and presses are refused beyond it */
    INPUT_QUEUE_MOST = 1536, /* the rest is for releases */
};

enum input_stage { INPUT_WAITS, INPUT_IN_FLIGHT, INPUT_DONE };

struct queued_input {
    struct input_event event;
    enum input_stage stage;
};

/* Zeroed: empty. */
struct input_queue {
    struct queued_input *ring; /* of INPUT_QUEUE_MOST, taken at the first event */
    size_t first, n;
    unsigned long dropped; /* events that found no room */
};

/* Empties it and gives its memory back. */
void input_queue_clear(struct input_queue *q);
/* Puts the event behind all others. False when nothing new waits: it was dropped, or joined the
 * motion before it. */
bool input_queue_put(struct input_queue *q, const struct input_event *e);
/* The oldest that is in this stage, lent; NULL: none. */
struct queued_input *input_queue_oldest(const struct input_queue *q, enum input_stage stage);
/* All that are in one stage are in another now. */
void input_queue_restage(struct input_queue *q, enum input_stage from, enum input_stage to);
/* Lets go of those at the front that are done. */
void input_queue_forget_done(struct input_queue *q);
/* Those that wait, in order; returns how many. */
size_t input_queue_waiting(const struct input_queue *q,
                           struct input_event events_r[INPUT_QUEUE_MOST]);

#endif
