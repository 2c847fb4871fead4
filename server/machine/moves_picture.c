/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A machine's picture while it moves: which places draw, which of it is shown, and when. */
#include <config.h>
#include "base/log.h"
#include "server/machine/moves_private.h"
#include "server/machine/place_picture.h"

void moves_hide_picture(struct place *p)
{
    if (p->picture || place_is_elsewhere(p))
        return;
    p->picture = place_picture_new();
    place_picture_take_heads(p->picture, p->heads, p->n_heads);
}

static void watch_place(struct machine *m, struct place *p)
{
    bool wanted = m->watching && (p == m->active || p->seat.standby);
    if (wanted == p->watched || !p->attach)
        return;
    p->watched = wanted;
    p->whole = false;
    place_picture_free(&p->picture);
    if (wanted && p != m->active)
        moves_hide_picture(p);
    p->attach->ops->watch(p->attach, wanted);
}

void machine_watch_places(struct machine *m)
{
    for (struct place *p = m->places; p; p = p->next)
        watch_place(m, p);
}

static void close_gap(struct machine *m)
{
    const struct machine_moves *moves = &m->moves;
    uint64_t now = moves_now_us(m);
    m->moves.gap_open = false;
    m->moves.last_gap_us = now - moves->gap_from_us;
    log_info("machine %s: shown %.1f ms after it began to run there (it drew after %.1f ms), "
             "%.1f ms after it stopped",
             m->name, moves_ms(moves->arrived_us, now),
             moves_ms(moves->arrived_us, m->active->drew_us),
             moves_ms(moves->gap_from_us, now));
}

void machine_update_queued(struct machine *m, uint64_t picture)
{
    if (m->moves.gap_open && m->active && m->moves.picture_taken && picture == m->moves.picture)
        close_gap(m);
}

static bool same_heads(const struct machine *m, const struct place *p)
{
    bool same = m->n_heads == p->n_heads;
    for (unsigned i = 0; same && i < p->n_heads; i++)
        same = m->heads[i].shadow.w == p->heads[i].w && m->heads[i].shadow.h == p->heads[i].h;
    return same;
}

static void take_pointer(struct machine *m, const struct place_picture *picture)
{
    if (picture->pointer_image)
        machine_set_pointer_image(m, picture->pointer_image);
    if (picture->pointer_told)
        machine_pointer_at(m, picture->pointer_head, picture->pointer_x, picture->pointer_y,
                           picture->pointer_visible);
}

/* The new place's picture counts from now on; again and again says nothing new. */
static void take_over(struct machine *m)
{
    if (m->moves.picture_taken && machine_elsewhere(m))
        return;
    m->moves.picture++;
    m->moves.picture_taken = true;
}

void moves_show_picture(struct machine *m)
{
    struct place *p = m->active;
    struct place_picture *picture = p ? p->picture : NULL;
    if (p && place_is_elsewhere(p) && p->whole)
        take_over(m);
    if (!picture)
        return;
    p->picture = NULL;
    bool changed = !same_heads(m, p);
    if (p->n_heads)
        machine_take_heads(m, p->heads, p->n_heads);
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct surface *s = &picture->heads[i];
        changed |= machine_take_pixels(m, i, surface_rect(s), s->pixels,
                                       (size_t)s->stride * sizeof(uint32_t), SOURCE_XRGB);
    }
    take_pointer(m, picture);
    place_picture_free(&picture);
    if (m->shown_from_elsewhere)
        moves_keep_views(m);
    take_over(m);
    m->picture_complete = true;
    if (m->moves.gap_open && !changed)
        close_gap(m);
    machine_tell(m, MACHINE_NEWS_STATE);
    machine_tell(m, MACHINE_NEWS_PICTURE);
}

void moves_freeze_picture(struct machine *m)
{
    struct place *p = m->active;
    m->moves.stopped_us = p->stopped_us ? p->stopped_us : moves_now_us(m);
    if (!p->watched || p->picture || place_is_elsewhere(p))
        return;
    moves_hide_picture(p);
    for (unsigned i = 0; i < m->n_heads; i++) {
        const struct surface *shadow = &m->heads[i].shadow;
        surface_copy(&p->picture->heads[i], shadow, surface_rect(shadow), 0, 0);
    }
}
