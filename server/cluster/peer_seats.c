/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/peer_seats_private.h"
#include "base/alloc.h"
#include "server/cluster/served_seats.h"
#include "server/machine/machines.h"

#include <stdlib.h>
#include <string.h>

/* ---- the link ---- */

static void forget_link(struct console *c)
{
    struct away_seats *as = c->home_self;
    as->acts = 0;
    for (struct away_seat *a = as->first; a; a = a->next)
        a->id = 0;
    console_unanswered(c, "the link to the node of this machine broke before it answered: look "
                          "whether it is done, and try again");
}

void peer_seats_up(struct peer_machine *pm)
{
    struct console *c = away_seats_console(pm->peer, pm->id);
    if (!c)
        return;
    forget_link(c);
    away_seats_tell_memory(c, pm);
    away_seats_ask(c->home_self, pm);
}

void peer_seats_down(struct peer_machine *pm)
{
    struct console *c = away_seats_console(pm->peer, pm->id);
    away_seats_keep_image(pm, NULL);
    if (c)
        forget_link(c);
}

/* ---- following the machine ---- */

static void go_away(struct cluster *c, struct console *console, struct peer_machine *pm)
{
    struct away_seats *as, *before = away_seats_asks(console) ? console->home_self : NULL;
    if (before && before->machine == pm->id && strcmp(before->node, pm->peer->node) == 0)
        return;
    as = ALLOC(struct away_seats);
    as->cluster = c;
    as->machine = pm->id;
    strcpy(as->node, pm->peer->node);
    if (away_seats_reach(as))
        away_seats_tell_memory(console, pm);
    console_go_away(console, &away_seats_ops, as);
    free(before);
}

static void come_home(struct cluster *c, struct console *console, struct machine *m)
{
    struct away_seats *before = away_seats_asks(console) ? console->home_self : NULL;
    console_come_home(console);
    free(before);
    served_seats_follow(c, m);
}

/* Without an active place it stays as it is: where it was last, it goes on being decided. */
static void follow(struct cluster *c, struct console *console, struct machine *m)
{
    struct peer_machine *pm = machine_elsewhere(m);
    if (pm)
        go_away(c, console, pm);
    else if (m->active)
        come_home(c, console, m);
}

void peer_seats_follow(struct cluster *c, struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct console *console;
    if (m->lobby || !c->sessions)
        return;
    console = sessions_console(c->sessions, &key);
    if (!console && cluster_is_home(m))
        console_get(c->sessions, &key);
    else if (console)
        follow(c, console, m);
    else if (machine_elsewhere(m) && machine_elsewhere(m)->sessions)
        away_seats_take_kept_image(machine_elsewhere(m));
    if (console)
        console_release(console);
}

static void go_nowhere(struct console *console)
{
    struct away_seats *before = away_seats_asks(console) ? console->home_self : NULL;
    console_go_nowhere(console);
    free(before);
}

void peer_seats_gone(struct cluster *c, const struct machine *m)
{
    const struct console_key key = {m->name, m->has_uuid ? m->uuid : NULL};
    struct console *console = c->sessions ? sessions_console(c->sessions, &key) : NULL;
    if (!console || m->lobby)
        return;
    go_nowhere(console);
    console_forget_absent(console);
}

static bool is_console_of(const struct console *c, const struct machine *m)
{
    return c->has_uuid && m->has_uuid ? memcmp(c->uuid, m->uuid, sizeof(m->uuid)) == 0
                                      : strcmp(c->machine, m->name) == 0;
}

static void on_console(void *self, struct console *console)
{
    struct cluster *c = self;
    for (struct machine *m = c->machines->first; m; m = m->next)
        if (!m->lobby && is_console_of(console, m)) {
            follow(c, console, m);
            return;
        }
}

void peer_seats_start(struct cluster *c)
{
    c->sessions->on_console = on_console;
    c->sessions->on_console_self = c;
    for (struct machine *m = c->machines->first; m; m = m->next)
        peer_seats_follow(c, m);
}

void peer_seats_stop(struct cluster *c)
{
    if (!c->sessions)
        return;
    for (struct console *console = c->sessions->consoles; console; console = console->next)
        if (away_seats_asks(console))
            go_nowhere(console);
    c->sessions->on_console = NULL;
    c->sessions = NULL;
}
