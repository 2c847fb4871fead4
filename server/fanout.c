/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/fanout.h"
#include "base/alloc.h"
#include "server/fanout_private.h"
#include "server/machine/machine.h"
#include "server/serve.h"
#include "server/view_client.h"
#include "server/view_known.h"

#include <stdlib.h>

#define FRAME_US 16667
#define PICTURE_LOOK_US 20000
#define DRAIN_US_MOST 3000 /* how long a frame waits for the loop to read what has come */

uint64_t fanout_now_us(const struct fanout *f)
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
    frame(f, fanout_now_us(f));
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct fanout *f = self;
    (void)source;
    (void)usec;
    frame(f, fanout_now_us(f));
    return 0;
}

static void at_time(struct fanout *f, uint64_t when_us)
{
    uint64_t set_us;
    if (sd_event_source_get_enabled(f->timer, NULL) > 0 &&
        sd_event_source_get_time(f->timer, &set_us) >= 0 && set_us <= when_us)
        return;
    sd_event_source_set_time(f->timer, when_us);
    sd_event_source_set_enabled(f->timer, SD_EVENT_ONESHOT);
}

static void wake(struct view_keeper *keeper)
{
    struct fanout *f = (struct fanout *)keeper;
    if (f->groups || !f->view->clients)
        return;
    uint64_t due = f->last_frame_us + FRAME_US;
    uint64_t now = fanout_now_us(f);
    if (now >= due)
        sd_event_source_set_enabled(f->soon, SD_EVENT_ONESHOT);
    at_time(f, now >= due ? now + DRAIN_US_MOST : due);
}

/*
 * Tiles that show what they showed in the frame before are nobody's: a place that took over and
 * told everything again, what was drawn over and came back. Copies of a move may have gone over
 * them, so those frames are left as they are.
 */
static void drop_what_is_the_same(struct fanout *f)
{
    struct view *view = f->view;
    block_hashes_note(&f->blocks.hashes, &view->frame, &view->fresh);
    if (!view->n_moves)
        damage_and_not(&view->fresh, &f->blocks.hashes.same);
}

/* The first frame after another keeper: what differs from what it had is new. */
static void compare_with_known(struct fanout *f)
{
    struct view *view = f->view;
    if (!f->known)
        return;
    damage_clear(&view->fresh);
    view_known_differ(f->known->blocks, f->blocks.hashes.blocks, &view->fresh);
    view_known_free(&f->known);
}

/* Clients that joined with something of the picture are owed the rest. */
static void look_up_known(struct fanout *f, uint64_t now)
{
    struct rect area;
    const struct block_hashes *hashes = &f->blocks.hashes;
    for (struct view_client *c = f->view->clients; c; c = c->next) {
        if (!c->known || f->view->blank || !c->ops->ready(c, now, &area))
            continue;
        if (c->known->w == hashes->w && c->known->h == hashes->h) {
            damage_clear(&c->pending);
            view_known_differ(c->known->blocks, hashes->blocks, &c->pending);
        }
        view_known_free(&c->known);
    }
}

/* Nothing can be composed yet: after the picture of another node, the one that is here now has
 * not come. */
static bool has_no_picture(const struct fanout *f)
{
    const struct machine *m = f->view->machine;
    return f->known && m && (!m->picture_complete || (m->active && m->active->picture));
}

static void spread_frame(struct fanout *f, uint64_t now)
{
    f->shared->frames++;
    f->last_frame_us = now;
    f->epoch = f->view->machine ? f->view->machine->epoch : f->epoch;
    f->picture = f->view->machine ? f->view->machine->moves.picture : f->picture;
    drop_what_is_the_same(f);
    compare_with_known(f);
    rest_note(&f->rest, &f->view->fresh);
    serve_note_frame(f->view);
}

static void lay_out(struct view_keeper *keeper)
{
    struct fanout *f = (struct fanout *)keeper;
    if (f->groups || has_no_picture(f) || !view_layout(f->view))
        return;
    view_known_free(&f->known);
    view_tell_layout(f->view);
}

static bool give_nothing(void *self, struct view_client *c, struct rect area)
{
    (void)self;
    (void)c;
    (void)area;
    return false;
}

/* The clients keep what they have until the picture has come. */
static void wait_for_picture(struct fanout *f, uint64_t now)
{
    serve_each(f->view, NULL, now, give_nothing, NULL);
    at_time(f, now + PICTURE_LOOK_US);
}

static void frame(struct fanout *f, uint64_t now)
{
    struct view *view = f->view;
    if (f->groups)
        return;
    view_ref(view);
    sd_event_source_set_enabled(f->soon, SD_EVENT_OFF);
    sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
    if (has_no_picture(f)) {
        wait_for_picture(f, now);
        view_unref(&view);
        return;
    }
    lay_out(&f->keeper);
    if (f->blocks.hashes.w != view->frame.w || f->blocks.hashes.h != view->frame.h)
        blocks_resize(&f->blocks, view->frame.w, view->frame.h);
    rest_advance(&f->rest, view->frame.w, view->frame.h, now);
    if (view_take_frame(view, serve_wants_moves(view)))
        spread_frame(f, now);
    look_up_known(f, now);
    uint64_t due = serve_clients(view, &f->rest, now, &f->groups);
    if (f->groups)
        fanout_start_job(f);
    else if (due)
        at_time(f, due);
    else if (serve_any_lossy(view))
        at_time(f, now + REST_US);
    view_unref(&view);
}

static void end(struct fanout *f)
{
    surface_fini(&f->frame);
    rest_fini(&f->rest);
    blocks_fini(&f->blocks);
    view_known_free(&f->known);
    free(f);
}

void fanout_job_ended(struct fanout *f)
{
    if (f->view)
        wake(&f->keeper);
    else
        end(f);
}

static void destroy(struct view_keeper *keeper)
{
    struct fanout *f = (struct fanout *)keeper;
    struct view *view = f->view;
    sd_event_source_disable_unref(f->soon);
    sd_event_source_disable_unref(f->timer);
    f->soon = f->timer = NULL;
    f->view = NULL;
    surface_init(&f->frame);
    if (!f->groups) {
        end(f);
        return;
    }
    /* Workers read the frame; it goes when they have done so. */
    f->frame = view->frame;
    view->frame.pixels = NULL;
    view_unref(&view); /* the job's */
}

static struct view_known *hand_over(struct view_keeper *keeper)
{
    struct fanout *f = (struct fanout *)keeper;
    const struct block_hashes *hashes = &f->blocks.hashes;
    const struct surface *frame = &f->view->frame;
    for (struct view_client *c = f->view->clients; c; c = c->next)
        view_client_take_back(c);
    if (f->known) { /* nothing was composed since */
        struct view_known *known = f->known;
        f->known = NULL;
        return known;
    }
    bool same = hashes->w == frame->w && hashes->h == frame->h && !f->view->blank;
    return view_known_new(frame->w, frame->h, same ? hashes->blocks : NULL);
}

static void take_over(struct view_keeper *keeper, struct view_known *known)
{
    struct fanout *f = (struct fanout *)keeper;
    f->known = known;
    f->view->layout_changed = true;
    wake(keeper);
}

struct view_keeper *fanout_new(void *with, struct view *view)
{
    struct fanout_shared *shared = with;
    struct fanout *f = ALLOC(struct fanout);
    f->keeper = (struct view_keeper){
        .changed = wake,
        .lay_out = lay_out,
        .free = destroy,
        .hand_over = hand_over,
        .take_over = take_over,
    };
    f->shared = shared;
    f->view = view;
    rest_init(&f->rest);
    blocks_init(&f->blocks, &shared->shelf);
    sd_event_add_defer(shared->loop, &f->soon, on_soon, f);
    sd_event_source_set_priority(f->soon, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_enabled(f->soon, SD_EVENT_OFF);
    sd_event_add_time(shared->loop, &f->timer, CLOCK_MONOTONIC, 0, 1, on_timer, f);
    sd_event_source_set_enabled(f->timer, SD_EVENT_OFF);
    return &f->keeper;
}
