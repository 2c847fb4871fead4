/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What TLS connections begin with: certificate and key, whom to trust, priorities, the key of
 * session tickets. Counted: connections keep theirs when the daemon takes another into use.
 * Does not change after it is loaded, so any number of threads may use it.
 */
#ifndef HF_AUTH_TLS_CREDENTIALS_H
#define HF_AUTH_TLS_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>

struct bytes;
struct tls_credentials;

struct tls_options {
    const char *certificate, *key; /* PEM files, the chain in the first; NULL: anonymous only */
    const struct bytes *key_content; /* of the key's file, read by somebody else; or NULL */
    const char *client_ca;         /* PEM file; NULL: clients are not asked for certificates */
    const char *priority;          /* GnuTLS's priority string; NULL: the built-in one */
};

/*
 * Reads the files. Without a priority string X.509 connections speak TLS 1.3 and 1.2 with
 * AES-GCM first, the server's order counting. Anonymous ones speak TLS 1.2 only, whatever the
 * string says: there is no anonymous TLS 1.3, and clients built on OpenSSL fail when it is on
 * offer. 0 or -errno; then *why_r is text for a person and *path_r (lent from the options) the
 * file it is about, or NULL. The key's file is read by the rules of auth/key_file.h.
 */
int tls_credentials_load(const struct tls_options *options, struct tls_credentials **c_r,
                         const char **path_r, const char **why_r);
struct tls_credentials *tls_credentials_ref(struct tls_credentials *c);
void tls_credentials_unref(struct tls_credentials **c);

/* Whether there is a certificate: what X.509 needs. */
bool tls_credentials_certified(const struct tls_credentials *c);

#endif
