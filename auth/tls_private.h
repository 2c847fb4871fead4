/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What TLS credentials and streams are inside; for auth/tls_*.c only. */
#ifndef HF_AUTH_TLS_PRIVATE_H
#define HF_AUTH_TLS_PRIVATE_H

#include <gnutls/gnutls.h>
#include <stdatomic.h>

#include "auth/tls_credentials.h"
#include "base/stream.h"

struct tls_credentials {
    atomic_uint refs;
    gnutls_certificate_credentials_t x509; /* NULL without a certificate */
    gnutls_anon_server_credentials_t anonymous;
    gnutls_priority_t x509_priority, anonymous_priority;
    gnutls_datum_t ticket_key;
    bool asks_client; /* for a certificate */
};

/* Whose end of a connection a stream is: what differs. */
struct tls_end_ops {
    const char *left; /* why, when the other end goes during the handshake */
    /* After the handshake: 0, or one of GnuTLS's errors. */
    int (*verify)(void *self, gnutls_session_t session);
    /* A better text than GnuTLS's for what failed, or NULL; may be NULL. */
    const char *(*trouble)(void *self, gnutls_session_t session, int err);
    void (*release)(void *self); /* the stream ends */
};

/*
 * Takes over *lower (NULL then), the session with its credentials and priorities, and self.
 * rest: bytes that were read from lower already. Never NULL.
 */
struct stream *tls_stream_over(struct stream **lower, gnutls_session_t session,
                               const struct tls_end_ops *ops, void *self, const void *rest,
                               size_t rest_n);
gnutls_session_t tls_stream_session(const struct stream *s);
/* NULL when the stream has other ops. */
void *tls_stream_end(const struct stream *s, const struct tls_end_ops *ops);
/* The error of GnuTLS that ended it; 0: none. */
int tls_stream_error(const struct stream *s);

#endif
