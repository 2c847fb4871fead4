/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines of a lobby: which there are, what is told of them, which are seen. */
#include <config.h>
#include "server/overlay/lobby_private.h"
#include "base/alloc.h"
#include "server/overlay/thumb.h"
#include "server/viewer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CARDS_MOST = 1000 };

static void on_news(struct machine_watcher *w, enum machine_news news)
{
    (void)w;
    (void)news;
}

static void stop_asking(struct card *c)
{
    c->lobby->all->n_asked -= c->asker.of != NULL;
    relay_pixels_leave(&c->asker);
}

static void watch(struct card *c, bool on)
{
    if (!on)
        stop_asking(c);
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

bool lobby_may_see(const struct viewer *v, const struct machine *m)
{
    return viewer_role_at(v, m) > ROLE_NONE;
}

bool lobby_look_around(struct lobby *l)
{
    struct server *s = l->all->server;
    bool changed = false;
    unsigned n = 0;
    for (struct machine *m = s->machines.first; m; m = m->next) {
        struct lobby_entry entry;
        if (!lobby_may_see(l->viewer, m) || n++ == CARDS_MOST)
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

void lobby_free_cards(struct lobby *l)
{
    while (l->cards) {
        struct card *c = l->cards;
        l->cards = c->next;
        card_free(c);
    }
}

/* ---- which are seen ---- */

void lobby_filter(struct lobby *l)
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

unsigned lobby_n_seen(const struct lobby *l)
{
    unsigned most = (unsigned)(l->shape.rows * l->shape.columns);
    unsigned left = l->n_matching > l->shape.first ? l->n_matching - l->shape.first : 0;
    return left < most ? left : most;
}

/* ---- small pictures ---- */

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

static void take_drawn(struct relay_pixels_asker *a, const struct surface *picture,
                       const char *why)
{
    struct card *c = (struct card *)((char *)a - offsetof(struct card, asker));
    (void)why;
    c->lobby->all->n_asked--;
    if (!picture) {
        c->ask_us = lobby_now_us(c->lobby) + LOBBY_ASK_AGAIN_US;
        return;
    }
    if (surface_resize(&c->thumb, picture->w, picture->h) < 0)
        return;
    surface_copy(&c->thumb, picture, surface_rect(picture), 0, 0);
    lobby_show_thumb(c->lobby, c);
}

/* It is drawn there as it would be here. */
static void ask(struct card *c, struct rect box)
{
    const struct view_key key = {.head = VIEW_ALL_HEADS,
                                 .fixed_w = box.w,
                                 .fixed_h = box.h,
                                 .scaled = true,
                                 .bare = true};
    c->ask_us = lobby_now_us(c->lobby) + LOBBY_ASK_US;
    c->asker.done = take_drawn;
    c->lobby->all->n_asked++;
    relay_pixels_ask(&c->asker, c->machine, &key);
}

bool lobby_can_take_thumb(const struct card *c)
{
    if (!c->machine || !c->entry.w)
        return false;
    if (machine_elsewhere(c->machine))
        return !c->asker.of && c->lobby->all->n_asked < LOBBY_ASKED_MOST &&
               c->ask_us <= lobby_now_us(c->lobby);
    return !c->machine->shown_from_elsewhere; /* what was shown last is kept */
}

bool lobby_take_thumb(struct card *c, struct rect box)
{
    int w, h;
    if (rect_empty(&box) || !lobby_can_take_thumb(c))
        return false;
    if (machine_elsewhere(c->machine)) {
        ask(c, box);
        return false;
    }
    machine_size(c->machine, &w, &h);
    if (!w || surface_resize(&c->thumb, box.w, box.h) < 0)
        return false;
    draw_heads(c->machine, &c->thumb, thumb_fit(surface_rect(&c->thumb), w, h), w, h);
    return true;
}
