/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/fanout.h"
#include "base/alloc.h"
#include "rfb/encode/encoder.h"
#include "server/group.h"
#include "server/view.h"
#include "server/view_client.h"

#include <stdlib.h>

#define FRAME_US 16667
#define DRAIN_US_MOST 3000 /* how long a frame waits for the loop to read what has come */
#define REST_US 200000 /* a tile that did not change for one to two of these is at rest */

struct fanout {
    struct view *view;
    struct fanout_shared *shared;
    struct encode_group *groups; /* in flight; NULL: none */
    unsigned parts_left;
    uint64_t last_frame_us;
    sd_event_source *soon; /* runs when the loop has nothing else to read */
    sd_event_source *timer;
    struct damage busy, busy_before; /* tiles that changed in this and the last REST_US */
    uint64_t busy_since_us;
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
    damage_init(&f->busy);
    damage_init(&f->busy_before);
    sd_event_add_defer(shared->loop, &f->soon, on_soon, f);
    sd_event_source_set_priority(f->soon, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_enabled(f->soon, SD_EVENT_OFF);
    sd_event_add_time(shared->loop, &f->timer, CLOCK_MONOTONIC, 0, 1, on_timer, f);
    sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
    return f;
}

static void destroy(struct fanout *f)
{
    damage_fini(&f->busy);
    damage_fini(&f->busy_before);
    free(f);
}

void fanout_free(struct fanout **at)
{
    struct fanout *f = *at;
    *at = NULL;
    if (!f)
        return;
    sd_event_source_disable_unref(f->soon);
    sd_event_source_disable_unref(f->timer);
    destroy(f);
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

/* ---- who gets what ---- */

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

/* Ages the notes of what moves. */
static void note_busy(struct fanout *f, uint64_t now)
{
    const struct surface *frame = &f->view->frame;
    if (f->busy.w != frame->w || f->busy.h != frame->h) {
        damage_resize(&f->busy, frame->w, frame->h);
        damage_resize(&f->busy_before, frame->w, frame->h);
    }
    if (now - f->busy_since_us >= REST_US) {
        damage_copy(&f->busy_before, &f->busy);
        damage_clear(&f->busy);
        if (now - f->busy_since_us >= 2 * REST_US)
            damage_clear(&f->busy_before);
        f->busy_since_us = now;
    }
}

/* Tiles that the client has only inexactly and that have come to rest. */
static bool resting_lossy(const struct fanout *f, const struct view_client *c, struct damage *out)
{
    damage_copy(out, &c->lossy);
    damage_and_not(out, &f->busy);
    damage_and_not(out, &f->busy_before);
    return damage_any(out);
}

static void clip_to_area(struct damage *d, const struct view *view, struct rect area)
{
    struct rect whole = surface_rect(&view->frame);
    if (rect_contains(&area, &whole))
        return;
    struct damage wanted;
    damage_init(&wanted);
    damage_resize(&wanted, d->w, d->h);
    damage_add_rect(&wanted, area);
    damage_and(d, &wanted);
    damage_fini(&wanted);
}

/* What a client gets in this frame. */
struct share {
    struct encode_class class;
    struct damage tiles;
    bool moves; /* with the view's moves before them */
};

/* A client that has all of the frame before takes what moved as CopyRect. */
static bool takes_moves(const struct fanout *f, struct view_client *c, struct rect area)
{
    struct rect whole = surface_rect(&f->view->frame);
    return f->view->n_moves && c->in_step && rect_contains(&area, &whole) && c->ops->takes_moves(c);
}

static bool find_share(const struct fanout *f, struct view_client *c, struct rect area, struct share *share)
{
    share->class = c->class;
    share->moves = takes_moves(f, c, area);
    damage_copy(&share->tiles, share->moves ? &f->view->rest : &c->pending);
    clip_to_area(&share->tiles, f->view, area);
    if (share->moves || damage_any(&share->tiles))
        return true;
    if (!resting_lossy(f, c, &share->tiles))
        return false;
    share->class = encode_class_lossless(&c->class);
    clip_to_area(&share->tiles, f->view, area);
    return damage_any(&share->tiles);
}

static void assign(struct fanout *f, struct view_client *c, const struct share *share)
{
    const struct view *view = f->view;
    c->group = group_find_or_add(&f->groups, &share->class, &share->tiles, share->moves ? view->moves : NULL,
                                 share->moves ? view->n_moves : 0);
    damage_and_not(&c->pending, share->moves ? &view->fresh : &share->tiles);
}

static void serve_client(struct fanout *f, struct view_client *c, uint64_t now, struct share *share)
{
    struct rect area;
    if (c->group || !c->ops->ready(c, now, &area))
        return;
    enum view_news news = c->ops->has_news(c);
    if (news == VIEW_NEWS_FIRST)
        c->ops->deliver(c, NULL);
    else if (find_share(f, c, area, share))
        assign(f, c, share);
    else if (news == VIEW_NEWS_SOME)
        c->ops->deliver(c, NULL);
}

static void serve_all(struct fanout *f, uint64_t now)
{
    struct share share;
    damage_init(&share.tiles);
    damage_resize(&share.tiles, f->view->frame.w, f->view->frame.h);
    for (struct view_client *c = f->view->clients, *next; c; c = next) {
        next = c->next;
        serve_client(f, c, now, &share);
    }
    damage_fini(&share.tiles);
}

static bool any_lossy(const struct view *view)
{
    for (const struct view_client *c = view->clients; c; c = c->next) {
        if (damage_any(&c->lossy))
            return true;
    }
    return false;
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

static bool any_takes_moves(const struct view *view)
{
    for (struct view_client *c = view->clients; c; c = c->next) {
        if (!damage_any(&c->pending) && c->ops->takes_moves(c))
            return true;
    }
    return false;
}

static void spread_frame(struct fanout *f, uint64_t now)
{
    f->shared->frames++;
    f->last_frame_us = now;
    damage_or(&f->busy, &f->view->fresh);
    for (struct view_client *c = f->view->clients; c; c = c->next) {
        c->in_step = !c->group && !damage_any(&c->pending);
        damage_or(&c->pending, &f->view->fresh);
    }
}

static void leave_step(struct view *view)
{
    for (struct view_client *c = view->clients; c; c = c->next)
        c->in_step = false;
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
    note_busy(f, now);
    if (view_take_frame(view, any_takes_moves(view)))
        spread_frame(f, now);
    serve_all(f, now);
    leave_step(view);
    start_job(f);
    if (!f->groups && any_lossy(view))
        at_time(f, now + REST_US);
    view_unref(&view);
}
