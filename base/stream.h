/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection's bytes, whatever carries them: a descriptor, memory, later TLS and WebSocket. Never
 * blocks. A stream knows no protocol and no event loop; the owner polls `stream_fd` for `stream_wants`.
 */
#ifndef HF_BASE_STREAM_H
#define HF_BASE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct stream;

struct stream_ops {
    const char *name; /* "tcp", "unix", "memory" */
    /* As read(2) and writev(2), but errors are -errno; -EAGAIN: nothing now; read 0: the peer is done. */
    ssize_t (*read)(struct stream *s, void *buf, size_t n);
    ssize_t (*writev)(struct stream *s, const struct iovec *iov, int n);
    /* Poll events (POLLIN, POLLOUT) the stream needs beside those its owner asks for; may be NULL. */
    uint32_t (*wants)(const struct stream *s);
    /* Bytes that this side has handed over and the kernel has not sent yet; -errno when unknown. */
    ssize_t (*unsent)(const struct stream *s);
    void (*close)(struct stream *s); /* frees s */
};

struct stream {
    const struct stream_ops *ops;
};

static inline ssize_t stream_read(struct stream *s, void *buf, size_t n)
{
    return s->ops->read(s, buf, n);
}

static inline ssize_t stream_writev(struct stream *s, const struct iovec *iov, int n)
{
    return s->ops->writev(s, iov, n);
}

/* Closes and frees *s and sets it to NULL; NULL inside is allowed. */
void stream_close(struct stream **s);

/* Takes over a connected, non-blocking stream socket. */
struct stream *stream_from_fd(int fd);
/* The descriptor to poll, or -1 when there is none (memory). */
int stream_fd(const struct stream *s);

/*
 * For tests: reads come from `in` (borrowed; 0 at its end when `eof`, else -EAGAIN), writes go to `out`
 * (borrowed), at most `write_step` bytes a call (0: no limit) until `write_room` bytes are taken, then -EAGAIN.
 */
struct stream_memory {
    struct stream stream;
    const uint8_t *in;
    size_t in_left;
    bool eof;
    struct bytes *out;
    size_t write_step, write_room;
};
void stream_memory_init(struct stream_memory *m);

#endif
