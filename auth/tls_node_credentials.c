/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/key_file.h"
#include "auth/tls_files.h"
#include "auth/tls_node_private.h"
#include "base/alloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN_MOST = 8 };

struct loading {
    const struct tls_node_options *options;
    struct tls_node_credentials *c;
    struct tls_fault fault;
};

static int fail(struct loading *l, const char *path, const char *why)
{
    return tls_fault(&l->fault, EINVAL, path, why);
}

/* ---- what a certificate says ---- */

bool tls_node_certificate_names(gnutls_x509_crt_t crt, const char *node)
{
    for (unsigned i = 0;; i++) {
        char name[256];
        size_t n = sizeof(name);
        int type = gnutls_x509_crt_get_subject_alt_name(crt, i, name, &n, NULL);
        if (type == GNUTLS_E_SHORT_MEMORY_BUFFER)
            continue;
        if (type < 0)
            return false;
        if (type == GNUTLS_SAN_DNSNAME && n == strlen(node) && memcmp(name, node, n) == 0)
            return true;
    }
}

#define STATUS(flag, text)                                                                     \
    {                                                                                          \
        flag, text, "the other end's certificate " text                                        \
    }

const char *tls_node_status_text(unsigned status, bool of_other_end)
{
    static const struct {
        unsigned flag;
        const char *text, *of_other_end;
    } rows[] = {
        STATUS(GNUTLS_CERT_SIGNER_NOT_FOUND, "is not signed by the cluster's authority"),
        STATUS(GNUTLS_CERT_SIGNATURE_FAILURE, "is not signed by the cluster's authority"),
        STATUS(GNUTLS_CERT_SIGNER_NOT_CA, "is signed by one that is no authority's"),
        STATUS(GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "is more than its signer may sign"),
        STATUS(GNUTLS_CERT_EXPIRED, "has expired"),
        STATUS(GNUTLS_CERT_NOT_ACTIVATED, "is not valid yet; are all clocks right?"),
        STATUS(GNUTLS_CERT_REVOKED, "is revoked"),
        STATUS(GNUTLS_CERT_PURPOSE_MISMATCH, "is for another purpose"),
        STATUS(GNUTLS_CERT_INSECURE_ALGORITHM, "is signed in a way that is not secure"),
        STATUS(GNUTLS_CERT_INVALID, "is not good"),
    };
    size_t i = 0;
    while (i + 1 < sizeof(rows) / sizeof(rows[0]) && !(status & rows[i].flag))
        i++;
    return of_other_end ? rows[i].of_other_end : rows[i].text;
}

/* ---- the files ---- */

static int check_chain(struct loading *l, gnutls_x509_crt_t *chain, unsigned n)
{
    static const char *const purposes[] = {GNUTLS_KP_TLS_WWW_SERVER, GNUTLS_KP_TLS_WWW_CLIENT};
    const char *node = l->options->node;
    gnutls_x509_trust_list_t authorities;
    unsigned status = 0;
    gnutls_certificate_get_trust_list(l->c->x509, &authorities);
    for (size_t i = 0; i < 2 && !status; i++) {
        gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                         .data = (unsigned char *)purposes[i]};
        if (gnutls_x509_trust_list_verify_crt2(authorities, chain, n, &purpose, 1, 0, &status,
                                               NULL) < 0)
            return fail(l, l->options->certificate, "cannot be checked");
    }
    if (status)
        return fail(l, l->options->certificate, tls_node_status_text(status, false));
    if (node && !tls_node_certificate_names(chain[0], node))
        return fail(l, l->options->certificate,
                    "does not have this node's name as alternative name (DNS)");
    return 0;
}

static int check_certificate(struct loading *l, const struct bytes *certificate)
{
    const gnutls_datum_t pem = {certificate->data, (unsigned)certificate->len};
    gnutls_x509_crt_t chain[CHAIN_MOST];
    unsigned n = CHAIN_MOST;
    int err = gnutls_x509_crt_list_import(chain, &n, &pem, GNUTLS_X509_FMT_PEM, 0);
    if (err < 0)
        return fail(l, l->options->certificate, gnutls_strerror(err));
    int result = check_chain(l, chain, n);
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(chain[i]);
    return result;
}

static int load_pair(struct loading *l)
{
    const struct tls_pair_files files = {l->options->certificate, l->options->key,
                                         l->options->key_content};
    struct bytes certificate;
    int result = tls_files_add_pair(l->c->x509, &files, &certificate, &l->fault);
    if (result < 0)
        return result;
    result = check_certificate(l, &certificate);
    key_file_wipe(&certificate);
    return result;
}

static int load(struct loading *l)
{
    int err = gnutls_priority_init(&l->c->priority, TLS_X509_PRIORITY, NULL);
    if (err >= 0)
        err = gnutls_certificate_allocate_credentials(&l->c->x509);
    if (err < 0)
        return fail(l, NULL, gnutls_strerror(err));
    gnutls_certificate_set_verify_function(l->c->x509, tls_node_judge_peer);
    gnutls_certificate_set_known_dh_params(l->c->x509, GNUTLS_SEC_PARAM_MEDIUM);
    int result = tls_files_add_authorities(l->c->x509, l->options->ca, &l->fault);
    return result < 0 ? result : load_pair(l);
}

int tls_node_credentials_load(const struct tls_node_options *options,
                              struct tls_node_credentials **c_r, const char **path_r,
                              const char **why_r)
{
    struct loading l = {.options = options, .c = ALLOC(struct tls_node_credentials)};
    l.c->refs = 1;
    int result = load(&l);
    if (result < 0) {
        *path_r = l.fault.path;
        *why_r = l.fault.why;
        tls_node_credentials_unref(&l.c);
        return result;
    }
    *c_r = l.c;
    return 0;
}

struct tls_node_credentials *tls_node_credentials_ref(struct tls_node_credentials *c)
{
    c->refs++;
    return c;
}

void tls_node_credentials_unref(struct tls_node_credentials **credentials)
{
    struct tls_node_credentials *c = *credentials;
    *credentials = NULL;
    if (!c || --c->refs)
        return;
    if (c->x509)
        gnutls_certificate_free_credentials(c->x509);
    if (c->priority)
        gnutls_priority_deinit(c->priority);
    free(c);
}
