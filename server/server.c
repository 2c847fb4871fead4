/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/server.h"
#include "base/log.h"
#include "server/access/access.h"
#include "server/control/control.h"
#include "server/listener.h"
#include "server/server_sessions.h"
#include "server/viewer.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define WORKERS_MOST 16

/* ---- the pool ---- */

static void *create_scratch(void)
{
    return encode_scratch_new();
}

static void destroy_scratch(void *scratch)
{
    struct encode_scratch *s = scratch;
    encode_scratch_free(&s);
}

static const struct pool_scratch_ops scratch_ops = {create_scratch, destroy_scratch};

static int on_pool(sd_event_source *source, int fd, uint32_t events, void *self)
{
    (void)source;
    (void)fd;
    (void)events;
    pool_reap(self);
    return 0;
}

static int start_pool(struct server *s)
{
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = cpus < 1 ? 1 : cpus > WORKERS_MOST ? WORKERS_MOST : (unsigned)cpus;
    int err = pool_new(&s->pool, n, &scratch_ops);
    if (err < 0)
        return err;
    s->fanout = (struct fanout_shared){
        .loop = s->loop, .pool = s->pool, .scratch = s->scratch, .n_workers = n};
    return sd_event_add_io(s->loop, &s->pool_source, pool_fd(s->pool), EPOLLIN, on_pool,
                           s->pool);
}

/* ---- listeners ---- */

static void on_machine_added(void *self, struct machine *m)
{
    listener_sync(self, &m->config.listen, LISTENER_MACHINE, m->name, m->name);
}

static void on_machine_removed(void *self, struct machine *m)
{
    static const struct text_list none;
    listener_sync(self, &none, LISTENER_MACHINE, m->name, m->name);
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

/* Those with a section of their own. */
static void open_sections(struct server *s, const struct config *config)
{
    for (size_t i = 0; i < config->n_listeners; i++) {
        const struct listener_config *l = &config->listeners[i];
        listener_sync(s, &l->address, LISTENER_SECTION, l->name, l->machine);
    }
}

/* What the section of l lists now; NULL when it is gone or serves another machine. */
static const struct text_list *same_section(const struct config *config,
                                            const struct listener_config *l)
{
    for (size_t i = 0; i < config->n_listeners; i++) {
        const struct listener_config *other = &config->listeners[i];
        if (strcmp(other->name, l->name) == 0 &&
            strcmp(other->machine ? other->machine : "", l->machine ? l->machine : "") == 0)
            return &other->address;
    }
    return NULL;
}

/* Before anything is opened: an address may have another owner now. */
static void close_what_is_gone(struct server *s, const struct config *before,
                               const struct config *config)
{
    listener_close_others(s, &config->listen, LISTENER_COMMON, NULL);
    for (size_t i = 0; i < before->n_listeners; i++) {
        const struct listener_config *l = &before->listeners[i];
        listener_close_others(s, same_section(config, l), LISTENER_SECTION, l->name);
    }
    for (const struct machine *m = s->machines.first; m; m = m->next) {
        const struct machine_config *section =
            config_machine(config, m->name, m->has_uuid ? m->uuid : NULL);
        listener_close_others(s, &section->listen, LISTENER_MACHINE, m->name);
    }
}

/* ---- what the control API tells ---- */

static void tell_listeners(void *self,
                           void (*each)(void *to, const char *address, const char *machine),
                           void *to)
{
    const struct server *s = self;
    for (const struct listener *l = s->listeners; l; l = l->next)
        each(to, l->address, l->machine_name);
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
        {"updates_total", s->fanout.deliveries},
        {"blob_bytes", blob_bytes_live()},
        {"blob_bytes_kept", s->fanout.shelf.bytes},
        {"blobs_kept", s->fanout.shelf.n},
        {"blobs_found_total", s->fanout.shelf.hits},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        each(to, rows[i].name, rows[i].value);
}

static int start_control(struct server *s)
{
    const struct control_context context = {
        .loop = s->loop,
        .machines = &s->machines,
        .pool = s->pool,
        .path = s->config->control,
        .group = s->config->control_group,
        .listeners = tell_listeners,
        .counters = tell_counters,
        .self = s,
    };
    return control_start(&s->control, &context);
}

int server_start(struct server *s, sd_event *loop, struct config *config)
{
    *s = (struct server){.loop = loop, .config = config};
    raise_descriptor_limit();
    s->scratch = encode_scratch_new();
    int err = start_pool(s);
    if (err < 0) {
        log_error("cannot start worker threads: %s", strerror(-err));
        return err;
    }
    err = poller_new(&s->poller, loop);
    if (err < 0) {
        log_error("cannot watch sockets: %s", strerror(-err));
        return err;
    }
    err = access_start(&s->access, loop, config);
    if (err < 0)
        return err;
    sd_event_add_defer(loop, &s->bury, on_bury, s);
    sd_event_source_set_enabled(s->bury, SD_EVENT_OFF);
    server_sessions_start(s);
    s->machines.keep_view = fanout_new;
    s->machines.keeper_self = &s->fanout;
    s->machines.on_added = on_machine_added;
    s->machines.on_removed = on_machine_removed;
    s->machines.self = s;
    /* A common address that cannot be had stops the start; a machine's own is logged, and
     * others go on. */
    err = listener_sync(s, &config->listen, LISTENER_COMMON, NULL, NULL);
    if (err >= 0)
        open_sections(s, config);
    if (err >= 0)
        err = start_control(s);
    if (err >= 0)
        machines_start(&s->machines, loop, config);
    return err;
}

void server_reload(struct server *s, struct config *config)
{
    struct config *before = s->config;
    if (strcmp(before->control, config->control) != 0)
        log_warning("the control socket moves with a restart only; it stays at %s",
                    before->control);
    s->config = config;
    access_reload(s->access, config);
    sessions_reload(&s->sessions, config);
    close_what_is_gone(s, before, config);
    listener_sync(s, &config->listen, LISTENER_COMMON, NULL, NULL);
    open_sections(s, config);
    machines_reload(&s->machines, config);
    for (struct machine *m = s->machines.first; m; m = m->next)
        listener_sync(s, &m->config.listen, LISTENER_MACHINE, m->name, m->name);
    viewers_apply_rules(s);
    config_free(&before);
    log_info("configuration reloaded");
}

void server_stop(struct server *s)
{
    listener_close_all(s);
    server_sessions_stop(s);
    viewers_close_all(s, "the server stops");
    poller_free(&s->poller);
    control_stop(&s->control);
    if (s->machines.loop)
        machines_stop(&s->machines);
    sd_event_source_disable_unref(s->pool_source);
    pool_free(&s->pool);
    access_free(&s->access);
    sd_event_source_disable_unref(s->bury);
    encode_scratch_free(&s->scratch);
    config_free(&s->config);
}
