/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/tls_verify.h"

#include <gnutls/x509.h>
#include <string.h>

static bool has_certificate(gnutls_session_t session)
{
    unsigned n = 0;
    return gnutls_auth_client_get_type(session) == GNUTLS_CRD_CERTIFICATE &&
           gnutls_certificate_get_peers(session, &n) && n > 0;
}

int tls_verify_client(gnutls_session_t session)
{
    unsigned status = 0;
    gnutls_typed_vdata_st purpose = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                     .data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT};
    if (!has_certificate(session))
        return 0;
    int err = gnutls_certificate_verify_peers(session, &purpose, 1, &status);
    return err < 0 ? err : status ? GNUTLS_E_CERTIFICATE_ERROR : 0;
}

/* Takes a text of n bytes that C can hold whole; else it stays empty. */
static void take_text(char text_r[AUTH_USER_MOST + 1], const char *text, size_t n)
{
    if (n > AUTH_USER_MOST || memchr(text, 0, n))
        return;
    memcpy(text_r, text, n);
    text_r[n] = 0;
}

/* One attribute of the subject. Two of a kind name nobody: who reads which is anyone's guess.
 */
static void read_attribute(gnutls_x509_crt_t cert, const char *oid, char *text_r)
{
    char text[AUTH_USER_MOST + 2];
    size_t n = sizeof(text), other = 0;
    if (gnutls_x509_crt_get_dn_by_oid(cert, oid, 1, 0, NULL, &other) !=
        GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return;
    if (gnutls_x509_crt_get_dn_by_oid(cert, oid, 0, 0, text, &n) == 0)
        take_text(text_r, text, n);
}

/* The mail address among the alternative names, if there is just one. */
static bool read_mail_address(gnutls_x509_crt_t cert, char *text_r)
{
    unsigned found = 0;
    for (unsigned i = 0;; i++) {
        char text[AUTH_USER_MOST + 2];
        size_t n = sizeof(text);
        int type = gnutls_x509_crt_get_subject_alt_name(cert, i, text, &n, NULL);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            break;
        if (type == GNUTLS_SAN_RFC822NAME && found++ == 0)
            take_text(text_r, text, n);
    }
    if (found > 1)
        *text_r = 0;
    return found > 0;
}

static bool import(gnutls_session_t session, gnutls_x509_crt_t *cert_r)
{
    unsigned n = 0;
    if (!has_certificate(session) || gnutls_x509_crt_init(cert_r) < 0)
        return false;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &n);
    if (gnutls_x509_crt_import(*cert_r, &chain[0], GNUTLS_X509_FMT_DER) == 0)
        return true;
    gnutls_x509_crt_deinit(*cert_r);
    return false;
}

bool tls_read_subject(gnutls_session_t session, struct client_subject *subject_r)
{
    gnutls_x509_crt_t cert;
    *subject_r = (struct client_subject){.cn = ""};
    if (!import(session, &cert))
        return false;
    read_attribute(cert, GNUTLS_OID_X520_COMMON_NAME, subject_r->cn);
    read_attribute(cert, GNUTLS_OID_LDAP_UID, subject_r->uid);
    if (!read_mail_address(cert, subject_r->email))
        read_attribute(cert, GNUTLS_OID_PKCS9_EMAIL, subject_r->email);
    gnutls_x509_crt_deinit(cert);
    return true;
}
