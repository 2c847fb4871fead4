/* SPDX-License-Identifier: GPL-2.0-or-later */
/* TLS as a stream on top of another, whosever end it is. */
#include <config.h>
#include "auth/tls_private.h"
#include "auth/sealer.h"
#include "base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORD_MOST = 16384,
    AHEAD = 4096, /* GnuTLS asks for the head of a record, then for the rest of it: one read is
                     to do */
    /* Records without data (key updates, warnings) that one read goes through. */
    EMPTY_RECORDS_MOST = 32,
};

struct tls_stream {
    struct stream stream;
    const struct tls_end_ops *end;
    void *end_self;
    gnutls_session_t session;
    struct bytes rest; /* read from below, before we were there or ahead */
    size_t rest_done;  /* of it, that GnuTLS has */
    struct sealer sealer;
    bool shaken; /* the handshake is done, but for its last bytes */
    bool ready;
    bool dry;      /* the stream below had nothing more, for now */
    bool ended;    /* and never will */
    int lower_err; /* why it failed, as -errno */
    int err;       /* why GnuTLS gave up */
};

static struct tls_stream *tls_of(const struct stream *s)
{
    return (struct tls_stream *)s;
}

/* ---- GnuTLS's way to the stream below ---- */

static ssize_t pull_rest(struct tls_stream *t, void *buf, size_t n)
{
    size_t left = t->rest.len - t->rest_done;
    if (n > left)
        n = left;
    memcpy(buf, t->rest.data + t->rest_done, n);
    t->rest_done += n;
    return (ssize_t)n;
}

static bool has_rest(const struct tls_stream *t)
{
    return t->rest_done < t->rest.len;
}

/* As stream_read, but what GnuTLS did not ask for yet is kept. */
static ssize_t read_ahead(struct tls_stream *t, void *buf, size_t n)
{
    if (n >= AHEAD)
        return stream_read(t->stream.lower, buf, n);
    bytes_clear(&t->rest);
    t->rest_done = 0;
    ssize_t got = stream_read(t->stream.lower, bytes_reserve(&t->rest, AHEAD), AHEAD);
    if (got <= 0)
        return got;
    bytes_commit(&t->rest, (size_t)got);
    return pull_rest(t, buf, n);
}

static ssize_t pull(gnutls_transport_ptr_t self, void *buf, size_t n)
{
    struct tls_stream *t = self;
    if (has_rest(t))
        return pull_rest(t, buf, n);
    ssize_t got = read_ahead(t, buf, n);
    t->dry = got == -EAGAIN;
    t->ended = got == 0;
    if (got >= 0)
        return got;
    if (got != -EAGAIN && got != -EINTR)
        t->lower_err = (int)got;
    gnutls_transport_set_errno(t->session, (int)-got);
    return -1;
}

/* Records are gathered, and written below by whoever called GnuTLS. */
static ssize_t push(gnutls_transport_ptr_t self, const void *data, size_t n)
{
    struct tls_stream *t = self;
    bytes_put(&t->sealer.sealed, data, n);
    if (!t->sealer.sealed.overflow)
        return (ssize_t)n;
    t->lower_err = -ENOBUFS;
    gnutls_transport_set_errno(t->session, ENOBUFS);
    return -1;
}

/* ---- the handshake ---- */

static const char *handshake_trouble(struct tls_stream *t, int err)
{
    const char *why = NULL;
    if (t->ended)
        return t->end->left;
    if (t->lower_err)
        return strerror(-t->lower_err);
    if (t->end->trouble)
        why = t->end->trouble(t->end_self, t->session, err);
    if (why)
        return why;
    if (err == GNUTLS_E_FATAL_ALERT_RECEIVED)
        return gnutls_alert_get_name(gnutls_alert_get(t->session));
    return gnutls_strerror(err);
}

static int fail_handshake(struct tls_stream *t, int err, const char **why_r)
{
    *why_r = handshake_trouble(t, err);
    t->err = err;
    if (t->lower_err)
        return t->lower_err;
    gnutls_alert_send_appropriate(t->session, err);
    sealer_flush(&t->sealer, t->stream.lower);
    return -EPROTO;
}

/* The callback that verifies certificates is not called when a session is resumed. */
static int finish_handshake(struct tls_stream *t, const char **why_r)
{
    int err = t->end->verify(t->end_self, t->session);
    if (err < 0)
        return fail_handshake(t, err, why_r);
    t->shaken = true;
    return 0;
}

static int shake(struct tls_stream *t, const char **why_r)
{
    int err = GNUTLS_E_AGAIN;
    for (unsigned i = 0; i < EMPTY_RECORDS_MOST; i++) {
        t->dry = false;
        err = gnutls_handshake(t->session);
        if (err == 0)
            return finish_handshake(t, why_r);
        if (gnutls_error_is_fatal(err))
            return fail_handshake(t, err, why_r);
        if (t->dry)
            break;
    }
    return 0;
}

static int tls_prepare(struct stream *s, const char **why_r)
{
    struct tls_stream *t = tls_of(s);
    if (t->ready)
        return 0;
    int err = t->shaken ? 0 : shake(t, why_r);
    if (err < 0)
        return err;
    err = sealer_flush(&t->sealer, s->lower);
    if (err < 0 && err != -EAGAIN)
        *why_r = "the connection broke during the TLS handshake";
    t->ready = err == 0 && t->shaken;
    return err < 0 || t->ready ? err : -EAGAIN;
}

/* ---- reading and writing ---- */

static ssize_t receive(struct tls_stream *t, void *buf, size_t n)
{
    ssize_t got = GNUTLS_E_AGAIN;
    for (unsigned i = 0; i < EMPTY_RECORDS_MOST; i++) {
        t->dry = false;
        got = gnutls_record_recv(t->session, buf, n);
        if (got == GNUTLS_E_REHANDSHAKE)
            gnutls_alert_send(t->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
        if (got >= 0 || gnutls_error_is_fatal((int)got) || t->dry)
            break;
    }
    return got;
}

/* Clients of RFB just close; that is an end like another. */
static ssize_t tls_read(struct stream *s, void *buf, size_t n)
{
    struct tls_stream *t = tls_of(s);
    if (!t->ready)
        return -ENOTCONN;
    ssize_t got = receive(t, buf, n);
    int err = sealer_flush(&t->sealer, s->lower);
    if (got >= 0)
        return got;
    if (t->ended)
        return 0;
    if (!gnutls_error_is_fatal((int)got))
        return err < 0 ? err : -EAGAIN;
    t->err = (int)got;
    return t->lower_err ? t->lower_err : -EPROTO;
}

static int seal(void *self, const uint8_t *data, size_t n)
{
    struct tls_stream *t = self;
    ssize_t put = gnutls_record_send(t->session, data, n);
    return put == (ssize_t)n ? 0 : t->lower_err ? t->lower_err : -EPROTO;
}

static const struct sealer_ops tls_sealer_ops = {.seal = seal, .record_most = RECORD_MOST};

static ssize_t tls_writev(struct stream *s, const struct iovec *iov, int n)
{
    struct tls_stream *t = tls_of(s);
    if (!t->ready)
        return -ENOTCONN;
    return sealer_writev(&t->sealer, s->lower, iov, n, &tls_sealer_ops, t);
}

static uint32_t tls_wants(const struct stream *s)
{
    const struct tls_stream *t = tls_of(s);
    uint32_t events = stream_wants(s->lower);
    if (sealer_waiting(&t->sealer))
        events |= POLLOUT;
    return t->shaken ? events : events | POLLIN;
}

static bool tls_pending(const struct stream *s)
{
    const struct tls_stream *t = tls_of(s);
    return has_rest(t) || gnutls_record_check_pending(t->session) > 0;
}

static ssize_t tls_unsent(const struct stream *s)
{
    return stream_unsent(s->lower);
}

static void tls_close(struct stream *s)
{
    struct tls_stream *t = tls_of(s);
    if (t->ready && !t->lower_err) {
        gnutls_bye(t->session, GNUTLS_SHUT_WR);
        sealer_flush(&t->sealer, s->lower);
    }
    gnutls_deinit(t->session);
    stream_close(&t->stream.lower);
    t->end->release(t->end_self);
    sealer_fini(&t->sealer);
    bytes_fini(&t->rest);
    free(t);
}

static const struct stream_ops tls_stream_ops = {
    .name = "tls",
    .read = tls_read,
    .writev = tls_writev,
    .wants = tls_wants,
    .pending = tls_pending,
    .prepare = tls_prepare,
    .unsent = tls_unsent,
    .close = tls_close,
};

/* ---- for its ends ---- */

struct stream *tls_stream_over(struct stream **lower, gnutls_session_t session,
                               const struct tls_end_ops *ops, void *self, const void *rest,
                               size_t rest_n)
{
    struct tls_stream *t = ALLOC(struct tls_stream);
    t->stream = (struct stream){.ops = &tls_stream_ops, .lower = *lower};
    *lower = NULL;
    t->end = ops;
    t->end_self = self;
    t->session = session;
    sealer_init(&t->sealer);
    bytes_init(&t->rest, SIZE_MAX);
    bytes_put(&t->rest, rest, rest_n);
    gnutls_transport_set_ptr(session, t);
    gnutls_transport_set_pull_function(session, pull);
    gnutls_transport_set_push_function(session, push);
    return &t->stream;
}

gnutls_session_t tls_stream_session(const struct stream *s)
{
    return tls_of(s)->session;
}

void *tls_stream_end(const struct stream *s, const struct tls_end_ops *ops)
{
    return s->ops == &tls_stream_ops && tls_of(s)->end == ops ? tls_of(s)->end_self : NULL;
}

int tls_stream_error(const struct stream *s)
{
    return tls_of(s)->err;
}
