/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/synthetic.h"
#include "base/alloc.h"
#include "server/etcd/store_etcd.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CHANGES_MOST = 100 /* etcd takes 128 in a transaction */, PATIENCE_S = 120 };
#define SECOND_US UINT64_C(1000000)

uint64_t synthetic_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND_US + (uint64_t)t.tv_nsec / 1000;
}

/* ---- operations ---- */

/* One that is under way. */
struct asked {
    struct synthetic *node;
    uint32_t *version; /* of a home, which is one more when it went well; or NULL */
    void (*done)(void *self, int err);
    void *self;
};

static struct asked *ask(struct synthetic *s, uint32_t *version,
                         void (*done)(void *self, int err), void *self)
{
    struct asked *a = ALLOC(struct asked);
    *a = (struct asked){s, version, done, self};
    s->world->pending++;
    return a;
}

static void on_answer(void *self, const struct store_answer *answer)
{
    struct asked a = *(struct asked *)self;
    struct world *w = a.node->world;
    free(self);
    w->pending--;
    *(answer->err ? &w->refused : &w->done) += 1;
    if (!answer->err && a.version)
        ++*a.version;
    if (a.done)
        a.done(a.self, answer->err);
}

void synthetic_write(struct synthetic *s, enum record kind, unsigned machine, unsigned turn,
                     void (*done)(void *self, int err), void *self)
{
    const struct store_ops *ops = s->store->ops;
    char *key = record_key(kind, s->name, machine);
    char *value = record_value(kind, s->name, machine, turn);
    if (kind == RECORD_NODE || kind == RECORD_PLACE) {
        ops->put(s->store, key, value, s->lease, on_answer, ask(s, NULL, done, self));
    } else {
        char *home = record_key(RECORD_HOME, s->name, machine);
        uint32_t *version = &s->homes[machine % s->world->machines];
        const struct store_condition is_home = {home, *version};
        const struct store_change change = {.key = key, .value = value};
        ops->transact(s->store, &is_home, 1, &change, 1, on_answer,
                      ask(s, kind == RECORD_HOME ? version : NULL, done, self));
        free(home);
    }
    free(value);
    free(key);
}

/* ---- leases ---- */

static void on_granted(void *self, const struct store_answer *answer)
{
    struct synthetic *s = self;
    s->world->pending--;
    if (answer->err)
        measure_fail("etcd", "it grants no lease");
    s->lease = answer->lease;
    synthetic_write(s, RECORD_NODE, 0, 0, NULL, NULL);
}

static void on_renewed(void *self, const struct store_answer *answer)
{
    struct synthetic *s = self;
    s->world->renewals += answer->err == 0;
    s->lost_lease |= answer->err == -ENOENT;
}

static int on_renew(sd_event_source *source, uint64_t now_us, void *self)
{
    struct synthetic *s = self;
    (void)now_us;
    s->store->ops->lease(s->store, s->lease, s->world->ttl_us, on_renewed, s);
    sd_event_source_set_time_relative(source, s->world->ttl_us / 3);
    return 0;
}

void world_keep_leases(struct world *w)
{
    uint64_t each_us = w->ttl_us / 3;
    for (unsigned i = 0; i < w->n; i++) {
        struct synthetic *s = &w->nodes[i];
        sd_event_add_time_relative(w->loop, &s->renew, CLOCK_MONOTONIC, each_us * i / w->n,
                                   1000, on_renew, s);
        sd_event_source_set_enabled(s->renew, SD_EVENT_ON);
    }
}

/* ---- the world ---- */

static void on_away(void *self, bool away, const char *why)
{
    struct synthetic *s = self;
    (void)why;
    s->went += away;
}

static void open_node(struct world *w, unsigned number)
{
    struct synthetic *s = &w->nodes[number];
    const char *why, *const endpoints[] = {w->etcd->url};
    const struct store_etcd_options options = {
        .endpoints = endpoints, .n_endpoints = 1, .away = on_away, .self = s};
    *s = (struct synthetic){.world = w, .number = number};
    snprintf(s->name, sizeof(s->name), "node%04u", number % 10000);
    s->homes = alloc_zero(w->machines ? w->machines : 1, sizeof(*s->homes));
    if (store_etcd_open(&s->store, w->loop, &options, &why) < 0)
        measure_fail("store", why);
    w->pending++;
    s->store->ops->lease(s->store, 0, w->ttl_us, on_granted, s);
}

void world_init(struct world *w, const struct etcd_server *etcd, unsigned n, unsigned machines,
                unsigned ttl_s)
{
    *w =
        (struct world){.etcd = etcd, .n = n, .machines = machines, .ttl_us = ttl_s * SECOND_US};
    if (sd_event_new(&w->loop) < 0)
        measure_fail("event loop", "there is none");
    w->nodes = alloc_zero(n, sizeof(*w->nodes));
    for (unsigned i = 0; i < n; i++)
        open_node(w, i);
    world_settle(w);
}

static void fill_some(struct synthetic *s, unsigned from, unsigned to)
{
    struct store_change changes[CHANGES_MOST];
    unsigned first = s->number * s->world->machines, n = to - from;
    for (unsigned i = 0; i < n; i++)
        changes[i] = (struct store_change){
            .key = record_key(RECORD_PLACE, s->name, first + from + i),
            .value = record_value(RECORD_PLACE, s->name, first + from + i, 0),
            .lease = s->lease};
    s->store->ops->transact(s->store, NULL, 0, changes, n, on_answer, ask(s, NULL, NULL, NULL));
    for (unsigned i = 0; i < n; i++) {
        free((char *)changes[i].key);
        free((char *)changes[i].value);
    }
}

void world_fill(struct world *w)
{
    for (unsigned i = 0; i < w->n; i++)
        for (unsigned m = 0; m < w->machines; m += CHANGES_MOST)
            fill_some(&w->nodes[i], m,
                      m + CHANGES_MOST < w->machines ? m + CHANGES_MOST : w->machines);
    world_settle(w);
}

void world_run(struct world *w, uint64_t until_us)
{
    for (uint64_t now_us; (now_us = synthetic_now_us()) < until_us;)
        sd_event_run(w->loop, until_us - now_us);
}

void world_settle(struct world *w)
{
    uint64_t until_us = synthetic_now_us() + PATIENCE_S * SECOND_US;
    while (w->pending) {
        sd_event_run(w->loop, SECOND_US);
        if (synthetic_now_us() > until_us)
            measure_fail("etcd", "it does not answer");
    }
}

void world_fini(struct world *w)
{
    for (unsigned i = 0; i < w->n; i++) {
        struct synthetic *s = &w->nodes[i];
        sd_event_source_disable_unref(s->renew);
        s->store->ops->close(s->store);
        free(s->homes);
    }
    free(w->nodes);
    sd_event_unref(w->loop);
    *w = (struct world){0};
}
