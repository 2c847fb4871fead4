/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A connection's bytes, whatever carries them: a descriptor, memory, encryption on top of
 * these. Never blocks. A stream knows no protocol and no event loop; the owner polls
 * `stream_fd` for `stream_wants`.
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
    const char *name; /* "tcp", "unix", "memory", "tls" */
    /*
     * As read(2) and writev(2), but errors are -errno; -EAGAIN: nothing now; read 0: the peer
     * is done. What writev did not take is offered again, unchanged, before anything else: a
     * stream that encrypts may have begun with it.
     */
    ssize_t (*read)(struct stream *s, void *buf, size_t n);
    ssize_t (*writev)(struct stream *s, const struct iovec *iov, int n);
    /* Poll events (POLLIN, POLLOUT) the stream needs beside those its owner asks for; may be
     * NULL. */
    uint32_t (*wants)(const struct stream *s);
    /* Whether read has something although the descriptor may not be readable; may be NULL:
     * never. */
    bool (*pending)(const struct stream *s);
    /* One step of what comes before any byte (a handshake); NULL: nothing does. See
     * stream_prepare. */
    int (*prepare)(struct stream *s, const char **why_r);
    /* Bytes that this side has handed over and the kernel has not sent yet; -errno when
     * unknown. */
    ssize_t (*unsent)(const struct stream *s);
    void (*close)(struct stream *s); /* frees s, and what it sits on */
};

struct stream {
    const struct stream_ops *ops;
    struct stream *lower; /* what it sits on; owned, NULL when it has a descriptor of its own */
};

static inline ssize_t stream_read(struct stream *s, void *buf, size_t n)
{
    return s->ops->read(s, buf, n);
}

static inline ssize_t stream_writev(struct stream *s, const struct iovec *iov, int n)
{
    return s->ops->writev(s, iov, n);
}

static inline uint32_t stream_wants(const struct stream *s)
{
    return s->ops->wants ? s->ops->wants(s) : 0;
}

static inline bool stream_pending(const struct stream *s)
{
    return s->ops->pending && s->ops->pending(s);
}

static inline ssize_t stream_unsent(const struct stream *s)
{
    return s->ops->unsent(s);
}

/*
 * Does a step of the handshake. 0: the stream is ready; -EAGAIN: call again when stream_wants
 * says so; else -errno, and *why_r (static text) for the log: close it. A step may compute for
 * milliseconds, and may run in another thread while nobody else touches the stream or what it
 * sits on. Always 0 for streams without a handshake.
 */
static inline int stream_prepare(struct stream *s, const char **why_r)
{
    return s->ops->prepare ? s->ops->prepare(s, why_r) : 0;
}

/* Closes and frees *s and sets it to NULL; NULL inside is allowed. */
void stream_close(struct stream **s);

/* Takes over a connected, non-blocking stream socket. */
struct stream *stream_from_fd(int fd);
/* The descriptor to poll, its own or of what it sits on; -1 when there is none (memory). */
int stream_fd(const struct stream *s);

/*
 * For tests: reads come from `in` (borrowed; 0 at its end when `eof`, else -EAGAIN), writes go
 * to `out` (borrowed), at most `write_step` bytes a call (0: no limit) until `write_room` bytes
 * are taken, then -EAGAIN.
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
