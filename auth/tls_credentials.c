/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "auth/tls_credentials.h"
#include "auth/tls_files.h"
#include "auth/tls_private.h"
#include "auth/tls_verify.h"
#include "base/alloc.h"
#include "base/secret.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <stdlib.h>

/* ANON-ECDH has no AES-GCM: so AES-CBC is there for it, and ANON-DH goes before it. */
#define ANONYMOUS_PRIORITY                                                                     \
    "NORMAL:-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+AES-256-CBC:+AES-128-CBC:%SERVER_"          \
    "PRECEDENCE"
#define ANONYMOUS_ONLY ":-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-DH:+ANON-ECDH"

struct loading {
    const struct tls_options *options;
    struct tls_credentials *c;
    struct tls_fault fault;
};

static int load_client_ca(struct loading *l)
{
    int result = tls_files_add_authorities(l->c->x509, l->options->client_ca, &l->fault);
    if (result < 0)
        return result;
    gnutls_certificate_set_verify_function(l->c->x509, tls_verify_client);
    l->c->asks_client = true;
    return 0;
}

static int load_x509(struct loading *l)
{
    const struct tls_pair_files files = {l->options->certificate, l->options->key,
                                         l->options->key_content};
    if (!files.certificate)
        return 0;
    if (!files.key)
        return tls_fault(&l->fault, EINVAL, NULL, "a certificate needs a key");
    gnutls_certificate_allocate_credentials(&l->c->x509);
    gnutls_certificate_set_known_dh_params(l->c->x509, GNUTLS_SEC_PARAM_MEDIUM);
    int result = tls_files_add_pair(l->c->x509, &files, NULL, &l->fault);
    if (result == 0 && l->options->client_ca)
        result = load_client_ca(l);
    return result;
}

static int load_anonymous(struct loading *l)
{
    gnutls_anon_allocate_server_credentials(&l->c->anonymous);
    int err = gnutls_anon_set_server_known_dh_params(l->c->anonymous, GNUTLS_SEC_PARAM_MEDIUM);
    if (err == 0)
        err = gnutls_session_ticket_key_generate(&l->c->ticket_key);
    return err < 0 ? tls_fault(&l->fault, ENOTSUP, NULL, gnutls_strerror(err)) : 0;
}

static int load_priorities(struct loading *l)
{
    const char *own = l->options->priority, *where;
    char *anonymous = alloc_printf("%s%s", own ? own : ANONYMOUS_PRIORITY, ANONYMOUS_ONLY);
    int err = gnutls_priority_init(&l->c->x509_priority, own ? own : TLS_X509_PRIORITY, &where);
    if (err == 0)
        err = gnutls_priority_init(&l->c->anonymous_priority, anonymous, &where);
    free(anonymous);
    if (err < 0)
        return tls_fault(&l->fault, EINVAL, NULL, "the priority string is not one of GnuTLS's");
    return 0;
}

int tls_credentials_load(const struct tls_options *options, struct tls_credentials **c_r,
                         const char **path_r, const char **why_r)
{
    struct loading l = {.options = options, .c = ALLOC(struct tls_credentials)};
    l.c->refs = 1;
    int result = load_priorities(&l);
    if (result == 0)
        result = load_anonymous(&l);
    if (result == 0)
        result = load_x509(&l);
    if (result < 0) {
        *path_r = l.fault.path;
        *why_r = l.fault.why;
        tls_credentials_unref(&l.c);
        return result;
    }
    *c_r = l.c;
    return 0;
}

struct tls_credentials *tls_credentials_ref(struct tls_credentials *c)
{
    c->refs++;
    return c;
}

void tls_credentials_unref(struct tls_credentials **credentials)
{
    struct tls_credentials *c = *credentials;
    *credentials = NULL;
    if (!c || --c->refs)
        return;
    if (c->x509)
        gnutls_certificate_free_credentials(c->x509);
    if (c->anonymous)
        gnutls_anon_free_server_credentials(c->anonymous);
    if (c->x509_priority)
        gnutls_priority_deinit(c->x509_priority);
    if (c->anonymous_priority)
        gnutls_priority_deinit(c->anonymous_priority);
    if (c->ticket_key.data)
        secret_wipe(c->ticket_key.data, c->ticket_key.size);
    gnutls_free(c->ticket_key.data);
    free(c);
}

bool tls_credentials_certified(const struct tls_credentials *c)
{
    return c->x509 != NULL;
}
