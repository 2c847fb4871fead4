/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a view shows at one moment: the heads, the layer over them and a drawn pointer. */
#include <config.h>
#include "server/view.h"
#include "server/machine/machine.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/thumb.h"

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
