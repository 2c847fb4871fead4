/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP on a listening socket, served from the loop by libmicrohttpd: whole requests in, whole
 * answers out, at once or later. Knows no machines and no commands.
 */
#ifndef HF_SERVER_CONTROL_HTTP_H
#define HF_SERVER_CONTROL_HTTP_H

#include <jansson.h>
#include <stddef.h>
#include <sys/socket.h>
#include <systemd/sd-event.h>

enum { HTTP_BODY_MOST = 64 << 10 }; /* bytes of a request's body; more is answered 413 */

struct http;

/* One request and its answer. */
struct http_exchange {
    const char *method;
    const char *path; /* percent-encoded, without query */
    const char *body; /* zero-terminated */
    size_t body_len;
    struct ucred peer; /* who asks (SO_PEERCRED); uid -1 when unknown */
    /*
     * Set by whoever answers later: called instead of the answer when there is nobody to give
     * it to any more. The exchange must not be used afterwards. May be NULL.
     */
    void (*on_gone)(struct http_exchange *x);
    void *self; /* the handler's */
};

/* A query value, as sent (percent-encoded), or NULL. Holds as long as the exchange. */
const char *http_query(const struct http_exchange *x, const char *key);

/*
 * Each request is answered exactly once by one of these, from on_request or later in the loop.
 * After the call x belongs to libmicrohttpd alone.
 */
void http_answer_json(struct http_exchange *x, unsigned status,
                      json_t *body); /* takes body over */
void http_answer_data(struct http_exchange *x, unsigned status, const char *type, void *data,
                      size_t n); /* frees data */
/* {"error": text}; the text says what to do. */
void http_answer_error(struct http_exchange *x, unsigned status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * An answer that goes on: after http_stream_begin, bytes as they come. What the client has not
 * taken is kept, up to HTTP_STREAM_MOST; then it is cut off. on_gone is called when it is over
 * for another cause than http_stream_end.
 */
enum { HTTP_STREAM_MOST = 256 << 10 };
void http_stream_begin(struct http_exchange *x, const char *type);
void http_stream_put(struct http_exchange *x, const void *data, size_t n);
/* What was put still goes out; x must not be used any more. */
void http_stream_end(struct http_exchange *x);
/* A header of the answer, given before the answer itself. */
void http_add_header(struct http_exchange *x, const char *name, const char *value);

/* Serves a listening, non-blocking socket, which stays the caller's. 0 or -errno. */
int http_start(struct http **http_r, sd_event *loop, int listen_fd,
               void (*on_request)(void *self, struct http_exchange *x), void *self);
/* Requests without an answer are told 503. */
void http_stop(struct http **http);

#endif
