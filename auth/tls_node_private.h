/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the credentials of a node are inside; for auth/tls_node*.c only. */
#ifndef HF_AUTH_TLS_NODE_PRIVATE_H
#define HF_AUTH_TLS_NODE_PRIVATE_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdatomic.h>

#include "auth/tls_node.h"

struct tls_node_credentials {
    atomic_uint refs;
    gnutls_certificate_credentials_t x509;
    gnutls_priority_t priority;
};

/* For the credentials; the session's pointer is a struct that tls_node.c knows. */
int tls_node_judge_peer(gnutls_session_t session);

/* Whether an alternative name (DNS) is this, letter for letter: no wildcards. */
bool tls_node_certificate_names(gnutls_x509_crt_t crt, const char *node);
/* What a status of gnutls_certificate_verify_peers means, static: of the other end's
 * certificate as a whole sentence, else to stand behind a file's name. */
const char *tls_node_status_text(unsigned status, bool of_other_end);

#endif
