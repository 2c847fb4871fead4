/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the configuration says about machines, at the start and at a reload. */
#include <config.h>
#include "base/log.h"
#include "server/machine/discover.h"
#include "server/machine/machine_private.h"
#include "server/machine/machines.h"

#include <string.h>

static bool names_machine(const struct machine_config *section)
{
    return strcmp(section->name, "*") != 0 &&
           (strncmp(section->name, "uuid:", 5) != 0 || section->places.n);
}

/* A place that was discovered and is listed now belongs to the machine that lists it. */
static bool is_open(struct machine *m, const char *text)
{
    struct place *p = machines_find_place(m->owner, text);
    if (!p || !p->discovered)
        return p;
    struct machine *other = p->machine;
    discover_give_away(m->owner->discover, p);
    place_close(p);
    if (other && other != m)
        machines_collect(other);
    return false;
}

static void open_configured_place(struct machine *m, const char *text)
{
    const char *why = NULL;
    if (is_open(m, text))
        return;
    struct place *p = place_open(m->owner, m, text, &why);
    if (p)
        p->configured = true;
    else
        log_error("machine %s: %s: %s", m->name, text, why);
}

/* A section may name its machine by UUID only. */
static struct machine *add_configured(struct machines *all, const char *name)
{
    uint8_t uuid[16];
    bool known = strncmp(name, "uuid:", 5) == 0 && machine_uuid_parse(name + 5, uuid);
    return machines_add(all, name, known ? uuid : NULL);
}

static void start_configured(struct machines *all)
{
    for (size_t i = 0; i < all->config->n_machines; i++) {
        const struct machine_config *section = &all->config->machines[i];
        if (!names_machine(section))
            continue;
        struct machine *m = machines_find(all, section->name);
        if (!m)
            m = add_configured(all, section->name);
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
    const struct machine_config *section =
        config_machine(config, m->name, m->has_uuid ? m->uuid : NULL);
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
    } else {
        discover_again(all->discover);
    }
    for (struct machine *m = all->first, *next; m; m = next) {
        next = m->next;
        machines_collect(m);
    }
}
