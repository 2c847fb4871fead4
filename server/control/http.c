/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/control/http.h"
#include "base/alloc.h"
#include "server/control/http_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum { CONNECTIONS_MOST = 64, IDLE_S_MOST = 30 };

/* ---- libmicrohttpd ---- */

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
    return exchange_send(e);
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
        return exchange_send(e);
    exchange_suspend(e);
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

/* A resumed connection wakes nobody when libmicrohttpd has no thread of its own; running it
 * here might re-enter it. */
void http_run_soon(struct http *http)
{
    http->resumed = true;
    sd_event_source_set_time_relative(http->timer, 0);
    sd_event_source_set_enabled(http->timer, SD_EVENT_ONESHOT);
}

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
