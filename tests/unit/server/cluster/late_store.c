/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/cluster/late_store.h"
#include "base/alloc.h"

#include <stdlib.h>

struct asked {
    struct asked *next;
    struct store_request request;
    struct store_outcome outcome;
    bool carried_out;
    store_done *done;
    void *self;
};

struct late_store {
    struct store store; /* first */
    struct store_db *db;
    struct asked *first, **end;
};

static struct late_store *of(struct store *store)
{
    return (struct late_store *)store;
}

/* ---- asking ---- */

static void ask(struct late_store *s, const struct store_request *r, store_done *done,
                void *self)
{
    struct asked *a = ALLOC(struct asked);
    a->request = *r;
    a->done = done;
    a->self = self;
    *s->end = a;
    s->end = &a->next;
}

static void op_get(struct store *store, const char *from, const char *to, store_done *done,
                   void *self)
{
    const struct store_request r = {.from = alloc_text(from), .to = to ? alloc_text(to) : NULL};
    ask(of(store), &r, done, self);
}

static struct store_change copy_change(const struct store_change *c)
{
    return (struct store_change){.key = alloc_text(c->key),
                                 .to = c->to ? alloc_text(c->to) : NULL,
                                 .value = c->value ? alloc_text(c->value) : NULL};
}

static void op_transact(struct store *store, const struct store_condition *conditions,
                        size_t n_conditions, const struct store_change *changes,
                        size_t n_changes, store_done *done, void *self)
{
    struct store_request r = {.n_conditions = n_conditions, .n_changes = n_changes};
    r.conditions = alloc_zero(n_conditions + 1, sizeof(*r.conditions));
    r.changes = alloc_zero(n_changes + 1, sizeof(*r.changes));
    for (size_t i = 0; i < n_conditions; i++)
        r.conditions[i] =
            (struct store_condition){alloc_text(conditions[i].key), conditions[i].version};
    for (size_t i = 0; i < n_changes; i++)
        r.changes[i] = copy_change(&changes[i]);
    ask(of(store), &r, done, self);
}

static void op_put(struct store *store, const char *key, const char *value, uint64_t lease,
                   store_done *done, void *self)
{
    const struct store_change c = {.key = key, .value = value};
    (void)lease;
    op_transact(store, NULL, 0, &c, 1, done, self);
}

static void op_delete(struct store *store, const char *from, const char *to, store_done *done,
                      void *self)
{
    const struct store_change c = {.key = from, .to = to};
    op_transact(store, NULL, 0, &c, 1, done, self);
}

/* ---- answering ---- */

static void carry_out(struct late_store *s, struct asked *a)
{
    if (!a->carried_out)
        store_db_run(s->db, &a->request, &a->outcome);
    a->carried_out = true;
}

bool late_store_work(struct store *store)
{
    struct asked *a = of(store)->first;
    while (a && a->carried_out)
        a = a->next;
    if (a)
        carry_out(of(store), a);
    return a != NULL;
}

static struct asked *take_first(struct late_store *s)
{
    struct asked *a = s->first;
    s->first = a->next;
    if (!s->first)
        s->end = &s->first;
    return a;
}

static void asked_free(struct asked *a)
{
    if (a->carried_out)
        store_outcome_fini(&a->outcome);
    store_request_fini(&a->request);
    free(a);
}

bool late_store_answer(struct store *store)
{
    struct late_store *s = of(store);
    if (!s->first)
        return false;
    struct asked *a = take_first(s);
    carry_out(s, a);
    const struct store_answer answer = {a->outcome.err, a->outcome.entries, a->outcome.n, 0};
    if (a->done)
        a->done(a->self, &answer);
    asked_free(a);
    return true;
}

/* ---- life ---- */

static void op_settle(struct store *store)
{
    while (late_store_answer(store))
        ;
}

static void op_close(struct store *store)
{
    while (of(store)->first)
        asked_free(take_first(of(store)));
    free(store);
}

static const struct store_ops ops = {
    .get = op_get,
    .put = op_put,
    .delete = op_delete,
    .transact = op_transact,
    .settle = op_settle,
    .close = op_close,
};

struct store *late_store_new(struct store_db *db)
{
    struct late_store *s = ALLOC(struct late_store);
    s->store.ops = &ops;
    s->db = db;
    s->end = &s->first;
    return &s->store;
}
