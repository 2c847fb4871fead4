/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/fanout.h"
#include "base/alloc.h"
#include "rfb/encode/encoder.h"
#include "server/group.h"
#include "server/rest.h"
#include "server/serve.h"
#include "server/view.h"
#include "server/view_client.h"

#include <stdlib.h>

#define FRAME_US 16667
#define DRAIN_US_MOST 3000 /* how long a frame waits for the loop to read what has come */

struct fanout {
    struct view *view;
    struct fanout_shared *shared;
    struct encode_group *groups; /* in flight; NULL: none */
    unsigned parts_left;
    uint64_t last_frame_us;
    sd_event_source *soon; /* runs when the loop has nothing else to read */
    sd_event_source *timer;
    struct rest rest;
};

static uint64_t now_us(const struct fanout *f)
{
    uint64_t t = 0;
    sd_event_now(f->shared->loop, CLOCK_MONOTONIC, &t);
    return t;
}

static void frame(struct fanout *f, uint64_t now);

static int on_soon(sd_event_source *source, void *self)
{
    struct fanout *f = self;
    (void)source;
    frame(f, now_us(f));
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct fanout *f = self;
    (void)source;
    (void)usec;
    frame(f, now_us(f));
    return 0;
}

struct fanout *fanout_new(struct view *view, struct fanout_shared *shared)
{
    struct fanout *f = ALLOC(struct fanout);
    f->shared = shared;
    f->view = view;
    rest_init(&f->rest);
    sd_event_add_defer(shared->loop, &f->soon, on_soon, f);
    sd_event_source_set_priority(f->soon, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_enabled(f->soon, SD_EVENT_OFF);
    sd_event_add_time(shared->loop, &f->timer, CLOCK_MONOTONIC, 0, 1, on_timer, f);
    sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
    return f;
}

void fanout_free(struct fanout **at)
{
    struct fanout *f = *at;
    *at = NULL;
    if (!f)
        return;
    sd_event_source_disable_unref(f->soon);
    sd_event_source_disable_unref(f->timer);
    rest_fini(&f->rest);
    free(f);
}

static void at_time(struct fanout *f, uint64_t when_us)
{
    sd_event_source_set_time(f->timer, when_us);
    sd_event_source_set_enabled(f->timer, SD_EVENT_ONESHOT);
}

void fanout_wake(struct fanout *f)
{
    if (f->groups || !f->view->clients)
        return;
    uint64_t due = f->last_frame_us + FRAME_US;
    uint64_t now = now_us(f);
    if (now >= due)
        sd_event_source_set_enabled(f->soon, SD_EVENT_ONESHOT);
    at_time(f, now >= due ? now + DRAIN_US_MOST : due);
}

static void tell_layout(struct fanout *f)
{
    const struct surface *frame = &f->view->frame;
    for (struct view_client *c = f->view->clients, *next; c; c = next) {
        next = c->next;
        damage_resize(&c->pending, frame->w, frame->h);
        damage_resize(&c->lossy, frame->w, frame->h);
        damage_set_all(&c->pending);
        c->ops->layout(c);
    }
}

/* ---- the job ---- */

static void deliver_group(struct fanout *f, struct encode_group *group)
{
    struct fanout_update update = group_update(group);
    for (struct view_client *c = f->view->clients, *next; c; c = next) {
        next = c->next;
        if (c->group != group)
            continue;
        view_client_has_got(c, group);
        f->shared->deliveries++;
        c->ops->deliver(c, &update);
    }
}

static void on_part_done(void *self)
{
    struct fanout *f = self;
    if (--f->parts_left)
        return;
    struct view *view = f->view;
    struct encode_group *groups = f->groups;
    f->groups = NULL;
    for (struct encode_group *g = groups; g; g = g->next) {
        group_finish(g);
        deliver_group(f, g);
    }
    group_free_all(&groups);
    fanout_wake(f);
    view_unref(&view);
}

static void start_job(struct fanout *f)
{
    if (!f->groups)
        return;
    view_ref(f->view);
    for (struct encode_group *g = f->groups; g; g = g->next) {
        f->shared->groups++;
        group_prepare(g, &f->view->frame, f->shared->n_workers, on_part_done, f);
        f->parts_left += g->n_parts;
    }
    for (struct encode_group *g = f->groups; g; g = g->next)
        group_submit(g, f->shared->pool);
}

static void spread_frame(struct fanout *f, uint64_t now)
{
    f->shared->frames++;
    f->last_frame_us = now;
    rest_note(&f->rest, &f->view->fresh);
    serve_note_frame(f->view);
}

static void frame(struct fanout *f, uint64_t now)
{
    struct view *view = f->view;
    if (f->groups)
        return;
    view_ref(view);
    sd_event_source_set_enabled(f->soon, SD_EVENT_OFF);
    sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
    if (view_layout(view))
        tell_layout(f);
    rest_advance(&f->rest, view->frame.w, view->frame.h, now);
    if (view_take_frame(view, serve_wants_moves(view)))
        spread_frame(f, now);
    serve_clients(view, &f->rest, now, &f->groups);
    start_job(f);
    if (!f->groups && serve_any_lossy(view))
        at_time(f, now + REST_US);
    view_unref(&view);
}
