/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The database behind store_sqlite.c: one request at a time, carried out at once. Belongs to
 * one thread at a time; knows no loop.
 */
#ifndef HF_SERVER_SESSION_STORE_DB_H
#define HF_SERVER_SESSION_STORE_DB_H

#include <stdbool.h>

#include "server/session/store.h"

struct store_db;

/* What is asked; owns its texts. Conditions, then changes, then reading. */
struct store_request {
    struct store_condition *conditions;
    struct store_change *changes;
    size_t n_conditions, n_changes;
    char *from, *to;     /* to read; from NULL: nothing */
    uint64_t drop_lease; /* deletes all that was put with it; 0: none */
};

struct store_outcome {
    int err;
    struct store_entry *entries; /* read */
    size_t n;
    struct store_entry *changed; /* keys and their values now; NULL: gone */
    size_t n_changed;
};

/* Opens or makes the file, and locks it. 0; or -errno (-EBUSY: another daemon has it) and a
 * text for a person in *why_r, which the caller frees. */
int store_db_open(struct store_db **db_r, const char *path, char **why_r);
/* NULL inside is fine. */
void store_db_close(struct store_db **db);
/* outcome_r is freed by store_outcome_fini. */
void store_db_run(struct store_db *db, const struct store_request *r,
                  struct store_outcome *outcome_r);
void store_outcome_fini(struct store_outcome *o);
void store_request_fini(struct store_request *r);

#endif
