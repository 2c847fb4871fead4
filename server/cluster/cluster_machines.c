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

bool cluster_is_home(const struct machine *m)
{
    return m->active && !place_is_elsewhere(m->active);
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
