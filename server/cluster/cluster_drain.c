/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether this node is being drained. It stays so until somebody says otherwise, whatever is
 * restarted: "drained/NAME" is in the store, under no lease.
 */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/cluster/cluster_parts.h"
#include "server/cluster/serving.h"

#include <stdlib.h>
#include <string.h>

static char *key_of(const struct cluster *c)
{
    return alloc_printf("drained/%s", c->node);
}

static void on_kept(void *self, const struct store_answer *answer)
{
    (void)self;
    if (answer->err < 0)
        log_error("whether this node is drained cannot be kept: %s", strerror(-answer->err));
}

static void keep(struct cluster *c, bool draining)
{
    char *key = key_of(c);
    if (draining)
        c->store->ops->put(c->store, key, "{}", 0, on_kept, c);
    else
        c->store->ops->delete (c->store, key, NULL, on_kept, c);
    free(key);
}

static void set(struct cluster *c, bool draining)
{
    c->draining = draining;
    registry_set_draining(&c->parts->registry, draining);
    served_tell_draining(c);
}

void cluster_set_draining(struct cluster *c, bool draining)
{
    c->parts->drain_said = true;
    if (c->store)
        keep(c, draining);
    if (c->draining == draining)
        return;
    log_info(draining ? "this node is being drained: no new viewers are let in"
                      : "this node is drained no more");
    set(c, draining);
}

static void on_learned(void *self, const struct store_answer *answer)
{
    struct cluster *c = self;
    if (answer->err < 0 || !answer->n || !c->store || c->parts->drain_said)
        return;
    log_info(
        "this node is being drained since before it was started: no new viewers are let in "
        "until holdfastctl drain --off");
    set(c, true);
}

void cluster_learn_draining(struct cluster *c)
{
    char *key = key_of(c);
    c->store->ops->get(c->store, key, NULL, on_learned, c);
    free(key);
}
