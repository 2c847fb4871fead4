/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON by HTTP on the loop: libcurl's multi interface driven by sd-event. A request is a POST;
 * its answer is one or more JSON texts, a line each, told as they come. Knows nothing of what
 * etcd means by them.
 */
#ifndef HF_SERVER_ETCD_ETCD_HTTP_H
#define HF_SERVER_ETCD_ETCD_HTTP_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

enum {
    ETCD_ANSWER_MOST = 64 << 20, /* bytes of one JSON text */
    ETCD_CONNECT_MS = 3000,
    ETCD_ANSWER_MS = 10000, /* for the whole of a request that is no stream */
};

/* For https; NULL members are not used. Lent while the etcd_http lives. */
struct etcd_tls {
    const char *ca, *certificate, *key; /* PEM files */
};

struct etcd_http;
struct etcd_request;

struct etcd_request_ops {
    /* One JSON text of the answer, lent. Not called inside etcd_http_post. */
    void (*message)(void *self, const json_t *json);
    /* It is over, and gone when this returns. err: 0 when the server answered to the end, else
     * -ECONNREFUSED, -ETIMEDOUT, -EPROTO (no JSON), -EIO; why: libcurl's words, lent. */
    void (*ended)(void *self, int err, const char *why);
};

/* NULL when libcurl cannot. */
struct etcd_http *etcd_http_new(sd_event *loop, const struct etcd_tls *tls);
/* Drops what is under way without a call. */
void etcd_http_free(struct etcd_http **http);

/*
 * Posts body to url. token: the value of the header Authorization, or NULL. stream: there is no
 * limit of time once it stands. Both calls may start other requests and cancel any.
 */
struct etcd_request *etcd_http_post(struct etcd_http *http, const char *url, const char *token,
                                    const json_t *body, bool stream,
                                    const struct etcd_request_ops *ops, void *self);
/* Without another call. NULL is taken; leaves NULL behind. */
void etcd_request_cancel(struct etcd_request **request);

/* Goes on in here, without the loop, until `done` says so or timeout_ms are over. For the
 * beginning and the end of the daemon; not from inside a call. */
void etcd_http_run(struct etcd_http *http, bool (*done)(void *self), void *self,
                   int timeout_ms);

#endif
