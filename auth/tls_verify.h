/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificate of a TLS client: whether it is good, and what it says. Knows no rules. */
#ifndef HF_AUTH_TLS_VERIFY_H
#define HF_AUTH_TLS_VERIFY_H

#include <gnutls/gnutls.h>

#include "auth/client_name.h"

/*
 * 0 when the client showed no certificate, or one that a trusted authority signed for clients
 * and whose time it is; else one of GnuTLS's errors. For gnutls_certificate_set_verify_function
 * and, as that is not called for resumed sessions, for afterwards.
 */
int tls_verify_client(gnutls_session_t session);

/* The subject of the client's certificate. False when it has none. */
bool tls_read_subject(gnutls_session_t session, struct client_subject *subject_r);

#endif
