/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which consoles there are: found by their machines, made, forgotten; who mirrors one. */
#include <config.h>
#include "base/alloc.h"
#include "server/machine/machine.h"
#include "server/session/sessions_private.h"

#include <stdlib.h>
#include <string.h>

/* ---- finding ---- */

struct console *sessions_console(const struct sessions *all, const struct console_key *machine)
{
    struct console *named = NULL;
    for (struct console *c = all->consoles; c; c = c->next) {
        if (c->has_uuid && machine->uuid && memcmp(c->uuid, machine->uuid, 16) == 0)
            return c;
        if (!(c->has_uuid && machine->uuid) && strcmp(c->machine, machine->machine) == 0)
            named = c;
    }
    return named;
}

/* A machine may be named anew, or tell its UUID later. */
static void recognize(struct console *c, const struct console_key *machine)
{
    if (strcmp(c->machine, machine->machine) != 0) {
        free(c->machine);
        c->machine = alloc_text(machine->machine);
    }
    if (machine->uuid && !c->has_uuid) {
        memcpy(c->uuid, machine->uuid, sizeof(c->uuid));
        c->has_uuid = true;
    }
}

static struct console *console_new(struct sessions *all, const struct console_key *machine)
{
    struct console *c = ALLOC(struct console);
    c->all = all;
    c->machine = alloc_text(machine->machine);
    c->home = all->on_console ? CONSOLE_NOWHERE : CONSOLE_HOME;
    c->fence_again_us = UINT64_MAX;
    c->next = all->consoles;
    all->consoles = c;
    recognize(c, machine);
    console_configure(c);
    if (all->on_console)
        all->on_console(all->on_console_self, c);
    return c;
}

struct console *console_get(struct sessions *all, const struct console_key *machine)
{
    struct console *c = sessions_console(all, machine);
    if (!c)
        return console_new(all, machine);
    recognize(c, machine);
    console_configure(c);
    return c;
}

char *console_key_text(const struct console *c)
{
    char uuid[37];
    if (!c->has_uuid)
        return alloc_printf("name:%s", c->machine);
    machine_uuid_text(c->uuid, uuid);
    return alloc_printf("uuid:%s", uuid);
}

/* ---- forgetting ---- */

void console_free(struct console *c)
{
    if (c->home == CONSOLE_AWAY && c->home_ops->forgotten)
        c->home_ops->forgotten(c->home_self);
    console_unanswered(c, "the machine is not known here any more");
    fence_drop(c);
    while (c->mirrors)
        console_mirror_remove(c->mirrors);
    while (c->n_forgotten)
        free(c->forgotten[--c->n_forgotten]);
    free(c->forgotten);
    free(c->machine);
    free(c);
}

void console_collect(struct console *c)
{
    struct console **at = &c->all->consoles;
    if (c->kept || c->mirrors || c->asked)
        return;
    for (const struct session *s = c->all->first; s; s = s->next)
        if (s->console == c)
            return;
    while (*at != c)
        at = &(*at)->next;
    *at = c->next;
    console_free(c);
}

void console_release(struct console *c)
{
    if (!console_is_home(c))
        console_collect(c);
}

/* ---- its mirrors ---- */

void console_mirror_add(struct console *c, struct console_mirror *m)
{
    m->console = c;
    m->next = c->mirrors;
    if (m->next)
        m->next->link = &m->next;
    m->link = &c->mirrors;
    c->mirrors = m;
}

void console_mirror_remove(struct console_mirror *m)
{
    if (!m->console)
        return;
    *m->link = m->next;
    if (m->next)
        m->next->link = m->link;
    m->console = NULL;
}
