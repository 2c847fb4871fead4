/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/overlay/lobby_room.h"
#include "base/alloc.h"
#include "server/machine/drawn.h"
#include "server/overlay/lobby.h"
#include "server/overlay/machine_notices.h"
#include "server/overlay/overlay.h"
#include "server/overlay/thumb.h"
#include "server/viewer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICK_US 100000u /* a picture with each */

enum { FIRST_W = 1024, FIRST_H = 768, LEAST_SIDE = 64, CARDS_MOST = 1000 };

/* One machine in one lobby. */
struct card {
    struct card *next;
    struct lobby *lobby;
    struct machine_watcher watcher;
    struct machine *machine; /* NULL: it is gone */
    bool listed;             /* found again while the machines were looked through */
    bool watched;            /* its picture is wanted, because it is seen */
    struct lobby_entry entry;
    struct surface thumb; /* as it was taken last; 0 x 0: never */
};

struct lobby {
    struct lobbies *all;
    struct lobby *next, **link;
    struct viewer *viewer;
    struct machine *machine; /* drawn: what the viewer looks at */
    struct surface picture;
    struct card *cards;
    struct card **matching; /* those that the filter leaves */
    unsigned n_matching;
    struct lobby_choice choice;
    struct lobby_shape shape;
};

/* ---- cards ---- */

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    (void)w;
    (void)news;
}

static void watch(struct card *c, bool on)
{
    if (!c->machine || c->watched == on)
        return;
    c->watched = on;
    if (on)
        machine_watch(c->machine);
    else
        machine_unwatch(c->machine);
}

static void on_gone(struct machine_watcher *w)
{
    struct card *c = (struct card *)((char *)w - offsetof(struct card, watcher));
    c->machine = NULL;
    c->watched = false;
}

static void card_free(struct card *c)
{
    watch(c, false);
    machine_remove_watcher(&c->watcher);
    surface_fini(&c->thumb);
    free(c);
}

static struct card *card_of(struct lobby *l, struct machine *m)
{
    struct card **at = &l->cards;
    for (; *at; at = &(*at)->next) {
        if ((*at)->machine == m)
            return *at;
    }
    struct card *c = *at = ALLOC(struct card);
    c->lobby = l;
    c->machine = m;
    c->watcher.news = on_news;
    c->watcher.gone = on_gone;
    surface_init(&c->thumb);
    machine_add_watcher(m, &c->watcher);
    return c;
}

/* ---- what is told of a machine ---- */

static void describe_people(const struct server *s, const struct machine *m,
                            struct lobby_entry *e)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    const struct console *c = sessions_console(&s->sessions, &key);
    const struct session *driver = c ? console_driver(c) : NULL;
    size_t n = 0;
    for (const struct session *x = c ? s->sessions.first : NULL; x; x = x->next) {
        if (x->console != c || !x->n_seats || n + 1 >= sizeof(e->people))
            continue;
        n += (size_t)snprintf(e->people + n, sizeof(e->people) - n, "%s%.40s%s", n ? ", " : "",
                              session_user(x), x == driver ? " drives" : "");
    }
}

static void describe(const struct server *s, const struct machine *m, struct lobby_entry *e)
{
    *e = (struct lobby_entry){0};
    snprintf(e->name, sizeof(e->name), "%.*s", LOBBY_NAME_MOST - 1, m->name);
    machine_size(m, &e->w, &e->h);
    if (e->w)
        snprintf(e->state, sizeof(e->state), "%s, %dx%d", machine_state_name(m->state), e->w,
                 e->h);
    else
        snprintf(e->state, sizeof(e->state), "%s", machine_state_name(m->state));
    describe_people(s, m, e);
}

static bool may_see(const struct viewer *v, const struct machine *m)
{
    return viewer_role_at(v, m) > ROLE_NONE;
}

/* Brings the cards in line with the machines; whether anything reads otherwise now. */
static bool look_around(struct lobby *l)
{
    struct server *s = l->all->server;
    bool changed = false;
    unsigned n = 0;
    for (struct machine *m = s->machines.first; m; m = m->next) {
        struct lobby_entry entry;
        if (!may_see(l->viewer, m) || n++ == CARDS_MOST)
            continue;
        struct card *c = card_of(l, m);
        c->listed = true;
        describe(s, m, &entry);
        changed |= memcmp(&entry, &c->entry, sizeof(entry)) != 0;
        c->entry = entry;
    }
    for (struct card **at = &l->cards; *at;) {
        struct card *c = *at;
        if (c->listed) {
            c->listed = false;
            at = &c->next;
            continue;
        }
        *at = c->next;
        card_free(c);
        changed = true;
    }
    return changed;
}

/* ---- drawing ---- */

static void filter(struct lobby *l)
{
    unsigned n = 0;
    for (struct card *c = l->cards; c; c = c->next)
        n++;
    l->matching = alloc_resize(l->matching, n ? n : 1, sizeof(*l->matching));
    l->n_matching = 0;
    for (struct card *c = l->cards; c; c = c->next) {
        if (lobby_matches(&l->choice, &c->entry))
            l->matching[l->n_matching++] = c;
        else
            watch(c, false);
    }
    lobby_shape_find(&l->shape, l->picture.w, l->picture.h, &l->choice, l->n_matching);
    for (unsigned i = 0; i < l->n_matching; i++)
        watch(l->matching[i], lobby_shows(&l->shape, i));
}

/* All heads side by side, as a view shows them. */
static void draw_heads(const struct machine *m, struct surface *to, struct rect all, int w,
                       int h)
{
    int x = 0;
    for (unsigned k = 0; k < m->n_heads; k++) {
        const struct surface *s = &m->heads[k].shadow;
        int from = (int)((int64_t)all.w * x / w), end = (int)((int64_t)all.w * (x + s->w) / w);
        struct rect r = {all.x + from, all.y, end - from, (int)((int64_t)all.h * s->h / h)};
        if (!rect_empty(&r))
            thumb_draw(s, to, r, r);
        x += s->w;
    }
}

/* False when there is nothing to be seen, or no room for it. */
static bool take_thumb(struct card *c, struct rect box)
{
    int w, h;
    if (!c->machine || rect_empty(&box))
        return false;
    machine_size(c->machine, &w, &h);
    if (!w || surface_resize(&c->thumb, box.w, box.h) < 0)
        return false;
    struct rect all = thumb_fit(surface_rect(&c->thumb), w, h);
    draw_heads(c->machine, &c->thumb, all, w, h);
    return true;
}

static void draw_thumb(struct lobby *l, unsigned i)
{
    const struct card *c = l->matching[i];
    struct rect box = lobby_thumb_box(&l->shape, i);
    if (c->thumb.w == box.w && c->thumb.h == box.h)
        surface_copy(&l->picture, &c->thumb, surface_rect(&c->thumb), box.x, box.y);
}

static void draw_all(struct lobby *l)
{
    char title[200];
    filter(l);
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

/* ---- time ---- */

static unsigned n_seen(const struct lobby *l)
{
    unsigned most = (unsigned)(l->shape.rows * l->shape.columns);
    unsigned left = l->n_matching > l->shape.first ? l->n_matching - l->shape.first : 0;
    return left < most ? left : most;
}

/* Whose turn it is: card *i_r of the lobby that is returned; NULL: nothing is seen. */
static struct lobby *next_turn(struct lobbies *all, unsigned *i_r)
{
    uint64_t n = 0;
    for (const struct lobby *l = all->first; l; l = l->next)
        n += n_seen(l);
    uint64_t turn = n ? all->turn++ % n : 0;
    for (struct lobby *l = all->first; l && n; l = l->next) {
        if (turn < n_seen(l)) {
            *i_r = l->shape.first + (unsigned)turn;
            return l;
        }
        turn -= n_seen(l);
    }
    return NULL;
}

/* One that was never taken goes first. */
static struct lobby *next_new(struct lobbies *all, unsigned *i_r)
{
    for (struct lobby *l = all->first; l; l = l->next) {
        for (unsigned i = l->shape.first; i < l->shape.first + n_seen(l); i++) {
            if (!l->matching[i]->thumb.w && l->matching[i]->entry.w) {
                *i_r = i;
                return l;
            }
        }
    }
    return NULL;
}

static void take_a_picture(struct lobbies *all)
{
    unsigned i = 0;
    struct lobby *l = next_new(all, &i);
    l = l ? l : next_turn(all, &i);
    struct rect box = l ? lobby_thumb_box(&l->shape, i) : (struct rect){0};
    if (!l || !take_thumb(l->matching[i], box))
        return;
    all->pictures++;
    draw_thumb(l, i);
    drawn_machine_show(l->machine, &l->picture, box);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *self)
{
    struct lobbies *all = self;
    (void)usec;
    for (struct lobby *l = all->first; l; l = l->next) {
        if (look_around(l))
            draw_all(l);
    }
    take_a_picture(all);
    sd_event_source_set_time_relative(source, TICK_US);
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    return 0;
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
        sd_event_add_time_relative(all->server->loop, &all->tick, CLOCK_MONOTONIC, TICK_US,
                                   TICK_US / 10, on_tick, all);
}

struct machine *lobby_open(struct viewer *v)
{
    struct lobby *l = ALLOC(struct lobby);
    bool here = v->stage == VIEWER_RUNNING;
    int w = here && v->width >= LEAST_SIDE ? v->width : FIRST_W;
    int h = here && v->height >= LEAST_SIDE ? v->height : FIRST_H;
    l->all = &v->server->lobbies;
    l->viewer = v;
    surface_init(&l->picture);
    surface_resize(&l->picture, w, h);
    l->machine = drawn_machine_new(&v->server->machines, "Holdfast", w, h, l);
    link_lobby(l->all, l);
    look_around(l);
    draw_all(l);
    return l->machine;
}

static void lobby_free(struct lobby *l)
{
    *l->link = l->next;
    if (l->next)
        l->next->link = l->link;
    if (!l->all->first)
        lobbies_stop(l->all);
    while (l->cards) {
        struct card *c = l->cards;
        l->cards = c->next;
        card_free(c);
    }
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
        n += may_see(v, m);
    return n > 1;
}

void lobby_return(struct viewer *v)
{
    const char *why = NULL;
    struct machine *m = lobby_open(v);
    if (!viewer_move(v, m, &why))
        lobby_left(m);
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

static void act(struct lobby *l, enum lobby_action action)
{
    if (action == LOBBY_ENTER)
        enter(l);
    else if (action == LOBBY_CHANGED)
        draw_all(l);
}

void lobby_takes_key(struct viewer *v, uint32_t keysym)
{
    struct lobby *l = v->machine->lobby;
    act(l, lobby_key(&l->choice, &l->shape, l->n_matching, keysym));
}

void lobby_takes_pointer(struct viewer *v, bool pressed, int x, int y)
{
    struct lobby *l = v->machine->lobby;
    act(l, lobby_pointer(&l->choice, &l->shape, l->n_matching, x, y, pressed));
}

int lobby_resize(struct viewer *v, int w, int h)
{
    struct lobby *l = v->machine->lobby;
    if (w < LEAST_SIDE || h < LEAST_SIDE || surface_resize(&l->picture, w, h) < 0)
        return -EINVAL;
    drawn_machine_resize(l->machine, w, h);
    draw_all(l);
    return 0;
}
