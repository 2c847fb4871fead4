/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A viewer's bytes: those that come, to whoever reads them, and those that go out. */
#include <config.h>
#include "server/viewer.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define READ_STEP 16384
#define DEAD_PEER_MS 30000
#define ANSWERS_MOST (1u << 20) /* bytes that wait for a client that asks and does not read */

/* ---- writing ---- */

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

static void client_left(struct viewer *v, const char *why)
{
    v->mute = v->stage <= VIEWER_HANDSHAKE && !handshake_has_version(&v->handshake);
    viewer_close(v, why);
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
        client_left(v, "the client left");
    else if (got == -ENOBUFS)
        viewer_close(v, "more input than a message may have");
    else if (got < 0 && got != -EAGAIN && got != -EINTR)
        client_left(v, strerror((int)-got));
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

void viewer_io_start(struct viewer *v, int fd)
{
    set_socket_options(fd, v->peer.ss_family);
    v->stream = stream_from_fd(fd);
    v->writing =
        (struct write_client){.stream = &v->stream, .out = &v->out, .on_written = on_written};
    v->io.on_ready = on_io;
    poller_add(v->server->poller, &v->io, fd, EPOLLIN);
}
