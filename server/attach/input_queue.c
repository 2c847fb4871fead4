/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/input_queue.h"
#include "base/alloc.h"

#include <stdlib.h>

static struct queued_input *queued_at(const struct input_queue *q, size_t at)
{
    return &q->ring[(q->first + at) % INPUT_QUEUE_MOST];
}

void input_queue_clear(struct input_queue *q)
{
    free(q->ring);
    q->ring = NULL;
    q->first = q->n = 0;
}

/* A position replaces the one that waits before it, a motion is added to it. */
static bool merge(struct input_queue *q, const struct input_event *e)
{
    struct queued_input *last = q->n ? queued_at(q, q->n - 1) : NULL;
    if (!last || last->stage != INPUT_WAITS || last->event.kind != e->kind ||
        last->event.head != e->head)
        return false;
    if (e->kind == INPUT_MOVE_TO) {
        last->event = *e;
        return true;
    }
    if (e->kind != INPUT_MOVE_BY)
        return false;
    last->event.a = input_bound(last->event.a + e->a);
    last->event.b = input_bound(last->event.b + e->b);
    return true;
}

bool input_queue_put(struct input_queue *q, const struct input_event *e)
{
    bool release = (e->kind == INPUT_KEY || e->kind == INPUT_BUTTON) && !e->down;
    if (merge(q, e))
        return false;
    if (q->n >= (release ? INPUT_QUEUE_MOST : INPUT_QUEUE)) {
        q->dropped++;
        return false;
    }
    if (!q->ring)
        q->ring = alloc_zero(INPUT_QUEUE_MOST, sizeof(*q->ring));
    *queued_at(q, q->n++) = (struct queued_input){*e, INPUT_WAITS};
    return true;
}

struct queued_input *input_queue_oldest(const struct input_queue *q, enum input_stage stage)
{
    for (size_t at = 0; at < q->n; at++) {
        if (queued_at(q, at)->stage == stage)
            return queued_at(q, at);
    }
    return NULL;
}

void input_queue_restage(struct input_queue *q, enum input_stage from, enum input_stage to)
{
    for (size_t at = 0; at < q->n; at++) {
        if (queued_at(q, at)->stage == from)
            queued_at(q, at)->stage = to;
    }
}

void input_queue_forget_done(struct input_queue *q)
{
    while (q->n && queued_at(q, 0)->stage == INPUT_DONE) {
        q->first = (q->first + 1) % INPUT_QUEUE_MOST;
        q->n--;
    }
}

size_t input_queue_waiting(const struct input_queue *q,
                           struct input_event events_r[INPUT_QUEUE_MOST])
{
    size_t n = 0;
    for (size_t at = 0; at < q->n; at++) {
        if (queued_at(q, at)->stage == INPUT_WAITS)
            events_r[n++] = queued_at(q, at)->event;
    }
    return n;
}
