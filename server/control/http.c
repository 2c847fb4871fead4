/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/http.h"
#include "base/alloc.h"
#include "base/bytes.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { CONNECTIONS_MOST = 64, IDLE_S_MOST = 30 };

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

static struct exchange *exchange_of(struct http_exchange *x)
{
    return (struct exchange *)x;
}

/* ---- requests ---- */

static struct ucred peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct ucred peer = {.uid = (uid_t)-1, .gid = (gid_t)-1};
    socklen_t len = sizeof(peer);
    if (info)
        getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
    return peer;
}

static struct exchange *exchange_new(struct http *http, struct MHD_Connection *connection,
                                     const char *method, const char *path)
{
    struct exchange *e = ALLOC(struct exchange);
    e->http = http;
    e->connection = connection;
    e->method = alloc_text(method);
    e->path = alloc_text(path);
    e->x.peer = peer_of(connection);
    bytes_init(&e->body, HTTP_BODY_MOST + 1);
    bytes_init(&e->out, HTTP_STREAM_MOST);
    return e;
}

static void unlink_waiting(struct exchange *e)
{
    if (!e->link)
        return;
    *e->link = e->next;
    if (e->next)
        e->next->link = e->link;
    e->link = NULL;
}

static void link_waiting(struct exchange *e)
{
    e->next = e->http->waiting;
    e->link = &e->http->waiting;
    if (e->next)
        e->next->link = &e->next;
    e->http->waiting = e;
}

static void exchange_free(struct exchange *e)
{
    if (e->dispatched && (!e->answered || (e->streams && !e->ended)) && e->x.on_gone)
        e->x.on_gone(&e->x);
    unlink_waiting(e);
    if (e->response)
        MHD_destroy_response(e->response);
    bytes_fini(&e->body);
    bytes_fini(&e->out);
    free(e->header_value);
    free(e->method);
    free(e->path);
    free(e);
}

const char *http_query(const struct http_exchange *x, const char *key)
{
    return MHD_lookup_connection_value(((const struct exchange *)x)->connection,
                                       MHD_GET_ARGUMENT_KIND, key);
}

/* ---- answers ---- */

/* A resumed connection wakes nobody when libmicrohttpd has no thread of its own; running it
 * here might re-enter it. */
static void run_soon(struct http *http)
{
    http->resumed = true;
    sd_event_source_set_time_relative(http->timer, 0);
    sd_event_source_set_enabled(http->timer, SD_EVENT_ONESHOT);
}

void http_add_header(struct http_exchange *x, const char *name, const char *value)
{
    struct exchange *e = exchange_of(x);
    free(e->header_value);
    e->header_name = name;
    e->header_value = alloc_text(value);
}

static void resume(struct exchange *e)
{
    if (!e->suspended)
        return;
    e->suspended = false;
    unlink_waiting(e);
    MHD_resume_connection(e->connection);
    run_soon(e->http);
}

static void suspend(struct exchange *e)
{
    e->suspended = true;
    link_waiting(e);
    MHD_suspend_connection(e->connection);
}

void http_answer_data(struct http_exchange *x, unsigned status, const char *type, void *data,
                      size_t n)
{
    struct exchange *e = exchange_of(x);
    e->response = MHD_create_response_from_buffer(n, data, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(e->response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(e->response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (e->header_name)
        MHD_add_response_header(e->response, e->header_name, e->header_value);
    e->status = status;
    e->answered = true;
    resume(e);
}

/* ---- answers that go on ---- */

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
        suspend(e);
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
    e->response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, read_stream, e, NULL);
    MHD_add_response_header(e->response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(e->response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    e->status = MHD_HTTP_OK;
    e->answered = true;
    resume(e);
}

void http_stream_put(struct http_exchange *x, const void *data, size_t n)
{
    struct exchange *e = exchange_of(x);
    bytes_put(&e->out, data, n);
    resume(e);
}

void http_stream_end(struct http_exchange *x)
{
    struct exchange *e = exchange_of(x);
    e->ended = true;
    resume(e);
}

void http_answer_json(struct http_exchange *x, unsigned status, json_t *body)
{
    char *text = json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(body);
    if (!text)
        text = alloc_text("null");
    http_answer_data(x, status, "application/json", text, strlen(text));
}

void http_answer_error(struct http_exchange *x, unsigned status, const char *format, ...)
{
    char *text;
    va_list args;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = alloc_text("out of memory");
    va_end(args);
    json_t *error = json_string(text);
    if (!error) /* not UTF-8: it quoted what the client sent */
        error = json_string("the request holds text that is not UTF-8");
    free(text);
    http_answer_json(x, status, json_pack("{s:o}", "error", error));
}

/* ---- libmicrohttpd ---- */

static enum MHD_Result queue_answer(struct exchange *e)
{
    struct MHD_Response *response = e->response;
    e->response = NULL;
    enum MHD_Result r = MHD_queue_response(e->connection, e->status, response);
    MHD_destroy_response(response);
    return r;
}

static void dispatch(struct exchange *e)
{
    bytes_put_u8(&e->body, 0);
    e->x.method = e->method;
    e->x.path = e->path;
    e->x.body = (const char *)e->body.data;
    e->x.body_len = e->body.len - 1;
    e->dispatched = true;
    e->http->on_request(e->http->self, &e->x);
}

static bool announces_too_much(struct MHD_Connection *connection)
{
    const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
                                                   MHD_HTTP_HEADER_CONTENT_LENGTH);
    return text && strtoull(text, NULL, 10) > HTTP_BODY_MOST;
}

static enum MHD_Result begin(struct http *http, struct MHD_Connection *connection,
                             const char *path, const char *method, void **exchange_r)
{
    struct exchange *e = exchange_new(http, connection, method, path);
    *exchange_r = e;
    if (!announces_too_much(connection))
        return MHD_YES;
    e->dispatched = true;
    http_answer_error(&e->x, MHD_HTTP_CONTENT_TOO_LARGE, "a request has at most %d bytes",
                      HTTP_BODY_MOST);
    return queue_answer(e);
}

/* A body of unknown length that grows too long ends the connection: answers come behind whole
 * bodies only. */
static enum MHD_Result take_body(struct exchange *e, const char *data, size_t *n)
{
    if (e->body.len + *n > HTTP_BODY_MOST)
        return MHD_NO;
    bytes_put(&e->body, data, *n);
    *n = 0;
    return MHD_YES;
}

static enum MHD_Result on_access(void *self, struct MHD_Connection *connection,
                                 const char *path, const char *method, const char *version,
                                 const char *data, size_t *n, void **exchange)
{
    struct exchange *e = *exchange;
    (void)version;
    if (!e)
        return begin(self, connection, path, method, exchange);
    if (*n)
        return take_body(e, data, n);
    if (!e->dispatched)
        dispatch(e);
    if (e->answered)
        return queue_answer(e);
    suspend(e);
    return MHD_YES;
}

static void on_completed(void *self, struct MHD_Connection *connection, void **exchange,
                         enum MHD_RequestTerminationCode code)
{
    (void)self;
    (void)connection;
    (void)code;
    if (*exchange)
        exchange_free(*exchange);
    *exchange = NULL;
}

/* Paths are decoded part by part by whoever knows the parts. */
static size_t on_unescape(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text);
}

/* ---- loop ---- */

static void arm_timer(struct http *http)
{
    MHD_UNSIGNED_LONG_LONG ms;
    bool wanted = MHD_get_timeout(http->daemon, &ms) == MHD_YES;
    if (http->resumed) { /* from within; the library counts it with its next run only */
        wanted = true;
        ms = 0;
    }
    sd_event_source_set_enabled(http->timer, wanted ? SD_EVENT_ONESHOT : SD_EVENT_OFF);
    if (wanted)
        sd_event_source_set_time_relative(http->timer, ms * 1000);
}

static int on_io(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct http *http = self;
    (void)source;
    (void)fd;
    (void)events;
    http->resumed = false;
    MHD_run(http->daemon);
    arm_timer(http);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)now_us;
    return on_io(source, -1, 0, self);
}

static struct MHD_Daemon *start_daemon(struct http *http, int listen_fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_access, http,
        MHD_OPTION_LISTEN_SOCKET, listen_fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MOST, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S_MOST,
        MHD_OPTION_END);
}

int http_start(struct http **http_r, sd_event *loop, int listen_fd,
               void (*on_request)(void *self, struct http_exchange *x), void *self)
{
    struct http *http = ALLOC(struct http);
    http->on_request = on_request;
    http->self = self;
    http->daemon = start_daemon(http, listen_fd);
    const union MHD_DaemonInfo *info =
        http->daemon ? MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    int r =
        info ? sd_event_add_io(loop, &http->io, info->epoll_fd, EPOLLIN, on_io, http) : -EIO;
    if (r >= 0)
        r = sd_event_add_time_relative(loop, &http->timer, CLOCK_MONOTONIC, 0, 0, on_timer,
                                       http);
    if (r < 0) {
        http_stop(&http);
        return r;
    }
    *http_r = http;
    return 0;
}

void http_stop(struct http **http_at)
{
    struct http *http = *http_at;
    *http_at = NULL;
    if (!http)
        return;
    while (http->waiting) {
        struct http_exchange *x = &http->waiting->x;
        if (x->on_gone)
            x->on_gone(x);
        http_answer_error(x, MHD_HTTP_SERVICE_UNAVAILABLE, "the daemon is stopping");
    }
    if (http->daemon) {
        MHD_quiesce_daemon(http->daemon);
        MHD_run(http->daemon); /* resumes */
        MHD_run(http->daemon); /* sends */
        MHD_stop_daemon(http->daemon);
    }
    sd_event_source_disable_unref(http->io);
    sd_event_source_disable_unref(http->timer);
    free(http);
}
