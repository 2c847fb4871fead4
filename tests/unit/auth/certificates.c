/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/auth/certificates.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void must(int result, const char *what)
{
    if (result >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, gnutls_strerror(result));
    abort();
}

static void set_texts(gnutls_x509_crt_t crt, const struct certificate_wish *wish)
{
    if (wish->cn)
        must(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, wish->cn,
                                           (unsigned)strlen(wish->cn)),
             "cn");
    if (wish->uid)
        must(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_LDAP_UID, 0, wish->uid,
                                           (unsigned)strlen(wish->uid)),
             "uid");
    if (wish->email)
        must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_RFC822NAME, wish->email,
                                                  (unsigned)strlen(wish->email),
                                                  GNUTLS_FSAN_APPEND),
             "email");
    if (wish->dns)
        must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, wish->dns,
                                                  (unsigned)strlen(wish->dns),
                                                  GNUTLS_FSAN_APPEND),
             "dns");
}

static void set_dates(gnutls_x509_crt_t crt, bool expired)
{
    time_t now = time(NULL), day = 24 * 3600;
    gnutls_x509_crt_set_activation_time(crt, now - 3 * day);
    gnutls_x509_crt_set_expiration_time(crt, expired ? now - day : now + 30 * day);
}

void certificate_make(struct certificate *c, const struct certificate_wish *wish,
                      const struct certificate *by)
{
    static unsigned char serial;
    serial++;
    gnutls_x509_privkey_init(&c->key);
    must(gnutls_x509_privkey_generate(c->key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
         "key");
    gnutls_x509_crt_init(&c->crt);
    must(gnutls_x509_crt_set_key(c->crt, c->key), "set key");
    must(gnutls_x509_crt_set_version(c->crt, 3), "version");
    must(gnutls_x509_crt_set_serial(c->crt, &serial, 1), "serial");
    set_texts(c->crt, wish);
    set_dates(c->crt, wish->expired);
    must(gnutls_x509_crt_set_basic_constraints(c->crt, wish->authority, -1), "constraints");
    must(gnutls_x509_crt_set_key_usage(c->crt, wish->authority ? GNUTLS_KEY_KEY_CERT_SIGN
                                                               : GNUTLS_KEY_DIGITAL_SIGNATURE),
         "usage");
    if (wish->purpose)
        must(gnutls_x509_crt_set_key_purpose_oid(c->crt, wish->purpose, 0), "purpose");
    must(gnutls_x509_crt_sign2(c->crt, by ? by->crt : c->crt, by ? by->key : c->key,
                               GNUTLS_DIG_SHA256, 0),
         "sign");
}

void certificate_fini(struct certificate *c)
{
    gnutls_x509_crt_deinit(c->crt);
    gnutls_x509_privkey_deinit(c->key);
}

static void write_file(const char *folder, const char *name, const char *end,
                       const gnutls_datum_t *pem, mode_t mode)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s.%s", folder, name, end);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0 || write(fd, pem->data, pem->size) != (ssize_t)pem->size || close(fd) < 0) {
        perror(path);
        abort();
    }
}

void certificate_write(const struct certificate *c, const char *folder, const char *name)
{
    gnutls_datum_t pem;
    must(gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_PEM, &pem), "export");
    write_file(folder, name, "crt", &pem, 0644);
    gnutls_free(pem.data);
    must(gnutls_x509_privkey_export2(c->key, GNUTLS_X509_FMT_PEM, &pem), "export key");
    write_file(folder, name, "key", &pem, 0600);
    gnutls_free(pem.data);
}

void certificates_make(struct certificate *all, const struct certificate_row *rows, size_t n,
                       const char *folder)
{
    for (size_t i = 0; i < n; i++) {
        certificate_make(&all[i], &rows[i].wish,
                         rows[i].by == CERTIFICATE_OWN ? NULL : &all[rows[i].by]);
        certificate_write(&all[i], folder, rows[i].name);
    }
}

void certificates_unlink(const struct certificate_row *rows, size_t n, const char *folder)
{
    static const char *const ends[] = {"crt", "key"};
    char path[4096];
    for (size_t i = 0; i < n * 2; i++) {
        snprintf(path, sizeof(path), "%s/%s.%s", folder, rows[i / 2].name, ends[i % 2]);
        unlink(path);
    }
}
