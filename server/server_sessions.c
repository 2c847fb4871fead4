/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/server_sessions.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/server.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Sessions wait in etcd; here there are none until they come. */
static void settle_cluster(struct server *s)
{
    s->store->ops->settle(s->store);
    if (s->cluster->store_away)
        log_warning(
            "cluster: starting without etcd: machines here are served, and sessions and "
            "tickets that it has are taken up when it is back");
}

static void open_store(struct server *s)
{
    if (s->cluster && cluster_open_store(s->cluster, &s->store) == 0)
        return;
    char *why = NULL;
    if (store_sqlite_open(&s->store, s->loop, s->config->state, &why) == 0)
        return;
    log_error("%s: %s: sessions are forgotten when the daemon ends", s->config->state,
              why ? why : "unknown");
    free(why);
    why = NULL;
    if (store_sqlite_open(&s->store, s->loop, ":memory:", &why) < 0)
        s->store = NULL;
    free(why);
}

static void on_session_event(struct session_observer *o, const struct session_event *e)
{
    struct server *s = (struct server *)((char *)o - offsetof(struct server, auditor));
    struct audit_facts facts = {.machine = e->console->machine};
    if (e->kind != SESSION_DRIVER_CHANGED)
        return;
    log_info("machine %s: %s drives", e->console->machine,
             e->session ? log_quote(session_user(e->session)) : "nobody");
    if (e->other) {
        facts.user = e->other->user;
        facts.why = "drives no more";
        server_audit(s, AUDIT_CONTROL, &facts);
    }
    if (e->session) {
        facts.user = e->session->user;
        facts.why = "drives";
        server_audit(s, AUDIT_CONTROL, &facts);
    }
}

void server_sessions_start(struct server *s)
{
    open_store(s);
    if (s->cluster && s->store)
        sessions_init_shared(&s->sessions, s->loop, s->store, s->config, s->cluster->node);
    else
        sessions_init(&s->sessions, s->loop, s->store, s->config);
    if (s->cluster && s->store)
        settle_cluster(s);
    else if (s->store)
        s->store->ops->settle(s->store);
    s->auditor.on_event = on_session_event;
    sessions_observe(&s->sessions, &s->auditor);
}

void server_sessions_stop(struct server *s)
{
    sessions_unobserve(&s->auditor);
    sessions_fini(&s->sessions);
    if (s->store)
        s->store->ops->close(s->store);
    s->store = NULL;
}
