/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A conversation with one method: what a client sends, in pieces, and all that comes back.
 * Wraps nothing and checks no password: a test says what comes of those.
 */
#ifndef HF_TESTS_UNIT_AUTH_TALK_H
#define HF_TESTS_UNIT_AUTH_TALK_H

#include "auth/method.h"
#include "tests/unit/hex.h"

struct talk {
    struct auth_method *method;
    struct bytes in, out;
    struct auth_verdict verdict;
};

static inline void talk_init(struct talk *t, struct auth_method *(*start)(struct bytes *out))
{
    *t = (struct talk){0};
    bytes_init(&t->in, SIZE_MAX);
    bytes_init(&t->out, SIZE_MAX);
    t->method = start(&t->out);
}

/* Sends n bytes more; returns the step. What the method leaves alone waits for the next time.
 */
static inline enum auth_step talk_send(struct talk *t, const void *data, size_t n)
{
    bytes_put(&t->in, data, n);
    struct reader r = reader_over(t->in.data, t->in.len);
    enum auth_step step = t->method->ops->feed(t->method, &r, &t->out, &t->verdict);
    bytes_consume(&t->in, t->in.len - reader_left(&r));
    return step;
}

/* Sends these bytes (see tests/unit/hex.h), `at_once` at a time (0: all), until a step. */
static inline enum auth_step talk_send_hex(struct talk *t, const char *hex, size_t at_once)
{
    struct bytes all;
    enum auth_step step = AUTH_MORE;
    hex_init(&all, hex);
    for (size_t at = 0; at < all.len && step == AUTH_MORE;) {
        size_t n = at_once && at_once < all.len - at ? at_once : all.len - at;
        step = talk_send(t, all.data + at, n);
        at += n;
    }
    bytes_fini(&all);
    return step;
}

static inline void talk_fini(struct talk *t)
{
    if (t->method)
        t->method->ops->free(t->method);
    bytes_fini(&t->in);
    bytes_fini(&t->out);
}

#endif
