/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store of several hosts: etcd (v3, by its JSON gateway) behind the operations of store.h.
 * An operation waits while etcd is away and is tried again, at another endpoint if there is
 * one, until it is answered; only the order and the answers count, so nobody needs to know.
 * Beyond what store.h says:
 * - A transaction whose answer was lost may have been carried out; tried again it can then say
 *   -EAGAIN, which anyone who reads again can bear.
 * - Changes are told in the order of etcd's revisions, in no order with the answers; what
 *   changed while etcd was away is told when it is back, only the last state of each key, also
 *   when etcd has compacted it meanwhile.
 * - A lease lives for whole seconds, those of its beginning; one that is not renewed ends by
 *   etcd's clock, also after close.
 */
#ifndef HF_SERVER_ETCD_STORE_ETCD_H
#define HF_SERVER_ETCD_STORE_ETCD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/etcd/etcd_http.h"
#include "server/session/store.h"

enum {
    STORE_ETCD_WAITING_MOST = 65536, /* operations; more are answered -EIO */
    STORE_ETCD_SETTLE_MS = 10000,    /* settle and close wait no longer than this */
    STORE_ETCD_CLOSE_MS = 3000,
};

/* Copied, but for the texts of tls. */
struct store_etcd_options {
    const char *const *endpoints; /* "http://127.0.0.1:2379" */
    size_t n_endpoints;           /* 1 or more */
    const char *prefix;           /* of all keys there; NULL: "holdfast/" */
    const char *user, *password;  /* NULL: none */
    struct etcd_tls tls;
    /* Told when etcd goes away (why: text for the log, lent) and when it is back. May be NULL.
     */
    void (*away)(void *self, bool away, const char *why);
    void *self;
};

/* -EINVAL with a static text when an endpoint is no http or https address; -EIO. That etcd can
 * be reached is found out later. */
int store_etcd_open(struct store **store_r, sd_event *loop,
                    const struct store_etcd_options *options, const char **why_r);

#endif
