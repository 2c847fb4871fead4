/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/view_client.h"
#include "server/group.h"
#include "server/view.h"
#include "server/view_known.h"
#include "server/view_private.h"

void view_client_join(struct view_client *c, struct view *view)
{
    c->view = view_ref(view);
    c->group = NULL;
    c->own = NULL;
    c->follows = false;
    c->known = NULL;
    damage_init(&c->pending);
    damage_init(&c->lossy);
    damage_resize(&c->pending, view->frame.w, view->frame.h);
    damage_resize(&c->lossy, view->frame.w, view->frame.h);
    damage_set_all(&c->pending);
    c->next = view->clients;
    if (c->next)
        c->next->link = &c->next;
    c->link = &view->clients;
    view->clients = c;
    view->keeper->changed(view->keeper);
}

void view_client_leave(struct view_client *c)
{
    if (!c->view)
        return;
    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    c->group = NULL;
    view_known_free(&c->known);
    view_private_drop(c);
    damage_fini(&c->pending);
    damage_fini(&c->lossy);
    if (c->view->keeper->class_left)
        c->view->keeper->class_left(c->view->keeper, &c->class, NULL);
    view_unref(&c->view);
}

/* A copy carries inexactness along: a tile is as inexact as any tile that its pixels came from.
 */
static void move_lossy(struct damage *lossy, const struct scroll_move *move)
{
    struct damage before;
    damage_init(&before);
    damage_resize(&before, lossy->w, lossy->h);
    damage_copy(&before, lossy);
    damage_remove_rect(lossy, move->to);
    for (int y = move->to.y; y < move->to.y + move->to.h; y += TILE) {
        for (int x = move->to.x; x < move->to.x + move->to.w; x += TILE) {
            if (damage_touches(&before, (struct rect){x - move->dx, y - move->dy, TILE, TILE}))
                damage_set_tile(lossy, x / TILE, y / TILE);
        }
    }
    damage_fini(&before);
}

void view_client_has_got(struct view_client *c, const struct fanout_update *update)
{
    c->group = NULL;
    for (int i = 0; damage_any(&c->lossy) && i < update->n_moves; i++)
        move_lossy(&c->lossy, &update->moves[i]);
    damage_and_not(&c->lossy, update->covered);
    damage_or(&c->lossy, update->lossy);
    view_private_note(c, update->covered);
}

void view_client_take_back(struct view_client *c)
{
    if (!c->group)
        return;
    damage_or(&c->pending, &c->group->damage);
    for (int i = 0; i < c->group->n_moves; i++)
        damage_add_rect(&c->pending, c->group->moves[i].to);
    c->group = NULL;
}

void view_client_set_class(struct view_client *c, const struct encode_class *class)
{
    if (encode_class_equal(&c->class, class))
        return;
    const struct encode_class before = c->class;
    view_client_take_back(c);
    c->class = *class;
    c->follows = false;
    if (c->view && c->view->keeper->class_left)
        c->view->keeper->class_left(c->view->keeper, &before, c);
}

void view_client_wake(struct view_client *c)
{
    if (damage_any(&c->pending) || damage_any(&c->lossy) || damage_any(&c->view->changed) ||
        c->view->layout_changed || c->ops->has_news(c) != VIEW_NEWS_NONE)
        c->view->keeper->changed(c->view->keeper);
}

void view_client_want(struct view_client *c, struct rect r)
{
    damage_add_rect(&c->pending, r);
    c->follows = false;
    view_private_owe(c, r);
    c->view->keeper->changed(c->view->keeper);
}
