/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node, drain: this host among others. */
#include <config.h>
#include "server/cluster/cluster.h"
#include "server/control/call.h"

static void put_node(void *to, const struct cluster_node *n)
{
    json_t *rtt = n->rtt_us ? json_real((double)n->rtt_us / 1000) : json_null();
    json_array_append_new(to,
                          json_pack("{s:s, s:s, s:s, s:o, s:b, s:b, s:I, s:s}", "node", n->node,
                                    "address", n->address, "link", n->link, "rtt_ms", rtt,
                                    "draining", n->draining, "self", n->self, "machines",
                                    (json_int_t)n->machines, "version", n->version));
}

static const struct cluster *cluster_of(struct call *call)
{
    const struct cluster *c = call->control->context.cluster;
    if (!c)
        http_answer_error(call->x, 409,
                          "this host is alone: its configuration has no section cluster");
    return c;
}

void cmd_node(struct call *call)
{
    const struct cluster *c = cluster_of(call);
    json_t *list = c ? json_array() : NULL;
    if (!c)
        return;
    cluster_each_node(c, put_node, list);
    /* Ours stands first; of others nobody here knows. */
    json_object_set_new(
        json_array_get(list, 0), "viewers",
        json_integer((json_int_t)count_viewers(call->control->context.machines)));
    http_answer_json(call->x, 200, list);
}

void cmd_drain(struct call *call)
{
    const struct control_context *context = &call->control->context;
    if (!cluster_of(call))
        return;
    context->drain(context->self, call->text[0] == NULL);
    http_answer_json(call->x, 200,
                     json_pack("{s:b, s:i}", "draining", context->cluster->draining, "viewers",
                               (int)count_viewers(context->machines)));
}
