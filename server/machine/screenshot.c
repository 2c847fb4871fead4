/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One frame of a machine, listening for it when nobody watches; of one that is at another node,
 * as that sends it. */
#include <config.h>
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/machine/machines.h"
#include "server/relay_pixels.h"

#include <stdlib.h>

#define SHOT_US_MOST 5000000

struct shot {
    struct machine_watcher watcher;
    struct relay_pixels_asker asker;
    struct machine *machine; /* NULL once it is gone */
    sd_event_source *timer;
    int head;
    void (*done)(void *self, const struct surface *frame, const char *why);
    void *self;
};

static void finish(struct shot *s, const struct surface *frame, const char *why)
{
    sd_event_source_disable_unref(s->timer);
    relay_pixels_leave(&s->asker);
    if (s->machine) {
        machine_remove_watcher(&s->watcher);
        machine_unwatch(s->machine);
    }
    s->done(s->self, frame, why);
    free(s);
}

static void find_size(const struct shot *s, int *w_r, int *h_r)
{
    const struct machine *m = s->machine;
    *w_r = *h_r = 0;
    if (s->head < 0) {
        machine_size(m, w_r, h_r);
    } else if ((unsigned)s->head < m->n_heads) {
        *w_r = m->heads[s->head].shadow.w;
        *h_r = m->heads[s->head].shadow.h;
    }
}

static void copy_heads(const struct shot *s, struct surface *frame)
{
    int x = 0;
    for (unsigned i = 0; i < s->machine->n_heads; i++) {
        const struct surface *shadow = &s->machine->heads[i].shadow;
        if (s->head >= 0 && (unsigned)s->head != i)
            continue;
        surface_copy(frame, shadow, surface_rect(shadow), x, 0);
        x += shadow->w;
    }
}

/* It has a picture that is drawn here. */
static void take(struct shot *s)
{
    struct surface frame;
    int w, h;
    surface_init(&frame);
    find_size(s, &w, &h);
    if (!w || surface_resize(&frame, w, h) < 0) {
        finish(s, NULL, "the machine shows no picture there");
        return;
    }
    copy_heads(s, &frame);
    finish(s, &frame, NULL);
    surface_fini(&frame);
}

/* ---- at another node ---- */

static void on_pixels(struct relay_pixels_asker *a, const struct surface *picture,
                      const char *why)
{
    struct shot *s = (struct shot *)((char *)a - offsetof(struct shot, asker));
    int w = 0, h = 0;
    if (s->machine)
        find_size(s, &w, &h);
    if (picture && !w)
        finish(s, NULL, "the machine shows no picture there");
    else
        finish(s, picture, why);
}

/* The wait for it has an end of its own. */
static void ask(struct shot *s)
{
    const struct view_key key = {.head = s->head < 0 ? VIEW_ALL_HEADS : s->head, .bare = true};
    sd_event_source_set_enabled(s->timer, SD_EVENT_OFF);
    s->asker.done = on_pixels;
    relay_pixels_ask(&s->asker, s->machine, &key);
}

/* ---- when ---- */

/* What is drawn here counts once the views show it; until then the other node's does. */
static void look(struct shot *s)
{
    const struct machine *m = s->machine;
    if (s->asker.of)
        return;
    if (machine_elsewhere(m))
        ask(s);
    else if (m->picture_complete && !m->shown_from_elsewhere)
        take(s);
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    if (news == MACHINE_NEWS_PICTURE || news == MACHINE_NEWS_STATE)
        look((struct shot *)w);
}

static void on_gone(struct machine_watcher *w)
{
    struct shot *s = (struct shot *)w;
    s->machine = NULL;
    finish(s, NULL, "the machine was detached");
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct shot *s = self;
    (void)source;
    (void)usec;
    finish(s, NULL,
           s->machine->active ? "no picture came within 5 seconds"
                              : "the machine is not here now");
    return 0;
}

void machine_screenshot(struct machine *m, int head,
                        void (*done)(void *self, const struct surface *frame, const char *why),
                        void *self)
{
    struct shot *s = ALLOC(struct shot);
    s->watcher.news = on_news;
    s->watcher.gone = on_gone;
    s->machine = m;
    s->head = head;
    s->done = done;
    s->self = self;
    machine_watch(m);
    machine_add_watcher(m, &s->watcher);
    sd_event_add_time_relative(m->owner->loop, &s->timer, CLOCK_MONOTONIC, SHOT_US_MOST, 0,
                               on_timer, s);
    look(s);
}
