/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/loop_pool.h"
#include "server/session/store_db.h"
#include "server/session/store_watches.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

struct lease {
    struct lease *next;
    struct sqlite_store *store;
    uint64_t id;
    sd_event_source *timer;
};

struct sqlite_store {
    struct store store; /* first */
    sd_event *loop;
    struct store_db *db;     /* the worker's while a job runs */
    struct loop_pool worker; /* one: jobs are carried out in order */
    struct store_watches watches;
    struct lease *leases;
    uint64_t next_lease;
    size_t n_jobs;
    bool closing; /* nobody is told any more */
};

struct job {
    struct pool_job pool; /* first */
    struct sqlite_store *store;
    struct store_request request;
    struct store_outcome outcome;
    uint64_t lease;            /* for the answer */
    int err;                   /* known before: nothing is run */
    struct store_watch *lists; /* this one, if it is still there, is told what is found */
    store_done *done;
    void *self;
};

static struct sqlite_store *of(struct store *s)
{
    return (struct sqlite_store *)s;
}

/* ---- jobs ---- */

static void run_job(struct pool_job *pool_job, void *scratch)
{
    struct job *j = (struct job *)pool_job;
    (void)scratch;
    if (j->err == 0)
        store_db_run(j->store->db, &j->request, &j->outcome);
    else
        j->outcome.err = j->err;
}

static void end_job(struct pool_job *pool_job)
{
    struct job *j = (struct job *)pool_job;
    struct sqlite_store *s = j->store;
    struct store_outcome *o = &j->outcome;
    const struct store_answer answer = {o->err, o->entries, o->n, j->lease};
    s->n_jobs--;
    if (o->err == -EIO)
        log_error("the database failed: what should be kept may be lost");
    for (size_t i = 0; o->err == 0 && i < o->n_changed && !s->closing; i++)
        store_watches_tell(&s->watches, &o->changed[i]);
    if (j->done && !s->closing)
        j->done(j->self, &answer);
    if (j->lists && !s->closing)
        store_watches_tell_list(&s->watches, j->lists, o->entries, o->n);
    store_outcome_fini(o);
    store_request_fini(&j->request);
    free(j);
}

static struct job *submit(struct sqlite_store *s, const struct store_request *r, uint64_t lease,
                          int err, store_done *done, void *self)
{
    struct job *j = ALLOC(struct job);
    j->pool = (struct pool_job){.run = run_job, .done = end_job};
    j->store = s;
    j->request = *r;
    j->lease = lease;
    j->err = err;
    j->done = done;
    j->self = self;
    s->n_jobs++;
    pool_submit(s->worker.pool, &j->pool);
    return j;
}

/* ---- leases ---- */

static struct lease *find_lease(struct sqlite_store *s, uint64_t id)
{
    struct lease *l = s->leases;
    while (l && l->id != id)
        l = l->next;
    return l;
}

static void free_lease(struct sqlite_store *s, struct lease *l)
{
    struct lease **at = &s->leases;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    sd_event_source_disable_unref(l->timer);
    free(l);
}

static int on_lease_end(sd_event_source *source, uint64_t usec, void *self)
{
    struct lease *l = self;
    const struct store_request r = {.drop_lease = l->id};
    (void)source;
    (void)usec;
    submit(l->store, &r, 0, 0, NULL, NULL);
    free_lease(l->store, l);
    return 0;
}

static void op_lease(struct store *store, uint64_t id, uint64_t ttl_us, store_done *done,
                     void *self)
{
    struct sqlite_store *s = of(store);
    const struct store_request nothing = {0};
    struct lease *l = id ? find_lease(s, id) : ALLOC(struct lease);
    if (l && !id) {
        *l = (struct lease){.next = s->leases, .store = s, .id = ++s->next_lease};
        s->leases = l;
        sd_event_add_time_relative(s->loop, &l->timer, CLOCK_MONOTONIC, ttl_us, 0, on_lease_end,
                                   l);
    } else if (l) {
        sd_event_source_set_time_relative(l->timer, ttl_us);
    }
    submit(s, &nothing, l ? l->id : 0, l ? 0 : -ENOENT, done, self);
}

/* ---- the other operations ---- */

static void op_get(struct store *store, const char *from, const char *to, store_done *done,
                   void *self)
{
    const struct store_request r = {.from = alloc_text(from), .to = to ? alloc_text(to) : NULL};
    submit(of(store), &r, 0, 0, done, self);
}

static struct store_change copy_change(const struct store_change *c)
{
    return (struct store_change){alloc_text(c->key), c->to ? alloc_text(c->to) : NULL,
                                 c->value ? alloc_text(c->value) : NULL, c->lease};
}

static void op_transact(struct store *store, const struct store_condition *conditions,
                        size_t n_conditions, const struct store_change *changes,
                        size_t n_changes, store_done *done, void *self)
{
    struct store_request r = {.n_conditions = n_conditions, .n_changes = n_changes};
    int err = 0;
    r.conditions = alloc_zero(n_conditions + 1, sizeof(*r.conditions));
    r.changes = alloc_zero(n_changes + 1, sizeof(*r.changes));
    for (size_t i = 0; i < n_conditions; i++)
        r.conditions[i] =
            (struct store_condition){alloc_text(conditions[i].key), conditions[i].version};
    for (size_t i = 0; i < n_changes; i++) {
        r.changes[i] = copy_change(&changes[i]);
        if (changes[i].lease && !find_lease(of(store), changes[i].lease))
            err = -ENOENT;
    }
    submit(of(store), &r, 0, err, done, self);
}

static void op_put(struct store *store, const char *key, const char *value, uint64_t lease,
                   store_done *done, void *self)
{
    const struct store_change c = {.key = key, .value = value, .lease = lease};
    op_transact(store, NULL, 0, &c, 1, done, self);
}

static void op_delete(struct store *store, const char *from, const char *to, store_done *done,
                      void *self)
{
    const struct store_change c = {.key = from, .to = to};
    op_transact(store, NULL, 0, &c, 1, done, self);
}

/* The first text behind all that begin with prefix; caller frees. */
static char *behind(const char *prefix)
{
    char *text = alloc_text(prefix);
    for (size_t n = strlen(text); n > 0; n--) {
        if ((unsigned char)text[n - 1] < 0xff) {
            text[n - 1]++;
            text[n] = 0;
            return text;
        }
    }
    free(text);
    return alloc_text("\xff"); /* behind all keys: they are UTF-8 */
}

static void list(struct sqlite_store *s, struct store_watch *w)
{
    struct store_request r = {0};
    if (w->existing) {
        r.from = alloc_text(w->prefix);
        r.to = behind(w->prefix);
    }
    submit(s, &r, 0, 0, NULL, NULL)->lists = w;
}

static void op_watch(struct store *store, struct store_watch *w)
{
    struct sqlite_store *s = of(store);
    store_watches_add(&s->watches, w);
    if (w->existing || w->listed)
        list(s, w);
}

static void op_unwatch(struct store *store, struct store_watch *w)
{
    (void)store;
    store_watch_remove(w);
}

static void op_settle(struct store *store)
{
    struct sqlite_store *s = of(store);
    while (s->n_jobs) {
        struct pollfd p = {.fd = pool_fd(s->worker.pool), .events = POLLIN};
        poll(&p, 1, -1);
        pool_reap(s->worker.pool);
    }
}

static void op_close(struct store *store)
{
    struct sqlite_store *s = of(store);
    s->closing = true;
    op_settle(store);
    while (s->leases)
        free_lease(s, s->leases);
    loop_pool_stop(&s->worker);
    store_db_close(&s->db);
    free(s);
}

static const struct store_ops sqlite_ops = {
    .get = op_get,
    .put = op_put,
    .delete = op_delete,
    .transact = op_transact,
    .watch = op_watch,
    .unwatch = op_unwatch,
    .lease = op_lease,
    .settle = op_settle,
    .close = op_close,
};

int store_sqlite_open(struct store **store_r, sd_event *loop, const char *path, char **why_r)
{
    struct sqlite_store *s = ALLOC(struct sqlite_store);
    s->store.ops = &sqlite_ops;
    s->loop = loop;
    int err = store_db_open(&s->db, path, why_r);
    if (err == 0 && (err = loop_pool_start(&s->worker, loop, 1, NULL)) < 0)
        *why_r = alloc_text(strerror(-err));
    if (err < 0) {
        store_db_close(&s->db);
        free(s);
        return err;
    }
    *store_r = &s->store;
    return 0;
}
