/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/link_listener.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/address.h"
#include "server/cluster/link_socket.h"
#include "server/cluster/link_told.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BACKLOG 128
#define ACCEPTS_AT_ONCE 8 /* each is a handshake; then others have their turn */
#define PAUSE_US 200000   /* when there are no descriptors left */
/* Handshakes are computed in the loop: strangers get a small part of its time. */
#define CALL_US 10000   /* 100 calls a second */
#define BURST_US 640000 /* and 64 at once */

enum { ADDRESS_SIZE = INET6_ADDRSTRLEN + 16 }; /* "[2001:db8::1]:5999" */

/* A connection that has not said who it is. */
struct waiting {
    struct waiting *next;
    struct link_listener *listener;
    struct link *link;
    char address[ADDRESS_SIZE];
};

struct link_listener {
    struct link_listener_options o; /* node is our copy */
    int fd;
    sd_event_source *io, *pause;
    char address[ADDRESS_SIZE];
    struct waiting *oldest, **end;
    unsigned n_waiting;
    bool starved; /* the last accept failed for want of descriptors or memory */
    struct link_told told;
    uint64_t paid_us; /* until when the calls that were taken use up the share of all */
};

static void address_text(const struct sockaddr_storage *sa, char *text_r, size_t size)
{
    char host[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *in = (const struct sockaddr_in *)sa;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sa;
    if (sa->ss_family == AF_INET) {
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        snprintf(text_r, size, "%s:%u", host, ntohs(in->sin_port));
    } else {
        inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
        snprintf(text_r, size, "[%s]:%u", host, ntohs(in6->sin6_port));
    }
}

static uint64_t now_us(const struct link_listener *l)
{
    uint64_t now = 0;
    sd_event_now(l->o.loop, CLOCK_MONOTONIC, &now);
    return now;
}

/* ---- those that wait ---- */

static void unlist(struct waiting *w)
{
    struct link_listener *l = w->listener;
    struct waiting **at = &l->oldest;
    while (*at != w)
        at = &(*at)->next;
    *at = w->next;
    if (l->end == &w->next)
        l->end = at;
    l->n_waiting--;
}

static void drop(struct waiting *w)
{
    unlist(w);
    link_free(&w->link);
    free(w);
}

static bool on_up(void *self, struct link *link, const char *node, const char **why_r)
{
    struct waiting *w = self;
    struct link_listener *l = w->listener;
    if (!l->o.on_link(l->o.self, link, node, why_r))
        return false;
    unlist(w);
    free(w);
    return true;
}

/* Who is up has another owner. */
static const char *on_message(void *self, enum link_type type, struct reader *payload)
{
    (void)self;
    (void)type;
    (void)payload;
    return "nobody listens";
}

/* The same of the same host is told now and then only. */
static void complain(struct link_listener *l, const char *address, const char *why)
{
    char line[LINK_TOLD_LINE];
    snprintf(line, sizeof(line), "%.*s: %s", (int)(strrchr(address, ':') - address), address,
             why);
    if (!link_told(&l->told, line, now_us(l)))
        log_warning("cluster: the call from %s came to nothing: %s", address, why);
}

static void on_down(void *self, const char *why)
{
    struct waiting *w = self;
    complain(w->listener, w->address, why);
    drop(w);
}

static const struct link_owner_ops waiting_ops = {
    .up = on_up, .message = on_message, .down = on_down};

static void take(struct link_listener *l, int fd, const struct sockaddr_storage *peer)
{
    struct waiting *w = ALLOC(struct waiting);
    const struct link_options options = {.loop = l->o.loop,
                                         .node = l->o.node,
                                         .ops = &waiting_ops,
                                         .self = w,
                                         .hello_ms = l->o.hello_ms};
    if (l->n_waiting == LINK_LISTENER_WAITING_MOST) {
        complain(l, l->oldest->address, "there were too many at once");
        drop(l->oldest);
    }
    w->listener = l;
    address_text(peer, w->address, sizeof(w->address));
    *l->end = w;
    l->end = &w->next;
    l->n_waiting++;
    link_socket_prepare(fd);
    w->link = link_socket_open(fd, l->o.credentials, &options);
}

/* ---- accepting ---- */

static int on_pause_over(sd_event_source *source, uint64_t usec, void *self)
{
    struct link_listener *l = self;
    (void)source;
    (void)usec;
    sd_event_source_set_enabled(l->io, SD_EVENT_ON);
    return 0;
}

/* Whoever waits stays readable: without a pause the loop would do nothing else. */
static void pause_accepting(struct link_listener *l, uint64_t us)
{
    sd_event_source_set_enabled(l->io, SD_EVENT_OFF);
    sd_event_source_set_time_relative(l->pause, us);
    sd_event_source_set_enabled(l->pause, SD_EVENT_ONESHOT);
}

static void starve(struct link_listener *l, int error)
{
    if (!l->starved)
        log_error("cluster: %s: no connection can be taken: %s", l->address, strerror(error));
    l->starved = true;
    pause_accepting(l, PAUSE_US);
}

/* False, and a pause: they come too fast. */
static bool may_take(struct link_listener *l)
{
    uint64_t now = now_us(l);
    if (l->paid_us < now)
        l->paid_us = now;
    if (l->paid_us < now + BURST_US)
        return true;
    pause_accepting(l, l->paid_us - now - BURST_US + CALL_US);
    return false;
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct link_listener *l = self;
    (void)source;
    (void)events;
    for (int i = 0; i < ACCEPTS_AT_ONCE && may_take(l); i++) {
        struct sockaddr_storage peer = {0};
        socklen_t len = sizeof(peer);
        int got = accept4(fd, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (got < 0 && errno == EAGAIN)
            return 0;
        if (got < 0 &&
            (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
            starve(l, errno);
            return 0;
        }
        l->starved = false;
        l->paid_us += CALL_US;
        if (got >= 0)
            take(l, got, &peer);
    }
    return 0;
}

/* ---- its beginning and end ---- */

static int listen_on(const struct address *a)
{
    const int one = 1;
    int fd = socket(a->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (a->sa.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    if (bind(fd, (const struct sockaddr *)&a->sa, a->len) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int err = errno;
    close(fd);
    return -err;
}

int link_listener_new(const struct link_listener_options *options, struct link_listener **l_r,
                      const char **why_r)
{
    struct address a;
    struct sockaddr_storage bound = {0};
    socklen_t len = sizeof(bound);
    if (address_parse(options->address, &a, why_r) < 0)
        return -EINVAL;
    *why_r = "nodes are listened for on addresses, not on Unix sockets";
    int fd = address_is_unix(&a) ? -EINVAL : listen_on(&a);
    if (fd < 0) {
        *why_r = address_is_unix(&a) ? *why_r : strerror(-fd);
        return fd;
    }
    struct link_listener *l = ALLOC(struct link_listener);
    l->o = *options;
    l->o.node = alloc_text(options->node);
    l->o.credentials = tls_node_credentials_ref(options->credentials);
    l->fd = fd;
    l->end = &l->oldest;
    getsockname(fd, (struct sockaddr *)&bound, &len);
    address_text(&bound, l->address, sizeof(l->address));
    sd_event_add_io(l->o.loop, &l->io, fd, EPOLLIN, on_connection, l);
    sd_event_add_time(l->o.loop, &l->pause, CLOCK_MONOTONIC, 0, 1000, on_pause_over, l);
    sd_event_source_set_enabled(l->pause, SD_EVENT_OFF);
    *l_r = l;
    return 0;
}

void link_listener_free(struct link_listener **listener)
{
    struct link_listener *l = *listener;
    *listener = NULL;
    if (!l)
        return;
    while (l->oldest)
        drop(l->oldest);
    sd_event_source_disable_unref(l->io);
    sd_event_source_disable_unref(l->pause);
    close(l->fd);
    tls_node_credentials_unref(&l->o.credentials);
    free((char *)l->o.node);
    free(l);
}

void link_listener_set_credentials(struct link_listener *l, struct tls_node_credentials *c)
{
    struct tls_node_credentials *before = l->o.credentials;
    l->o.credentials = tls_node_credentials_ref(c);
    tls_node_credentials_unref(&before);
}

const char *link_listener_address(const struct link_listener *l)
{
    return l->address;
}
