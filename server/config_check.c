/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_check.h"
#include "auth/offer.h"
#include "base/alloc.h"

#include <string.h>

static void warn(struct config *c, char *text)
{
    text_list_take(&c->warnings, text);
}

/* ---- TCP ---- */

/* Whether anything can be offered there, given all certificates and keys. */
static bool anything_offered(const struct config *c, bool local)
{
    const struct offer_means means = {
        .private_channel = local, .tls = true, .certificate = true, .ra2_key = true};
    struct offer offer = {0};
    for (size_t i = 0; i < c->methods.n; i++)
        offer_add(&offer, c->methods.items[i], &means);
    return offer.n_types > 0;
}

static char *check_address(const struct config *c, const struct config_listen *l)
{
    if (c->methods.n == 0)
        return alloc_printf("listen on %s needs a method: write auth { methods = {x509-plain} "
                            "} for the accounts of this host, or auth { methods = {none} } to "
                            "let everybody in",
                            l->text);
    if (!anything_offered(c, l->local))
        return alloc_printf("listen on %s: of the methods none can be offered there; plain is "
                            "for loopback and Unix sockets, write tls-plain or x509-plain",
                            l->text);
    return NULL;
}

/* Whether a login by it proves nothing. With client certificates x509-none may prove one. */
static bool lets_anybody_in(const struct config *c, const char *method)
{
    return strcmp(method, "none") == 0 || strcmp(method, "tls-none") == 0 ||
           (strcmp(method, "x509-none") == 0 && !c->tls_client_ca);
}

static void warn_of_method(struct config *c, const char *path, const struct config_listen *l,
                           const char *method)
{
    if (lets_anybody_in(c, method))
        warn(c, alloc_printf(
                    "%s:%d: method %s: everybody who reaches %s sees and drives the machines",
                    path, l->line, method, l->text));
    else if (strcmp(method, "plain") == 0)
        warn(c, alloc_printf("%s:%d: method plain is not offered on %s, where passwords could "
                             "be read on their way",
                             path, l->line, l->text));
    else if (offer_name_is_open(method))
        warn(c, alloc_printf("%s:%d: method %s: sessions on %s are not encrypted", path,
                             l->line, method, l->text));
}

static char *check_tcp(struct config *c, const char *path, const struct config_listen *l)
{
    char *fault = check_address(c, l);
    if (fault || l->local)
        return fault;
    for (size_t i = 0; i < c->methods.n; i++)
        warn_of_method(c, path, l, c->methods.items[i]);
    return NULL;
}

/* ---- the rest ---- */

static bool any_password_file(const struct config *c)
{
    for (size_t i = 0; i < c->n_machines; i++)
        if (c->machines[i].password_file)
            return true;
    return c->defaults.password_file != NULL;
}

static void warn_of_passwords(struct config *c, const char *path)
{
    static const char *const methods[] = {"vnc", "tls-vnc", "x509-vnc"};
    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
        if (text_list_has(&c->methods, methods[i]) && !any_password_file(c)) {
            warn(c, alloc_printf("%s: method %s: no machine has a password-file, so nobody "
                                 "can log in with it but by a ticket",
                                 path, methods[i]));
            return;
        }
}

static char *check_tls(const struct config *c)
{
    if (!c->tls_certificate == !c->tls_key)
        return NULL;
    return alloc_text(c->tls_key ? "tls: key needs its certificate"
                                 : "tls: certificate needs its key");
}

char *config_check(struct config *c, const char *path, const struct config_listen *listen,
                   size_t n_listen, int *line_r)
{
    for (size_t i = 0; i < n_listen; i++) {
        char *fault = check_tcp(c, path, &listen[i]);
        *line_r = listen[i].line;
        if (fault)
            return fault;
    }
    warn_of_passwords(c, path);
    if (c->methods.n == 0)
        text_list_add(&c->methods, "none");
    return check_tls(c);
}
