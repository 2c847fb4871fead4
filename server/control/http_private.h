/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of http only: http.c the loop and libmicrohttpd, http_exchange.c one
 * request and its answer, http_stream.c answers that go on. */
#ifndef HF_SERVER_CONTROL_HTTP_PRIVATE_H
#define HF_SERVER_CONTROL_HTTP_PRIVATE_H

#include <microhttpd.h>
#include <stdbool.h>

#include "base/bytes.h"
#include "server/control/http.h"

struct http {
    sd_event_source *io, *timer;
    struct MHD_Daemon *daemon;
    bool resumed; /* something was, since libmicrohttpd ran last, or while it does */
    void (*on_request)(void *self, struct http_exchange *x);
    void *self;
    struct exchange *waiting; /* suspended ones */
};

struct exchange {
    struct http_exchange x; /* first */
    struct http *http;
    struct exchange *next, **link; /* while suspended */
    struct MHD_Connection *connection;
    char *method, *path;
    struct bytes body;
    bool dispatched, answered, suspended;
    bool streams, ended;     /* an answer that goes on; it has all that it shall have */
    struct bytes out;        /* of it, that the client has not taken */
    const char *header_name; /* static */
    char *header_value;
    struct MHD_Response *response;
    unsigned status;
};

static inline struct exchange *exchange_of(struct http_exchange *x)
{
    return (struct exchange *)x;
}

/* Of a request whose body is still to come. */
struct exchange *exchange_new(struct http *http, struct MHD_Connection *connection,
                              const char *method, const char *path);
/* Tells whoever would still answer that there is nobody to answer to. */
void exchange_free(struct exchange *e);
/* The connection sleeps until there is more to send, and goes on. */
void exchange_suspend(struct exchange *e);
void exchange_resume(struct exchange *e);
/* The answer is known, but for its bytes: of this type, of these bytes or in parts. */
void exchange_answer(struct exchange *e, unsigned status, const char *type,
                     struct MHD_Response *response);
/* Gives the answer to libmicrohttpd. */
enum MHD_Result exchange_send(struct exchange *e);
/* libmicrohttpd runs when the loop comes round. */
void http_run_soon(struct http *http);

#endif
