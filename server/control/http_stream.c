/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answers that go on. */
#include <config.h>
#include "server/control/http_private.h"

#include <string.h>

/* Without anything to give, the connection sleeps: a reader that returns 0 would be asked again
 * at once. */
static ssize_t read_stream(void *self, uint64_t at, char *to, size_t n)
{
    struct exchange *e = self;
    (void)at;
    if (e->out.overflow)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    if (!e->out.len && e->ended)
        return MHD_CONTENT_READER_END_OF_STREAM;
    if (!e->out.len) {
        exchange_suspend(e);
        return 0;
    }
    n = n < e->out.len ? n : e->out.len;
    memcpy(to, e->out.data, n);
    bytes_consume(&e->out, n);
    return (ssize_t)n;
}

void http_stream_begin(struct http_exchange *x, const char *type)
{
    struct exchange *e = exchange_of(x);
    e->streams = true;
    exchange_answer(
        e, MHD_HTTP_OK, type,
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, e, NULL));
}

void http_stream_put(struct http_exchange *x, const void *data, size_t n)
{
    struct exchange *e = exchange_of(x);
    bytes_put(&e->out, data, n);
    exchange_resume(e);
}

void http_stream_end(struct http_exchange *x)
{
    struct exchange *e = exchange_of(x);
    e->ended = true;
    exchange_resume(e);
}
