/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/etcd/store_etcd.h"
#include "base/alloc.h"
#include "base/secret.h"
#include "server/etcd/etcd_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static struct etcd_store *of(struct store *s)
{
    return (struct etcd_store *)s;
}

/* ---- endpoints ---- */

struct etcd_request *etcd_store_post(struct etcd_store *s, const char *path, const json_t *body,
                                     bool stream, const struct etcd_request_ops *ops,
                                     void *self)
{
    const char *endpoint = s->endpoints[s->endpoint];
    size_t n = strlen(endpoint);
    while (n > 0 && endpoint[n - 1] == '/')
        n--;
    char *url = alloc_printf("%.*s%s", (int)n, endpoint, path);
    struct etcd_request *r = etcd_http_post(s->http, url, s->token, body, stream, ops, self);
    free(url);
    return r;
}

void etcd_store_failed(struct etcd_store *s, size_t endpoint, const char *why)
{
    if (endpoint == s->endpoint)
        s->endpoint = (endpoint + 1) % s->n_endpoints;
    if (!s->away && s->on_away && !s->closing)
        s->on_away(s->self, true, why);
    s->away = true;
}

/* Who waits to try again need wait no longer. */
static void hurry(sd_event_source *retry)
{
    int waits = SD_EVENT_OFF;
    sd_event_source_get_enabled(retry, &waits);
    if (waits != SD_EVENT_OFF)
        sd_event_source_set_time_relative(retry, 0);
}

void etcd_store_works(struct etcd_store *s)
{
    bool was_away = s->away;
    backoff_reset(&s->backoff);
    s->away = false;
    if (!was_away || s->closing)
        return;
    hurry(s->retry);
    etcd_watch_each_retry(s, hurry);
    if (s->on_away)
        s->on_away(s->self, false, "");
}

static void free_secret(char **text)
{
    if (*text)
        secret_wipe(*text, strlen(*text));
    free(*text);
    *text = NULL;
}

void etcd_store_forget_token(struct etcd_store *s)
{
    free_secret(&s->token);
}

uint32_t etcd_store_random(void)
{
    uint32_t random = 0;
    if (getrandom(&random, sizeof(random), GRND_NONBLOCK) < 0)
        return 0;
    return random;
}

/* ---- the operations ---- */

static void do_get(struct store *store, const char *from, const char *to, store_done *done,
                   void *self)
{
    struct etcd_store *s = of(store);
    etcd_queue_add(s, &etcd_op_get, etcd_range(s->prefix, from, to), done, self);
}

static void do_transact(struct store *store, const struct store_condition *conditions,
                        size_t n_conditions, const struct store_change *changes,
                        size_t n_changes, store_done *done, void *self)
{
    struct etcd_store *s = of(store);
    json_t *body = etcd_txn(s->prefix, conditions, n_conditions, changes, n_changes);
    etcd_queue_add(s, &etcd_op_transact, body, done, self);
}

static void change(struct store *store, const struct store_change *c, store_done *done,
                   void *self)
{
    struct etcd_store *s = of(store);
    json_t *body = etcd_txn(s->prefix, NULL, 0, c, 1);
    etcd_queue_add(s, &etcd_op_change, body, done, self);
}

static void do_put(struct store *store, const char *key, const char *value, uint64_t lease,
                   store_done *done, void *self)
{
    change(store, &(struct store_change){.key = key, .value = value, .lease = lease}, done,
           self);
}

static void do_delete(struct store *store, const char *from, const char *to, store_done *done,
                      void *self)
{
    change(store, &(struct store_change){.key = from, .to = to}, done, self);
}

static void do_watch(struct store *store, struct store_watch *w)
{
    etcd_watch_add(of(store), w);
}

static void do_unwatch(struct store *store, struct store_watch *w)
{
    etcd_watch_remove(of(store), w);
}

static void do_lease(struct store *store, uint64_t id, uint64_t ttl_us, store_done *done,
                     void *self)
{
    struct etcd_store *s = of(store);
    if (id == 0)
        etcd_queue_add(s, &etcd_op_grant, etcd_grant(ttl_us), done, self);
    else if (ttl_us == 0)
        etcd_queue_add(s, &etcd_op_revoke, etcd_lease(id), done, self);
    else
        etcd_queue_add(s, &etcd_op_renew, etcd_lease(id), done, self);
}

static void do_settle(struct store *store)
{
    etcd_queue_run(of(store), STORE_ETCD_SETTLE_MS);
}

static void do_close(struct store *store)
{
    struct etcd_store *s = of(store);
    s->closing = true;
    etcd_watch_fini(s);
    etcd_queue_run(s, STORE_ETCD_CLOSE_MS);
    etcd_queue_fini(s);
    etcd_http_free(&s->http);
    for (size_t i = 0; i < s->n_endpoints; i++)
        free(s->endpoints[i]);
    free(s->endpoints);
    free(s->prefix);
    free(s->user);
    free_secret(&s->password);
    free_secret(&s->token);
    sd_event_unref(s->loop);
    free(s);
}

static const struct store_ops ops = {
    .get = do_get,
    .put = do_put,
    .delete = do_delete,
    .transact = do_transact,
    .watch = do_watch,
    .unwatch = do_unwatch,
    .lease = do_lease,
    .settle = do_settle,
    .close = do_close,
};

/* ---- the beginning ---- */

static bool is_url(const char *text)
{
    return strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

int store_etcd_open(struct store **store_r, sd_event *loop, const struct store_etcd_options *o,
                    const char **why_r)
{
    for (size_t i = 0; i < o->n_endpoints; i++)
        if (!is_url(o->endpoints[i])) {
            *why_r = "an endpoint of etcd begins with http:// or https://";
            return -EINVAL;
        }
    struct etcd_http *http = etcd_http_new(loop, &o->tls);
    if (!http) {
        *why_r = "libcurl cannot be used";
        return -EIO;
    }
    struct etcd_store *s = ALLOC(struct etcd_store);
    *s = (struct etcd_store){.store = {&ops},
                             .loop = sd_event_ref(loop),
                             .http = http,
                             .endpoints = alloc_zero(o->n_endpoints, sizeof(char *)),
                             .n_endpoints = o->n_endpoints,
                             .prefix = alloc_text(o->prefix ? o->prefix : "holdfast/"),
                             .user = alloc_text(o->user),
                             .password = alloc_text(o->password),
                             .on_away = o->away,
                             .self = o->self};
    for (size_t i = 0; i < o->n_endpoints; i++)
        s->endpoints[i] = alloc_text(o->endpoints[i]);
    etcd_queue_init(s);
    *store_r = &s->store;
    return 0;
}
