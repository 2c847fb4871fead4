/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys and certificates for tests, made on the spot and written as PEM files into a folder. */
#ifndef HF_TESTS_UNIT_AUTH_CERTIFICATES_H
#define HF_TESTS_UNIT_AUTH_CERTIFICATES_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>

struct certificate {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
};

struct certificate_wish {
    const char *cn, *uid, *email; /* NULL: left out; email is an alternative name */
    const char *dns;              /* an alternative name */
    const char *purpose;          /* GNUTLS_KP_...; NULL: any */
    bool authority, expired;
};

/* Makes key and certificate, signed by `by` (NULL: by itself). Stops the test when it cannot.
 */
void certificate_make(struct certificate *c, const struct certificate_wish *wish,
                      const struct certificate *by);
void certificate_fini(struct certificate *c);
/* Writes FOLDER/NAME.crt (mode 0644) and FOLDER/NAME.key (0600). */
void certificate_write(const struct certificate *c, const char *folder, const char *name);

/* A certificate of several, by the name of its files; by: the row that signs it,
 * CERTIFICATE_OWN: itself. */
struct certificate_row {
    const char *name;
    struct certificate_wish wish;
    int by;
};
enum { CERTIFICATE_OWN = -1 };

/* Makes all n of them, each after its signer, and writes them into the folder. */
void certificates_make(struct certificate *all, const struct certificate_row *rows, size_t n,
                       const char *folder);
/* Removes their files; the certificates are ended by certificate_fini. */
void certificates_unlink(const struct certificate_row *rows, size_t n, const char *folder);

#endif
