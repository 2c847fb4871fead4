/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/certificate_node.h"
#include "auth/key_file.h"
#include "base/alloc.h"
#include "base/secret.h"
#include "server/certificate_private.h"
#include "server/cluster/link_name.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_ID_SIZE = 20, DAY_S = 86400 };

struct authority {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

void certificate_node_files_init(struct certificate_node_files *f, const char *folder,
                                 const char *node)
{
    f->ca = alloc_printf("%s/ca.crt", folder);
    f->ca_key = alloc_printf("%s/ca.key", folder);
    f->certificate = alloc_printf("%s/%s.crt", folder, node);
    f->key = alloc_printf("%s/%s.key", folder, node);
}

void certificate_node_files_fini(struct certificate_node_files *f)
{
    free(f->ca);
    free(f->ca_key);
    free(f->certificate);
    free(f->key);
}

static int failed(struct certificate_making *m, int err)
{
    return err < 0 ? certificate_fail(m, ENOTSUP, NULL, gnutls_strerror(err)) : 0;
}

/* How signer and signed find each other (RFC 5280, 4.2.1.1 and 4.2.1.2). */
static int set_key_id(gnutls_x509_crt_t c)
{
    uint8_t id[KEY_ID_SIZE];
    size_t n = sizeof(id);
    int err = gnutls_x509_crt_get_key_id(c, GNUTLS_KEYID_USE_SHA1, id, &n);
    return err < 0 ? err : gnutls_x509_crt_set_subject_key_id(c, id, n);
}

static int set_authority_key_id(gnutls_x509_crt_t c, gnutls_x509_crt_t ca)
{
    uint8_t id[64];
    size_t n = sizeof(id);
    int err = gnutls_x509_crt_get_subject_key_id(ca, id, &n, NULL);
    if (err == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return 0;
    return err < 0 ? err : gnutls_x509_crt_set_authority_key_id(c, id, n);
}

static int set_name(gnutls_x509_crt_t c, const char *name)
{
    return gnutls_x509_crt_set_dn_by_oid(c, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                         (unsigned)strlen(name));
}

/* ---- the authority ---- */

/* Two authorities have two names: else a wrong one looks like a bad signature. */
static void authority_name(char name_r[40])
{
    uint8_t part[4];
    secret_random(part, sizeof(part));
    snprintf(name_r, 40, "Holdfast cluster %02x%02x%02x%02x", part[0], part[1], part[2],
             part[3]);
}

static int fill_authority(struct certificate_making *m, int64_t realtime_s)
{
    gnutls_x509_crt_t c = m->certificate;
    char name[40];
    authority_name(name);
    int err =
        certificate_fill_dates(c, realtime_s, realtime_s + CERTIFICATE_DAYS * INT64_C(86400));
    err = err < 0 ? err : set_name(c, name);
    err = err < 0 ? err : gnutls_x509_crt_set_basic_constraints(c, 1, 0);
    err = err < 0 ? err : gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_KEY_CERT_SIGN);
    err = err < 0 ? err : set_key_id(c);
    err = err < 0 ? err : gnutls_x509_crt_sign2(c, c, m->key, GNUTLS_DIG_SHA256, 0);
    return failed(m, err);
}

static int make_authority(struct certificate_making *m, const struct certificate_node_files *f,
                          int64_t realtime_s)
{
    const struct certificate_wish wish = {.group = (gid_t)-1};
    m->wish = &wish;
    int result = certificate_begin(m);
    if (result == 0)
        result = fill_authority(m, realtime_s);
    if (result == 0)
        result = certificate_export(m);
    if (result == 0)
        result = certificate_install(m, f->ca, f->ca_key);
    m->wish = NULL;
    return result;
}

static int import(struct certificate_making *m, struct authority *a,
                  const struct certificate_node_files *f, const struct bytes *certificate,
                  const struct bytes *key)
{
    const gnutls_datum_t certificate_pem = {certificate->data, (unsigned)certificate->len};
    const gnutls_datum_t key_pem = {key->data, (unsigned)key->len};
    if (gnutls_x509_crt_import(a->certificate, &certificate_pem, GNUTLS_X509_FMT_PEM) < 0)
        return certificate_fail(m, EINVAL, f->ca, "holds no certificate in PEM");
    if (gnutls_x509_privkey_import2(a->key, &key_pem, GNUTLS_X509_FMT_PEM, NULL, 0) < 0)
        return certificate_fail(m, EINVAL, f->ca_key, "holds no key in PEM");
    return 0;
}

static int check_authority(struct certificate_making *m, const struct authority *a,
                           const struct certificate_node_files *f, int64_t realtime_s)
{
    uint8_t ids[2][64];
    size_t n[2] = {sizeof(ids[0]), sizeof(ids[1])};
    if (gnutls_x509_crt_get_ca_status(a->certificate, NULL) <= 0)
        return certificate_fail(m, EINVAL, f->ca, "is not the certificate of an authority");
    if (gnutls_x509_crt_get_key_id(a->certificate, 0, ids[0], &n[0]) < 0 ||
        gnutls_x509_privkey_get_key_id(a->key, 0, ids[1], &n[1]) < 0 || n[0] != n[1] ||
        memcmp(ids[0], ids[1], n[0]) != 0)
        return certificate_fail(m, EINVAL, f->ca_key, "is not the key of ca.crt");
    if (gnutls_x509_crt_get_expiration_time(a->certificate) <= realtime_s)
        return certificate_fail(m, EINVAL, f->ca, "has expired; all nodes need a new one");
    return 0;
}

static int read_authority(struct certificate_making *m, struct authority *a,
                          const struct certificate_node_files *f, int64_t realtime_s)
{
    struct bytes certificate, key;
    const char *why;
    int result = key_file_read_public(f->ca, &certificate, &why);
    if (result < 0)
        return certificate_fail(m, -result, f->ca, why);
    result = key_file_read(f->ca_key, &key, &why);
    if (result == 0) {
        result = import(m, a, f, &certificate, &key);
        key_file_wipe(&key);
    } else {
        (void)certificate_fail(m, -result, f->ca_key, why);
    }
    key_file_wipe(&certificate);
    return result < 0 ? result : check_authority(m, a, f, realtime_s);
}

/* One of the two alone is somebody's who has the other elsewhere. */
static int check_both(struct certificate_making *m, const struct certificate_node_files *f,
                      bool *there_r)
{
    bool certificate = access(f->ca, F_OK) == 0, key = access(f->ca_key, F_OK) == 0;
    if (certificate && !key)
        return certificate_fail(m, ENOENT, f->ca_key,
                                "is not there, but ca.crt is: make certificates in the folder "
                                "that has both");
    if (key && !certificate)
        return certificate_fail(m, ENOENT, f->ca,
                                "is not there, but ca.key is: make certificates in the folder "
                                "that has both");
    *there_r = certificate;
    return 0;
}

/* ---- the node ---- */

static const char *check_wish(const struct certificate_node_wish *wish)
{
    uint8_t address[16];
    if (!link_node_name_good(wish->node))
        return "a node's name is 1 to 64 letters, digits, '.', '-' or '_' and begins with a "
               "letter or a digit";
    if (strcmp(wish->node, "ca") == 0)
        return "ca is what the authority's files are called; a node needs another name";
    if (wish->days < 1 || wish->days > CERTIFICATE_DAYS_MOST)
        return "a certificate is good for 1 to 36500 days";
    for (size_t i = 0; i < wish->n_addresses; i++)
        if (inet_pton(AF_INET, wish->addresses[i], address) != 1 &&
            inet_pton(AF_INET6, wish->addresses[i], address) != 1)
            return "--address takes a numeric address";
    return NULL;
}

static int add_names(gnutls_x509_crt_t c, const struct certificate_node_wish *wish)
{
    int err = set_name(c, wish->node);
    err = err < 0 ? err
                  : gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_DNSNAME, wish->node,
                                                         (unsigned)strlen(wish->node),
                                                         GNUTLS_FSAN_APPEND);
    for (size_t i = 0; i < wish->n_addresses && err >= 0; i++)
        err = certificate_add_host(c, wish->addresses[i]);
    return err;
}

static int fill_node(struct certificate_making *m, const struct authority *a,
                     const struct certificate_node_wish *wish, int64_t realtime_s)
{
    gnutls_x509_crt_t c = m->certificate;
    int64_t end = realtime_s + wish->days * (int64_t)DAY_S;
    int64_t last = gnutls_x509_crt_get_expiration_time(a->certificate);
    int err = certificate_fill_dates(c, realtime_s, end < last ? end : last);
    err = err < 0 ? err : add_names(c, wish);
    err = err < 0 ? err : gnutls_x509_crt_set_basic_constraints(c, 0, -1);
    err = err < 0 ? err : gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_DIGITAL_SIGNATURE);
    err = err < 0 ? err : gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_SERVER, 0);
    err = err < 0 ? err : gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_CLIENT, 0);
    err = err < 0 ? err : set_key_id(c);
    err = err < 0 ? err : set_authority_key_id(c, a->certificate);
    err =
        err < 0 ? err : gnutls_x509_crt_sign2(c, a->certificate, a->key, GNUTLS_DIG_SHA256, 0);
    return failed(m, err);
}

static int make_node(struct certificate_making *m, const struct certificate_node_files *f,
                     const struct certificate_node_wish *wish, int64_t realtime_s)
{
    struct authority a = {0};
    int err = gnutls_x509_crt_init(&a.certificate);
    err = err < 0 ? err : gnutls_x509_privkey_init(&a.key);
    int result = failed(m, err);
    if (result == 0)
        result = read_authority(m, &a, f, realtime_s);
    if (result == 0)
        result = certificate_begin(m);
    if (result == 0)
        result = fill_node(m, &a, wish, realtime_s);
    if (result == 0)
        result = certificate_export(m);
    if (result == 0)
        result = certificate_install(m, f->certificate, f->key);
    if (a.key)
        gnutls_x509_privkey_deinit(a.key);
    if (a.certificate)
        gnutls_x509_crt_deinit(a.certificate);
    return result;
}

static int check(struct certificate_making *m, const struct certificate_node_files *f,
                 const struct certificate_node_wish *wish, bool *ca_there_r)
{
    const char *why = check_wish(wish);
    int result = why ? certificate_fail(m, EINVAL, NULL, why) : 0;
    if (result == 0)
        result = certificate_check_absent(m, f->key);
    if (result == 0)
        result = certificate_check_absent(m, f->certificate);
    return result < 0 ? result : check_both(m, f, ca_there_r);
}

int certificate_node_create(const struct certificate_node_files *f,
                            const struct certificate_node_wish *wish, int64_t realtime_s,
                            bool *ca_made_r, const char **path_r, const char **why_r)
{
    const struct certificate_wish files = {.replace = wish->replace, .group = (gid_t)-1};
    struct certificate_making ca = {0}, node = {.wish = &files};
    struct certificate_making *at = &node;
    bool ca_there = false;
    int result = check(&node, f, wish, &ca_there);
    *ca_made_r = false;
    if (result == 0 && !ca_there) {
        at = &ca;
        result = make_authority(&ca, f, realtime_s);
        *ca_made_r = result == 0;
    }
    if (result == 0) {
        at = &node;
        result = make_node(&node, f, wish, realtime_s);
    }
    *path_r = at->path;
    *why_r = at->why;
    certificate_making_fini(&ca);
    certificate_making_fini(&node);
    return result;
}
