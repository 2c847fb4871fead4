/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What TLS credentials are inside; for tls_credentials.c and tls_stream.c only. */
#ifndef HF_AUTH_TLS_PRIVATE_H
#define HF_AUTH_TLS_PRIVATE_H

#include <gnutls/gnutls.h>
#include <stdatomic.h>

#include "auth/tls_credentials.h"

struct tls_credentials {
    atomic_uint refs;
    gnutls_certificate_credentials_t x509; /* NULL without a certificate */
    gnutls_anon_server_credentials_t anonymous;
    gnutls_priority_t x509_priority, anonymous_priority;
    gnutls_datum_t ticket_key;
    bool asks_client; /* for a certificate */
};

#endif
