/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/machine/machines.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/machine/discover.h"
#include "server/machine/machine_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- finding ---- */

struct machine *machines_find(const struct machines *all, const char *name)
{
    struct machine *m = all->first;
    while (m && strcmp(m->name, name) != 0)
        m = m->next;
    return m;
}

static struct machine *find_uuid(const struct machines *all, const uint8_t uuid[16])
{
    struct machine *m = all->first;
    while (m && !(m->has_uuid && memcmp(m->uuid, uuid, 16) == 0))
        m = m->next;
    return m;
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

/* Machines are listed in the order of their names. */
static struct machine *add_machine(struct machines *all, const char *name, const uint8_t *uuid)
{
    struct machine *m = machine_new(all, name);
    if (uuid) {
        memcpy(m->uuid, uuid, 16);
        m->has_uuid = true;
    }
    machine_set_config(m, config_machine(all->config, name, uuid));
    struct machine **at = &all->first;
    while (*at && strcmp((*at)->name, name) < 0)
        at = &(*at)->next;
    m->next = *at;
    *at = m;
    if (all->on_added)
        all->on_added(all->self, m);
    return m;
}

static void remove_machine(struct machine *m)
{
    struct machines *all = m->owner;
    struct machine **at = &all->first;
    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
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

/* A name that no machine bears: the wanted one, or with the first 8 digits of the UUID, or with a number. */
static void free_name(const struct machines *all, const char *wanted, const uint8_t *uuid, char out[256])
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
    struct machine *m = uuid ? find_uuid(all, uuid) : NULL;
    if (m)
        return m;
    m = machines_find(all, wanted);
    if (m && !m->has_uuid && !has_live_place(m))
        return m;
    char name[256];
    free_name(all, wanted, uuid, name);
    return add_machine(all, name, uuid);
}

/* A machine attached by name turns out to be one that was discovered under another: it takes its places. */
static void absorb(struct machine *m, struct machine *other)
{
    log_info("machine %s: is the same as %s", m->name, other->name);
    while (other->places && other->places->next)
        place_move(other->places, m);
    if (other->places)
        place_move(other->places, m);
    else
        machines_collect(other);
}

static bool take_uuid(struct machines *all, struct place *p, const uint8_t uuid[16])
{
    struct machine *m = p->machine;
    if (m->has_uuid && memcmp(m->uuid, uuid, 16) == 0)
        return true;
    if (m->has_uuid && (m->places != p || p->next)) {
        log_error("machine %s: %s has another UUID than this machine's other places; the place is left out",
                  m->name, p->text);
        return false;
    }
    struct machine *other = find_uuid(all, uuid);
    memcpy(m->uuid, uuid, 16);
    m->has_uuid = true;
    if (other && other != m && !other->configured && !other->by_hand)
        absorb(m, other);
    return true;
}

bool machines_place_identified(struct machines *all, struct place *p, const struct place_identity *identity)
{
    if (p->machine && p->discovered && identity->has_uuid && p->machine->has_uuid &&
        memcmp(p->machine->uuid, identity->uuid, 16) != 0)
        place_move(p, NULL); /* another QEMU behind the same socket name */
    if (!p->machine)
        place_move(p, machine_for(all, p, identity));
    if (!identity->has_uuid || take_uuid(all, p, identity->uuid))
        return true;
    place_close(p);
    return false;
}

/* ---- by hand and by config ---- */

static bool name_ok(const char *name)
{
    size_t n = strlen(name);
    return n && n <= 128 && strcspn(name, "/@\"'\\ \t\r\n") == n;
}

static struct place *find_place(const struct machines *all, const char *text)
{
    for (struct machine *m = all->first; m; m = m->next) {
        for (struct place *p = m->places; p; p = p->next) {
            if (strcmp(p->text, text) == 0)
                return p;
        }
    }
    struct place *p = all->unknown;
    while (p && strcmp(p->text, text) != 0)
        p = p->next;
    return p;
}

int machines_attach(struct machines *all, const char *name, const char *place, const char **why_r)
{
    *why_r = "a machine's name has 1 to 128 characters and no spaces, quotes, / or @";
    if (!name_ok(name))
        return -EINVAL;
    *why_r = "this place is attached already";
    if (find_place(all, place))
        return -EEXIST;
    struct machine *m = machines_find(all, name);
    bool fresh = !m;
    if (fresh)
        m = add_machine(all, name, NULL);
    if (!place_open(all, m, place, why_r)) {
        if (fresh)
            remove_machine(m);
        return -EINVAL;
    }
    m->by_hand = true;
    return 0;
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

static bool names_machine(const struct machine_config *section)
{
    return strcmp(section->name, "*") != 0 && (strncmp(section->name, "uuid:", 5) != 0 || section->places.n);
}

static void open_configured_place(struct machine *m, const char *text)
{
    const char *why = NULL;
    if (find_place(m->owner, text))
        return;
    struct place *p = place_open(m->owner, m, text, &why);
    if (p)
        p->configured = true;
    else
        log_error("machine %s: %s: %s", m->name, text, why);
}

static void start_configured(struct machines *all)
{
    for (size_t i = 0; i < all->config->n_machines; i++) {
        const struct machine_config *section = &all->config->machines[i];
        if (!names_machine(section))
            continue;
        struct machine *m = machines_find(all, section->name);
        if (!m)
            m = add_machine(all, section->name, NULL);
        m->configured = true;
        for (size_t k = 0; k < section->places.n; k++)
            open_configured_place(m, section->places.items[k]);
    }
}

static void start_discovery(struct machines *all)
{
    if (all->config->discover_qmp)
        all->discover = discover_start(all, all->config->discover_qmp);
}

void machines_start(struct machines *all, sd_event *loop, const struct config *config)
{
    all->loop = loop;
    all->config = config;
    start_configured(all);
    start_discovery(all);
}

static bool lists(const struct text_list *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->items[i], text) == 0)
            return true;
    }
    return false;
}

/* Takes the new section's values; closes configured places that it does not list any more. */
static void reload_machine(struct machine *m, const struct config *config)
{
    const struct machine_config *section = config_machine(config, m->name, m->has_uuid ? m->uuid : NULL);
    machine_set_config(m, section);
    m->configured = false;
    for (struct place *p = m->places, *next; p; p = next) {
        next = p->next;
        if (p->configured && !lists(&section->places, p->text))
            place_close(p);
    }
}

static bool same_folder(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

void machines_reload(struct machines *all, const struct config *config)
{
    bool same = same_folder(all->config->discover_qmp, config->discover_qmp);
    all->config = config;
    for (struct machine *m = all->first; m; m = m->next)
        reload_machine(m, config);
    start_configured(all);
    if (!same) {
        discover_stop(&all->discover);
        start_discovery(all);
    }
    for (struct machine *m = all->first, *next; m; m = next) {
        next = m->next;
        machines_collect(m);
    }
}

void machines_stop(struct machines *all)
{
    discover_stop(&all->discover);
    while (all->unknown)
        place_close(all->unknown);
    while (all->first)
        drop_machine(all->first);
}
