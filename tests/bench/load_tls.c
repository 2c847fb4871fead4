/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/load_tls.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { VENCRYPT = 19, SUBTYPES_MOST = 255 };

static const uint8_t x509_none[4] = {0, 0, 260 >> 8, 260 & 0xff};

struct tls {
    int fd;
    bool waits; /* for bytes, as in the login */
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
};

/* ---- VeNCrypt 0.2 (rfbproto) ---- */

static void must_take(int fd, void *data, size_t n)
{
    if (recv(fd, data, n, MSG_WAITALL) != (ssize_t)n)
        measure_fail("VeNCrypt", "the server closed during the login");
}

static void must_put(int fd, const void *data, size_t n)
{
    if (send(fd, data, n, MSG_NOSIGNAL) != (ssize_t)n)
        measure_fail("VeNCrypt", "the server closed during the login");
}

static void choose_subtype(int fd)
{
    uint8_t version[2], refused, n, subtypes[4 * SUBTYPES_MOST], accepted;
    bool found = false;
    must_take(fd, version, 2);
    must_put(fd, "\0\2", 2);
    must_take(fd, &refused, 1);
    must_take(fd, &n, 1);
    must_take(fd, subtypes, 4u * n);
    for (unsigned i = 0; i < n && !found; i++)
        found = !memcmp(subtypes + 4 * i, x509_none, 4);
    if (refused || !found)
        measure_fail("VeNCrypt", "the server does not offer X509None");
    must_put(fd, x509_none, 4);
    must_take(fd, &accepted, 1);
    if (!accepted)
        measure_fail("VeNCrypt", "the server cannot do TLS");
}

/* ---- TLS ---- */

static ssize_t pull(gnutls_transport_ptr_t self, void *data, size_t n)
{
    struct tls *t = self;
    ssize_t got = recv(t->fd, data, n, t->waits ? 0 : MSG_DONTWAIT);
    if (got < 0)
        gnutls_transport_set_errno(t->session, errno);
    return got;
}

static ssize_t push(gnutls_transport_ptr_t self, const void *data, size_t n)
{
    struct tls *t = self;
    return send(t->fd, data, n, MSG_NOSIGNAL);
}

static void shake(struct tls *t)
{
    int err;
    gnutls_certificate_allocate_credentials(&t->credentials);
    gnutls_init(&t->session, GNUTLS_CLIENT);
    gnutls_set_default_priority(t->session);
    gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->credentials);
    gnutls_transport_set_ptr(t->session, t);
    gnutls_transport_set_pull_function(t->session, pull);
    gnutls_transport_set_push_function(t->session, push);
    do
        err = gnutls_handshake(t->session);
    while (err < 0 && !gnutls_error_is_fatal(err));
    if (err < 0)
        measure_fail("TLS", gnutls_strerror(err));
}

static void *tls_open(int fd)
{
    struct tls *t = ALLOC(struct tls);
    t->fd = fd;
    t->waits = true;
    choose_subtype(fd);
    shake(t);
    return t;
}

static ssize_t tls_recv(void *self, void *data, size_t n, bool waits)
{
    struct tls *t = self;
    ssize_t got;
    t->waits = waits;
    do
        got = gnutls_record_recv(t->session, data, n);
    while (got == GNUTLS_E_INTERRUPTED || (waits && got == GNUTLS_E_AGAIN));
    if (got < 0)
        errno = got == GNUTLS_E_AGAIN ? EAGAIN : EPROTO;
    return got < 0 ? -1 : got;
}

static ssize_t tls_send(void *self, const void *data, size_t n)
{
    struct tls *t = self;
    ssize_t put = gnutls_record_send(t->session, data, n);
    if (put < 0)
        errno = EPROTO;
    return put < 0 ? -1 : put;
}

static void tls_close(void *self)
{
    struct tls *t = self;
    gnutls_deinit(t->session);
    gnutls_certificate_free_credentials(t->credentials);
    free(t);
}

const struct load_transport load_tls = {
    .security_type = VENCRYPT,
    .open = tls_open,
    .recv = tls_recv,
    .send = tls_send,
    .close = tls_close,
};

char *load_tls_describe(const struct load_viewer *v)
{
    const struct tls *t = v->transport;
    char *theirs = gnutls_session_get_desc(t->session),
         *text = alloc_text(theirs ? theirs : "?");
    gnutls_free(theirs);
    return text;
}
