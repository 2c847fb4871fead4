/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/stream.h"
#include "base/alloc.h"
#include "base/bytes.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct stream_fd {
    struct stream stream;
    int fd;
};

void stream_close(struct stream **s)
{
    if (*s)
        (*s)->ops->close(*s);
    *s = NULL;
}

static ssize_t fd_read(struct stream *s, void *buf, size_t n)
{
    ssize_t got = recv(((struct stream_fd *)s)->fd, buf, n, 0);
    return got < 0 ? -errno : got;
}

static ssize_t fd_writev(struct stream *s, const struct iovec *iov, int n)
{
    const struct msghdr message = {.msg_iov = (struct iovec *)iov, .msg_iovlen = (size_t)n};
    ssize_t put = sendmsg(((struct stream_fd *)s)->fd, &message, MSG_NOSIGNAL);
    return put < 0 ? -errno : put;
}

static ssize_t fd_unsent(const struct stream *s)
{
    int n;
    if (ioctl(((const struct stream_fd *)s)->fd, SIOCOUTQ, &n) < 0)
        return -errno;
    return n;
}

static void fd_close(struct stream *s)
{
    close(((struct stream_fd *)s)->fd);
    free(s);
}

static const struct stream_ops stream_fd_ops = {
    .name = "fd",
    .read = fd_read,
    .writev = fd_writev,
    .unsent = fd_unsent,
    .close = fd_close,
};

struct stream *stream_from_fd(int fd)
{
    struct stream_fd *s = ALLOC(struct stream_fd);
    s->stream.ops = &stream_fd_ops;
    s->fd = fd;
    return &s->stream;
}

int stream_fd(const struct stream *s)
{
    while (s->lower)
        s = s->lower;
    return s->ops == &stream_fd_ops ? ((const struct stream_fd *)s)->fd : -1;
}

static ssize_t memory_read(struct stream *s, void *buf, size_t n)
{
    struct stream_memory *m = (struct stream_memory *)s;
    if (!m->in_left)
        return m->eof ? 0 : -EAGAIN;
    if (n > m->in_left)
        n = m->in_left;
    memcpy(buf, m->in, n);
    m->in += n;
    m->in_left -= n;
    return (ssize_t)n;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static ssize_t memory_writev(struct stream *s, const struct iovec *iov, int n)
{
    struct stream_memory *m = (struct stream_memory *)s;
    size_t room = m->write_step ? smaller(m->write_step, m->write_room) : m->write_room;
    size_t put = 0;
    if (!room)
        return -EAGAIN;
    for (int i = 0; i < n && put < room; i++) {
        size_t part = smaller(iov[i].iov_len, room - put);
        bytes_put(m->out, iov[i].iov_base, part);
        put += part;
    }
    m->write_room -= put;
    return (ssize_t)put;
}

static ssize_t memory_unsent(const struct stream *s)
{
    (void)s;
    return 0;
}

static void memory_close(struct stream *s)
{
    (void)s;
}

static const struct stream_ops stream_memory_ops = {
    .name = "memory",
    .read = memory_read,
    .writev = memory_writev,
    .unsent = memory_unsent,
    .close = memory_close,
};

void stream_memory_init(struct stream_memory *m)
{
    *m = (struct stream_memory){.stream.ops = &stream_memory_ops, .write_room = SIZE_MAX};
}
