/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who hears of changes. A watch lists its keys once, in pages that are all of one revision,
 * then follows etcd's stream from there on. A stream that ends is taken up where it was; when
 * etcd has compacted that away, the keys are listed again and compared.
 */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/etcd/etcd_keys.h"
#include "server/etcd/etcd_private.h"

#include <stdlib.h>
#include <string.h>

struct etcd_watch {
    struct etcd_watch *next, **link;
    struct etcd_store *store;
    struct store_watch *watch; /* NULL: removed while it was told something */
    bool telling;
    bool listed;            /* once; what is listed after that is compared and told */
    uint64_t revision;      /* the last that was heard of; 0: list first */
    uint64_t list_revision; /* that all pages of the list are of */
    struct etcd_keys keys;
    struct etcd_request *request;
    size_t endpoint; /* that it goes to */
    json_t *answer;  /* of the list */
    json_t *page;    /* of it, that is asked for; NULL: the first */
    unsigned pages;  /* that came */
    struct backoff backoff;
    sd_event_source *retry;
};

static void begin(struct etcd_watch *w);

static void free_watch(struct etcd_watch *w)
{
    etcd_request_cancel(&w->request);
    sd_event_source_disable_unref(w->retry);
    json_decref(w->answer);
    json_decref(w->page);
    etcd_keys_fini(&w->keys);
    *w->link = w->next;
    if (w->next)
        w->next->link = w->link;
    free(w);
}

static void tell(struct etcd_watch *w, const char *key, const char *value)
{
    if (w->watch && !w->store->closing)
        w->watch->changed(w->watch, key, value);
}

static void tell_gone(void *self, const char *key)
{
    tell(self, key, NULL);
}

static void begin_later(struct etcd_watch *w)
{
    sd_event_source_set_time_relative(w->retry,
                                      backoff_next_us(&w->backoff, etcd_store_random()));
    sd_event_source_set_enabled(w->retry, SD_EVENT_ONESHOT);
}

/* ---- the list ---- */

static json_t *list_request(const struct etcd_watch *w)
{
    return etcd_range_below(w->store->prefix, w->watch->prefix,
                            !w->listed && !w->watch->existing);
}

static void take_page(struct etcd_watch *w, const json_t *answer)
{
    const json_t *kvs = json_object_get(answer, "kvs");
    for (size_t i = 0; i < json_array_size(kvs); i++) {
        struct etcd_kv kv;
        if (!etcd_kv_read(json_array_get(kvs, i), w->store->prefix, &kv))
            continue;
        if (etcd_keys_set(&w->keys, kv.key, kv.mod_revision) &&
            (w->listed || (w->watch && w->watch->existing)) && kv.value)
            tell(w, kv.key, kv.value);
        etcd_kv_fini(&kv);
    }
}

static void forget_page(struct etcd_watch *w)
{
    json_decref(w->page);
    w->page = NULL;
    w->pages = 0;
}

static void end_list(struct etcd_watch *w)
{
    etcd_keys_end(&w->keys, tell_gone, w);
    w->revision = w->list_revision;
    if (!w->listed && w->watch && w->watch->listed)
        w->watch->listed(w->watch);
    w->listed = true;
}

/* One page; behind it comes another one, or the stream. False: too long. */
static bool take_list(struct etcd_watch *w, const json_t *answer)
{
    if (!w->page) {
        etcd_keys_begin(&w->keys);
        w->list_revision = etcd_revision(answer);
        w->page = list_request(w);
    }
    take_page(w, answer);
    if (!w->watch)
        return true;
    if (!etcd_range_next(w->page, answer)) {
        forget_page(w);
        end_list(w);
        return true;
    }
    if (++w->pages < ETCD_PAGES_MOST)
        return true;
    log_error("etcd: there are more than %d keys below %s; they are not watched",
              ETCD_PAGES_MOST * ETCD_PAGE, w->watch->prefix);
    return false;
}

static void on_list(void *self, const json_t *json)
{
    struct etcd_watch *w = self;
    json_decref(w->answer);
    w->answer = json_deep_copy(json);
}

static void on_list_ended(void *self, int err, const char *why)
{
    struct etcd_watch *w = self;
    json_t *answer = w->answer;
    w->answer = NULL;
    w->request = NULL;
    enum etcd_failure failure =
        err == 0 && answer ? etcd_failure_of(answer, &why) : ETCD_UNAVAILABLE;
    bool good = failure == ETCD_FINE && etcd_revision(answer) > 0;
    if (failure == ETCD_UNAUTHENTICATED)
        etcd_store_forget_token(w->store);
    w->telling = true;
    bool fits = good && take_list(w, answer);
    w->telling = false;
    if (!w->watch) {
        free_watch(w);
    } else if (fits) {
        begin(w);
    } else {
        forget_page(w);
        if (!good && failure != ETCD_OUT_OF_RANGE) /* that page was compacted away */
            etcd_store_failed(w->store, w->endpoint, why);
        begin_later(w);
    }
    json_decref(answer); /* why may stand in it */
}

static const struct etcd_request_ops list_ops = {on_list, on_list_ended};

/* ---- the stream ---- */

static void take_event(struct etcd_watch *w, const json_t *event)
{
    const char *type = json_string_value(json_object_get(event, "type"));
    struct etcd_kv kv;
    if (!etcd_kv_read(json_object_get(event, "kv"), w->store->prefix, &kv))
        return;
    if (type && strcmp(type, "DELETE") == 0) {
        etcd_keys_remove(&w->keys, kv.key);
        tell(w, kv.key, NULL);
    } else if (kv.value) {
        etcd_keys_set(&w->keys, kv.key, kv.mod_revision);
        tell(w, kv.key, kv.value);
    }
    etcd_kv_fini(&kv);
}

static void on_stream(void *self, const json_t *json)
{
    struct etcd_watch *w = self;
    const json_t *result = json_object_get(json, "result");
    const json_t *events = json_object_get(result, "events");
    if (json_is_true(json_object_get(result, "canceled"))) {
        if (etcd_number(result, "compact_revision") > 0)
            w->revision = 0;              /* what came between is gone: list again */
        etcd_request_cancel(&w->request); /* etcd leaves the stream open */
        begin_later(w);
        return;
    }
    if (!result)
        return; /* an error, and the end */
    backoff_reset(&w->backoff);
    etcd_store_works(w->store);
    w->telling = true;
    for (size_t i = 0; i < json_array_size(events) && w->watch; i++)
        take_event(w, json_array_get(events, i));
    w->telling = false;
    if (etcd_revision(result) > w->revision && json_array_size(events) > 0)
        w->revision = etcd_revision(result);
    if (!w->watch)
        free_watch(w);
}

static void on_stream_ended(void *self, int err, const char *why)
{
    struct etcd_watch *w = self;
    w->request = NULL;
    if (err < 0)
        etcd_store_failed(w->store, w->endpoint, why);
    begin_later(w);
}

static const struct etcd_request_ops stream_ops = {on_stream, on_stream_ended};

static void begin(struct etcd_watch *w)
{
    struct etcd_store *s = w->store;
    if (!etcd_store_has_token(s)) {
        begin_later(w);
        return;
    }
    w->endpoint = s->endpoint;
    json_t *body = w->revision ? etcd_watch_below(s->prefix, w->watch->prefix, w->revision + 1)
                   : w->page   ? json_incref(w->page)
                               : list_request(w);
    if (w->revision)
        w->request = etcd_store_post(s, "/v3/watch", body, true, &stream_ops, w);
    else
        w->request = etcd_store_post(s, "/v3/kv/range", body, false, &list_ops, w);
    json_decref(body);
}

static int on_retry(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)source;
    (void)now_us;
    begin(self);
    return 0;
}

/* ---- the whole ---- */

void etcd_watch_add(struct etcd_store *s, struct store_watch *watch)
{
    struct etcd_watch *w = ALLOC(struct etcd_watch);
    *w = (struct etcd_watch){
        .next = s->watches, .link = &s->watches, .store = s, .watch = watch};
    if (w->next)
        w->next->link = &w->next;
    s->watches = w;
    sd_event_add_time_relative(s->loop, &w->retry, CLOCK_MONOTONIC, 0, 1000, on_retry, w);
    sd_event_source_set_enabled(w->retry, SD_EVENT_OFF);
    begin(w);
}

void etcd_watch_remove(struct etcd_store *s, struct store_watch *watch)
{
    for (struct etcd_watch *w = s->watches; w; w = w->next) {
        if (w->watch != watch)
            continue;
        w->watch = NULL;
        if (!w->telling)
            free_watch(w);
        return;
    }
}

void etcd_watch_each_retry(struct etcd_store *s, void (*each)(sd_event_source *retry))
{
    for (struct etcd_watch *w = s->watches; w; w = w->next)
        each(w->retry);
}

void etcd_watch_fini(struct etcd_store *s)
{
    while (s->watches)
        free_watch(s->watches);
}
