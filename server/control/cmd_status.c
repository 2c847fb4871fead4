/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/cluster.h"
#include "server/control/call.h"

#include <unistd.h>

static void put_listener(void *to, const char *address, const char *machine)
{
    json_array_append_new(to, json_pack("{s:s, s:s?}", "address", address, "machine", machine));
}

static void put_counter(void *to, const char *name, uint64_t value)
{
    json_object_set_new(to, name, json_integer((json_int_t)value));
}

unsigned count_viewers(const struct machines *all)
{
    unsigned n = 0;
    for (const struct machine *m = all->first; m; m = m->next)
        n += m->n_viewers;
    return n;
}

static unsigned count_machines(const struct machines *all)
{
    unsigned n = 0;
    for (const struct machine *m = all->first; m; m = m->next)
        n++;
    return n;
}

/* Of one host alone: null. */
static json_t *cluster_to_json(const struct cluster *c)
{
    if (!c)
        return json_null();
    const struct cluster_counts n = cluster_count(c);
    return json_pack("{s:s, s:i, s:i, s:b, s:b}", "node", c->node, "nodes", (int)n.nodes,
                     "links_up", (int)n.links_up, "store_away", c->store_away, "draining",
                     c->draining);
}

void cmd_status(struct call *call)
{
    const struct control_context *context = &call->control->context;
    uint64_t now_us = call->control->started_us;
    json_t *listeners = json_array(), *counters = json_object(), *unknown = json_array();
    sd_event_now(context->loop, CLOCK_MONOTONIC, &now_us);
    if (context->listeners)
        context->listeners(context->self, put_listener, listeners);
    if (context->counters)
        context->counters(context->self, put_counter, counters);
    for (const struct place *p = context->machines->unknown; p; p = p->next)
        json_array_append_new(unknown, place_to_json(p, false));
    http_answer_json(call->x, 200,
                     json_pack("{s:s, s:i, s:I, s:i, s:i, s:o, s:o, s:o, s:o}", "version",
                               PACKAGE_VERSION, "pid", (int)getpid(), "uptime_s",
                               (json_int_t)((now_us - call->control->started_us) / 1000000),
                               "machines", (int)count_machines(context->machines), "viewers",
                               (int)count_viewers(context->machines), "listeners", listeners,
                               "unidentified_places", unknown, "counters", counters, "cluster",
                               cluster_to_json(context->cluster)));
}
