/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/machines.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/config_values.h"
#include "server/machine/discover.h"
#include "server/machine/machine_private.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding ---- */

struct machine *machines_find(const struct machines *all, const char *name)
{
    return machine_names_find(&all->names, name);
}

struct machine *machines_find_uuid(const struct machines *all, const uint8_t uuid[16])
{
    char text[37];
    machine_uuid_text(uuid, text);
    struct text_map_entry *e = text_map_find(&all->by_uuid, text);
    return e ? (struct machine *)((char *)e - offsetof(struct machine, by_uuid)) : NULL;
}

static bool has_live_place(const struct machine *m)
{
    for (const struct place *p = m->places; p; p = p->next) {
        if (p->state != PLACE_CONNECTING && p->state != PLACE_LOST)
            return true;
    }
    return false;
}

/* ---- making and forgetting ---- */

static void set_uuid(struct machine *m, const uint8_t uuid[16])
{
    if (m->has_uuid)
        text_map_remove(&m->owner->by_uuid, &m->by_uuid);
    memcpy(m->uuid, uuid, 16);
    m->has_uuid = true;
    machine_uuid_text(uuid, m->uuid_text);
    text_map_add(&m->owner->by_uuid, &m->by_uuid, m->uuid_text);
}

static void unlist(struct machine *m)
{
    machine_names_remove(&m->owner->names, m, &m->owner->first);
    if (m->has_uuid)
        text_map_remove(&m->owner->by_uuid, &m->by_uuid);
}

struct machine *machines_add(struct machines *all, const char *name, const uint8_t *uuid)
{
    struct machine *m = machine_new(all, name);
    if (uuid)
        set_uuid(m, uuid);
    machine_set_config(m, config_machine(all->config, name, uuid));
    machine_names_add(&all->names, m, &all->first);
    if (all->on_added)
        all->on_added(all->self, m);
    return m;
}

static void remove_machine(struct machine *m)
{
    struct machines *all = m->owner;
    unlist(m);
    if (all->on_removed)
        all->on_removed(all->self, m);
    machine_free(m);
}

void machines_collect(struct machine *m)
{
    if (m->places || m->configured || m->by_hand || m->n_viewers)
        return;
    log_info("machine %s: no longer here", m->name);
    remove_machine(m);
}

void machines_viewer_left(struct machine *m)
{
    machines_collect(m);
}

/* ---- who a place turns out to be ---- */

/* A name that no machine bears: the wanted one, or with the first 8 digits of the UUID, or with
 * a number. */
static void free_name(const struct machines *all, const char *wanted, const uint8_t *uuid,
                      char out[256])
{
    char text[37];
    snprintf(out, 256, "%.200s", wanted);
    if (machines_find(all, out) && uuid) {
        machine_uuid_text(uuid, text);
        snprintf(out, 256, "%.200s-%.8s", wanted, text);
    }
    for (unsigned i = 2; machines_find(all, out); i++)
        snprintf(out, 256, "%.200s-%u", wanted, i);
}

static struct machine *machine_for(struct machines *all, const struct place *p,
                                   const struct place_identity *identity)
{
    const char *wanted = identity->name && *identity->name ? identity->name : p->file_name;
    const uint8_t *uuid = identity->has_uuid ? identity->uuid : NULL;
    struct machine *m = uuid ? machines_find_uuid(all, uuid) : NULL;
    if (m)
        return m;
    m = machines_find(all, wanted);
    if (m && !m->has_uuid && !has_live_place(m))
        return m;
    char name[256];
    free_name(all, wanted, uuid, name);
    return machines_add(all, name, uuid);
}

/* Its UUID may name a section; one of its name goes first. */
static void look_for_section(struct machine *m)
{
    const struct machine_config *section = config_machine(m->owner->config, m->name, m->uuid);
    if (strcmp(section->name, m->config.name) == 0)
        return;
    machine_set_config(m, section);
    if (m->owner->on_added)
        m->owner->on_added(m->owner->self, m);
}

static void swap_names(struct machine *a, struct machine *b)
{
    struct machines *all = a->owner;
    char *name = a->name;
    machine_names_remove(&all->names, a, &all->first);
    machine_names_remove(&all->names, b, &all->first);
    a->name = b->name;
    b->name = name;
    machine_names_add(&all->names, a, &all->first);
    machine_names_add(&all->names, b, &all->first);
}

/*
 * A machine that people named turns out to be one that was discovered under another name. The
 * one that is looked at stays, so that nobody is sent away, under the name that people gave.
 */
static void merge(struct machine *named, struct machine *found)
{
    struct machine *stays = found->n_viewers > named->n_viewers ? found : named;
    struct machine *goes = stays == named ? found : named;
    log_info("machine %s: is the same as %s", named->name, found->name);
    if (stays == found) {
        stays->by_hand = named->by_hand;
        stays->configured = named->configured;
        swap_names(stays, goes);
        look_for_section(stays);
    }
    goes->by_hand = true; /* not to be collected under our hands */
    while (goes->places)
        place_move(goes->places, stays);
    remove_machine(goes);
    machine_tell(stays, MACHINE_NEWS_STATE);
    machine_tell_places(stays);
}

static bool take_uuid(struct machines *all, struct place *p, const uint8_t uuid[16])
{
    struct machine *m = p->machine;
    if (m->has_uuid && memcmp(m->uuid, uuid, 16) == 0)
        return true;
    if (m->has_uuid && (m->places != p || p->next)) {
        log_error("machine %s: %s has another UUID than this machine's other places; the place "
                  "is left out",
                  m->name, p->text);
        return false;
    }
    struct machine *other = machines_find_uuid(all, uuid);
    set_uuid(m, uuid);
    look_for_section(m);
    machine_tell_places(m);
    if (other && other != m && !other->configured && !other->by_hand)
        merge(m, other);
    return true;
}

bool machines_place_identified(struct machines *all, struct place *p,
                               const struct place_identity *identity)
{
    if (p->machine && p->discovered && p->machine->has_uuid &&
        !(identity->has_uuid && memcmp(p->machine->uuid, identity->uuid, 16) == 0))
        place_move(p, NULL); /* another QEMU behind the same socket name */
    if (!p->machine)
        place_move(p, machine_for(all, p, identity));
    if (!identity->has_uuid || take_uuid(all, p, identity->uuid))
        return true;
    place_close(p);
    return false;
}

/* ---- by hand and by config ---- */

struct place *machines_find_place(const struct machines *all, const char *text)
{
    struct text_map_entry *e = text_map_find(&all->places, text);
    return e ? (struct place *)((char *)e - offsetof(struct place, by_text)) : NULL;
}

int machines_attach(struct machines *all, const char *name, const char *place,
                    const char **why_r)
{
    if (!machine_name_good(name, why_r))
        return -EINVAL;
    *why_r = "this place is attached already";
    if (machines_find_place(all, place))
        return -EEXIST;
    struct machine *m = machines_find(all, name);
    bool fresh = !m;
    if (fresh)
        m = machines_add(all, name, NULL);
    if (!place_open(all, m, place, why_r)) {
        if (fresh)
            remove_machine(m);
        return -EINVAL;
    }
    m->by_hand = true;
    return 0;
}

int machines_open_node_place(struct machines *all, const char *text, const char **why_r)
{
    if (machines_find_place(all, text))
        return 0;
    struct place *p = place_open(all, NULL, text, why_r);
    if (!p)
        return -EINVAL;
    p->from_node = true;
    return 0;
}

void machines_close_node_place(struct machines *all, const char *text)
{
    struct place *p = machines_find_place(all, text);
    if (!p || !p->from_node)
        return;
    struct machine *m = p->machine;
    place_close(p);
    if (m)
        machines_collect(m);
}

static void drop_machine(struct machine *m)
{
    m->by_hand = true; /* not to be collected under our hands */
    while (m->places)
        place_close(m->places);
    remove_machine(m);
}

int machines_detach(struct machines *all, const char *name)
{
    struct machine *m = machines_find(all, name);
    if (!m)
        return -ENOENT;
    log_info("machine %s: detached", m->name);
    drop_machine(m);
    return 0;
}

void machines_stop(struct machines *all)
{
    discover_stop(&all->discover);
    while (all->unknown)
        place_close(all->unknown);
    while (all->first)
        drop_machine(all->first);
    machine_names_fini(&all->names);
    text_map_fini(&all->by_uuid);
    text_map_fini(&all->places);
}
