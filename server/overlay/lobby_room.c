/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/lobby_room.h"
#include "base/alloc.h"
#include "server/machine/drawn.h"
#include "server/overlay/lobby_private.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/overlay.h"
#include "server/viewer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEAF_US UINT64_C(1000000)

enum { LEFT_BUTTON = 1 << 0, WHEEL_UP = 1 << 3, WHEEL_DOWN = 1 << 4 };

enum {
    FIRST_W = 1024,
    FIRST_H = 768,
    LEAST_SIDE = 64,
    MOST_SIDE = 4096,
    MOST_AREA = 4096 * 2304
};

/* Whoever is let in may choose it: no more memory than a large screen's. */
static bool size_ok(int w, int h)
{
    return w >= LEAST_SIDE && h >= LEAST_SIDE && w <= MOST_SIDE && h <= MOST_SIDE &&
           w * h <= MOST_AREA;
}

void lobbies_init(struct lobbies *all, struct server *server)
{
    *all = (struct lobbies){.server = server};
}

void lobbies_stop(struct lobbies *all)
{
    all->tick = sd_event_source_disable_unref(all->tick);
}

/* ---- coming and going ---- */

static void link_lobby(struct lobbies *all, struct lobby *l)
{
    l->next = all->first;
    if (l->next)
        l->next->link = &l->next;
    l->link = &all->first;
    all->first = l;
    if (!all->tick)
        sd_event_add_time_relative(all->server->loop, &all->tick, CLOCK_MONOTONIC,
                                   LOBBY_TICK_US, LOBBY_TICK_US / 10, lobby_on_tick, all);
}

struct machine *lobby_open(struct viewer *v)
{
    struct lobby *l = ALLOC(struct lobby);
    bool here = v->stage == VIEWER_RUNNING && size_ok(v->width, v->height);
    int w = here ? v->width : FIRST_W, h = here ? v->height : FIRST_H;
    l->all = &v->server->lobbies;
    l->viewer = v;
    surface_init(&l->picture);
    surface_resize(&l->picture, w, h);
    l->machine = drawn_machine_new(&v->server->machines, "Holdfast", w, h, l);
    link_lobby(l->all, l);
    lobby_look_around(l);
    lobby_draw_all(l);
    return l->machine;
}

static void lobby_free(struct lobby *l)
{
    *l->link = l->next;
    if (l->next)
        l->next->link = l->link;
    if (!l->all->first)
        lobbies_stop(l->all);
    lobby_free_cards(l);
    drawn_machine_free(&l->machine);
    surface_fini(&l->picture);
    free(l->matching);
    free(l);
}

void lobby_left(struct machine *m)
{
    if (m && m->lobby)
        lobby_free(m->lobby);
}

bool viewer_in_lobby(const struct viewer *v)
{
    return v->machine && v->machine->lobby;
}

bool lobby_is_open_to(const struct viewer *v)
{
    unsigned n = 0;
    if (v->machine_name || v->bound || viewer_in_lobby(v))
        return false;
    for (const struct machine *m = v->server->machines.first; m; m = m->next)
        n += lobby_may_see(v, m);
    return n > 1;
}

void lobby_return(struct viewer *v)
{
    const char *why = NULL;
    struct machine *m = lobby_open(v);
    if (!viewer_move(v, m, &why))
        lobby_left(m);
}

void lobby_takes_back(struct viewer *v, const char *machine)
{
    char text[NOTICE_BYTES_MOST];
    overlay_close(v);
    lobby_return(v);
    struct lobby *l = v->machine->lobby;
    l->deaf_until_us = lobby_now_us(l) + DEAF_US;
    snprintf(text, sizeof(text), "%.80s was detached: choose another machine", machine);
    viewer_notice(v, NOTICE_MACHINE, text, 0, NOTICE_US);
}

static void enter(struct lobby *l)
{
    struct viewer *v = l->viewer;
    struct machine *m =
        l->choice.chosen < l->n_matching ? l->matching[l->choice.chosen]->machine : NULL;
    const char *why = "this machine is not here any more";
    char text[NOTICE_BYTES_MOST];
    if (m && viewer_move(v, m, &why)) {
        overlay_welcome(v);
        return;
    }
    snprintf(text, sizeof(text), "%s", why);
    viewer_notice(v, NOTICE_CONTROL, text, 0, NOTICE_US);
}

/* ---- what the viewer does ---- */

/* Who goes on typing or clicking has not seen yet where it is. */
static bool is_deaf(struct lobby *l)
{
    uint64_t now = lobby_now_us(l);
    bool deaf = now < l->deaf_until_us;
    if (deaf)
        l->deaf_until_us = now + DEAF_US;
    return deaf;
}

static void act(struct lobby *l, enum lobby_action action)
{
    if (action == LOBBY_ENTER)
        enter(l);
    else if (action == LOBBY_CHANGED)
        lobby_draw_soon(l);
}

void lobby_takes_key(struct viewer *v, uint32_t keysym)
{
    struct lobby *l = v->machine->lobby;
    if (!is_deaf(l))
        act(l, lobby_key(&l->choice, &l->shape, l->n_matching, keysym));
}

void lobby_takes_pointer(struct viewer *v, unsigned pressed, int x, int y)
{
    struct lobby *l = v->machine->lobby;
    if (pressed && is_deaf(l))
        return;
    int rows = !!(pressed & WHEEL_DOWN) - !!(pressed & WHEEL_UP);
    act(l, lobby_wheel(&l->choice, &l->shape, l->n_matching, rows));
    act(l, lobby_pointer(&l->choice, &l->shape, l->n_matching, x, y, pressed & LEFT_BUTTON));
}

int lobby_resize(struct viewer *v, int w, int h)
{
    struct lobby *l = v->machine->lobby;
    if (!size_ok(w, h) || surface_resize(&l->picture, w, h) < 0)
        return -EINVAL;
    drawn_machine_resize(l->machine, w, h);
    lobby_draw_soon(l);
    return 0;
}
