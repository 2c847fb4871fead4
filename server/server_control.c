/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the control API is told of the daemon, and may do with it as a whole. */
#include <config.h>
#include "server/server_private.h"
#include "base/blob.h"
#include "server/access/access.h"
#include "server/cluster/cluster.h"
#include "server/control/control.h"
#include "server/listener.h"
#include "server/overlay/overlay.h"
#include "server/viewer.h"

#define DRAIN_NOTICE_US UINT64_C(60000000) /* for people who are not looking just now */

static void tell_listeners(void *self,
                           void (*each)(void *to, const char *address, const char *machine),
                           void *to)
{
    const struct server *s = self;
    for (const struct listener *l = s->listeners; l; l = l->next)
        each(to, l->address, l->machine_name);
}

static void tell_cluster(const struct cluster *c,
                         void (*each)(void *to, const char *name, uint64_t value), void *to)
{
    const struct cluster_counts n = cluster_count(c);
    each(to, "cluster_nodes", n.nodes);
    each(to, "cluster_links_up", n.links_up);
    each(to, "cluster_places", n.machines);
    each(to, "cluster_store_away", c->store_away);
    each(to, "cluster_draining", c->draining);
    each(to, "cluster_picture_bytes_total", c->picture_bytes);
    each(to, "cluster_input_lost_total", c->input_lost);
    each(to, "cluster_wishes_refused_total", c->wishes_refused);
}

static void tell_counters(void *self, void (*each)(void *to, const char *name, uint64_t value),
                          void *to)
{
    const struct server *s = self;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"viewers", s->n_viewers},
        {"viewers_pending", s->n_pending},
        {"viewers_logged_in_total", s->logged_in},
        {"viewers_refused_total", s->refused},
        {"frames_total", s->fanout.frames},
        {"encode_groups_total", s->fanout.groups},
        {"encode_parts_total", s->fanout.parts},
        {"encode_blocks_total", s->fanout.blocks},
        {"encode_cpu_us_total", s->fanout.encode_cpu_ns / 1000},
        {"updates_total", s->fanout.deliveries},
        {"blob_bytes", blob_bytes_live()},
        {"blob_bytes_kept", s->fanout.shelf.bytes},
        {"blobs_kept", s->fanout.shelf.n},
        {"blobs_found_total", s->fanout.shelf.hits},
        {"relay_streams", s->fanout.relay_streams},
        {"relay_units_total", s->fanout.relay_units},
        {"relay_blocks_total", s->fanout.relay_blocks},
        {"relay_blocks_asked_total", s->fanout.relay_asked},
        {"relay_bytes_total", s->fanout.relay_bytes},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        each(to, rows[i].name, rows[i].value);
    if (s->cluster)
        tell_cluster(s->cluster, each, to);
}

static void tell_audit(void *self, enum audit_what what, const struct audit_facts *facts)
{
    server_audit(self, what, facts);
}

static void drain(void *self, bool on)
{
    const struct server *s = self;
    char text[CLUSTER_REFUSAL_SIZE];
    cluster_set_draining(s->cluster, on);
    for (struct viewer *v = s->viewers; v; v = v->next)
        if (v->stage == VIEWER_RUNNING)
            viewer_notice(v, NOTICE_MESSAGE, cluster_refusal(s->cluster, v->machine, text), 0,
                          DRAIN_NOTICE_US);
}

int server_start_control(struct server *s)
{
    const struct control_context context = {
        .loop = s->loop,
        .machines = &s->machines,
        .sessions = &s->sessions,
        .verifier = &s->access->verifier,
        .pool = s->workers.pool,
        .path = s->config->control,
        .group = s->config->control_group,
        .listeners = tell_listeners,
        .counters = tell_counters,
        .tickets = s->access->tickets,
        .cluster = s->cluster,
        .drain = s->cluster ? drain : NULL,
        .audit = tell_audit,
        .self = s,
    };
    return control_start(&s->control, &context);
}
