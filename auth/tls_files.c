/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/tls_files.h"
#include "auth/key_file.h"

#include <errno.h>

int tls_fault(struct tls_fault *fault, int error, const char *path, const char *why)
{
    *fault = (struct tls_fault){path, why};
    return -error;
}

static gnutls_datum_t datum_of(const struct bytes *content)
{
    return (gnutls_datum_t){content->data, (unsigned)content->len};
}

static int set_pair(gnutls_certificate_credentials_t x509, const struct tls_pair_files *files,
                    const struct bytes *certificate, const struct bytes *key,
                    struct tls_fault *fault)
{
    const gnutls_datum_t certificate_pem = datum_of(certificate), key_pem = datum_of(key);
    int err = gnutls_certificate_set_x509_key_mem2(x509, &certificate_pem, &key_pem,
                                                   GNUTLS_X509_FMT_PEM, NULL, 0);
    if (err == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return tls_fault(fault, EINVAL, files->key, "is not the key of the certificate");
    if (err < 0)
        return tls_fault(fault, EINVAL, files->certificate, gnutls_strerror(err));
    return 0;
}

static int add_key(gnutls_certificate_credentials_t x509, const struct tls_pair_files *files,
                   const struct bytes *certificate, struct tls_fault *fault)
{
    struct bytes key;
    if (files->key_content)
        return set_pair(x509, files, certificate, files->key_content, fault);
    fault->path = files->key;
    int result = key_file_read(files->key, &key, &fault->why);
    if (result < 0)
        return result;
    result = set_pair(x509, files, certificate, &key, fault);
    key_file_wipe(&key);
    return result;
}

int tls_files_add_pair(gnutls_certificate_credentials_t x509,
                       const struct tls_pair_files *files, struct bytes *certificate_r,
                       struct tls_fault *fault)
{
    struct bytes certificate;
    fault->path = files->certificate;
    int result = key_file_read_public(files->certificate, &certificate, &fault->why);
    if (result < 0)
        return result;
    result = add_key(x509, files, &certificate, fault);
    if (result == 0 && certificate_r)
        *certificate_r = certificate;
    else
        key_file_wipe(&certificate);
    return result;
}

int tls_files_add_authorities(gnutls_certificate_credentials_t x509, const char *path,
                              struct tls_fault *fault)
{
    struct bytes content;
    fault->path = path;
    int result = key_file_read_public(path, &content, &fault->why);
    if (result < 0)
        return result;
    const gnutls_datum_t pem = datum_of(&content);
    int n = gnutls_certificate_set_x509_trust_mem(x509, &pem, GNUTLS_X509_FMT_PEM);
    key_file_wipe(&content);
    return n > 0 ? 0 : tls_fault(fault, EINVAL, path, "holds no certificate in PEM");
}
