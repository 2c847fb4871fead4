/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/relay.h"
#include "base/alloc.h"
#include "server/relay_private.h"
#include "server/view_private.h"

#include <stdlib.h>

#define DRAIN_US_MOST 3000 /* how long clients wait for the loop to read what has come */

uint64_t relay_now_us(const struct relay *r)
{
    uint64_t t = 0;
    sd_event_now(r->shared->loop, CLOCK_MONOTONIC, &t);
    return t;
}

void relay_at_time(struct relay *r, uint64_t when_us)
{
    uint64_t set_us;
    if (sd_event_source_get_enabled(r->timer, NULL) > 0 &&
        sd_event_source_get_time(r->timer, &set_us) >= 0 && set_us <= when_us)
        return;
    sd_event_source_set_time(r->timer, when_us);
    sd_event_source_set_enabled(r->timer, SD_EVENT_ONESHOT);
}

void relay_wake(struct relay *r)
{
    sd_event_source_set_enabled(r->soon, SD_EVENT_ONESHOT);
    relay_at_time(r, relay_now_us(r) + DRAIN_US_MOST);
}

static int on_soon(sd_event_source *source, void *self)
{
    (void)source;
    relay_serve_all(self);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    (void)source;
    (void)usec;
    relay_serve_all(self);
    return 0;
}

/* ---- its life ---- */

void relay_up(struct relay *r)
{
    relay_down(r);
    r->up = r->ops != NULL;
    r->view->dark = !r->up;
    view_private_light(r->view);
    relay_wake(r);
}

void relay_down(struct relay *r)
{
    r->up = false;
    r->view->dark = true;
    r->layout = 0;
    for (struct relay_class *k = r->classes; k; k = k->next) {
        r->shared->relay_streams -= k->stream != 0;
        relay_class_down(k);
    }
}

void relay_detach(struct relay *r)
{
    relay_down(r);
    r->ops = NULL;
}

static void changed(struct view_keeper *keeper)
{
    relay_wake((struct relay *)keeper);
}

static void lay_out(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper; /* that is done where it is composed */
    const struct surface *frame = &r->view->frame;
    if (r->known->w != frame->w || r->known->h != frame->h)
        relay_forget_picture(r, frame->w, frame->h);
}

static void class_left(struct view_keeper *keeper, const struct encode_class *before,
                       struct view_client *c)
{
    struct relay *r = (struct relay *)keeper;
    const struct relay_class *k = relay_find_class(r, before);
    relay_wake(r);
    if (!c || !k)
        return;
    /* What it has is what those of its class before have. */
    struct relay_class *now = relay_class_of(r, &c->class, k->has);
    view_known_differ(k->has->blocks, now->has->blocks, &c->pending);
}

static bool suits(const struct view_keeper *keeper)
{
    const struct relay *r = (const struct relay *)keeper;
    return r->ops && r->ops->suits(r->self);
}

static struct view_known *hand_over(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper;
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        const struct relay_class *k = relay_find_class(r, &c->class);
        c->follows = false;
        if (k)
            view_known_differ(k->has->blocks, r->known->blocks, &c->pending);
        else
            damage_set_all(&c->pending);
    }
    return view_known_new(r->known->w, r->known->h, r->known->blocks);
}

static void take_over(struct view_keeper *keeper, struct view_known *known)
{
    struct relay *r = (struct relay *)keeper;
    if (known->w == r->known->w && known->h == r->known->h) {
        view_known_free(&r->known);
        r->known = known;
        known = NULL;
    }
    view_known_free(&known);
    for (struct view_client *c = r->view->clients; c; c = c->next) {
        c->follows = false;
        relay_class_of(r, &c->class, r->known);
    }
    relay_wake(r);
}

static void destroy(struct view_keeper *keeper)
{
    struct relay *r = (struct relay *)keeper;
    while (r->classes)
        relay_free_class(r, &r->classes);
    if (r->ops)
        r->ops->gone(r->self);
    sd_event_source_disable_unref(r->soon);
    sd_event_source_disable_unref(r->timer);
    shelf_forget(&r->kept);
    rest_fini(&r->rest);
    view_known_free(&r->known);
    free(r);
}

struct relay *relay_new(struct fanout_shared *shared, struct view *view,
                        const struct relay_ops *ops, void *self)
{
    struct relay *r = ALLOC(struct relay);
    r->keeper = (struct view_keeper){
        .changed = changed,
        .lay_out = lay_out,
        .suits = suits,
        .free = destroy,
        .hand_over = hand_over,
        .take_over = take_over,
        .class_left = class_left,
    };
    r->shared = shared;
    r->view = view;
    r->ops = ops;
    r->self = self;
    r->kept.shelf = &shared->shelf;
    rest_init(&r->rest);
    view->encoded = true;
    view->dark = true; /* until relay_up */
    r->known = view_known_new(view->frame.w, view->frame.h, NULL);
    sd_event_add_defer(shared->loop, &r->soon, on_soon, r);
    sd_event_source_set_priority(r->soon, SD_EVENT_PRIORITY_IDLE);
    sd_event_source_set_enabled(r->soon, SD_EVENT_OFF);
    sd_event_add_time(shared->loop, &r->timer, CLOCK_MONOTONIC, 0, 1, on_timer, r);
    sd_event_source_set_enabled(r->timer, SD_EVENT_OFF);
    return r;
}

struct view_keeper *relay_keeper(struct relay *r)
{
    return &r->keeper;
}

const struct view *relay_view(const struct relay *r)
{
    return r->view;
}
