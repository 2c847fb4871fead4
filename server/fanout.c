/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/fanout.h"
#include "base/alloc.h"
#include "rfb/encode/encoder.h"
#include "server/blocks.h"
#include "server/group.h"
#include "server/machine/machine.h"
#include "server/rest.h"
#include "server/serve.h"
#include "server/view.h"
#include "server/view_client.h"
#include "server/view_known.h"

#include <stdlib.h>

#define FRAME_US 16667
#define PICTURE_LOOK_US 20000
#define DRAIN_US_MOST 3000 /* how long a frame waits for the loop to read what has come */

struct fanout {
    struct view_keeper keeper;
    struct view *view;    /* NULL: another keeper has it, and this one ends with its job */
    struct surface frame; /* the view's, as the job in flight reads it; without a view, ours */
    uint64_t version;     /* of that */
    struct view_known *known; /* clients had that before the first frame; or NULL */
    struct fanout_shared *shared;
    struct encode_group *groups; /* in flight; NULL: none */
    unsigned parts_left;
    uint64_t last_frame_us;
    uint64_t epoch;        /* of the machine, when the newest frame was taken */
    uint64_t picture;      /* its moves.picture, likewise */
    sd_event_source *soon; /* runs when the loop has nothing else to read */
    sd_event_source *timer;
    struct rest rest;
    struct blocks blocks;
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
    uint64_t now = now_us(f);
    if (now >= due)
        sd_event_source_set_enabled(f->soon, SD_EVENT_ONESHOT);
    at_time(f, now >= due ? now + DRAIN_US_MOST : due);
}

/* ---- the job ---- */

static void deliver_group(struct fanout *f, struct encode_group *group)
{
    struct fanout_update update = group_update(group);
    uint64_t now = now_us(f);
    update.hashes = &f->blocks.hashes;
    update.epoch = f->epoch;
    update.version = f->version;
    for (struct view_client *c = f->view->clients, *next; c; c = next) {
        next = c->next;
        if (c->group != group)
            continue;
        view_client_has_got(c, &update);
        c->delivered_us = now;
        f->shared->deliveries++;
        c->ops->deliver(c, &update);
        if (f->view->machine)
            machine_update_queued(f->view->machine, f->picture);
    }
}

static void deliver_groups(struct fanout *f, struct encode_group *groups, bool asked)
{
    for (struct encode_group *g = groups; f->view && g; g = g->next) {
        if (g->asked == asked)
            deliver_group(f, g);
    }
}

static void end(struct fanout *f);

static void finish_job(struct fanout *f)
{
    struct view *view = f->view;
    struct encode_group *groups = f->groups;
    f->groups = NULL;
    for (struct encode_group *g = groups; g; g = g->next)
        group_finish(g, &f->blocks, f->epoch, f->version);
    deliver_groups(f, groups, false);
    deliver_groups(f, groups, true); /* to who has got all that came before */
    group_free_all(&groups);
    blocks_end_frame(&f->blocks);
    shelf_trim(&f->shared->shelf);
    if (!f->view)
        end(f);
    else
        wake(&f->keeper);
    view_unref(&view);
}

static void part_is_done(struct fanout *f)
{
    if (--f->parts_left == 0)
        finish_job(f);
}

static void on_unit_part(void *self, struct encode_part *part)
{
    struct fanout *f = self;
    f->shared->encode_cpu_ns += part->cpu_ns;
    part_is_done(f);
}

/* A block that some groups need and that is missing or old. */
struct block_work {
    struct encode_part part;
    struct rect rect;
    struct block_set *set;
    int index;
};

static void on_block(void *self, struct encode_part *part)
{
    struct fanout *f = self;
    struct block_work *work = (struct block_work *)part;
    blocks_store(&f->blocks, work->set, work->index, f->epoch, f->version, &part->out);
    f->shared->encode_cpu_ns += part->cpu_ns;
    part_fini(part);
    free(work);
    part_is_done(f);
}

static void submit(struct fanout *f, struct encode_part *part,
                   void (*on_done)(void *, struct encode_part *))
{
    part->on_done = on_done;
    part->self = f;
    f->parts_left++;
    f->shared->parts++;
    if (f->shared->scratch && part_is_small(part))
        part_run_here(part, f->shared->scratch);
    else
        part_submit(part, f->shared->pool);
}

static void submit_block(struct fanout *f, struct block_set *set, int i)
{
    struct block_work *work = ALLOC(struct block_work);
    f->shared->blocks++;
    work->rect = blocks_rect(&f->blocks, i);
    work->set = set;
    work->index = i;
    part_init(&work->part, &set->class, &f->frame, &work->rect, 1);
    submit(f, &work->part, on_block);
}

static void submit_blocks(struct fanout *f, const struct encode_group *g)
{
    for (int i = 0; i < blocks_count(&f->blocks); i++) {
        if (damage_touches(&g->damage, blocks_rect(&f->blocks, i)) &&
            blocks_must_make(&f->blocks, g->set, i))
            submit_block(f, g->set, i);
    }
}

static void submit_group(struct fanout *f, struct encode_group *g)
{
    f->shared->groups++;
    if (g->set) {
        submit_blocks(f, g);
        return;
    }
    group_prepare(g, &f->frame, &f->blocks, f->shared->n_workers);
    for (unsigned i = 0; i < g->n_parts; i++)
        submit(f, &g->parts[i], on_unit_part);
}

static void start_job(struct fanout *f)
{
    view_ref(f->view);
    f->frame = f->view->frame;
    f->version = f->view->version;
    serve_settle(f->view, f->groups, &f->blocks);
    f->parts_left = 1; /* ours, so that it does not end before all is submitted */
    for (struct encode_group *g = f->groups; g; g = g->next)
        submit_group(f, g);
    part_is_done(f);
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
        start_job(f);
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
