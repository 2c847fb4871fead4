/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/session/sessions.h"
#include "server/session/sessions_private.h"

#include <stdlib.h>
#include <time.h>

uint64_t sessions_now_us(const struct sessions *all)
{
    uint64_t now_us = 0;
    sd_event_now(all->loop, CLOCK_MONOTONIC, &now_us);
    return now_us;
}

uint64_t sessions_real_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

struct session *sessions_find(const struct sessions *all, uint64_t id)
{
    struct session *s = all->first;
    while (s && s->id != id)
        s = s->next;
    return s;
}

/* ---- who hears ---- */

const char *session_event_name(enum session_event_kind kind)
{
    static const char *const names[SESSION_EVENT_KINDS] = {
        [SESSION_ATTACHED] = "session-attached",
        [SESSION_DETACHED] = "session-detached",
        [SESSION_ENDED] = "session-ended",
        [SESSION_VIEWER_JOINED] = "viewer-joined",
        [SESSION_VIEWER_LEFT] = "viewer-left",
        [SESSION_DRIVER_CHANGED] = "driver-changed",
        [SESSION_ASKED] = "asked",
        [SESSION_DENIED] = "denied",
        [SESSION_ROLE_CHANGED] = "role-changed",
        [SESSION_MESSAGE] = "message",
    };
    return names[kind];
}

void sessions_observe(struct sessions *all, struct session_observer *o)
{
    o->next = all->observers;
    if (o->next)
        o->next->link = &o->next;
    o->link = &all->observers;
    all->observers = o;
}

void sessions_unobserve(struct session_observer *o)
{
    if (!o->link)
        return;
    *o->link = o->next;
    if (o->next)
        o->next->link = o->link;
    o->link = NULL;
    o->next = NULL;
}

void sessions_tell(struct sessions *all, const struct session_event *e)
{
    sessions_note(all, e);
    for (struct console_mirror *m = e->console->mirrors; m; m = m->next)
        m->event(m, e);
    sessions_hear(all, e);
}

void sessions_hear(struct sessions *all, const struct session_event *e)
{
    for (struct session_observer *o = all->observers, *next; o; o = next) {
        next = o->next;
        o->on_event(o, e);
    }
}

/* ---- time ---- */

static uint64_t first_of(uint64_t a_us, uint64_t b_us)
{
    return a_us < b_us ? a_us : b_us;
}

static uint64_t console_next_us(const struct console *c)
{
    return console_is_home(c) ? first_of(wheel_next_us(&c->wheel), c->fence_again_us)
                              : UINT64_MAX;
}

void sessions_arm(struct sessions *all)
{
    uint64_t next_us = UINT64_MAX;
    for (const struct session *s = all->first; s; s = s->next) {
        next_us = first_of(next_us, s->ends_us);
        next_us = first_of(next_us, s->expected_us ? s->expected_us : UINT64_MAX);
    }
    for (const struct console *c = all->consoles; c; c = c->next)
        next_us = first_of(next_us, console_next_us(c));
    sd_event_source_set_enabled(all->timer,
                                next_us == UINT64_MAX ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
    if (next_us != UINT64_MAX)
        sd_event_source_set_time(all->timer, next_us);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *self)
{
    struct sessions *all = self;
    uint64_t now_us = sessions_now_us(all);
    (void)source;
    (void)usec;
    for (struct console *c = all->consoles; c; c = c->next) {
        if (console_is_home(c))
            console_pass(c, now_us);
        if (console_is_home(c) && c->fence_again_us <= now_us)
            fence_take(c);
    }
    for (struct session *s = all->first, *next; s; s = next) {
        next = s->next;
        if (s->expected_us && s->expected_us <= now_us)
            session_expect_no_more(s);
        else if (s->ends_us <= now_us)
            session_finish(s);
    }
    sessions_arm(all);
    return 0;
}

/* ---- life ---- */

void sessions_init(struct sessions *all, sd_event *loop, struct store *store,
                   const struct config *config)
{
    *all = (struct sessions){.loop = loop, .store = store, .config = config};
    sd_event_add_time(loop, &all->timer, CLOCK_MONOTONIC, UINT64_MAX, 1000, on_timer, all);
    sessions_restore(all);
}

void sessions_init_shared(struct sessions *all, sd_event *loop, struct store *store,
                          const struct config *config, const char *node)
{
    *all = (struct sessions){.loop = loop, .store = store, .config = config, .node = node};
    sd_event_add_time(loop, &all->timer, CLOCK_MONOTONIC, UINT64_MAX, 1000, on_timer, all);
    sessions_restore(all);
}

bool sessions_ready(const struct sessions *all)
{
    return all->restored;
}

void sessions_reload(struct sessions *all, const struct config *config)
{
    all->config = config;
    for (struct console *c = all->consoles; c; c = c->next)
        console_configure(c);
    sessions_arm(all);
}

void sessions_fini(struct sessions *all)
{
    if (!all->loop)
        return;
    sessions_save(all);
    while (all->first) {
        while (all->first->seats)
            session_unseat(all->first->seats);
        session_free(all->first);
    }
    while (all->consoles) {
        struct console *c = all->consoles;
        all->consoles = c->next;
        console_free(c);
    }
    fences_fini(all);
    sd_event_source_disable_unref(all->timer);
    sd_event_source_disable_unref(all->saver);
    sd_event_source_disable_unref(all->sweeper);
}
