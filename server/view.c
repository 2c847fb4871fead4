/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/view.h"
#include "base/alloc.h"
#include "server/machine/machines.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/thumb.h"
#include "server/view_client.h"
#include "server/view_known.h"

#include <stdlib.h>
#include <string.h>

/* Shown while no head has told its size. */
#define EMPTY_W 640
#define EMPTY_H 480

bool view_key_equal(const struct view_key *a, const struct view_key *b)
{
    return a->head == b->head && a->draws_pointer == b->draws_pointer &&
           a->fixed_w == b->fixed_w && a->fixed_h == b->fixed_h && a->scaled == b->scaled &&
           a->bare == b->bare;
}

struct view *view_get(struct machine *machine, const struct view_key *key)
{
    for (struct view *v = machine->views; v; v = v->next) {
        if (view_key_equal(&v->key, key))
            return view_ref(v);
    }
    struct view *v = ALLOC(struct view);
    v->machine = machine;
    v->refs = 1;
    v->key = *key;
    v->layout_changed = true;
    layer_init(&v->layer);
    v->next = machine->views;
    machine->views = v;
    v->keeper = machine->owner->keep_view(machine->owner->keeper_self, v);
    view_layout(v);
    if (v->encoded)
        v->keeper->lay_out(v->keeper);
    return v;
}

struct view *view_ref(struct view *view)
{
    view->refs++;
    return view;
}

static void unlink_view(struct view *view)
{
    if (!view->machine)
        return;
    struct view **at = &view->machine->views;
    while (*at != view)
        at = &(*at)->next;
    *at = view->next;
}

void view_unref(struct view **at)
{
    struct view *view = *at;
    *at = NULL;
    if (!view || --view->refs)
        return;
    unlink_view(view);
    view->keeper->free(view->keeper);
    damage_fini(&view->changed);
    damage_fini(&view->fresh);
    damage_fini(&view->rest);
    layer_fini(&view->layer);
    surface_fini(&view->frame);
    free(view);
}

/* Workers may still read what the frame was: its keeper took it, then. */
static void take_frame_away(struct view *view)
{
    int w = view->frame.w, h = view->frame.h;
    surface_fini(&view->frame);
    if (view->encoded)
        view->frame = (struct surface){.w = w, .h = h};
    else
        surface_resize(&view->frame, w, h);
}

void view_keep_anew(struct view *view)
{
    struct view_keeper *before = view->keeper;
    if (!view->machine || (before->suits && before->suits(before)))
        return;
    view_ref(view); /* perhaps it is there for a job only, which ends now */
    struct view_known *known = before->hand_over(before);
    before->free(before);
    view->encoded = false;
    view->keeper = view->machine->owner->keep_view(view->machine->owner->keeper_self, view);
    take_frame_away(view);
    damage_clear(&view->changed);
    view->n_moves = 0;
    view->pointer = (struct rect){0};
    view->keeper->take_over(view->keeper, known);
    view_unref(&view);
}

void view_orphan(struct view *view)
{
    unlink_view(view);
    view->machine = NULL;
    view->n_sources = 0;
}

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

void view_head_damaged(struct view *view, unsigned head, struct rect r)
{
    int x = view_head_x(view, head);
    if (view->layout_changed || x < 0)
        return;
    r.x += x;
    damage_add_rect(&view->changed, view_scale_area(&view->scale, r));
    view->keeper->changed(view->keeper);
}

void view_heads_changed(struct view *view)
{
    view->layout_changed = true;
    view->keeper->changed(view->keeper);
}

/* Where the pointer is to be drawn now. A machine that never told a shape draws its own. */
static struct rect pointer_now(const struct view *view)
{
    const struct machine *m = view->machine;
    if (!m || !view->key.draws_pointer || !m->pointer_visible || !m->pointer_image_known)
        return (struct rect){0};
    int x = m->pointer_x, y = m->pointer_y;
    if (!view_point(view, m->pointer_head, &x, &y))
        return (struct rect){0};
    return pointer_image_rect(m->pointer_image, x, y);
}

struct surface view_opener_frame(const struct view *view)
{
    static uint32_t black[OPENER_SIDE * OPENER_SIDE];
    int w = view->frame.w, h = view->frame.h;
    if (!view->encoded)
        return view->frame;
    return (struct surface){.pixels = black,
                            .w = w < OPENER_SIDE ? w : OPENER_SIDE,
                            .h = h < OPENER_SIDE ? h : OPENER_SIDE,
                            .stride = OPENER_SIDE};
}

/* ---- the layer ---- */

static void layer_changed(struct view *view)
{
    damage_add_rect(&view->changed, layer_rect(&view->layer));
}

void view_set_layer(struct view *view, struct layer *layer)
{
    layer_changed(view);
    layer_fini(&view->layer);
    view->layer = *layer;
    layer_init(layer);
    layer_changed(view);
    if (damage_any(&view->changed))
        view->keeper->changed(view->keeper);
}

void view_move_layer(struct view *view, int x, int y)
{
    layer_changed(view);
    view->layer.x = x;
    view->layer.y = y;
    layer_changed(view);
    view->keeper->changed(view->keeper);
}

void view_pointer_changed(struct view *view)
{
    if (view->encoded)
        return; /* it is drawn where the picture is composed */
    if (!view->layout_changed)
        machine_notices_fit(view, false);
    if (!view->key.draws_pointer || view->layout_changed)
        return;
    damage_add_rect(&view->changed, view->pointer);
    damage_add_rect(&view->changed, pointer_now(view));
    view->keeper->changed(view->keeper);
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

static void draw_pointer(struct view *view, struct rect clip)
{
    const struct machine *m = view->machine;
    if (rect_empty(&view->pointer))
        return;
    int x = m->pointer_x, y = m->pointer_y;
    view_point(view, m->pointer_head, &x, &y);
    pointer_image_draw(m->pointer_image, &view->frame, x, y, clip);
}

/* Whether heads cover all of r; where they do not, a pointer may have been drawn. */
static bool covered(const struct view *view, struct rect r)
{
    for (unsigned i = 0; i < view->n_sources && !view->scale.w; i++) {
        const struct view_source *s = &view->sources[i];
        if (rect_contains(&(struct rect){s->x, 0, s->w, s->h}, &r))
            return true;
    }
    return false;
}

static void compose_head(struct view *view, const struct view_source *source, struct rect r)
{
    const struct surface *shadow = &view->machine->heads[source->head].shadow;
    const struct rect all = {source->x, 0, source->w, source->h};
    if (view->scale.w)
        thumb_draw(shadow, &view->frame, view_scale_rect(&view->scale, all), r);
    else
        surface_copy(&view->frame, shadow, (struct rect){r.x - source->x, r.y, r.w, r.h},
                     source->x, 0);
}

/* One run of changed tiles: the heads' pixels, black beside them, then the pointer over all. */
static void compose(struct view *view, struct rect r)
{
    if (view->machine && !covered(view, r))
        surface_fill(&view->frame, r, 0);
    for (unsigned i = 0; i < view->n_sources; i++)
        compose_head(view, &view->sources[i], r);
    layer_draw(&view->layer, &view->frame, r);
    draw_pointer(view, r);
}

/* What moves below the layer is covered there: those tiles are new, not moved. */
static void drop_moves_below_layer(struct view *view)
{
    struct rect covered = layer_rect(&view->layer);
    int kept = 0;
    for (int i = 0; i < view->n_moves; i++) {
        struct rect common = rect_intersect(view->moves[i].to, covered);
        if (rect_empty(&common))
            view->moves[kept++] = view->moves[i];
        else
            damage_add_rect(&view->rest, view->moves[i].to);
    }
    view->n_moves = kept;
}

/* Only where the frame is one head as it is: there the head's shadow is the next frame, but
 * for the layer. */
static void find_moves_in(struct view *view)
{
    const struct surface *next =
        view->n_sources ? &view->machine->heads[view->sources[0].head].shadow : NULL;
    if (view->n_sources == 1 && !view->key.draws_pointer && !view->scale.w &&
        next->w == view->frame.w && next->h == view->frame.h)
        view->n_moves =
            scroll_find(&view->frame, next, &view->rest, view->moves, VIEW_MOVES_MOST);
    drop_moves_below_layer(view);
}

bool view_take_frame(struct view *view, bool find_moves)
{
    view->n_moves = 0;
    if (!damage_any(&view->changed))
        return false;
    damage_copy(&view->rest, &view->changed);
    if (find_moves && !view->blank)
        find_moves_in(view);
    view->blank = false;
    damage_add_rect(&view->changed, view->pointer);
    view->pointer = pointer_now(view);
    damage_add_rect(&view->changed, view->pointer);
    int col = 0, row = 0;
    for (int n; (n = damage_next_run(&view->changed, &col, &row)); col += n)
        compose(view, (struct rect){col * TILE, row * TILE, n * TILE, TILE});
    damage_copy(&view->fresh, &view->changed);
    damage_clear(&view->changed);
    view->version++;
    return true;
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
