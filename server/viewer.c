/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/viewer.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/access/access.h"
#include "server/address.h"
#include "server/overlay/lobby_room.h"
#include "server/overlay/overlay.h"
#include "server/view.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define READ_STEP 16384
#define INPUT_MOST (512u << 10) /* above the longest message that is buffered */
#define DEAD_PEER_MS 30000
#define ANSWERS_MOST (1u << 20) /* bytes that wait for a client that asks and does not read */
#define LEAVE_US 5000000        /* for the last bytes to go out */

/* ---- the socket ---- */

static void set_socket_options(int fd, int family)
{
    const int on = 1, idle_s = 15, interval_s = 5, probes = 3, dead_ms = DEAD_PEER_MS;
    if (family != AF_INET && family != AF_INET6)
        return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof(idle_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, sizeof(interval_s));
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead_ms, sizeof(dead_ms));
}

static void describe_peer(struct viewer *v, int fd)
{
    char host[INET6_ADDRSTRLEN] = "";
    v->uid = VIEWER_NO_UID;
    if (v->peer.ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&v->peer;
        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        snprintf(v->address, sizeof(v->address), "%s:%u", host, ntohs(in->sin_port));
    } else if (v->peer.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&v->peer;
        inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof(host));
        snprintf(v->address, sizeof(v->address), "[%s]:%u", host, ntohs(in->sin6_port));
    } else {
        struct ucred cred = {.uid = (uid_t)-1};
        socklen_t len = sizeof(cred);
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len);
        v->uid = cred.uid;
        snprintf(v->address, sizeof(v->address), "unix:uid %u", cred.uid);
    }
}

void viewer_want_events(struct viewer *v)
{
    uint32_t events;
    if (v->stage == VIEWER_CLOSED || v->writing.loan)
        return;
    if (v->login && v->stage < VIEWER_LEAVING)
        events = viewer_login_events(v);
    else
        events = (v->stage < VIEWER_LEAVING ? EPOLLIN : 0) |
                 (outq_empty(&v->out) ? 0 : EPOLLOUT) | stream_wants(v->stream);
    poller_set_events(&v->io, events);
}

/* A stream may have bytes of its own to send when we have none. */
static int write_out(struct viewer *v)
{
    if (!outq_empty(&v->out) || !(stream_wants(v->stream) & EPOLLOUT))
        return outq_write(&v->out, v->stream);
    ssize_t put = stream_writev(v->stream, NULL, 0);
    return put < 0 && put != -EAGAIN && put != -EINTR ? (int)put : 0;
}

static void after_writing(struct viewer *v, bool waited)
{
    bool empty = outq_empty(&v->out);
    viewer_want_events(v);
    if (empty && v->login)
        viewer_login_flushed(v);
    else if (empty && waited)
        viewer_wake(v);
}

static void queue_reply(struct viewer *v)
{
    v->answers += v->reply.len;
    outq_put_bytes(&v->out, &v->reply);
}

/* waited: for room in the stream, or for the pool to write. */
static void flush(struct viewer *v, bool waited)
{
    queue_reply(v);
    int err = write_out(v);
    v->answers = outq_empty(&v->out) ? 0 : v->answers;
    if (err < 0)
        viewer_close(v, strerror(-err));
    else if (v->stage == VIEWER_LEAVING && outq_empty(&v->out))
        viewer_close(v, v->leave_why);
    else if (v->answers > ANSWERS_MOST)
        viewer_close(v, "it asks without reading the answers");
    else
        after_writing(v, waited);
}

void viewer_flush(struct viewer *v)
{
    if (v->stage != VIEWER_CLOSED && v->stream)
        flush(v, !outq_empty(&v->out));
}

void viewer_flush_update(struct viewer *v)
{
    if (v->stage == VIEWER_CLOSED || !v->stream || !v->stream->lower) {
        viewer_flush(v);
        return;
    }
    queue_reply(v);
    writers_queue(v->server->writers, &v->writing);
}

static void on_written(struct write_client *c, int err)
{
    struct viewer *v = (struct viewer *)((char *)c - offsetof(struct viewer, writing));
    if (err < 0)
        viewer_close(v, strerror(-err));
    else
        flush(v, true);
}

/* ---- reading ---- */

static void feed_messages(struct viewer *v, struct reader *in)
{
    const char *why = NULL;
    while (v->stage == VIEWER_RUNNING && reader_left(in)) {
        enum parse got = client_msg_parse(&v->parser, in, &viewer_client_handler, v, &why);
        if (got == PARSE_MORE)
            return;
        if (got == PARSE_BAD) {
            viewer_close(v, why);
            return;
        }
    }
}

static void feed(struct viewer *v)
{
    struct reader in = reader_over(v->in.data, v->in.len);
    if (v->stage < VIEWER_PICTURE)
        viewer_login_feed(v, &in);
    if (v->stage == VIEWER_RUNNING)
        feed_messages(v, &in);
    if (v->stage != VIEWER_CLOSED) {
        bytes_consume(&v->in, v->in.len - reader_left(&in));
        viewer_flush(v);
    }
}

void viewer_first_picture(struct viewer *v)
{
    viewer_login_finish(v);
    if (v->stage == VIEWER_RUNNING)
        feed(v);
}

static ssize_t read_some(struct viewer *v)
{
    uint8_t *at = bytes_reserve(&v->in, READ_STEP);
    ssize_t got = at ? stream_read(v->stream, at, READ_STEP) : -ENOBUFS;
    if (got > 0)
        bytes_commit(&v->in, (size_t)got);
    return got;
}

/* Whether there may be more to read that no event tells of. */
static bool has_pending(const struct viewer *v)
{
    return v->stage < VIEWER_LEAVING && v->stream && stream_pending(v->stream) &&
           !(v->login && !(viewer_login_events(v) & EPOLLIN));
}

static void on_readable(struct viewer *v)
{
    ssize_t got;
    do {
        got = read_some(v);
        if (got > 0)
            feed(v);
    } while (got > 0 && has_pending(v));
    if (got == 0)
        viewer_close(v, "the client left");
    else if (got < 0 && got != -EAGAIN && got != -EINTR)
        viewer_close(v, got == -ENOBUFS ? "more input than a message may have"
                                        : strerror((int)-got));
}

void viewer_go_on(struct viewer *v)
{
    if (v->stage < VIEWER_LEAVING)
        feed(v);
    if (has_pending(v))
        on_readable(v);
}

static void on_io(struct poller_watch *watch, uint32_t events)
{
    struct viewer *v = (struct viewer *)((char *)watch - offsetof(struct viewer, io));
    if (v->login && v->stage < VIEWER_LEAVING && viewer_login_takes_io(v, events))
        return;
    if (v->writing.loan) {
        poller_set_events(&v->io, 0); /* until the stream is back */
        return;
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR) && v->stage < VIEWER_LEAVING)
        on_readable(v);
    else if (events & (EPOLLHUP | EPOLLERR))
        viewer_close(v, v->leave_why);
    if (events & EPOLLOUT)
        viewer_flush(v);
}

static int on_deadline(sd_event_source *source, uint64_t usec, void *self)
{
    struct viewer *v = self;
    (void)source;
    (void)usec;
    if (v->stage == VIEWER_PICTURE)
        viewer_first_picture(v);
    else if (v->stage == VIEWER_RUNNING)
        viewer_wake(v);
    else if (v->stage != VIEWER_CLOSED)
        viewer_close(v, v->stage == VIEWER_LEAVING ? v->leave_why : "the login took too long");
    return 0;
}

/* ---- coming and going ---- */

static void on_machine_news(struct machine_watcher *w, enum machine_news news)
{
    struct viewer *v = (struct viewer *)((char *)w - offsetof(struct viewer, watcher));
    viewer_take_machine_news(v, news);
}

static void on_machine_gone(struct machine_watcher *w)
{
    struct viewer *v = (struct viewer *)((char *)w - offsetof(struct viewer, watcher));
    viewer_machine_gone(v);
}

/* What is private between a proxy and us need not be so on the way to it. */
void viewer_is_from(struct viewer *v, const struct sockaddr_storage *peer)
{
    const struct address from = {.sa = *peer, .len = sizeof(*peer)};
    memcpy(v->proxy, v->address, sizeof(v->proxy));
    v->peer = *peer;
    describe_peer(v, -1);
    v->local = v->local && address_is_local(&from);
    log_info("viewer %" PRIu64 " (%s): comes by the proxy %s", v->id, v->address, v->proxy);
}

static bool too_many(const struct server *s, const struct viewer *v)
{
    unsigned same = 0;
    if (s->n_pending > s->config->max_pending)
        return true;
    if (v->stage == VIEWER_PROXY ||
        (v->peer.ss_family != AF_INET && v->peer.ss_family != AF_INET6))
        return false;
    size_t port = offsetof(struct sockaddr_in6, sin6_addr);
    for (const struct viewer *other = s->viewers; other; other = other->next) {
        if (other->stage == VIEWER_PROXY || other->stage > VIEWER_METHOD ||
            other->peer.ss_family != v->peer.ss_family)
            continue;
        same += v->peer.ss_family == AF_INET
                    ? ((const struct sockaddr_in *)&other->peer)->sin_addr.s_addr ==
                          ((const struct sockaddr_in *)&v->peer)->sin_addr.s_addr
                    : memcmp((const char *)&other->peer + port, (const char *)&v->peer + port,
                             16) == 0;
    }
    return same > s->config->max_pending_per_address;
}

void viewer_check_pending(struct viewer *v)
{
    if (!too_many(v->server, v))
        return;
    v->server->refused++;
    if (v->stage == VIEWER_PROXY)
        viewer_close(v, "too many connections are waiting to log in");
    else
        handshake_refuse(&v->handshake,
                         "too many connections are waiting to log in; try again later");
}

static void init_state(struct viewer *v)
{
    v->client.ops = &viewer_update_ops;
    v->watcher.news = on_machine_news;
    v->watcher.gone = on_machine_gone;
    bytes_init(&v->in, INPUT_MOST);
    bytes_init(&v->reply, SIZE_MAX);
    outq_init(&v->out);
    v->writing =
        (struct write_client){.stream = &v->stream, .out = &v->out, .on_written = on_written};
    flow_init(&v->flow);
    quality_init(&v->quality);
    v->head = -1;
    v->format = pixel_format_native;
    pixel_translator_init(&v->translator, &v->format);
    v->encodings = encodings_from_list(NULL, 0);
}

static void link_viewer(struct server *s, struct viewer *v)
{
    v->next = s->viewers;
    if (v->next)
        v->next->link = &v->next;
    v->link = &s->viewers;
    s->viewers = v;
    s->n_viewers++;
    s->n_pending++;
}

void viewer_new(struct server *s, int fd, const struct listener *listener,
                const struct sockaddr_storage *peer)
{
    struct viewer *v = ALLOC(struct viewer);
    v->server = s;
    v->id = ++s->next_viewer_id;
    v->peer = *peer;
    v->local = listener->local;
    v->machine_name = alloc_text(listener->machine_name);
    init_state(v);
    set_socket_options(fd, peer->ss_family);
    describe_peer(v, fd);
    v->stream = stream_from_fd(fd);
    link_viewer(s, v);
    v->io.on_ready = on_io;
    poller_add(s->poller, &v->io, fd, EPOLLIN);
    sd_event_add_time_relative(s->loop, &v->deadline, CLOCK_MONOTONIC, s->config->handshake_us,
                               0, on_deadline, v);
    if (s->n_pending > 2 * s->config->max_pending) {
        s->refused++;
        viewer_close(v, "too many connections are waiting to log in");
        return;
    }
    viewer_login_start(v, listener_options(s, listener));
    viewer_check_pending(v);
    viewer_flush(v);
}

void viewer_leave(struct viewer *v, const char *why)
{
    if (v->stage >= VIEWER_LEAVING)
        return;
    if (v->stage < VIEWER_INIT)
        v->server->n_pending--;
    v->stage = VIEWER_LEAVING;
    v->leave_why = why;
    login_abandon(v);
    sd_event_source_set_time_relative(v->deadline, LEAVE_US);
    sd_event_source_set_enabled(v->deadline, SD_EVENT_ONESHOT);
    viewer_flush(v);
}

void viewer_leave_machine(struct viewer *v)
{
    struct machine *m = v->machine;
    view_client_leave(&v->client);
    machine_remove_watcher(&v->watcher);
    v->machine = NULL;
    if (!m)
        return;
    m->n_viewers--;
    if (v->watching)
        machine_unwatch(m);
    if (m->lobby)
        lobby_left(m);
    else
        machines_viewer_left(m);
}

static void end_pam_session(struct viewer *v)
{
    if (v->pam_session)
        verifier_end_session(v->server->access->verifier, v->pam_session);
}

void viewer_close(struct viewer *v, const char *why)
{
    struct server *s = v->server;
    if (v->stage == VIEWER_CLOSED)
        return;
    log_info("viewer %" PRIu64 " (%s): left: %s", v->id, v->address, why);
    viewer_audit_end(v, why);
    if (v->stage < VIEWER_INIT)
        s->n_pending--;
    v->stage = VIEWER_CLOSED;
    login_abandon(v);
    end_pam_session(v);
    viewer_lift(v);
    session_leave(&v->seat);
    viewer_leave_machine(v);
    poller_remove(&v->io);
    writers_forget(&v->writing);
    sd_event_source_disable_unref(v->deadline);
    sd_event_source_disable_unref(v->limit);
    stream_close(&v->stream);
    *v->link = v->next;
    if (v->next)
        v->next->link = v->link;
    s->n_viewers--;
    v->next = s->dead;
    s->dead = v;
    sd_event_source_set_enabled(s->bury, SD_EVENT_ONESHOT);
}

void viewers_bury(struct server *s)
{
    while (s->dead) {
        struct viewer *v = s->dead;
        s->dead = v->next;
        overlay_free(&v->overlay);
        login_drop(v);
        bytes_fini(&v->in);
        bytes_fini(&v->reply);
        outq_fini(&v->out);
        free(v->machine_name);
        free(v->groups);
        free(v->audited_machine);
        free(v->bound);
        free(v);
    }
}

void viewers_close_all(struct server *s, const char *why)
{
    while (s->viewers)
        viewer_close(s->viewers, why);
    viewers_bury(s);
}
