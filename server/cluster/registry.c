/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/registry.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster.h"
#include "server/cluster/registry_private.h"
#include "server/machine/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* ---- writing ---- */

static void look_soon(struct registry *r);
static void ask_for_lease(struct registry *r);

static void mark_all(struct registry *r)
{
    r->record_dirty = true;
    for (struct registered *e = r->first; e; e = e->next)
        e->dirty = true;
}

/* What was under the lease went with it. */
static void lose_lease(struct registry *r)
{
    r->lease = 0;
    mark_all(r);
}

static void on_written(void *self, const struct store_answer *answer)
{
    struct registry *r = self;
    r->writing = false;
    if (answer->err == -ENOENT) {
        lose_lease(r);
        ask_for_lease(r);
    } else if (answer->err < 0) {
        log_error("cluster: the store does not take what this node is: %s",
                  strerror(-answer->err));
        lose_lease(r); /* with the next renewal */
    } else {
        look_soon(r);
    }
}

static size_t gather(struct registry *r, struct store_change changes[REGISTRY_CHANGES_MOST])
{
    size_t n = 0;
    if (r->record_dirty)
        changes[n++] = (struct store_change){.key = alloc_printf(RECORD_NODES "%s", r->node),
                                             .value = node_record_text(&r->record),
                                             .lease = r->lease};
    r->record_dirty = false;
    for (struct registered *e = r->first, *next; e && n < REGISTRY_CHANGES_MOST; e = next) {
        next = e->next;
        if (!e->dirty)
            continue;
        changes[n++] = registered_change(r, e);
        e->dirty = false;
        if (!e->value)
            registered_drop(r, e);
    }
    return n;
}

static void write_changes(struct registry *r)
{
    struct store_change changes[REGISTRY_CHANGES_MOST];
    size_t n = gather(r, changes);
    if (n == 0)
        return;
    r->writing = true;
    r->store->ops->transact(r->store, NULL, 0, changes, n, on_written, r);
    for (size_t i = 0; i < n; i++) {
        free((char *)changes[i].key);
        free((char *)changes[i].value);
    }
}

static int on_soon(sd_event_source *source, uint64_t now_us, void *self)
{
    struct registry *r = self;
    (void)source;
    (void)now_us;
    if (r->machines_dirty)
        registry_scan(r);
    if (r->lease && !r->writing)
        write_changes(r);
    return 0;
}

static void look_soon(struct registry *r)
{
    int enabled = SD_EVENT_OFF;
    sd_event_source_get_enabled(r->soon, &enabled);
    if (enabled != SD_EVENT_OFF)
        return;
    sd_event_source_set_time_relative(r->soon, REGISTRY_SOON_MS * UINT64_C(1000));
    sd_event_source_set_enabled(r->soon, SD_EVENT_ONESHOT);
}

/* ---- the lease ---- */

/* What a daemon that was killed has left would stay until its lease ends. */
static void delete_what_is_old(struct registry *r)
{
    char *from = alloc_printf(RECORD_PLACES "%s/", r->node);
    char *to = alloc_printf(RECORD_PLACES "%s0", r->node); /* the byte after '/' */
    if (!r->fresh)
        r->store->ops->delete (r->store, from, to, NULL, NULL);
    r->fresh = true;
    free(from);
    free(to);
}

static void on_lease(void *self, const struct store_answer *answer)
{
    struct registry *r = self;
    r->asking = false;
    if (answer->err == -ENOENT && r->lease) {
        log_warning(
            "cluster: this node was silent for the store for too long; it is told anew");
        lose_lease(r);
        ask_for_lease(r);
        return;
    }
    if (answer->err < 0)
        return; /* again with the next renewal */
    if (!r->lease) {
        lose_lease(r);
        delete_what_is_old(r);
    }
    r->lease = answer->lease;
    look_soon(r);
}

/* A new one, or more time. Operations wait while the store is away: only one does. */
static void ask_for_lease(struct registry *r)
{
    if (r->asking)
        return;
    r->asking = true;
    r->store->ops->lease(r->store, r->lease, REGISTRY_LEASE_S * UINT64_C(1000000), on_lease, r);
}

static int on_renew(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)now_us;
    sd_event_source_set_time_relative(source, REGISTRY_RENEW_S * UINT64_C(1000000));
    sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
    ask_for_lease(self);
    return 0;
}

/* ---- the whole ---- */

void registry_machine_changed(struct registry *r, const struct machine *m)
{
    enum place_state state;
    uint64_t ran;
    char *key = cluster_key(m);
    if (r->store && (registered_find(r, key) || machine_state_here(m, &state, &ran))) {
        r->machines_dirty = true;
        look_soon(r);
    }
    free(key);
}

void registry_put_again(struct registry *r)
{
    if (!r->store)
        return;
    mark_all(r);
    look_soon(r);
}

void registry_set_draining(struct registry *r, bool draining)
{
    r->record_dirty |= r->record.draining != draining;
    r->record.draining = draining;
    if (r->store && r->record_dirty)
        look_soon(r);
}

static void set_instance(char *text_r, size_t size)
{
    uint64_t random = 0;
    if (getrandom(&random, sizeof(random), 0) != sizeof(random))
        random = (uint64_t)getpid();
    snprintf(text_r, size, "%016" PRIx64, random);
}

void registry_start(struct registry *r, sd_event *loop, struct store *store,
                    const struct machines *machines, const char *node, const char *address)
{
    *r = (struct registry){.loop = loop,
                           .store = store,
                           .machines = machines,
                           .node = node,
                           .machines_dirty = true};
    snprintf(r->record.address, sizeof(r->record.address), "%s", address);
    snprintf(r->record.version, sizeof(r->record.version), "%s", PACKAGE_VERSION);
    set_instance(r->record.instance, sizeof(r->record.instance));
    sd_event_add_time_relative(loop, &r->soon, CLOCK_MONOTONIC, 0, 1000, on_soon, r);
    sd_event_source_set_enabled(r->soon, SD_EVENT_OFF);
    sd_event_add_time_relative(loop, &r->renew, CLOCK_MONOTONIC, 0, 100000, on_renew, r);
}

void registry_stop(struct registry *r)
{
    if (!r->store)
        return;
    sd_event_source_disable_unref(r->soon);
    sd_event_source_disable_unref(r->renew);
    if (r->lease)
        r->store->ops->lease(r->store, r->lease, 0, NULL, NULL);
    while (r->first)
        registered_drop(r, r->first);
    text_map_fini(&r->by_key);
    *r = (struct registry){0};
}
