/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/certificate.h"
#include "server/certificate_private.h"
#include "auth/key_file.h"
#include "base/secret.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SERIAL_SIZE = 16, HOSTS_MOST = 64, HOST_NAME_MOST = 253 };

int certificate_fail(struct certificate_making *m, int error, const char *path, const char *why)
{
    m->path = path;
    m->why = why;
    return -error;
}

/* ---- what stands in it ---- */

static bool good_host(const char *host)
{
    size_t n = strlen(host);
    if (n == 0 || n > HOST_NAME_MOST || host[0] == '-')
        return false;
    for (; *host; host++)
        if ((unsigned char)*host <= ' ' || (unsigned char)*host >= 0x7f ||
            strchr("/@[]", *host))
            return false;
    return true;
}

/* A name or a numeric address as alternative name (RFC 5280, 4.2.1.6). */
int certificate_add_host(gnutls_x509_crt_t certificate, const char *host)
{
    uint8_t address[16];
    gnutls_x509_subject_alt_name_t kind = GNUTLS_SAN_IPADDRESS;
    const void *data = address;
    size_t n = 0;
    if (inet_pton(AF_INET, host, address) == 1) {
        n = 4;
    } else if (inet_pton(AF_INET6, host, address) == 1) {
        n = 16;
    } else {
        kind = GNUTLS_SAN_DNSNAME;
        data = host;
        n = strlen(host);
    }
    return gnutls_x509_crt_set_subject_alt_name(certificate, kind, data, (unsigned)n,
                                                GNUTLS_FSAN_APPEND);
}

static int add_hosts(struct certificate_making *m, const char *const *hosts, size_t n)
{
    /* A common name has at most 64 bytes (RFC 5280, appendix A.1). */
    size_t cn = strnlen(hosts[0], 64);
    if (n > HOSTS_MOST)
        return certificate_fail(m, EINVAL, NULL, "there are too many host names");
    for (size_t i = 0; i < n; i++)
        if (!good_host(hosts[i]))
            return certificate_fail(
                m, EINVAL, NULL, "a host is a name like host.example.org or a numeric address");
    int err = gnutls_x509_crt_set_dn_by_oid(m->certificate, GNUTLS_OID_X520_COMMON_NAME, 0,
                                            hosts[0], (unsigned)cn);
    for (size_t i = 0; i < n && err >= 0; i++)
        err = certificate_add_host(m->certificate, hosts[i]);
    return err < 0 ? certificate_fail(m, EINVAL, NULL, gnutls_strerror(err)) : 0;
}

static int add_names(struct certificate_making *m)
{
    char own[HOST_NAME_MOST + 1] = "";
    if (m->wish->n_hosts)
        return add_hosts(m, m->wish->hosts, m->wish->n_hosts);
    gethostname(own, sizeof(own) - 1);
    const char *const hosts[] = {own, "localhost", "127.0.0.1", "::1"};
    bool skip = !good_host(own) || strcmp(own, "localhost") == 0;
    return add_hosts(m, hosts + skip, 4 - (size_t)skip);
}

static int set_serial(gnutls_x509_crt_t certificate)
{
    uint8_t serial[SERIAL_SIZE];
    secret_random(serial, sizeof(serial));
    serial[0] = (serial[0] & 0x7f) | 0x40; /* positive, and as long as it looks */
    return gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));
}

int certificate_fill_dates(gnutls_x509_crt_t c, int64_t realtime_s, int64_t end_s)
{
    int err = gnutls_x509_crt_set_version(c, 3);
    err = err < 0 ? err : set_serial(c);
    err = err < 0 ? err : gnutls_x509_crt_set_activation_time(c, realtime_s - BEFORE_S);
    return err < 0 ? err : gnutls_x509_crt_set_expiration_time(c, end_s);
}

static int fill(struct certificate_making *m, int64_t realtime_s)
{
    gnutls_x509_crt_t c = m->certificate;
    int result = add_names(m);
    if (result < 0)
        return result;
    int err =
        certificate_fill_dates(c, realtime_s, realtime_s + m->wish->days * INT64_C(86400));
    err = err < 0 ? err : gnutls_x509_crt_set_basic_constraints(c, 0, -1);
    err = err < 0 ? err : gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_DIGITAL_SIGNATURE);
    err = err < 0 ? err : gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_SERVER, 0);
    err = err < 0 ? err : gnutls_x509_crt_sign2(c, c, m->key, GNUTLS_DIG_SHA256, 0);
    return err < 0 ? certificate_fail(m, ENOTSUP, NULL, gnutls_strerror(err)) : 0;
}

int certificate_begin(struct certificate_making *m)
{
    int err = gnutls_x509_privkey_init(&m->key);
    err = err < 0 ? err : gnutls_x509_crt_init(&m->certificate);
    err =
        err < 0
            ? err
            : gnutls_x509_privkey_generate(m->key, GNUTLS_PK_ECDSA,
                                           GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    err = err < 0 ? err : gnutls_x509_crt_set_key(m->certificate, m->key);
    return err < 0 ? certificate_fail(m, ENOTSUP, NULL, gnutls_strerror(err)) : 0;
}

int certificate_export(struct certificate_making *m)
{
    int err = gnutls_x509_privkey_export2(m->key, GNUTLS_X509_FMT_PEM, &m->key_pem);
    err = err < 0 ? err
                  : gnutls_x509_crt_export2(m->certificate, GNUTLS_X509_FMT_PEM,
                                            &m->certificate_pem);
    return err < 0 ? certificate_fail(m, ENOTSUP, NULL, gnutls_strerror(err)) : 0;
}

static int make(struct certificate_making *m, int64_t realtime_s)
{
    int result = certificate_begin(m);
    if (result == 0)
        result = fill(m, realtime_s);
    return result < 0 ? result : certificate_export(m);
}

void certificate_making_fini(struct certificate_making *m)
{
    if (m->key)
        gnutls_x509_privkey_deinit(m->key);
    if (m->certificate)
        gnutls_x509_crt_deinit(m->certificate);
    if (m->key_pem.data)
        secret_wipe(m->key_pem.data, m->key_pem.size);
    gnutls_free(m->key_pem.data);
    gnutls_free(m->certificate_pem.data);
}

int certificate_create(const char *certificate_path, const char *key_path,
                       const struct certificate_wish *wish, int64_t realtime_s,
                       const char **path_r, const char **why_r)
{
    struct certificate_making m = {.wish = wish};
    int result = 0;
    if (wish->days < 1 || wish->days > CERTIFICATE_DAYS_MOST)
        result =
            certificate_fail(&m, EINVAL, NULL, "a certificate is good for 1 to 36500 days");
    if (result == 0)
        result = certificate_check_absent(&m, key_path);
    if (result == 0)
        result = certificate_check_absent(&m, certificate_path);
    if (result == 0)
        result = make(&m, realtime_s);
    if (result == 0)
        result = certificate_install(&m, certificate_path, key_path);
    certificate_making_fini(&m);
    *path_r = m.path;
    *why_r = m.why;
    return result;
}

/* ---- fingerprints ---- */

static int fingerprint_of(const struct bytes *content, char text_r[FINGERPRINT_SIZE])
{
    const gnutls_datum_t pem = {content->data, (unsigned)content->len};
    gnutls_x509_crt_t certificate;
    uint8_t digest[32];
    size_t n = sizeof(digest);
    if (gnutls_x509_crt_init(&certificate) < 0)
        return -ENOMEM;
    int err = gnutls_x509_crt_import(certificate, &pem, GNUTLS_X509_FMT_PEM);
    if (err >= 0)
        err = gnutls_x509_crt_get_fingerprint(certificate, GNUTLS_DIG_SHA256, digest, &n);
    gnutls_x509_crt_deinit(certificate);
    if (err < 0)
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        snprintf(text_r + i * 3, 4, i + 1 < n ? "%02X:" : "%02X", digest[i]);
    return 0;
}

int certificate_fingerprint(const char *path, char text_r[FINGERPRINT_SIZE], const char **why_r)
{
    struct bytes content;
    int result = key_file_read_public(path, &content, why_r);
    if (result < 0)
        return result;
    result = fingerprint_of(&content, text_r);
    key_file_wipe(&content);
    if (result < 0)
        *why_r = "holds no certificate in PEM";
    return result;
}
