/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/guard_table.h"
#include "base/alloc.h"

#include <stdlib.h>

void guard_table_init(struct guard_table *t, unsigned n_sets, uint64_t forget_us)
{
    t->forget_us = forget_us;
    t->n_sets = n_sets;
    t->entries = alloc_zero((size_t)n_sets * GUARD_WAYS, sizeof(*t->entries));
}

void guard_table_fini(struct guard_table *t)
{
    free(t->entries);
    *t = (struct guard_table){0};
}

static struct guard_entry *set_of(struct guard_table *t, uint64_t hash)
{
    return t->entries + (hash & (t->n_sets - 1)) * GUARD_WAYS;
}

struct guard_entry *guard_table_find(struct guard_table *t, uint64_t hash)
{
    struct guard_entry *set = set_of(t, hash);
    for (unsigned i = 0; i < GUARD_WAYS; i++)
        if (set[i].hash == hash)
            return &set[i];
    return NULL;
}

/* What an entry is worth keeping for, as one number. */
static uint64_t weight(const struct guard_table *t, const struct guard_entry *e,
                       uint64_t now_us)
{
    bool old = now_us > e->last_us && now_us - e->last_us > t->forget_us;
    return (e->good_us ? 1ull << 32 : 0) + (old ? 0 : e->failures);
}

static bool matters_less(const struct guard_table *t, const struct guard_entry *a,
                         const struct guard_entry *b, uint64_t now_us)
{
    uint64_t weight_a = weight(t, a, now_us), weight_b = weight(t, b, now_us);
    return weight_a != weight_b ? weight_a < weight_b : a->last_us < b->last_us;
}

struct guard_entry *guard_table_get(struct guard_table *t, uint64_t hash, uint64_t now_us)
{
    struct guard_entry *set = set_of(t, hash), *least = NULL;
    struct guard_entry *found = guard_table_find(t, hash);
    if (found)
        return found;
    for (unsigned i = 0; i < GUARD_WAYS; i++) {
        struct guard_entry *e = &set[i];
        if (e->hash && (e->underway || e->locked_us > now_us))
            continue;
        if (!least || (least->hash && (!e->hash || matters_less(t, e, least, now_us))))
            least = e;
    }
    if (least)
        *least = (struct guard_entry){.hash = hash, .last_us = now_us};
    return least;
}
