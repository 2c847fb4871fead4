/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The server's end of TLS as a stream on top of another. Its handshake is stream_prepare; reads
 * and writes before that is done are -ENOTCONN. Knows no loop and no threads.
 */
#ifndef HF_AUTH_TLS_STREAM_H
#define HF_AUTH_TLS_STREAM_H

#include "auth/client_name.h"
#include "auth/tls_credentials.h"
#include "base/stream.h"

/*
 * Takes *lower over (it is NULL then, but not after a failure) and a reference to c. x509: with
 * the certificate, which must be there; else anonymous. rest: rest_n bytes that were read from
 * lower already. NULL when GnuTLS cannot (*why_r).
 *
 * A handshake that fails tells the client why before stream_prepare returns. A client that was
 * asked for a certificate may have none; with one that is not good the handshake fails.
 */
struct stream *tls_stream_new(struct stream **lower, struct tls_credentials *c, bool x509,
                              const void *rest, size_t rest_n, const char **why_r);

/* What is known after the handshake. */

/* The subject of the client's certificate, which is good; false: it has none. */
bool tls_stream_subject(const struct stream *s, struct client_subject *subject_r);
/* The name by which the client asked for us (SNI), "" without one. False: it does not fit. */
bool tls_stream_server_name(const struct stream *s, char *name_r, size_t size);
/* "TLS1.3 AES-256-GCM", for lists of sessions. */
void tls_stream_describe(const struct stream *s, char *text_r, size_t size);
/* Whether the client came back with a ticket of an earlier session. */
bool tls_stream_resumed(const struct stream *s);

#endif
