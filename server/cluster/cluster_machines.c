/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines as other nodes are told of them. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/machine/machines.h"

#include <string.h>

char *cluster_key(const struct machine *m)
{
    char uuid[37];
    if (!m->has_uuid)
        return alloc_printf("name:%s", m->name);
    machine_uuid_text(m->uuid, uuid);
    return alloc_printf("uuid:%s", uuid);
}

static bool is_local(const struct place *p)
{
    return !(p->attach && p->attach->ops->elsewhere);
}

bool cluster_is_home(const struct machine *m)
{
    return m->active && is_local(m->active);
}

/* Lower is better. */
static unsigned rank(enum place_state state)
{
    static const unsigned ranks[] = {
        [PLACE_RUNNING] = 0, [PLACE_PAUSED] = 1, [PLACE_SWITCHING] = 2,  [PLACE_INCOMING] = 3,
        [PLACE_GONE] = 4,    [PLACE_LOST] = 5,   [PLACE_CONNECTING] = 6,
    };
    return ranks[state];
}

bool cluster_local_state(const struct machine *m, enum place_state *state_r)
{
    const struct place *best = cluster_is_home(m) ? m->active : NULL;
    for (const struct place *p = best ? NULL : m->places; p; p = p->next)
        if (is_local(p) && (!best || rank(p->state) < rank(best->state)))
            best = p;
    if (best)
        *state_r = best->state;
    return best != NULL;
}

struct machine *cluster_machine(const struct cluster *c, const char *key)
{
    uint8_t uuid[16];
    if (strncmp(key, "uuid:", 5) == 0 && machine_uuid_parse(key + 5, uuid))
        return machines_find_uuid(c->machines, uuid);
    struct machine *m =
        strncmp(key, "name:", 5) == 0 ? machines_find(c->machines, key + 5) : NULL;
    return m && !m->has_uuid ? m : NULL;
}
