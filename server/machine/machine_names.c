/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/machine_names.h"
#include "base/alloc.h"
#include "server/machine/machine.h"

#include <stdlib.h>
#include <string.h>

/* How many names come before this one. */
static size_t place_of(const struct machine_names *names, const char *name)
{
    size_t from = 0, to = names->n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (strcmp(names->in_order[middle]->name, name) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

struct machine *machine_names_find(const struct machine_names *names, const char *name)
{
    size_t at = place_of(names, name);
    struct machine *m = at < names->n ? names->in_order[at] : NULL;
    return m && strcmp(m->name, name) == 0 ? m : NULL;
}

/* What points to the machine at this place in the list. */
static struct machine **link_to(const struct machine_names *names, size_t at,
                                struct machine **first)
{
    return at ? &names->in_order[at - 1]->next : first;
}

static void make_room(struct machine_names *names)
{
    if (names->n < names->room)
        return;
    names->room = names->room ? names->room * 2 : 16;
    names->in_order = alloc_resize(names->in_order, names->room, sizeof(struct machine *));
}

void machine_names_add(struct machine_names *names, struct machine *m, struct machine **first)
{
    size_t at = place_of(names, m->name);
    make_room(names);
    struct machine **link = link_to(names, at, first);
    m->next = *link;
    *link = m;
    memmove(&names->in_order[at + 1], &names->in_order[at],
            (names->n - at) * sizeof(struct machine *));
    names->in_order[at] = m;
    names->n++;
}

void machine_names_remove(struct machine_names *names, struct machine *m,
                          struct machine **first)
{
    size_t at = place_of(names, m->name);
    *link_to(names, at, first) = m->next;
    names->n--;
    memmove(&names->in_order[at], &names->in_order[at + 1],
            (names->n - at) * sizeof(struct machine *));
}

void machine_names_fini(struct machine_names *names)
{
    free(names->in_order);
    *names = (struct machine_names){0};
}
