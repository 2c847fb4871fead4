/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the heads lie in a view, and how large it is. */
#include <config.h>
#include "server/view.h"
#include "server/machine/machine.h"
#include "server/overlay/machine_notices.h"
#include "server/view_client.h"
#include "server/view_known.h"

#include <string.h>

/* Shown while no head has told its size. */
#define EMPTY_W 640
#define EMPTY_H 480

int view_head_x(const struct view *view, unsigned head)
{
    for (unsigned i = 0; i < view->n_sources; i++) {
        if (view->sources[i].head == head)
            return view->sources[i].x;
    }
    return -1;
}

bool view_point(const struct view *view, unsigned head, int *x, int *y)
{
    int left = view_head_x(view, head);
    if (left < 0)
        return false;
    *x += left;
    view_scale_point(&view->scale, x, y);
    return true;
}

static void fit_size(struct view *view, int w, int h)
{
    if (view->encoded)
        view->frame = (struct surface){.w = w, .h = h};
    else
        surface_resize(&view->frame, w, h);
    damage_resize(&view->changed, w, h);
    damage_resize(&view->fresh, w, h);
    damage_resize(&view->rest, w, h);
}

void view_tell_layout(struct view *view)
{
    for (struct view_client *c = view->clients, *next; c; c = next) {
        next = c->next;
        damage_resize(&c->pending, view->frame.w, view->frame.h);
        damage_resize(&c->lossy, view->frame.w, view->frame.h);
        damage_set_all(&c->pending);
        c->follows = false;
        view_known_free(&c->known);
        c->ops->layout(c);
    }
}

bool view_layout_as(struct view *view, int w, int h, const struct view_source *sources,
                    unsigned n)
{
    int natural_w = 0, natural_h = 0;
    bool same_size = w == view->frame.w && h == view->frame.h;
    bool same = same_size && n == view->n_sources;
    for (unsigned i = 0; i < n; i++) {
        same = same && memcmp(&sources[i], &view->sources[i], sizeof(sources[i])) == 0;
        view->sources[i] = sources[i];
        natural_w = sources[i].x + sources[i].w;
        natural_h = sources[i].h > natural_h ? sources[i].h : natural_h;
    }
    view->n_sources = n;
    view->scale = view_scale_to(view->key.scaled ? natural_w : 0, natural_h, w, h);
    view->layout_changed = false;
    if (!same_size)
        fit_size(view, w, h);
    return !same;
}

static void place_sources(struct view *view, int *w_r, int *h_r)
{
    const struct machine *m = view->machine;
    *w_r = *h_r = 0;
    view->n_sources = 0;
    for (unsigned i = 0; m && i < m->n_heads; i++) {
        const struct surface *s = &m->heads[i].shadow;
        int h = s->h > *h_r ? s->h : *h_r;
        if (!s->w || (view->key.head != VIEW_ALL_HEADS && view->key.head != (int)i) ||
            !surface_size_ok(*w_r + s->w, h))
            continue;
        view->sources[view->n_sources++] = (struct view_source){i, *w_r, s->w, s->h};
        *w_r += s->w;
        *h_r = h;
    }
}

static void choose_size(const struct view *view, int *w, int *h)
{
    if (!*w) {
        *w = view->frame.w ? view->frame.w : EMPTY_W;
        *h = view->frame.h ? view->frame.h : EMPTY_H;
    }
    if (view->key.fixed_w) {
        *w = view->key.fixed_w;
        *h = view->key.fixed_h;
    }
}

bool view_layout(struct view *view)
{
    if (!view->layout_changed)
        return false;
    struct view_source before[HEADS_MOST];
    unsigned n_before = view->n_sources;
    int w, h;
    memcpy(before, view->sources, sizeof(before));
    place_sources(view, &w, &h);
    const int natural_w = w, natural_h = h;
    choose_size(view, &w, &h);
    view->scale = view_scale_to(view->key.scaled ? natural_w : 0, natural_h, w, h);
    view->layout_changed = false;
    bool same_size = w == view->frame.w && h == view->frame.h;
    if (!same_size) {
        fit_size(view, w, h);
    } else if (!view->encoded) {
        surface_fill(&view->frame, surface_rect(&view->frame), 0);
    }
    damage_set_all(&view->changed);
    view->blank = true;
    view->pointer = (struct rect){0};
    machine_notices_fit(view, true);
    return !same_size || n_before != view->n_sources ||
           memcmp(before, view->sources, n_before * sizeof(before[0])) != 0;
}

unsigned view_screens(const struct view *view, struct screen screens_r[HEADS_MOST])
{
    unsigned n = 0;
    for (; view->machine && !view->key.fixed_w && n < view->n_sources; n++) {
        const struct view_source *s = &view->sources[n];
        screens_r[n] = (struct screen){.id = s->head + 1, .r = {s->x, 0, s->w, s->h}};
    }
    if (!n)
        screens_r[n++] = (struct screen){.id = 1, .r = surface_rect(&view->frame)};
    return n;
}

unsigned view_head_at(const struct view *view, int *x, int *y)
{
    const struct view_source *found = NULL;
    view_scale_back(&view->scale, x, y);
    for (unsigned i = 0; i < view->n_sources && view->sources[i].x <= *x; i++)
        found = &view->sources[i];
    if (!found)
        return 0;
    *x -= found->x;
    return found->head;
}
