/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The PEM files that credentials for TLS are made of: a certificate with its key, and whom to
 * trust. Knows neither who shows them nor what they are good for. For auth/tls_*.c only.
 */
#ifndef HF_AUTH_TLS_FILES_H
#define HF_AUTH_TLS_FILES_H

#include <gnutls/gnutls.h>

#include "base/bytes.h"

/* TLS 1.3 and 1.2 with AES-GCM first, the server's order counting. */
#define TLS_X509_PRIORITY                                                                      \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"                                              \
    "-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305:%SERVER_PRECEDENCE"

/* What is wrong, and with which file: why, static, goes behind path, lent; or path is NULL. */
struct tls_fault {
    const char *path, *why;
};

/* Notes it and returns -error. */
int tls_fault(struct tls_fault *fault, int error, const char *path, const char *why);

struct tls_pair_files {
    const char *certificate, *key;   /* the chain in the first, its end first */
    const struct bytes *key_content; /* of the key's file, read by somebody else; or NULL */
};

/*
 * Reads a certificate and its key into x509; the key's file by the rules of auth/key_file.h.
 * 0 or -errno; then *fault is set. certificate_r, when not NULL, gets what is in the
 * certificate's file, to be ended by key_file_wipe, after success only.
 */
int tls_files_add_pair(gnutls_certificate_credentials_t x509,
                       const struct tls_pair_files *files, struct bytes *certificate_r,
                       struct tls_fault *fault);
/* Reads the certificates of those who are trusted to sign. 0 or -errno; then *fault is set. */
int tls_files_add_authorities(gnutls_certificate_credentials_t x509, const char *path,
                              struct tls_fault *fault);

#endif
