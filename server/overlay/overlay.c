/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/overlay.h"
#include "base/alloc.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/notice_strip.h"
#include "server/overlay/overlay_private.h"
#include "server/view.h"
#include "server/view_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_AGAIN_US UINT64_C(10000000) /* not with every key that is dropped */
#define DRAW_US 20000                    /* from one drawing to the next, at least */
#define LOW_QUALITY 30                   /* of 100, for JPEG */

struct overlay *overlay_of(struct viewer *v)
{
    if (!v->overlay) {
        v->overlay = ALLOC(struct overlay);
        v->overlay->viewer = v;
    }
    return v->overlay;
}

uint64_t overlay_now_us(const struct overlay *o)
{
    uint64_t now = 0;
    sd_event_now(o->viewer->server->loop, CLOCK_MONOTONIC, &now);
    return now;
}

void overlay_free(struct overlay **at)
{
    struct overlay *o = *at;
    *at = NULL;
    if (!o)
        return;
    sd_event_source_disable_unref(o->timer);
    sd_event_source_disable_unref(o->drawing);
    free(o);
}

/* ---- drawing ---- */

static struct rect place_strip(const struct overlay *o, int w, int h)
{
    const struct view *view = o->viewer->client.view;
    const struct strip_place at = {
        .view_w = view->frame.w,
        .view_h = view->frame.h,
        .taken = layer_rect(&view->layer),
        .pointer_known = o->pointer_known,
        .pointer_x = o->pointer_x,
        .pointer_y = o->pointer_y,
        .at_bottom = true,
    };
    return notice_strip_place(&at, w, h);
}

static void draw_notices(struct overlay *o, struct layer *l)
{
    const struct view *view = o->viewer->client.view;
    notice_strip_draw(&o->notices, overlay_now_us(o), view->frame.w, view->frame.h, l);
    o->strip = place_strip(o, l->picture.w, l->picture.h);
    l->x = o->strip.x;
    l->y = o->strip.y;
}

void overlay_pointer_moved(struct overlay *o)
{
    struct rect r = place_strip(o, o->strip.w, o->strip.h);
    if (o->notices.n && (r.x != o->strip.x || r.y != o->strip.y))
        overlay_draw(o);
}

static void draw_menu(struct overlay *o, struct layer *l)
{
    const struct view *view = o->viewer->client.view;
    struct menu_facts facts;
    overlay_find_facts(o, &facts);
    menu_settle(&o->menu, &facts);
    menu_draw(&o->menu, &facts, view->frame.w, view->frame.h, l);
}

static void draw_now(struct overlay *o)
{
    struct viewer *v = o->viewer;
    struct layer layers[2] = {{.alpha = 255}, {.alpha = 255}};
    unsigned n = 0;
    if (v->stage != VIEWER_RUNNING)
        return;
    if (o->notices.n)
        draw_notices(o, &layers[n++]);
    if (o->menu_open)
        draw_menu(o, &layers[n++]);
    if (n || v->client.own)
        view_private_set(&v->client, layers, n);
    for (unsigned i = 0; i < n; i++)
        layer_fini(&layers[i]);
}

static int on_draw(sd_event_source *source, uint64_t usec, void *self)
{
    struct overlay *o = self;
    (void)source;
    (void)usec;
    o->drawn_us = overlay_now_us(o);
    draw_now(o);
    return 0;
}

/* However many keys a client sends, it is drawn so often and no more. */
void overlay_draw(struct overlay *o)
{
    uint64_t now = overlay_now_us(o), due = o->drawn_us + DRAW_US;
    due = due > now ? due : now;
    if (!o->drawing)
        sd_event_add_time(o->viewer->server->loop, &o->drawing, CLOCK_MONOTONIC, due, 1,
                          on_draw, o);
    else if (sd_event_source_get_enabled(o->drawing, NULL) <= 0)
        sd_event_source_set_time(o->drawing, due);
    sd_event_source_set_enabled(o->drawing, SD_EVENT_ONESHOT);
}

void overlay_fit(struct viewer *v)
{
    if (v->overlay)
        overlay_draw(v->overlay);
}

void overlay_refresh(struct viewer *v)
{
    if (v->overlay && v->overlay->menu_open)
        overlay_draw(v->overlay);
}

void overlay_close(struct viewer *v)
{
    if (v->overlay && v->overlay->menu_open)
        overlay_close_menu(v->overlay);
}

/* ---- notices ---- */

static void spread_notices(struct overlay *o);

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct overlay *o = self;
    (void)source;
    (void)usec;
    notices_expire(&o->notices, overlay_now_us(o));
    spread_notices(o);
    return 0;
}

static void spread_notices(struct overlay *o)
{
    uint64_t next = notices_next_us(&o->notices, overlay_now_us(o));
    bool none = next == UINT64_MAX;
    if (!o->timer)
        sd_event_add_time(o->viewer->server->loop, &o->timer, CLOCK_MONOTONIC, next, 1,
                          on_timer, o);
    if (!none)
        sd_event_source_set_time(o->timer, next);
    sd_event_source_set_enabled(o->timer, none ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
    overlay_draw(o);
}

void viewer_notice(struct viewer *v, enum notice_about about, const char *text,
                   uint64_t since_us, uint64_t for_us)
{
    if (v->stage != VIEWER_RUNNING)
        return;
    struct overlay *o = overlay_of(v);
    uint64_t now = overlay_now_us(o);
    notices_expire(&o->notices, now);
    notices_put(&o->notices, about, text, since_us, for_us, now);
    spread_notices(o);
}

/* The key that opens the menu here, as people call it; NULL: there is none. */
static const char *hot_key_label(const struct viewer *v)
{
    static const struct {
        const char *name, *label;
    } rows[] = {{"ctrl", "Ctrl"}, {"shift", "Shift"}, {"alt", "Alt"}, {"super", "Super"}};
    const char *name = v->machine->config.hot_key;
    for (size_t i = 0; name && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(name, rows[i].name) == 0)
            return rows[i].label;
    }
    return NULL;
}

void overlay_welcome(struct viewer *v)
{
    const char *label = hot_key_label(v);
    char text[NOTICE_BYTES_MOST];
    if (label)
        snprintf(text, sizeof(text), "%.80s: press %s three times for the menu",
                 v->machine->name, label);
    else
        snprintf(text, sizeof(text), "%.80s", v->machine->name);
    viewer_notice(v, NOTICE_MACHINE, text, 0, NOTICE_US);
}

void overlay_key_dropped(struct viewer *v)
{
    const struct session *driver =
        v->seat.session ? console_driver(v->seat.session->console) : NULL;
    bool may = v->seat.session && v->seat.session->role >= ROLE_DRIVE;
    char text[NOTICE_BYTES_MOST];
    if (v->stage != VIEWER_RUNNING || !v->machine || !driver || !may)
        return;
    struct overlay *o = overlay_of(v);
    uint64_t now = overlay_now_us(o);
    if (o->dropped_us && now - o->dropped_us < TOLD_AGAIN_US)
        return;
    o->dropped_us = now;
    const char *label = hot_key_label(v);
    if (label)
        snprintf(text, sizeof(text), "%.80s drives: press %s three times to ask",
                 session_user(driver), label);
    else
        snprintf(text, sizeof(text), "%.80s drives", session_user(driver));
    viewer_notice(v, NOTICE_CONTROL, text, 0, NOTICE_US);
}

/* ---- quality ---- */

void overlay_choose_class(const struct viewer *v, struct encode_class *class)
{
    enum overlay_quality quality = v->overlay ? v->overlay->quality : OVERLAY_QUALITY_AUTO;
    if (quality == OVERLAY_QUALITY_EXACT)
        *class = encode_class_lossless(class);
    else if (quality == OVERLAY_QUALITY_LOW && class->quality > LOW_QUALITY)
        class->quality = LOW_QUALITY;
}
