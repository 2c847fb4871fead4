/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One request and its answer. */
#include <config.h>
#include "server/control/http_private.h"
#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the request ---- */

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

struct exchange *exchange_new(struct http *http, struct MHD_Connection *connection,
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

void exchange_free(struct exchange *e)
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

/* ---- its connection ---- */

void exchange_resume(struct exchange *e)
{
    if (!e->suspended)
        return;
    e->suspended = false;
    unlink_waiting(e);
    MHD_resume_connection(e->connection);
    http_run_soon(e->http);
}

void exchange_suspend(struct exchange *e)
{
    e->suspended = true;
    link_waiting(e);
    MHD_suspend_connection(e->connection);
}

/* ---- the answer ---- */

void http_add_header(struct http_exchange *x, const char *name, const char *value)
{
    struct exchange *e = exchange_of(x);
    free(e->header_value);
    e->header_name = name;
    e->header_value = alloc_text(value);
}

void exchange_answer(struct exchange *e, unsigned status, const char *type,
                     struct MHD_Response *response)
{
    e->response = response;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (e->header_name)
        MHD_add_response_header(response, e->header_name, e->header_value);
    e->status = status;
    e->answered = true;
    exchange_resume(e);
}

void http_answer_data(struct http_exchange *x, unsigned status, const char *type, void *data,
                      size_t n)
{
    exchange_answer(exchange_of(x), status, type,
                    MHD_create_response_from_buffer(n, data, MHD_RESPMEM_MUST_FREE));
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

enum MHD_Result exchange_send(struct exchange *e)
{
    struct MHD_Response *response = e->response;
    e->response = NULL;
    enum MHD_Result r = MHD_queue_response(e->connection, e->status, response);
    MHD_destroy_response(response);
    return r;
}
