/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/view.h"
#include "base/alloc.h"
#include "server/machine/machines.h"
#include "server/view_known.h"
#include "server/view_private.h"

#include <stdlib.h>

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
    view->dark = false;
    view->keeper = view->machine->owner->keep_view(view->machine->owner->keeper_self, view);
    take_frame_away(view);
    damage_clear(&view->changed);
    view->n_moves = 0;
    view->pointer = (struct rect){0};
    view->keeper->take_over(view->keeper, known);
    view_private_light(view);
    view_unref(&view);
}

void view_orphan(struct view *view)
{
    unlink_view(view);
    view->machine = NULL;
    view->n_sources = 0;
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
