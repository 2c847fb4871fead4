/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/kinds.h"
#include "base/alloc.h"
#include "framebuffer/surface.h"
#include "server/attach/attach_private.h"
#include "server/attach/pattern_address.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

struct pattern {
    struct attach attach;
    struct pattern_address now; /* its size follows resize */
    uint32_t frame;
    struct surface picture; /* 0 x 0 while nobody watches */
    bool announced;
    sd_event_source *soon;  /* what is to be told, told from the loop */
    sd_event_source *clock; /* the next frame */
};

/* What the owner may still be reading is kept until the last handler call has returned. */
static void drop_unless_busy(struct pattern *p)
{
    if (p->attach.busy)
        return;
    if (!p->clock)
        surface_resize(&p->picture, 0, 0);
    if (p->attach.closed)
        free(p);
}

static void leave(struct pattern *p)
{
    attach_leave(&p->attach);
    drop_unless_busy(p);
}

static void tell_heads(struct pattern *p)
{
    struct place_head head = {p->now.w, p->now.h, true, "pattern"};
    attach_tell(&p->attach, heads, &head, 1);
}

static void tell_rect(struct pattern *p, struct rect r)
{
    if (p->picture.w && !rect_empty(&r))
        attach_tell(&p->attach, pixels, 0, r, surface_at(&p->picture, r.x, r.y),
                    (size_t)p->picture.stride * sizeof(uint32_t), SOURCE_XRGB);
}

static void announce(struct pattern *p)
{
    p->announced = true;
    attach_tell(&p->attach, identity, &(struct place_identity){0});
    attach_tell(&p->attach, state, PLACE_RUNNING, NULL);
    tell_heads(p);
    attach_tell(&p->attach, absolute, true);
    attach_tell(&p->attach, leds, 0);
}

static void tell_picture(struct pattern *p)
{
    struct pointer_image *arrow = pointer_image_arrow();
    attach_tell(&p->attach, pointer_image, 0, arrow);
    pointer_image_unref(&arrow);
    tell_rect(p, surface_rect(&p->picture));
    attach_tell(&p->attach, picture_complete);
}

static int on_soon(sd_event_source *source, void *userdata)
{
    struct pattern *p = userdata;
    (void)source;
    attach_enter(&p->attach);
    if (!p->announced)
        announce(p);
    if (!p->attach.closed && p->clock) {
        surface_resize(&p->picture, p->now.w, p->now.h);
        pattern_draw(&p->picture, p->now.scene, p->frame);
        tell_picture(p);
    }
    leave(p);
    return 0;
}

static int on_clock(sd_event_source *source, uint64_t planned_us, void *userdata)
{
    struct pattern *p = userdata;
    uint64_t now_us;
    sd_event_now(sd_event_source_get_event(source), CLOCK_MONOTONIC, &now_us);
    /* A loop that was kept away longer skips frames instead of making up for them. */
    uint64_t next_us = planned_us + 1000000 / p->now.fps;
    sd_event_source_set_time(source, next_us > now_us ? next_us : now_us + 1000);
    if (!p->picture.w)
        return 0;
    attach_enter(&p->attach);
    tell_rect(p, pattern_advance(&p->picture, p->now.scene, ++p->frame));
    leave(p);
    return 0;
}

static void tell_soon(struct pattern *p)
{
    sd_event_source_set_enabled(p->soon, SD_EVENT_ONESHOT);
}

static int pattern_open(struct attach **attach_r, const struct attach_context *context,
                        const char *address, const struct attach_handler *handler, void *self,
                        const char **why_r)
{
    struct pattern_address parsed;
    if (pattern_address_parse(address, &parsed, why_r) < 0)
        return -EINVAL;
    struct pattern *p = ALLOC(struct pattern);
    p->attach = (struct attach){.ops = &pattern_attach_ops, .handler = handler, .self = self};
    p->now = parsed;
    surface_init(&p->picture);
    int r = sd_event_add_defer(context->loop, &p->soon, on_soon, p);
    if (r < 0) {
        *why_r = "the event loop takes no more sources";
        free(p);
        return r;
    }
    *attach_r = &p->attach;
    return 0;
}

static void pattern_close(struct attach *a)
{
    struct pattern *p = (struct pattern *)a;
    p->attach.closed = true;
    p->soon = sd_event_source_disable_unref(p->soon);
    p->clock = sd_event_source_disable_unref(p->clock);
    drop_unless_busy(p);
}

static void pattern_watch(struct attach *a, bool on)
{
    struct pattern *p = (struct pattern *)a;
    if (on == (p->clock != NULL))
        return;
    if (!on) {
        p->clock = sd_event_source_disable_unref(p->clock);
        drop_unless_busy(p);
        return;
    }
    sd_event *loop = sd_event_source_get_event(p->soon);
    sd_event_add_time_relative(loop, &p->clock, CLOCK_MONOTONIC, 1000000 / p->now.fps, 1000,
                               on_clock, p);
    bool moves = p->now.scene != PATTERN_STILL;
    sd_event_source_set_enabled(p->clock, moves ? SD_EVENT_ON : SD_EVENT_OFF);
    tell_soon(p);
}

static int pattern_resize(struct attach *a, unsigned head, int w, int h)
{
    struct pattern *p = (struct pattern *)a;
    if (head != 0 || !surface_size_ok(w, h))
        return -EINVAL;
    p->now.w = w;
    p->now.h = h;
    p->announced = false;
    tell_soon(p);
    return 0;
}

/* A reset begins the film again; there is no guest that could shut itself down. */
static int pattern_power(struct attach *a, enum power_action action)
{
    struct pattern *p = (struct pattern *)a;
    if (action == POWER_SHUTDOWN)
        return -EOPNOTSUPP;
    p->frame = 0;
    tell_soon(p);
    return 0;
}

/* Input goes nowhere: the picture depends on the frame number alone. */
static void take_key(void *sink, uint8_t qnum, bool down)
{
    (void)sink;
    (void)qnum;
    (void)down;
}

static void take_motion(void *sink, unsigned head, int x, int y)
{
    (void)sink;
    (void)head;
    (void)x;
    (void)y;
}

static void take_button(void *sink, unsigned head, enum pointer_button button, bool down)
{
    (void)sink;
    (void)head;
    (void)button;
    (void)down;
}

static const struct input_sink_ops pattern_input = {take_key, take_motion, take_motion,
                                                    take_button};

const struct attach_ops pattern_attach_ops = {
    .scheme = "pattern",
    .open = pattern_open,
    .close = pattern_close,
    .watch = pattern_watch,
    .input = &pattern_input,
    .resize = pattern_resize,
    .power = pattern_power,
};
