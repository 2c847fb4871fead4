/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kinds of values that say who may log in. */
#include <config.h>
#include "auth/client_name.h"
#include "auth/offer.h"
#include "auth/rules.h"
#include "server/config_values.h"
#include "server/network.h"

#include <gnutls/gnutls.h>
#include <string.h>

static bool good_method(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    return offer_name_known(text);
}

static bool good_rules(const char *const *texts, size_t n, const char **why_r)
{
    struct rules *rules = NULL;
    size_t bad;
    bool good = rules_new(texts, n, &rules, &bad, why_r) == 0;
    rules_free(&rules);
    return good;
}

static bool good_rule(const struct value_kind *kind, const char *text, const char **why_r)
{
    (void)kind;
    return good_rules(&text, 1, why_r);
}

static bool good_proxy(const struct value_kind *kind, const char *text, const char **why_r)
{
    struct network network;
    *why_r = kind->hint;
    return network_parse(text, &network) == 0;
}

/* PAM takes a service's name for a file's. */
static bool good_service(const struct value_kind *kind, const char *text, const char **why_r)
{
    size_t n = strlen(text);
    *why_r = kind->hint;
    return n && n <= 64 && text[0] != '.' && !strchr(text, '/') && !strpbrk(text, " \t");
}

static bool good_priority(const struct value_kind *kind, const char *text, const char **why_r)
{
    gnutls_priority_t priority;
    *why_r = kind->hint;
    if (gnutls_priority_init(&priority, text, NULL) < 0)
        return false;
    gnutls_priority_deinit(priority);
    return true;
}

static bool good_client_name(const struct value_kind *kind, const char *text,
                             const char **why_r)
{
    struct client_name_rule rule;
    (void)kind;
    return client_name_rule_parse(text, &rule, why_r) == 0;
}

static void set_client_name(const struct value_kind *kind, void *field, const char *text)
{
    const char *why;
    (void)kind;
    client_name_rule_parse(text, field, &why);
}

const struct value_kind value_method = {
    .list = true,
    .hint = "a method is x509-plain, x509-vnc, x509-none, tls-plain, tls-vnc, tls-none, ra2, "
            "ra2ne, apple-dh, vnc, plain or none",
    .good = good_method,
    .set = value_set_list};
const struct value_kind value_rule = {
    .list = true, .good = good_rule, .set = value_set_list, .good_together = good_rules};
const struct value_kind value_proxy = {
    .list = true,
    .hint = "a numeric address or network is wanted, like \"10.0.0.7\" or \"10.0.0.0/24\"",
    .good = good_proxy,
    .set = value_set_list};
const struct value_kind value_service = {
    .hint = "a PAM service's name is that of a file in /etc/pam.d",
    .good = good_service,
    .set = value_set_text};
const struct value_kind value_priority = {.hint = "this is none of GnuTLS's priority strings",
                                          .good = good_priority,
                                          .set = value_set_text};
const struct value_kind value_client_name = {.good = good_client_name, .set = set_client_name};
