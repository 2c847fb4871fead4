/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/server.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/access/access.h"
#include "server/cluster/cluster.h"
#include "server/cluster/served_seats.h"
#include "server/cluster/peer_views.h"
#include "server/config_cluster.h"
#include "server/control/control.h"
#include "server/listener.h"
#include "server/part.h"
#include "server/provision.h"
#include "server/server_private.h"
#include "server/server_sessions.h"
#include "server/viewer.h"
#include "server/writers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define WORKERS_MOST 16

/* ---- the pool ---- */

static int start_pool(struct server *s)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = cpus < 1 ? 1 : cpus > WORKERS_MOST ? WORKERS_MOST : (unsigned)cpus;
    int err = loop_pool_start(&s->workers, s->loop, n, &part_scratch_ops);
    if (err < 0)
        return err;
    s->fanout = (struct fanout_shared){
        .loop = s->loop, .pool = s->workers.pool, .scratch = s->scratch, .n_workers = n};
    return writers_new(&s->writers, s->loop, s->workers.pool, n);
}

/* ---- what happens to machines ---- */

static void on_machine_added(void *self, struct machine *m)
{
    listener_sync(self, &m->config.listen, LISTENER_MACHINE, m->name, m->name);
}

static void on_machine_event(void *self, struct machine *m, enum machine_event event)
{
    const struct server *s = self;
    control_machine_event(s->control, m, event);
}

static void on_machine_removed(void *self, struct machine *m)
{
    static const struct text_list none;
    const struct server *s = self;
    listener_sync(self, &none, LISTENER_MACHINE, m->name, m->name);
    if (s->cluster)
        cluster_machine_changed(s->cluster, m, true);
}

static void on_machine_places(void *self, struct machine *m)
{
    const struct server *s = self;
    if (s->cluster)
        cluster_machine_changed(s->cluster, m, false);
}

/* ---- the whole ---- */

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int on_bury(sd_event_source *source, void *self)
{
    (void)source;
    viewers_bury(self);
    return 0;
}

/* ---- start ---- */

/* What is root's, while we are root. */
static int start_with_rights(struct server *s)
{
    const char *why = NULL;
    int err = privileges_find(&s->privileges, s->config->user, &why);
    if (err < 0) {
        log_error("user %s: %s", s->config->user, why);
        return err;
    }
    provision_folders(s->config, &s->privileges);
    err = provision_certificate(s->config, &s->privileges, (int64_t)time(NULL));
    if (err >= 0)
        err = access_start(&s->access, s->loop, s->config);
    if (err >= 0 && s->access->verifier)
        s->dialer = verifier_dialer_new(s->access->verifier, s->config);
    if (err >= 0 && s->config->cluster_node)
        err = cluster_new(&s->cluster, s->loop, s->config);
    return err;
}

static int start_engine(struct server *s)
{
    /* Before there are threads, which take it over. The verifier runs already. */
    privileges_bar_new();
    int err = start_pool(s);
    if (err < 0) {
        log_error("cannot start worker threads: %s", strerror(-err));
        return err;
    }
    err = poller_new(&s->poller, s->loop);
    if (err < 0) {
        log_error("cannot watch sockets: %s", strerror(-err));
        return err;
    }
    sd_event_add_defer(s->loop, &s->bury, on_bury, s);
    sd_event_source_set_enabled(s->bury, SD_EVENT_OFF);
    return 0;
}

static int become_user(struct server *s)
{
    const char *why = NULL;
    server_give_sockets(s);
    int err = privileges_drop(&s->privileges, &why);
    if (err < 0)
        log_error("user %s: %s", s->config->user, why);
    else if (s->privileges.change)
        log_info("runs as user %s from now on", s->config->user);
    return err;
}

static int open_audit(struct server *s)
{
    const char *why = NULL;
    int err = audit_open(&s->audit, s->config->audit, &why);
    if (err < 0)
        log_error("audit file %s: %s", s->config->audit, why);
    return err;
}

static bool has_session(void *self, uint64_t session)
{
    const struct server *s = self;
    return sessions_find(&s->sessions, session) != NULL;
}

static void start_tickets(struct server *s)
{
    if (s->cluster && s->store) {
        ticket_sharing_start(&s->ticket_sharing, s->loop, s->access->tickets, s->store,
                             s->cluster->node, has_session, s);
        s->access->sharing = &s->ticket_sharing;
    } else {
        ticket_keeping_start(&s->ticket_keeping, s->loop, s->access->tickets, s->store,
                             has_session, s);
    }
}

static void start_machines(struct server *s)
{
    server_sessions_start(s);
    access_follow_sessions(s->access, &s->sessions);
    start_tickets(s);
    session_notices_start(&s->notices, s);
    lobbies_init(&s->lobbies, s);
    s->machines.keep_view = peer_views_keep;
    s->machines.keeper_self = &s->fanout;
    s->machines.on_added = on_machine_added;
    s->machines.on_removed = on_machine_removed;
    s->machines.on_event = on_machine_event;
    s->machines.on_places = on_machine_places;
    s->machines.self = s;
    s->machines.dialer = verifier_dialer_lend(s->dialer);
    s->machines.pool = s->workers.pool;
    machines_start(&s->machines, s->loop, s->config);
    if (s->cluster && s->store)
        cluster_start(s->cluster, &s->machines, &s->sessions, s->store);
}

int server_start(struct server *s, sd_event *loop, struct config *config)
{
    *s = (struct server){.loop = loop, .config = config};
    raise_descriptor_limit();
    s->scratch = encode_scratch_new();
    int err = start_with_rights(s);
    if (err >= 0)
        err = start_engine(s);
    if (err >= 0)
        err = server_open_sockets(s);
    if (err >= 0)
        err = become_user(s);
    if (err >= 0)
        err = open_audit(s);
    if (err >= 0)
        start_machines(s);
    return err;
}

void server_audit(struct server *s, enum audit_what what, const struct audit_facts *facts)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    audit_event(s->audit, what, facts,
                (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
}

/* ---- reload ---- */

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Until a restart. */
static void keep_what_stays(const struct config *before, struct config *config)
{
    if (strcmp(before->control, config->control) != 0)
        log_warning("the control socket moves with a restart only; it stays at %s",
                    before->control);
    if (!same_text(before->control_group, config->control_group))
        log_warning("the control socket changes its group with a restart only");
    if (!same_text(before->user, config->user))
        log_warning("the daemon becomes another user with a restart only");
    if (strcmp(before->state, config->state) != 0)
        log_warning("the state moves with a restart only; it stays at %s", before->state);
    free(config->state);
    config->state = alloc_text(before->state);
    if (config_cluster_keep(before, config))
        log_warning("section cluster changes with a restart only; it stays as it was");
}

void server_reload(struct server *s, struct config *config)
{
    struct config *before = s->config;
    keep_what_stays(before, config);
    s->config = config;
    audit_reopen(s->audit, config->audit);
    provision_certificate(config, &s->privileges, (int64_t)time(NULL));
    access_reload(s->access, config);
    sessions_reload(&s->sessions, config);
    if (s->cluster)
        cluster_reload(s->cluster, config);
    server_change_sockets(s, before);
    machines_reload(&s->machines, config);
    for (struct machine *m = s->machines.first; m; m = m->next)
        listener_sync(s, &m->config.listen, LISTENER_MACHINE, m->name, m->name);
    viewers_apply_rules(s);
    if (s->cluster)
        served_seats_apply_rules(s->cluster);
    config_free(&before);
    log_info("configuration reloaded");
}

void server_stop(struct server *s)
{
    listener_close_all(s);
    session_notices_stop(&s->notices);
    ticket_keeping_stop(&s->ticket_keeping);
    if (s->access)
        s->access->sharing = NULL;
    ticket_sharing_stop(&s->ticket_sharing);
    cluster_stop(s->cluster);
    server_sessions_stop(s);
    viewers_close_all(s, "the server stops");
    lobbies_stop(&s->lobbies);
    poller_free(&s->poller);
    control_stop(&s->control);
    if (s->machines.loop)
        machines_stop(&s->machines);
    cluster_free(&s->cluster);
    loop_pool_stop(&s->workers);
    writers_free(&s->writers);
    access_free(&s->access);
    verifier_dialer_free(&s->dialer);
    sd_event_source_disable_unref(s->bury);
    encode_scratch_free(&s->scratch);
    audit_close(&s->audit);
    privileges_fini(&s->privileges);
    config_free(&s->config);
}
