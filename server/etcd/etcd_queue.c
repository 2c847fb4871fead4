/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Operations on etcd, one after the other, each until it is answered. */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/etcd/etcd_private.h"

#include <errno.h>
#include <stdlib.h>

static void go_on(struct etcd_store *s);

static void forget_pages(struct etcd_op *op)
{
    json_decref(op->page);
    json_decref(op->kvs);
    op->page = op->kvs = NULL;
    op->pages = 0;
}

static void free_op(struct etcd_op *op)
{
    forget_pages(op);
    json_decref(op->body);
    free(op);
}

/* Takes the first one out: whoever is told may ask for more. */
static struct etcd_op *take_first(struct etcd_store *s)
{
    struct etcd_op *op = s->first;
    s->first = op->next;
    if (!s->first)
        s->last = &s->first;
    s->n_ops--;
    return op;
}

static void refuse_first(struct etcd_store *s, int err)
{
    struct etcd_op *op = take_first(s);
    etcd_op_tell(s, op, &(struct store_answer){.err = err});
    free_op(op);
}

static void answer_first(struct etcd_store *s, const json_t *answer)
{
    struct etcd_op *op = take_first(s);
    op->kind->answer(s, op, answer);
    free_op(op);
}

static void wait_to_retry(struct etcd_store *s)
{
    sd_event_source_set_time_relative(s->retry,
                                      backoff_next_us(&s->backoff, etcd_store_random()));
    sd_event_source_set_enabled(s->retry, SD_EVENT_ONESHOT);
}

static void try_later(struct etcd_store *s, const char *why)
{
    etcd_store_failed(s, s->asked, why);
    wait_to_retry(s);
}

/* Of a list: keeps what came; whether there is more to ask for. */
static bool turn_page(struct etcd_op *op, const json_t *answer)
{
    if (op->kind != &etcd_op_get)
        return false;
    if (!op->page) {
        op->page = json_deep_copy(op->body);
        op->kvs = json_array();
    }
    json_array_extend(op->kvs, json_object_get(answer, "kvs"));
    op->pages++;
    return etcd_range_next(op->page, answer);
}

static void take_good_answer(struct etcd_store *s, const json_t *answer)
{
    etcd_store_works(s);
    if (!turn_page(s->first, answer)) {
        answer_first(s, answer);
    } else if (s->first->pages >= ETCD_PAGES_MOST) {
        log_error("etcd: a list of more than %d keys is not read", ETCD_PAGES_MOST * ETCD_PAGE);
        refuse_first(s, -EIO);
    }
}

static void take_answer(struct etcd_store *s, const json_t *answer)
{
    const char *why;
    switch (etcd_failure_of(answer, &why)) {
    case ETCD_FINE:
        take_good_answer(s, answer);
        return;
    case ETCD_OUT_OF_RANGE: /* compacted between two pages: from the first one on */
        forget_pages(s->first);
        wait_to_retry(s);
        return;
    case ETCD_NOT_FOUND: /* a lease */
        refuse_first(s, -ENOENT);
        return;
    case ETCD_UNAUTHENTICATED: /* the token got old: another one */
        etcd_store_forget_token(s);
        if (s->user)
            wait_to_retry(s);
        else
            try_later(s, why);
        return;
    case ETCD_INVALID:
        log_error("etcd refuses what it is asked: %s", why);
        refuse_first(s, -EIO);
        return;
    default: /* no leader, too slow, no space: it may pass */
        try_later(s, why);
    }
}

static void on_message(void *self, const json_t *json)
{
    struct etcd_store *s = self;
    json_decref(s->answer);
    s->answer = json_deep_copy(json);
}

static void on_ended(void *self, int err, const char *why)
{
    struct etcd_store *s = self;
    json_t *answer = s->answer;
    s->answer = NULL;
    s->request = NULL;
    if (err == 0 && json_is_object(answer))
        take_answer(s, answer);
    else
        try_later(s, err == 0 ? "no answer" : why);
    json_decref(answer);
    go_on(s);
}

static const struct etcd_request_ops op_ops = {on_message, on_ended};

/* ---- who we are there ---- */

static void on_token(void *self, int err, const char *why)
{
    struct etcd_store *s = self;
    json_t *answer = s->answer;
    const char *token = json_string_value(json_object_get(answer, "token"));
    s->answer = NULL;
    s->request = NULL;
    if (token)
        s->token = alloc_text(token);
    else if (err == 0)
        etcd_failure_of(answer, &why);
    if (!token)
        try_later(s, why);
    json_decref(answer);
    go_on(s);
}

static const struct etcd_request_ops token_ops = {on_message, on_token};

static void log_in(struct etcd_store *s)
{
    json_t *body = json_pack("{s:s, s:s}", "name", s->user, "password", s->password);
    s->request = etcd_store_post(s, "/v3/auth/authenticate", body, false, &token_ops, s);
    json_decref(body);
}

/* Begins with the first operation, unless it is under way or waits. */
static void go_on(struct etcd_store *s)
{
    int waits = SD_EVENT_OFF;
    sd_event_source_get_enabled(s->retry, &waits);
    if (s->request || waits != SD_EVENT_OFF || !s->first)
        return;
    if (s->first->err < 0) {
        refuse_first(s, s->first->err);
        sd_event_source_set_time_relative(s->retry, 0);
        sd_event_source_set_enabled(s->retry, SD_EVENT_ONESHOT);
        return;
    }
    s->asked = s->endpoint;
    if (s->user && !s->token)
        log_in(s);
    else
        s->request = etcd_store_post(s, s->first->kind->path,
                                     s->first->page ? s->first->page : s->first->body, false,
                                     &op_ops, s);
}

bool etcd_store_has_token(struct etcd_store *s)
{
    if (s->user && !s->token && !s->first) /* any operation brings one */
        etcd_queue_add(s, &etcd_op_get, etcd_range(s->prefix, "", NULL), NULL, NULL);
    return !s->user || s->token;
}

static int on_retry(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)source;
    (void)now_us;
    go_on(self);
    return 0;
}

void etcd_queue_add(struct etcd_store *s, const struct etcd_op_kind *kind, json_t *body,
                    store_done *done, void *self)
{
    struct etcd_op *op = ALLOC(struct etcd_op);
    *op = (struct etcd_op){.kind = kind, .body = body, .done = done, .self = self};
    op->err = s->n_ops >= STORE_ETCD_WAITING_MOST ? -EIO : 0;
    *s->last = op;
    s->last = &op->next;
    s->n_ops++;
    go_on(s);
}

void etcd_queue_init(struct etcd_store *s)
{
    s->last = &s->first;
    sd_event_add_time_relative(s->loop, &s->retry, CLOCK_MONOTONIC, 0, 1000, on_retry, s);
    sd_event_source_set_enabled(s->retry, SD_EVENT_OFF);
}

/* The loop's timer does not run out here: what waits for it is tried with each look. */
static bool is_done(void *self)
{
    struct etcd_store *s = self;
    if (!s->request && s->first) {
        sd_event_source_set_enabled(s->retry, SD_EVENT_OFF);
        go_on(s);
    }
    return !s->first;
}

void etcd_queue_run(struct etcd_store *s, int timeout_ms)
{
    etcd_http_run(s->http, is_done, s, timeout_ms);
}

void etcd_queue_fini(struct etcd_store *s)
{
    etcd_request_cancel(&s->request);
    sd_event_source_disable_unref(s->retry);
    while (s->first)
        free_op(take_first(s));
    json_decref(s->answer);
}
