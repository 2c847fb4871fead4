/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/etcd/etcd_http.h"
#include "base/alloc.h"
#include "base/bytes.h"
#include "base/secret.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

enum { SOCKETS_MOST = 64 };

struct etcd_socket {
    struct etcd_socket *next, **link;
    struct etcd_http *http;
    curl_socket_t fd;
    uint32_t events;
    sd_event_source *source;
};

struct etcd_http {
    sd_event *loop;
    struct etcd_tls tls;
    CURLM *multi;
    sd_event_source *timer; /* libcurl's */
    struct etcd_socket *sockets;
    struct etcd_request *requests;
    bool busy; /* inside libcurl, where requests may be neither added nor removed */
};

struct etcd_request {
    struct etcd_request *next, **link;
    struct etcd_http *http;
    CURL *curl;
    struct curl_slist *headers;
    char *body;
    struct bytes in;
    const struct etcd_request_ops *ops; /* NULL: cancelled, waits to be removed */
    void *self;
    bool waits; /* to be added */
    int err;    /* of ours, found while reading */
    char why[CURL_ERROR_SIZE];
};

/* ---- requests ---- */

static void free_request(struct etcd_request *r)
{
    if (!r->waits)
        curl_multi_remove_handle(r->http->multi, r->curl);
    curl_easy_cleanup(r->curl);
    curl_slist_free_all(r->headers);
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
    bytes_fini(&r->in);
    secret_wipe(r->body, strlen(r->body)); /* it may be a password */
    free(r->body);
    free(r);
}

static void add_request(struct etcd_request *r)
{
    r->waits = false;
    curl_multi_add_handle(r->http->multi, r->curl);
}

/* What was asked for while libcurl was busy. */
static void catch_up(struct etcd_http *http)
{
    http->busy = false;
    for (struct etcd_request *r = http->requests, *next; r; r = next) {
        next = r->next;
        if (!r->ops)
            free_request(r);
        else if (r->waits)
            add_request(r);
    }
}

/* False: the answer is no JSON. */
static bool tell(struct etcd_request *r, const char *text, size_t n)
{
    json_t *json = json_loadb(text, n, 0, NULL);
    if (json)
        r->ops->message(r->self, json);
    json_decref(json);
    return json != NULL;
}

/* Tells each line that is whole; the rest waits for more. */
static size_t on_data(char *data, size_t size, size_t n, void *self)
{
    struct etcd_request *r = self;
    size_t at = r->in.len, done = 0;
    bytes_put(&r->in, data, size * n);
    if (r->in.overflow)
        r->err = -EPROTO;
    for (uint8_t *end; r->ops && r->err == 0; at = done) {
        end = memchr(r->in.data + at, '\n', r->in.len - at);
        if (!end)
            break;
        size_t line = (size_t)(end - r->in.data) - done;
        if (line > 0 && !tell(r, (const char *)r->in.data + done, line))
            r->err = -EPROTO;
        done += line + 1;
    }
    bytes_consume(&r->in, done);
    return r->ops && r->err == 0 ? size * n : CURL_WRITEFUNC_ERROR;
}

static int error_of(const struct etcd_request *r, CURLcode code)
{
    if (r->err < 0)
        return r->err;
    if (code == CURLE_OPERATION_TIMEDOUT)
        return -ETIMEDOUT;
    if (code == CURLE_COULDNT_CONNECT)
        return -ECONNREFUSED;
    return code == CURLE_OK ? 0 : -EIO;
}

static void end_request(struct etcd_request *r, CURLcode code)
{
    const struct etcd_request_ops *ops = r->ops;
    int err = error_of(r, code);
    if (ops && err == 0 && r->in.len > 0 && !tell(r, (const char *)r->in.data, r->in.len))
        err = -EPROTO;
    ops = r->ops; /* it may have been cancelled in there */
    r->ops = NULL;
    if (ops)
        ops->ended(r->self, err,
                   err == -EPROTO ? "the answer is not what etcd says"
                   : *r->why      ? r->why
                                  : curl_easy_strerror(code));
    free_request(r);
}

static void end_requests(struct etcd_http *http)
{
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(http->multi, &left))) {
        struct etcd_request *r = NULL;
        CURLcode code = message->data.result;
        if (message->msg == CURLMSG_DONE &&
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&r) == CURLE_OK)
            end_request(r, code);
    }
}

static void act(struct etcd_http *http, curl_socket_t fd, int events)
{
    int running;
    http->busy = true;
    curl_multi_socket_action(http->multi, fd, events, &running);
    end_requests(http);
    catch_up(http);
}

/* ---- sockets and time ---- */

static int on_io(sd_event_source *source, int fd, uint32_t events, void *self)
{
    const struct etcd_socket *s = self;
    (void)source;
    act(s->http, fd,
        (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
            (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0));
    return 0;
}

static void drop_socket(struct etcd_socket *s)
{
    sd_event_source_disable_unref(s->source);
    *s->link = s->next;
    if (s->next)
        s->next->link = s->link;
    free(s);
}

static struct etcd_socket *take_socket(struct etcd_http *http, curl_socket_t fd)
{
    struct etcd_socket *s = ALLOC(struct etcd_socket);
    *s = (struct etcd_socket){http->sockets, &http->sockets, http, fd, 0, NULL};
    if (s->next)
        s->next->link = &s->next;
    http->sockets = s;
    curl_multi_assign(http->multi, fd, s);
    return s;
}

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *self, void *known)
{
    struct etcd_http *http = self;
    struct etcd_socket *s = known;
    (void)curl;
    if (what == CURL_POLL_REMOVE) {
        if (s)
            drop_socket(s);
        return 0;
    }
    if (!s)
        s = take_socket(http, fd);
    s->events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
    /* A loop that has ended takes no more sources; etcd_http_run looks at sockets itself.
     * libcurl must not be told: it leaves what it holds half done then. */
    if (s->source)
        sd_event_source_set_io_events(s->source, s->events);
    else if (sd_event_add_io(http->loop, &s->source, fd, s->events, on_io, s) < 0)
        s->source = NULL;
    return 0;
}

static int on_time(sd_event_source *source, uint64_t now_us, void *self)
{
    (void)source;
    (void)now_us;
    act(self, CURL_SOCKET_TIMEOUT, 0);
    return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *self)
{
    struct etcd_http *http = self;
    (void)multi;
    if (timeout_ms >= 0)
        sd_event_source_set_time_relative(http->timer, (uint64_t)timeout_ms * 1000);
    sd_event_source_set_enabled(http->timer, timeout_ms < 0 ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
    return 0;
}

/* ---- the whole ---- */

struct etcd_http *etcd_http_new(sd_event *loop, const struct etcd_tls *tls)
{
    CURLM *multi = curl_multi_init();
    if (!multi)
        return NULL;
    struct etcd_http *http = ALLOC(struct etcd_http);
    *http = (struct etcd_http){.loop = sd_event_ref(loop), .tls = *tls, .multi = multi};
    sd_event_add_time_relative(loop, &http->timer, CLOCK_MONOTONIC, 0, 1000, on_time, http);
    sd_event_source_set_enabled(http->timer, SD_EVENT_OFF);
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, http);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, http);
    return http;
}

void etcd_http_free(struct etcd_http **http)
{
    struct etcd_http *h = *http;
    *http = NULL;
    if (!h)
        return;
    while (h->requests)
        free_request(h->requests);
    curl_multi_cleanup(h->multi);
    while (h->sockets)
        drop_socket(h->sockets);
    sd_event_source_disable_unref(h->timer);
    sd_event_unref(h->loop);
    free(h);
}

static void set_tls(CURL *curl, const struct etcd_tls *tls)
{
    if (tls->ca)
        curl_easy_setopt(curl, CURLOPT_CAINFO, tls->ca);
    if (tls->certificate)
        curl_easy_setopt(curl, CURLOPT_SSLCERT, tls->certificate);
    if (tls->key)
        curl_easy_setopt(curl, CURLOPT_SSLKEY, tls->key);
}

static void set_options(struct etcd_request *r, const char *url, bool stream)
{
    CURL *curl = r->curl;
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, r->headers);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, r);
    curl_easy_setopt(curl, CURLOPT_PRIVATE, r);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, r->why);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)ETCD_CONNECT_MS);
    /* A peer that went without a word. */
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPIDLE, 10L);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPINTVL, 5L);
    if (!stream)
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ETCD_ANSWER_MS);
    set_tls(curl, &r->http->tls);
}

struct etcd_request *etcd_http_post(struct etcd_http *http, const char *url, const char *token,
                                    const json_t *body, bool stream,
                                    const struct etcd_request_ops *ops, void *self)
{
    struct etcd_request *r = ALLOC(struct etcd_request);
    r->next = http->requests;
    r->link = &http->requests;
    if (r->next)
        r->next->link = &r->next;
    http->requests = r;
    r->http = http;
    r->ops = ops;
    r->self = self;
    r->body = json_dumps(body, JSON_COMPACT);
    bytes_init(&r->in, ETCD_ANSWER_MOST);
    r->headers = curl_slist_append(NULL, "Content-Type: application/json");
    if (token) {
        char *header = alloc_printf("Authorization: %s", token);
        r->headers = curl_slist_append(r->headers, header);
        free(header);
    }
    r->curl = curl_easy_init();
    set_options(r, url, stream);
    r->waits = true;
    if (!http->busy)
        add_request(r);
    return r;
}

void etcd_request_cancel(struct etcd_request **request)
{
    struct etcd_request *r = *request;
    *request = NULL;
    if (!r)
        return;
    r->ops = NULL;
    if (!r->http->busy)
        free_request(r);
}

/* ---- without the loop ---- */

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void run_some(struct etcd_http *http)
{
    struct pollfd polls[SOCKETS_MOST];
    nfds_t n = 0;
    long wait_ms = 100;
    for (const struct etcd_socket *s = http->sockets; s && n < SOCKETS_MOST; s = s->next)
        polls[n++] = (struct pollfd){.fd = s->fd, .events = (short)s->events};
    curl_multi_timeout(http->multi, &wait_ms);
    poll(polls, n, wait_ms < 0 || wait_ms > 100 ? 100 : (int)wait_ms);
    for (nfds_t i = 0; i < n; i++)
        if (polls[i].revents)
            act(http, polls[i].fd,
                (polls[i].revents & POLLIN ? CURL_CSELECT_IN : 0) |
                    (polls[i].revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
                    (polls[i].revents & (POLLERR | POLLHUP) ? CURL_CSELECT_ERR : 0));
    act(http, CURL_SOCKET_TIMEOUT, 0);
}

void etcd_http_run(struct etcd_http *http, bool (*done)(void *self), void *self, int timeout_ms)
{
    int64_t end_ms = clock_ms() + timeout_ms;
    while (!done(self) && clock_ms() < end_ms)
        run_some(http);
}
