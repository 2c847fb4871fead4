/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A bounded table of failed logins, by keyed hashes of whatever is counted. When it is full,
 * what matters least makes room. Knows no rules: see auth/guard.h.
 */
#ifndef HF_AUTH_GUARD_TABLE_H
#define HF_AUTH_GUARD_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum { GUARD_WAYS = 8 };

struct guard_entry {
    uint64_t hash;      /* 0: free */
    uint64_t last_us;   /* when it was counted last */
    uint64_t locked_us; /* until then */
    uint64_t good_us;   /* when a login succeeded last; 0: never */
    uint32_t failures;  /* since a while */
    uint32_t underway;  /* attempts that have not ended yet */
    uint32_t locks;     /* so far, for the length of the next one */
};

struct guard_table {
    struct guard_entry *entries;
    unsigned n_sets; /* a power of two; each of GUARD_WAYS entries */
    uint64_t forget_us;
};

/* Failures that are older than forget_us do not matter. */
void guard_table_init(struct guard_table *t, unsigned n_sets, uint64_t forget_us);
void guard_table_fini(struct guard_table *t);
/* The entry of this hash, or NULL. */
struct guard_entry *guard_table_find(struct guard_table *t, uint64_t hash);
/*
 * The same, made where there is none. An entry makes room that is not locked and has no attempt
 * underway, rather one that never succeeded, of these the one with the fewest failures, of
 * these the oldest; NULL when all of them are locked or busy.
 */
struct guard_entry *guard_table_get(struct guard_table *t, uint64_t hash, uint64_t now_us);

#endif
