/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is seen of a lobby, and when it is looked at anew. */
#include <config.h>
#include "server/machine/drawn.h"
#include "server/overlay/lobby_private.h"
#include "base/alloc.h"
#include "server/viewer.h"

#include <stdio.h>
#include <stdlib.h>

static void draw_thumb(struct lobby *l, unsigned i)
{
    const struct card *c = l->matching[i];
    struct rect box = lobby_thumb_box(&l->shape, i);
    if (c->thumb.w == box.w && c->thumb.h == box.h)
        surface_copy(&l->picture, &c->thumb, surface_rect(&c->thumb), box.x, box.y);
}

uint64_t lobby_now_us(const struct lobby *l)
{
    uint64_t now = 0;
    sd_event_now(l->all->server->loop, CLOCK_MONOTONIC, &now);
    return now;
}

void lobby_draw_all(struct lobby *l)
{
    char title[200];
    l->dirty = false;
    l->drawn_us = lobby_now_us(l);
    lobby_filter(l);
    const struct lobby_entry **entries =
        alloc_zero(l->n_matching ? l->n_matching : 1, sizeof(*entries));
    for (unsigned i = 0; i < l->n_matching; i++)
        entries[i] = &l->matching[i]->entry;
    snprintf(title, sizeof(title), "%s%.80s", *l->viewer->user ? "Machines for " : "Machines",
             l->viewer->user);
    lobby_draw(&l->picture, &l->shape, &l->choice, title, entries, l->n_matching);
    free(entries);
    for (unsigned i = l->shape.first; i < l->n_matching && lobby_shows(&l->shape, i); i++)
        draw_thumb(l, i);
    drawn_machine_show(l->machine, &l->picture, surface_rect(&l->picture));
}

void lobby_draw_soon(struct lobby *l)
{
    lobby_filter(l); /* what the next key is about */
    l->dirty = true;
    if (lobby_now_us(l) - l->drawn_us >= LOBBY_TICK_US / 2)
        lobby_draw_all(l);
}

/* ---- time ---- */

/* The first that can be taken of the cards that are seen, counted through all lobbies, from
 * number `from` on. */
static struct lobby *first_from(struct lobbies *all, uint64_t from, unsigned *i_r)
{
    uint64_t at = 0;
    for (struct lobby *l = all->first; l; l = l->next) {
        for (unsigned k = 0; k < lobby_n_seen(l); k++, at++) {
            if (at < from || !lobby_can_take_thumb(l->matching[l->shape.first + k]))
                continue;
            *i_r = l->shape.first + k;
            all->turn = at + 1;
            return l;
        }
    }
    return NULL;
}

/* Whose turn it is: card *i_r of the lobby that is returned; NULL: nobody's. */
static struct lobby *next_turn(struct lobbies *all, unsigned *i_r)
{
    struct lobby *l = first_from(all, all->turn, i_r);
    return l ? l : first_from(all, 0, i_r);
}

/* One that was never taken goes first. */
static struct lobby *next_new(struct lobbies *all, unsigned *i_r)
{
    for (struct lobby *l = all->first; l; l = l->next) {
        for (unsigned i = l->shape.first; i < l->shape.first + lobby_n_seen(l); i++) {
            if (!l->matching[i]->thumb.w && lobby_can_take_thumb(l->matching[i])) {
                *i_r = i;
                return l;
            }
        }
    }
    return NULL;
}

static void show_thumb(struct lobby *l, unsigned i)
{
    l->all->pictures++;
    draw_thumb(l, i);
    drawn_machine_show(l->machine, &l->picture, lobby_thumb_box(&l->shape, i));
}

void lobby_show_thumb(struct lobby *l, const struct card *c)
{
    for (unsigned i = l->shape.first; i < l->shape.first + lobby_n_seen(l); i++) {
        if (l->matching[i] == c)
            show_thumb(l, i);
    }
}

static void take_a_picture(struct lobbies *all)
{
    unsigned i = 0;
    struct lobby *l = next_new(all, &i);
    l = l ? l : next_turn(all, &i);
    if (l && lobby_take_thumb(l->matching[i], lobby_thumb_box(&l->shape, i)))
        show_thumb(l, i);
}

int lobby_on_tick(sd_event_source *source, uint64_t usec, void *self)
{
    struct lobbies *all = self;
    (void)usec;
    for (struct lobby *l = all->first; l; l = l->next) {
        if (lobby_look_around(l) || l->dirty)
            lobby_draw_all(l);
    }
    take_a_picture(all);
    sd_event_source_set_time_relative(source, LOBBY_TICK_US);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
}
