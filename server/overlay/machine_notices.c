/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/machine_notices.h"
#include "base/alloc.h"
#include "server/machine/machines.h"
#include "server/overlay/notice_strip.h"
#include "server/view.h"

#include <stdlib.h>

struct machine_notices {
    struct machine *machine;
    struct notices notices;
    sd_event_source *timer;
};

static uint64_t now_us(const struct machine *m)
{
    uint64_t now = 0;
    sd_event_now(m->owner->loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- in a view ---- */

static struct rect place_in(const struct view *view, const struct layer *l)
{
    const struct machine *m = view->machine;
    int x = m->pointer_x, y = m->pointer_y;
    bool shown = view_point(view, m->pointer_head, &x, &y);
    struct strip_place at = {
        .view_w = view->frame.w,
        .view_h = view->frame.h,
        .pointer_known = shown && m->pointer_visible,
        .pointer_x = x,
        .pointer_y = y,
    };
    return notice_strip_place(&at, l->picture.w, l->picture.h);
}

static void draw(struct view *view)
{
    const struct machine_notices *mn = view->machine->notices;
    struct layer l;
    if (view->encoded || view->key.bare)
        return;
    layer_init(&l);
    notice_strip_draw(&mn->notices, now_us(view->machine), view->frame.w, view->frame.h, &l);
    struct rect r = place_in(view, &l);
    l.x = r.x;
    l.y = r.y;
    view_set_layer(view, &l);
}

void machine_notices_fit(struct view *view, bool laid_out)
{
    struct rect now = layer_rect(&view->layer);
    if (!view->machine || !view->machine->notices)
        return;
    if (laid_out) {
        draw(view);
        return;
    }
    if (rect_empty(&now))
        return;
    struct rect r = place_in(view, &view->layer);
    if (r.x != now.x || r.y != now.y)
        view_move_layer(view, r.x, r.y);
}

/* ---- of a machine ---- */

/* The lines read otherwise now: all views show that; and when they do the next time. */
static void spread(struct machine_notices *mn)
{
    struct machine *m = mn->machine;
    uint64_t next = notices_next_us(&mn->notices, now_us(m));
    for (struct view *v = m->views; v; v = v->next) {
        if (!v->layout_changed)
            draw(v);
    }
    if (next != UINT64_MAX)
        sd_event_source_set_time(mn->timer, next);
    sd_event_source_set_enabled(mn->timer,
                                next == UINT64_MAX ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine_notices *mn = self;
    (void)source;
    (void)usec;
    notices_expire(&mn->notices, now_us(mn->machine));
    spread(mn);
    return 0;
}

static struct machine_notices *notices_of(struct machine *m)
{
    if (m->notices)
        return m->notices;
    m->notices = ALLOC(struct machine_notices);
    m->notices->machine = m;
    sd_event_add_time(m->owner->loop, &m->notices->timer, CLOCK_MONOTONIC, UINT64_MAX, 1,
                      on_timer, m->notices);
    return m->notices;
}

/* The picture is another node's: only what is drawn for one viewer alone can be drawn here. */
static bool tell_each(struct machine *m, enum notice_about about, const char *text,
                      uint64_t since_us, uint64_t for_us)
{
    const struct machines *all = m->owner;
    bool ends = !text && all->cluster; /* it may have begun when the picture was another's */
    if ((m->shown_from_elsewhere || ends) && all->on_notice)
        all->on_notice(all->self, m, (int)about, text, since_us, for_us);
    return m->shown_from_elsewhere;
}

void machine_notice(struct machine *m, enum notice_about about, const char *text,
                    uint64_t since_us, uint64_t for_us)
{
    bool told = tell_each(m, about, text, since_us, for_us);
    if ((told && text) || (!m->notices && !text))
        return;
    struct machine_notices *mn = notices_of(m);
    uint64_t now = now_us(m);
    notices_expire(&mn->notices, now);
    notices_put(&mn->notices, about, text, since_us, for_us, now);
    spread(mn);
}

void machine_notice_end(struct machine *m, enum notice_about about)
{
    if (m->notices || m->owner->cluster)
        machine_notice(m, about, NULL, 0, 0);
}

void machine_notices_free(struct machine_notices **at)
{
    struct machine_notices *mn = *at;
    *at = NULL;
    if (!mn)
        return;
    sd_event_source_disable_unref(mn->timer);
    free(mn);
}
