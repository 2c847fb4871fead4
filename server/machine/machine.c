/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/machine.h"
#include "server/machine/machine_private.h"
#include "base/alloc.h"
#include "base/log.h"
#include "framebuffer/compare.h"
#include "server/machine/machines.h"
#include "server/overlay/machine_notices.h"
#include "server/view.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {
    [MACHINE_WAITING] = "waiting",
    [MACHINE_RUNNING] = "running",
    [MACHINE_PAUSED] = "paused",
    [MACHINE_SWITCHING] = "switching",
};

const char *machine_state_name(enum machine_state state)
{
    return state_names[state];
}

struct machine *machine_new(struct machines *owner, const char *name)
{
    struct machine *m = ALLOC(struct machine);
    m->owner = owner;
    m->name = alloc_text(name);
    m->pointer_image = pointer_image_arrow();
    m->pointer_visible = true;
    machine_moves_init(m);
    return m;
}

static void set_heads(struct machine *m, unsigned n)
{
    for (unsigned i = 0; i < HEADS_MOST; i++) {
        if (i < n)
            continue;
        surface_fini(&m->heads[i].shadow);
        damage_fini(&m->heads[i].changed);
    }
    m->n_heads = n;
}

void machine_free(struct machine *m)
{
    while (m->watchers) {
        struct machine_watcher *w = m->watchers;
        machine_remove_watcher(w);
        w->gone(w);
    }
    while (m->views)
        view_orphan(m->views);
    sd_event_source_disable_unref(m->idle_timer);
    machine_moves_fini(m);
    machine_notices_free(&m->notices);
    pointer_image_unref(&m->pointer_image);
    keymaps_put(&m->owner->keymaps, &m->keymap);
    set_heads(m, 0);
    free(m->told);
    free(m->name);
    free(m);
}

void machine_set_config(struct machine *m, const struct machine_config *config)
{
    struct keymaps *all = &m->owner->keymaps;
    struct keymap *before = m->keymap;
    m->config = *config;
    m->held.most = config->hold_events;
    m->held.most_us = config->hold_time_us;
    m->keymap = keymaps_get(all, config->keymap);
    if (!m->keymap) {
        log_warning("machine %s: no keymap '%s' here; typing as on a us keyboard", m->name,
                    config->keymap);
        m->keymap = keymaps_get(all, "us");
    }
    keymaps_put(all, &before);
}

/* ---- watchers ---- */

void machine_add_watcher(struct machine *m, struct machine_watcher *w)
{
    w->next = m->watchers;
    if (w->next)
        w->next->link = &w->next;
    w->link = &m->watchers;
    m->watchers = w;
}

void machine_remove_watcher(struct machine_watcher *w)
{
    if (!w->link)
        return;
    *w->link = w->next;
    if (w->next)
        w->next->link = w->link;
    w->link = NULL;
    w->next = NULL;
}

/* A watcher may remove itself, not others. */
static void tell(struct machine *m, enum machine_news news)
{
    for (struct machine_watcher *w = m->watchers, *next; w; w = next) {
        next = w->next;
        w->news(w, news);
    }
}

void machine_tell(struct machine *m, enum machine_news news)
{
    tell(m, news);
}

void machine_tell_places(struct machine *m)
{
    if (m->owner->on_places)
        m->owner->on_places(m->owner->self, m);
}

/* ---- whether pixels are wanted ---- */

static void update_watching(struct machine *m)
{
    bool on = m->n_watching > 0 || sd_event_source_get_enabled(m->idle_timer, NULL) > 0;
    if (m->watching == on)
        return;
    m->watching = on;
    m->picture_complete = false;
    machine_watch_places(m);
}

static int on_idle(sd_event_source *source, uint64_t usec, void *self)
{
    (void)source;
    (void)usec;
    update_watching(self);
    return 0;
}

void machine_watch(struct machine *m)
{
    m->n_watching++;
    if (m->idle_timer)
        sd_event_source_set_enabled(m->idle_timer, SD_EVENT_OFF);
    update_watching(m);
}

void machine_unwatch(struct machine *m)
{
    if (--m->n_watching)
        return;
    uint64_t now;
    sd_event_now(m->owner->loop, CLOCK_MONOTONIC, &now);
    uint64_t when = now + m->owner->config->listener_idle_us;
    if (!m->idle_timer)
        sd_event_add_time(m->owner->loop, &m->idle_timer, CLOCK_MONOTONIC, when, 10000, on_idle,
                          m);
    else
        sd_event_source_set_time(m->idle_timer, when);
    sd_event_source_set_enabled(m->idle_timer, SD_EVENT_ONESHOT);
}

/* ---- what the active place tells ---- */

void machine_take_heads(struct machine *m, const struct place_head *heads, unsigned n)
{
    bool layout = n != m->n_heads;
    set_heads(m, n);
    for (unsigned i = 0; i < n; i++) {
        struct machine_head *head = &m->heads[i];
        head->can_resize = heads[i].can_resize;
        if (head->shadow.w == heads[i].w && head->shadow.h == heads[i].h)
            continue;
        layout = true;
        if (surface_resize(&head->shadow, heads[i].w, heads[i].h) < 0)
            surface_resize(&head->shadow, 0, 0);
        damage_resize(&head->changed, head->shadow.w, head->shadow.h);
    }
    if (machine_elsewhere(m))
        machine_release_heads(m);
    for (struct view *v = m->views; layout && v; v = v->next)
        view_heads_changed(v);
}

void machine_release_heads(struct machine *m)
{
    for (unsigned i = 0; i < m->n_heads; i++)
        surface_release(&m->heads[i].shadow);
}

static void spread_damage(struct machine *m, unsigned head)
{
    struct damage *changed = &m->heads[head].changed;
    int col = 0, row = 0;
    for (int n; (n = damage_next_run(changed, &col, &row)); col += n) {
        for (struct view *v = m->views; v; v = v->next)
            view_head_damaged(v, head, (struct rect){col * TILE, row * TILE, n * TILE, TILE});
    }
    damage_clear(changed);
}

bool machine_take_pixels(struct machine *m, unsigned head, struct rect r, const void *src,
                         size_t src_stride, enum source_format format)
{
    if (head >= m->n_heads)
        return false;
    struct machine_head *h = &m->heads[head];
    struct rect whole = surface_rect(&h->shadow);
    if (rect_empty(&r) || !rect_contains(&whole, &r) ||
        !compare_copy(&h->shadow, r, src, src_stride, format, &h->changed))
        return false;
    spread_damage(m, head);
    return true;
}

void machine_blank_head(struct machine *m, unsigned head)
{
    if (head >= m->n_heads)
        return;
    struct machine_head *h = &m->heads[head];
    surface_fill(&h->shadow, surface_rect(&h->shadow), 0);
    damage_set_all(&h->changed);
    spread_damage(m, head);
}

void machine_set_pointer_image(struct machine *m, struct pointer_image *image)
{
    pointer_image_ref(image);
    pointer_image_unref(&m->pointer_image);
    m->pointer_image = image;
    m->pointer_image_known = true;
    for (struct view *v = m->views; v; v = v->next)
        view_pointer_changed(v);
    tell(m, MACHINE_NEWS_POINTER_IMAGE);
}

void machine_pointer_at(struct machine *m, unsigned head, int x, int y, bool visible)
{
    bool shown = visible != m->pointer_visible;
    if (!shown && head == m->pointer_head && x == m->pointer_x && y == m->pointer_y)
        return;
    m->pointer_head = head;
    m->pointer_x = x;
    m->pointer_y = y;
    m->pointer_visible = visible;
    for (struct view *v = m->views; v; v = v->next)
        view_pointer_changed(v);
    tell(m, shown ? MACHINE_NEWS_POINTER_IMAGE : MACHINE_NEWS_POINTER_POS);
}

void machine_set_leds(struct machine *m, unsigned leds)
{
    if (m->leds == leds)
        return;
    m->leds = leds;
    tell(m, MACHINE_NEWS_LEDS);
}

void machine_set_absolute(struct machine *m, bool absolute)
{
    if (m->pointer.absolute == absolute)
        return;
    m->pointer.absolute = absolute;
    tell(m, MACHINE_NEWS_POINTER_MODE);
}

/* ---- what people ask for ---- */

void machine_size(const struct machine *m, int *w_r, int *h_r)
{
    *w_r = *h_r = 0;
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct surface *s = &m->heads[i].shadow;
        *w_r += s->w;
        *h_r = s->h > *h_r ? s->h : *h_r;
    }
}

int machine_resize(struct machine *m, unsigned head, int w, int h)
{
    if (!m->active || head >= m->n_heads)
        return -ENODEV;
    if (!surface_size_ok(w, h))
        return -EINVAL;
    if (!m->config.allow_resize || !m->heads[head].can_resize)
        return -EOPNOTSUPP;
    return m->active->attach->ops->resize(m->active->attach, head, w, h);
}

int machine_power(struct machine *m, enum power_action action)
{
    if (!m->active)
        return -ENODEV;
    return m->active->attach->ops->power(m->active->attach, action);
}
