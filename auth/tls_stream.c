/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/tls_stream.h"
#include "auth/tls_private.h"
#include "auth/tls_verify.h"

#include <stdio.h>

/* ---- its beginning ---- */

static int set_credentials(gnutls_session_t session, const struct tls_credentials *c, bool x509)
{
    int err = gnutls_priority_set(session, x509 ? c->x509_priority : c->anonymous_priority);
    if (err == 0 && x509)
        err = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, c->x509);
    else if (err == 0)
        err = gnutls_credentials_set(session, GNUTLS_CRD_ANON, c->anonymous);
    if (err == 0)
        err = gnutls_session_ticket_enable_server(session, &c->ticket_key);
    gnutls_certificate_server_set_request(session, x509 && c->asks_client ? GNUTLS_CERT_REQUEST
                                                                          : GNUTLS_CERT_IGNORE);
    return err;
}

static int open_session(const struct tls_credentials *c, bool x509, gnutls_session_t *session_r)
{
    if (x509 && !c->x509)
        return GNUTLS_E_NO_CERTIFICATE_FOUND;
    int err = gnutls_init(session_r, GNUTLS_SERVER | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    if (err < 0)
        return err;
    err = set_credentials(*session_r, c, x509);
    if (err < 0)
        gnutls_deinit(*session_r);
    return err;
}

static int verify_client(void *self, gnutls_session_t session)
{
    (void)self;
    return tls_verify_client(session);
}

static void release_credentials(void *self)
{
    struct tls_credentials *c = self;
    tls_credentials_unref(&c);
}

static const struct tls_end_ops server_end_ops = {
    .left = "the client left during the TLS handshake",
    .verify = verify_client,
    .release = release_credentials,
};

struct stream *tls_stream_new(struct stream **lower, struct tls_credentials *c, bool x509,
                              const void *rest, size_t rest_n, const char **why_r)
{
    gnutls_session_t session;
    int err = open_session(c, x509, &session);
    if (err < 0) {
        *why_r = gnutls_strerror(err);
        return NULL;
    }
    return tls_stream_over(lower, session, &server_end_ops, tls_credentials_ref(c), rest,
                           rest_n);
}

/* ---- what is known ---- */

bool tls_stream_subject(const struct stream *s, struct client_subject *subject_r)
{
    return tls_read_subject(tls_stream_session(s), subject_r);
}

bool tls_stream_server_name(const struct stream *s, char *name_r, size_t size)
{
    unsigned type;
    size_t n = size;
    int err = gnutls_server_name_get(tls_stream_session(s), name_r, &n, &type, 0);
    if (err == GNUTLS_E_SHORT_MEMORY_BUFFER || !size)
        return false;
    if (err < 0 || type != GNUTLS_NAME_DNS)
        *name_r = 0;
    return true;
}

void tls_stream_describe(const struct stream *s, char *text_r, size_t size)
{
    gnutls_session_t session = tls_stream_session(s);
    snprintf(text_r, size, "%s %s",
             gnutls_protocol_get_name(gnutls_protocol_get_version(session)),
             gnutls_cipher_get_name(gnutls_cipher_get(session)));
}

bool tls_stream_resumed(const struct stream *s)
{
    return gnutls_session_is_resumed(tls_stream_session(s)) != 0;
}
