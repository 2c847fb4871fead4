/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A store that carries out and answers what it is asked when the test says so, without threads
 * and sockets: nothing of it depends on time. Knows no leases and no watches.
 */
#ifndef HF_TESTS_UNIT_SERVER_CLUSTER_LATE_STORE_H
#define HF_TESTS_UNIT_SERVER_CLUSTER_LATE_STORE_H

#include "server/session/store_db.h"

/* One client of the database, which is lent and may have others. Its close drops what was not
 * carried out. */
struct store *late_store_new(struct store_db *db);
/* Carries out what was asked first of all that was not yet carried out; false: nothing is. */
bool late_store_work(struct store *store);
/* Answers what was asked first, which is carried out before if it was not; false: nothing is
 * left to answer. */
bool late_store_answer(struct store *store);

#endif
