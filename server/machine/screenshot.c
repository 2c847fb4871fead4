/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One frame of a machine, listening for it when nobody watches. */
#include <config.h>
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/machine/machines.h"

#include <stdlib.h>

#define SHOT_US_MOST 5000000

struct shot {
    struct machine_watcher watcher;
    struct machine *machine; /* NULL once it is gone */
    sd_event_source *timer;
    int head;
    void (*done)(void *self, const struct surface *frame, const char *why);
    void *self;
};

static void finish(struct shot *s, const struct surface *frame, const char *why)
{
    sd_event_source_disable_unref(s->timer);
    if (s->machine) {
        machine_remove_watcher(&s->watcher);
        machine_unwatch(s->machine);
    }
    s->done(s->self, frame, why);
    free(s);
}

static void take(struct shot *s)
{
    const struct machine *m = s->machine;
    struct surface frame;
    int w = 0, h = 0, x = 0;
    if (machine_elsewhere(m)) {
        finish(s, NULL, "the machine went to another node");
        return;
    }
    surface_init(&frame);
    if (s->head < 0) {
        machine_size(m, &w, &h);
    } else if ((unsigned)s->head < m->n_heads) {
        w = m->heads[s->head].shadow.w;
        h = m->heads[s->head].shadow.h;
    }
    if (!w || surface_resize(&frame, w, h) < 0) {
        finish(s, NULL, "the machine shows no picture there");
        return;
    }
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct surface *shadow = &m->heads[i].shadow;
        if (s->head >= 0 && (unsigned)s->head != i)
            continue;
        surface_copy(&frame, shadow, surface_rect(shadow), x, 0);
        x += shadow->w;
    }
    finish(s, &frame, NULL);
    surface_fini(&frame);
}

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    if (news == MACHINE_NEWS_PICTURE)
        take((struct shot *)w);
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
    if (machine_elsewhere(m)) {
        done(self, NULL, "the machine is at another node: take its screenshot there");
        return;
    }
    struct shot *s = ALLOC(struct shot);
    s->watcher.news = on_news;
    s->watcher.gone = on_gone;
    s->machine = m;
    s->head = head;
    s->done = done;
    s->self = self;
    machine_add_watcher(m, &s->watcher);
    machine_watch(m);
    sd_event_add_time_relative(m->owner->loop, &s->timer, CLOCK_MONOTONIC, SHOT_US_MOST, 0,
                               on_timer, s);
    if (m->picture_complete)
        take(s);
}
