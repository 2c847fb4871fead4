/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How certificates and their files are made; for server/certificate*.c only. */
#ifndef HF_SERVER_CERTIFICATE_PRIVATE_H
#define HF_SERVER_CERTIFICATE_PRIVATE_H

#include <gnutls/x509.h>

#include "server/certificate.h"

enum { BEFORE_S = 3600 }; /* that a certificate is good before it is made: clocks differ */

struct certificate_making {
    const struct certificate_wish
        *wish; /* of it, the files' functions read group and replace */
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t certificate;
    gnutls_datum_t key_pem, certificate_pem;
    const char *path, *why;
};

/* Notes both and returns -error. */
int certificate_fail(struct certificate_making *m, int error, const char *path,
                     const char *why);
/* A new key, and a certificate that has it and nothing else. */
int certificate_begin(struct certificate_making *m);
/* Version, serial number, from BEFORE_S before realtime_s to end_s. One of GnuTLS's errors. */
int certificate_fill_dates(gnutls_x509_crt_t c, int64_t realtime_s, int64_t end_s);
/* A name or a numeric address as alternative name. One of GnuTLS's errors. */
int certificate_add_host(gnutls_x509_crt_t certificate, const char *host);
/* Key and certificate, which is signed, become PEM. */
int certificate_export(struct certificate_making *m);
/* -EEXIST when it is there and is not to be replaced. */
int certificate_check_absent(struct certificate_making *m, const char *path);
/* Both files whole, or neither. */
int certificate_install(struct certificate_making *m, const char *certificate_path,
                        const char *key_path);
/* Wipes the key. */
void certificate_making_fini(struct certificate_making *m);

#endif
