/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the etcd store know of each other. */
#ifndef HF_SERVER_ETCD_ETCD_PRIVATE_H
#define HF_SERVER_ETCD_ETCD_PRIVATE_H

#include "base/backoff.h"
#include "server/etcd/etcd_http.h"
#include "server/etcd/etcd_words.h"
#include "server/etcd/store_etcd.h"

struct etcd_store;
struct etcd_watch;

struct etcd_op_kind;

/* An operation that was asked for. */
struct etcd_op {
    struct etcd_op *next;
    const struct etcd_op_kind *kind;
    json_t *body;
    json_t *page; /* of a list: what is asked now; NULL: its beginning, by body */
    json_t *kvs;  /* the keys of the pages before */
    unsigned pages;
    int err; /* known before: nothing is asked of etcd */
    store_done *done;
    void *self;
};

struct etcd_store {
    struct store store; /* first */
    sd_event *loop;
    struct etcd_http *http;
    char **endpoints;
    size_t n_endpoints;
    size_t endpoint; /* the one in use */
    size_t asked;    /* the one that `request` went to */
    char *prefix, *user, *password;
    char *token; /* NULL: none yet, or none needed */
    void (*on_away)(void *self, bool away, const char *why);
    void *self;
    bool away, closing;

    /* Operations, one at a time: they are carried out in order. */
    struct etcd_op *first, **last;
    size_t n_ops;
    struct etcd_request *request; /* of the first */
    json_t *answer;               /* the last text of it */
    struct backoff backoff;
    sd_event_source *retry; /* the first operation again; also what is answered at once */
    struct etcd_watch *watches;
};

/* Posts to the endpoint in use. */
struct etcd_request *etcd_store_post(struct etcd_store *s, const char *path, const json_t *body,
                                     bool stream, const struct etcd_request_ops *ops,
                                     void *self);
/* This endpoint failed: if it is the one in use, the next one is from now on. */
void etcd_store_failed(struct etcd_store *s, size_t endpoint, const char *why);
void etcd_store_works(struct etcd_store *s);
/* Whether requests may be made: we are logged in, or need not. If not, that is begun. */
bool etcd_store_has_token(struct etcd_store *s);
void etcd_store_forget_token(struct etcd_store *s);
/* Any number. */
uint32_t etcd_store_random(void);

/* ---- etcd_answers.c: kinds of operations ---- */

struct etcd_op_kind {
    const char *path;
    /* Calls done with what a good answer says. */
    void (*answer)(struct etcd_store *s, const struct etcd_op *op, const json_t *answer);
};

extern const struct etcd_op_kind etcd_op_get, etcd_op_change, etcd_op_transact, etcd_op_grant,
    etcd_op_renew, etcd_op_revoke;
/* Calls done, unless the store is being closed. */
void etcd_op_tell(const struct etcd_store *s, const struct etcd_op *op,
                  const struct store_answer *answer);

/* ---- etcd_queue.c: operations in order ---- */

/* Takes body over. */
void etcd_queue_add(struct etcd_store *s, const struct etcd_op_kind *kind, json_t *body,
                    store_done *done, void *self);
void etcd_queue_init(struct etcd_store *s);
/* Goes on without the loop until all is answered or the time is over. */
void etcd_queue_run(struct etcd_store *s, int timeout_ms);
/* Drops what was not answered, without a call. */
void etcd_queue_fini(struct etcd_store *s);

/* ---- etcd_watch.c: who hears of changes ---- */

/* w is lent until etcd_watch_remove, as store_watch says. */
void etcd_watch_add(struct etcd_store *s, struct store_watch *w);
void etcd_watch_remove(struct etcd_store *s, struct store_watch *w);
/* The timers of those that may wait to begin again. */
void etcd_watch_each_retry(struct etcd_store *s, void (*each)(sd_event_source *retry));
/* Nobody is told anything more. */
void etcd_watch_fini(struct etcd_store *s);

#endif
