/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machines have places here: told to all that have dialed us, once for each change. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/cluster.h"
#include "server/cluster/served_private.h"
#include "server/cluster/serving.h"
#include "server/machine/machines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * After its last place here went, so long it is still told of, as lost: other nodes may have
 * sent it input that is to be given back.
 */
#define GONE_AFTER_US 5000000

struct machine_told {
    struct machine_msg_place place;
    sd_event_source *gone_later; /* NULL: it has places */
    struct cluster *cluster;
    struct machine *machine;
};

static bool describe(const struct machine *m, struct machine_msg_place *p)
{
    *p = (struct machine_msg_place){.epoch = m->epoch, .has_uuid = m->has_uuid};
    if (!machine_state_here(m, &p->state, &p->ran))
        return false;
    char *key = cluster_key(m);
    snprintf(p->key, sizeof(p->key), "%s", key);
    free(key);
    snprintf(p->name, sizeof(p->name), "%s", m->name);
    if (m->has_uuid)
        memcpy(p->uuid, m->uuid, sizeof(p->uuid));
    return true;
}

static bool same(const struct machine_msg_place *a, const struct machine_msg_place *b)
{
    return a->state == b->state && a->ran == b->ran && a->epoch == b->epoch &&
           strcmp(a->key, b->key) == 0 && strcmp(a->name, b->name) == 0;
}

static void tell_one(struct served *served, enum link_type type,
                     const struct machine_msg_place *p)
{
    struct machine_msg msg;
    msg.place = *p;
    served_put(served, type, &msg);
}

static void tell(struct cluster *c, enum link_type type, const struct machine_msg_place *p)
{
    for (struct served *s = c->served; s; s = s->next)
        tell_one(s, type, p);
}

static void forget(struct cluster *c, struct machine *m)
{
    if (!m->told)
        return;
    tell(c, LINK_PLACE_GONE, &m->told->place);
    sd_event_source_disable_unref(m->told->gone_later);
    free(m->told);
    m->told = NULL;
}

static int on_gone_later(sd_event_source *source, uint64_t usec, void *self)
{
    struct machine_told *told = self;
    (void)source;
    (void)usec;
    forget(told->cluster, told->machine);
    return 0;
}

static void forget_later(struct cluster *c, struct machine *m)
{
    if (!m->told || m->told->gone_later)
        return;
    m->told->place.state = PLACE_LOST;
    m->told->cluster = c;
    m->told->machine = m;
    tell(c, LINK_PLACE, &m->told->place);
    sd_event_add_time_relative(c->loop, &m->told->gone_later, CLOCK_MONOTONIC, GONE_AFTER_US, 0,
                               on_gone_later, m->told);
}

/* Whether the machine can be found by another key than before. */
static bool look(struct cluster *c, struct machine *m)
{
    struct machine_msg_place now;
    if (!describe(m, &now)) {
        forget_later(c, m);
        return false;
    }
    if (m->told)
        m->told->gone_later = sd_event_source_disable_unref(m->told->gone_later);
    if (m->told && same(&m->told->place, &now))
        return false;
    if (m->told && strcmp(m->told->place.key, now.key) != 0)
        forget(c, m);
    bool fresh = !m->told;
    if (fresh)
        m->told = ALLOC(struct machine_told);
    m->told->place = now;
    tell(c, LINK_PLACE, &now);
    return fresh;
}

void served_tell_all(struct served *served)
{
    struct cluster *c = served->cluster;
    for (struct machine *m = c->machines->first; m; m = m->next) {
        look(c, m); /* those that are there already may not know yet */
        if (m->told)
            tell_one(served, LINK_PLACE, &m->told->place);
    }
}

static void find_again(struct cluster *c)
{
    for (struct served *s = c->served; s; s = s->next) {
        for (struct served_machine *sm = s->machines; sm; sm = sm->next) {
            if (!sm->machine)
                served_machine_look(sm);
        }
    }
}

void served_machine_changed(struct cluster *c, struct machine *m)
{
    if (look(c, m))
        find_again(c);
    served_machine_look_all(m);
}

void served_machine_gone(struct cluster *c, struct machine *m)
{
    forget(c, m);
}
