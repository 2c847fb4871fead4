/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machines that stand in the store, or shall: compared with those that have places here. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/cluster/registry_private.h"
#include "server/machine/machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct registered *registered_find(const struct registry *r, const char *key)
{
    return (struct registered *)text_map_find(&r->by_key, key);
}

static struct registered *add(struct registry *r, const char *key)
{
    struct registered *e = ALLOC(struct registered);
    e->key = alloc_text(key);
    e->next = r->first;
    e->link = &r->first;
    if (e->next)
        e->next->link = &e->next;
    r->first = e;
    text_map_add(&r->by_key, &e->entry, e->key);
    return e;
}

void registered_drop(struct registry *r, struct registered *e)
{
    text_map_remove(&r->by_key, &e->entry);
    *e->link = e->next;
    if (e->next)
        e->next->link = e->link;
    free(e->key);
    free(e->value);
    free(e);
}

static char *value_of(const struct machine *m, enum place_state state)
{
    struct place_record record = {.has_uuid = m->has_uuid, .state = state, .epoch = m->epoch};
    memcpy(record.uuid, m->uuid, sizeof(record.uuid));
    snprintf(record.name, sizeof(record.name), "%s", m->name);
    return place_record_text(&record);
}

static void want(struct registered *e, char *value)
{
    bool same = e->value && value ? strcmp(e->value, value) == 0 : e->value == value;
    e->wanted = value != NULL;
    e->dirty |= !same;
    free(e->value);
    e->value = value;
}

void registry_scan(struct registry *r)
{
    r->machines_dirty = false;
    for (struct registered *e = r->first; e; e = e->next)
        e->wanted = false;
    for (const struct machine *m = r->machines->first; m; m = m->next) {
        enum place_state state;
        uint64_t ran;
        if (!machine_state_here(m, &state, &ran))
            continue;
        char *key = cluster_key(m);
        struct registered *e = registered_find(r, key);
        want(e ? e : add(r, key), value_of(m, state));
        free(key);
    }
    for (struct registered *e = r->first; e; e = e->next)
        if (!e->wanted)
            want(e, NULL);
}

struct store_change registered_change(const struct registry *r, const struct registered *e)
{
    return (struct store_change){
        .key = alloc_printf(RECORD_PLACES "%s/%s", r->node, e->key),
        .value = e->value ? alloc_text(e->value) : NULL,
        .lease = e->value ? r->lease : 0,
    };
}
