/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What etcd's JSON gateway is asked and answers (v3 API, gateway of etcd 3.4): keys and values
 * in base64, numbers as strings, and what is absent is zero or false. Pure.
 */
#ifndef HF_SERVER_ETCD_ETCD_WORDS_H
#define HF_SERVER_ETCD_ETCD_WORDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/session/store.h"

enum {
    ETCD_TEXT_MOST = 1 << 20, /* bytes of a key or value; etcd takes 1.5 MiB in all */
    /* Keys in one answer: what etcd holds for it at once. It counts what is behind them, too,
     * so that small pages of a long list cost more than large ones. */
    ETCD_PAGE = 5000,
    ETCD_PAGES_MOST = 256, /* of one list */
};

/* ---- requests: the caller's own. `prefix` stands before every key and is not empty. ---- */

/* One key (to NULL) or those from `from` to before `to`, the first ETCD_PAGE of them. */
json_t *etcd_range(const char *prefix, const char *from, const char *to);
/* Likewise all keys that begin with the two texts one after the other; without their values if
 * need be. */
json_t *etcd_range_below(const char *prefix, const char *below, bool keys_only);
/*
 * Makes of a range request, which got this answer, the one for the keys behind, as they were
 * when the first was answered. False: there are none.
 */
bool etcd_range_next(json_t *request, const json_t *answer);
json_t *etcd_put(const char *prefix, const char *key, const char *value, uint64_t lease);
json_t *etcd_delete(const char *prefix, const char *from, const char *to);
/* A key may be changed once in a transaction. */
json_t *etcd_txn(const char *prefix, const struct store_condition *conditions,
                 size_t n_conditions, const struct store_change *changes, size_t n_changes);
/* From a revision on (0: now). */
json_t *etcd_watch_below(const char *prefix, const char *below, uint64_t revision);
/* A lease that lives ttl_us, in whole seconds and at least one. */
json_t *etcd_grant(uint64_t ttl_us);
json_t *etcd_lease(uint64_t id);

/* ---- answers ---- */

/* A number that etcd wrote, as a string or as a number; 0 when absent or none. */
uint64_t etcd_number(const json_t *object, const char *key);
/* The revision of the store that an answer's header tells. */
uint64_t etcd_revision(const json_t *answer);

/* A key with its value, as etcd holds it. */
struct etcd_kv {
    char *key;   /* without the prefix */
    char *value; /* NULL when it was not asked for or has a zero byte in it */
    uint64_t version, mod_revision;
};

/* Reads one; false when it is none, or its key does not begin with prefix. kv_fini frees. */
bool etcd_kv_read(const json_t *json, const char *prefix, struct etcd_kv *kv_r);
void etcd_kv_fini(struct etcd_kv *kv);

/* Why a request failed: gRPC's code, 0 for none. */
enum etcd_failure {
    ETCD_FINE = 0,
    ETCD_UNKNOWN = 2,
    ETCD_INVALID = 3,
    ETCD_NOT_FOUND = 5,
    ETCD_OUT_OF_RANGE = 11, /* a revision that was compacted away */
    ETCD_UNAVAILABLE = 14,
    ETCD_UNAUTHENTICATED = 16,
};
/* The failure that an answer tells; *text_r (may be NULL) etcd's words, lent from the answer.
 */
enum etcd_failure etcd_failure_of(const json_t *answer, const char **text_r);

#endif
