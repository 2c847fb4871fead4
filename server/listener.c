/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/listener.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/access/access.h"
#include "server/address.h"
#include "server/viewer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024
#define ACCEPTS_AT_ONCE 32 /* then the others have their turn */
#define PAUSE_US 200000    /* when there are no descriptors left */

static int on_pause_over(sd_event_source *source, uint64_t usec, void *self)
{
    struct listener *l = self;
    (void)source;
    (void)usec;
    sd_event_source_set_enabled(l->io, SD_EVENT_ON);
    return 0;
}

/* Whoever waits stays readable: without a pause the loop would do nothing else. */
static void pause_accepting(struct listener *l, int error)
{
    if (!l->starved)
        log_error("%s: no connection can be taken: %s", l->address, strerror(error));
    l->starved = true;
    sd_event_source_set_enabled(l->io, SD_EVENT_OFF);
    sd_event_source_set_time_relative(l->pause, PAUSE_US);
    sd_event_source_set_enabled(l->pause, SD_EVENT_ONESHOT);
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *self)
{
    struct listener *l = self;
    (void)source;
    (void)events;
    for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        struct sockaddr_storage peer = {0};
        socklen_t len = sizeof(peer);
        int got = accept4(fd, (struct sockaddr *)&peer, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (got < 0 &&
            (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
            pause_accepting(l, errno);
            return 0;
        }
        if (got < 0 && errno == EAGAIN)
            return 0;
        l->starved = false;
        if (got >= 0)
            viewer_new(l->server, got, l, &peer);
    }
    return 0;
}

/* A socket file that nobody answers on is left over; one that answers is somebody's. */
static int remove_stale(const struct address *a)
{
    const char *path = ((const struct sockaddr_un *)&a->sa)->sun_path;
    struct stat st;
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (!S_ISSOCK(st.st_mode))
        return -EEXIST;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    int err = connect(fd, (const struct sockaddr *)&a->sa, a->len) == 0 ? -EADDRINUSE : -errno;
    close(fd);
    if (err != -ECONNREFUSED)
        return err;
    return unlink(path) < 0 ? -errno : 0;
}

static int bind_address(int fd, const struct address *a)
{
    const int one = 1;
    int err = address_is_unix(a) ? remove_stale(a) : 0;
    if (err < 0)
        return err;
    if (!address_is_unix(a))
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (a->sa.ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
    mode_t before = umask(0177);
    err = bind(fd, (const struct sockaddr *)&a->sa, a->len) < 0 ? -errno : 0;
    umask(before);
    return err < 0 || listen(fd, BACKLOG) == 0 ? err : -errno;
}

/* The address as bound: port 0 has become a real one. */
static char *bound_text(int fd, const char *wanted)
{
    struct sockaddr_storage sa;
    socklen_t len = sizeof(sa);
    char host[INET6_ADDRSTRLEN];
    getsockname(fd, (struct sockaddr *)&sa, &len);
    if (sa.ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&sa;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        return alloc_printf("%s:%u", host, ntohs(in->sin_port));
    }
    if (sa.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&sa;
        inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof(host));
        return alloc_printf("[%s]:%u", host, ntohs(in->sin6_port));
    }
    return alloc_text(wanted);
}

/* Whose a listener is, and whom it serves. */
struct owner {
    enum listener_kind kind;
    const char *name, *machine_name;
};

static int open_socket(const char *text, struct address *a, const char **why_r)
{
    if (address_parse(text, a, why_r) < 0)
        return -EINVAL;
    int fd = socket(a->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int err = fd < 0 ? -errno : bind_address(fd, a);
    if (err < 0) {
        *why_r = err == -EEXIST ? "there is a file that is not a socket" : strerror(-err);
        if (fd >= 0)
            close(fd);
        return err;
    }
    return fd;
}

static int listener_open(struct server *s, const char *text, const struct owner *owner)
{
    struct address a;
    const char *why = NULL;
    int fd = open_socket(text, &a, &why);
    if (fd < 0) {
        log_error("cannot listen on %s: %s", text, why);
        return fd;
    }
    struct listener *l = ALLOC(struct listener);
    l->server = s;
    l->fd = fd;
    l->wanted = alloc_text(text);
    l->address = bound_text(fd, text);
    l->kind = owner->kind;
    l->owner = alloc_text(owner->name);
    l->machine_name = alloc_text(owner->machine_name);
    l->unix_path =
        address_is_unix(&a) ? alloc_text(((struct sockaddr_un *)&a.sa)->sun_path) : NULL;
    l->local = address_is_local(&a);
    l->next = s->listeners;
    s->listeners = l;
    sd_event_add_io(s->loop, &l->io, fd, EPOLLIN, on_connection, l);
    sd_event_add_time(s->loop, &l->pause, CLOCK_MONOTONIC, 0, 0, on_pause_over, l);
    sd_event_source_set_enabled(l->pause, SD_EVENT_OFF);
    log_info("listening on %s%s%s", l->address, l->machine_name ? " for " : "",
             l->machine_name ? l->machine_name : "");
    access_warn_offer(s->access, l->address, l->local);
    return 0;
}

static void destroy(struct listener *l)
{
    sd_event_source_disable_unref(l->io);
    sd_event_source_disable_unref(l->pause);
    close(l->fd);
    if (l->unix_path)
        unlink(l->unix_path);
    free(l->unix_path);
    free(l->machine_name);
    free(l->owner);
    free(l->wanted);
    free(l->address);
    free(l);
}

static bool belongs(const struct listener *l, const struct owner *owner)
{
    return l->kind == owner->kind && (!owner->name || strcmp(l->owner, owner->name) == 0);
}

static bool is_wanted(const struct text_list *wanted, const char *text)
{
    for (size_t i = 0; i < wanted->n; i++) {
        if (strcmp(wanted->items[i], text) == 0)
            return true;
    }
    return false;
}

static bool is_open(const struct server *s, const char *text, const struct owner *owner)
{
    const struct listener *l = s->listeners;
    while (l && !(belongs(l, owner) && strcmp(l->wanted, text) == 0))
        l = l->next;
    return l;
}

void listener_close_others(struct server *s, const struct text_list *wanted,
                           enum listener_kind kind, const char *name)
{
    const struct owner owner = {kind, name, NULL};
    for (struct listener **at = &s->listeners; *at;) {
        struct listener *l = *at;
        if (!belongs(l, &owner) || (wanted && is_wanted(wanted, l->wanted))) {
            at = &l->next;
            continue;
        }
        log_info("no longer listening on %s", l->address);
        *at = l->next;
        destroy(l);
    }
}

int listener_sync(struct server *s, const struct text_list *wanted, enum listener_kind kind,
                  const char *name, const char *machine_name)
{
    const struct owner owner = {kind, name, machine_name};
    int first = 0;
    listener_close_others(s, wanted, kind, name);
    for (size_t i = 0; i < wanted->n; i++) {
        int err = is_open(s, wanted->items[i], &owner)
                      ? 0
                      : listener_open(s, wanted->items[i], &owner);
        first = first ? first : err;
    }
    return first;
}

void listener_close_all(struct server *s)
{
    while (s->listeners) {
        struct listener *l = s->listeners;
        s->listeners = l->next;
        destroy(l);
    }
}

const struct listener_config *listener_options(const struct server *s, const struct listener *l)
{
    for (size_t i = 0; l->kind == LISTENER_SECTION && i < s->config->n_listeners; i++)
        if (strcmp(s->config->listeners[i].name, l->owner) == 0)
            return &s->config->listeners[i];
    return NULL;
}
