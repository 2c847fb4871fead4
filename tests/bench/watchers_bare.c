/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Watchers that only count: a connection to etcd's JSON gateway for each watch. */
#include <config.h>
#include "base/alloc.h"
#include "server/etcd/etcd_words.h"
#include "tests/bench/measure.h"
#include "tests/bench/synthetic.h"
#include "tests/bench/watchers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 64, READ_AT_ONCE = 65536 };

/* A text that is looked for in what comes piece by piece; none here begins anew inside itself.
 */
struct finder {
    const char *text;
    unsigned at;
};

struct bare {
    int fd;
    bool counts;
    struct finder created, event;
    uint64_t seen;
};

static bool found(struct finder *f, char c)
{
    f->at = c == f->text[f->at] ? f->at + 1 : c == f->text[0];
    if (f->text[f->at])
        return false;
    f->at = 0;
    return true;
}

static int dial(const char *url)
{
    unsigned port = 0;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sscanf(strrchr(url, ':'), ":%u", &port);
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (fd < 0 || connect(fd, (struct sockaddr *)&in, sizeof(in)) != 0)
        measure_fail("etcd", strerror(errno));
    return fd;
}

static void ask(int fd, const char *prefix)
{
    json_t *body = etcd_watch_below("holdfast/", prefix, 0);
    char *text = json_dumps(body, JSON_COMPACT);
    char *request =
        alloc_printf("POST /v3/watch HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                     "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                     strlen(text), text);
    if (send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        measure_fail("etcd", strerror(errno));
    free(request);
    free(text);
    json_decref(body);
}

static void read_some(struct watch_board *board, struct bare *b)
{
    static char data[READ_AT_ONCE];
    ssize_t n = recv(b->fd, data, sizeof(data), 0);
    uint64_t now_us = synthetic_now_us();
    if (n <= 0)
        measure_fail("etcd", "it closes a watch");
    if (b->counts)
        atomic_fetch_add_explicit(&board->bytes, (uint64_t)n, memory_order_relaxed);
    for (ssize_t i = 0; i < n; i++) {
        if (found(&b->created, data[i]))
            atomic_fetch_add(&board->ready, 1);
        if (found(&b->event, data[i]) && b->counts)
            watchers_saw(board, b->seen++, now_us);
    }
}

static void begin(const struct watchers *w, int epoll, const char *prefix)
{
    struct bare *b = ALLOC(struct bare);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = b};
    *b = (struct bare){.fd = dial(w->url),
                       .counts = prefix == w->prefixes[0],
                       .created = {.text = "\"created\":true"},
                       .event = {.text = "\"kv\":{"}};
    ask(b->fd, prefix);
    epoll_ctl(epoll, EPOLL_CTL_ADD, b->fd, &event);
}

void watchers_run_bare(void *self)
{
    const struct watchers *w = self;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < w->n; i++)
        for (unsigned p = 0; w->prefixes[p]; p++)
            begin(w, epoll, w->prefixes[p]);
    for (;;) {
        struct epoll_event events[EVENTS_AT_ONCE];
        int n = epoll_wait(epoll, events, EVENTS_AT_ONCE, -1);
        for (int i = 0; i < n; i++)
            read_some(w->board, events[i].data.ptr);
    }
}
