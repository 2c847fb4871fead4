/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_cluster.h"
#include "base/alloc.h"
#include "server/address.h"
#include "server/cluster/link_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

static bool good_node(const struct value_kind *kind, const char *text, const char **why_r)
{
    (void)kind;
    *why_r = "a node's name is 1 to 64 letters, digits, '.', '-' or '_' and begins with a "
             "letter or a digit";
    return link_node_name_good(text);
}

/* The host of an address of etcd, "10.0.0.5:2379/"; NULL: it is none. */
static const char *endpoint_host(const char *text)
{
    const char *const starts[] = {"http://", "https://"};
    for (size_t i = 0; i < 2; i++)
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return text + strlen(starts[i]);
    return NULL;
}

static bool good_endpoint(const struct value_kind *kind, const char *text, const char **why_r)
{
    const char *host = endpoint_host(text);
    *why_r = kind->hint;
    if (!host || strcspn(host, " \t\"\\<>@?#%") != strlen(host))
        return false;
    size_t n = strcspn(host, "/");
    return n > 0 && host[0] != ':' && (host[n] == 0 || host[n + 1] == 0);
}

static bool few_endpoints(const char *const *texts, size_t n, const char **why_r)
{
    *why_r = "it stands there twice";
    for (size_t i = 0; i + 1 < n; i++)
        if (strcmp(texts[i], texts[n - 1]) == 0)
            return false;
    *why_r = "there are more than 64";
    return n <= CONFIG_ENDPOINTS_MOST;
}

static bool is_any(const struct address *a)
{
    if (a->sa.ss_family == AF_INET)
        return ((const struct sockaddr_in *)&a->sa)->sin_addr.s_addr == htonl(INADDR_ANY);
    return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)&a->sa)->sin6_addr);
}

static unsigned port_of(const struct address *a)
{
    return ntohs(a->sa.ss_family == AF_INET ? ((const struct sockaddr_in *)&a->sa)->sin_port
                                            : ((const struct sockaddr_in6 *)&a->sa)->sin6_port);
}

static bool good_listen(const struct value_kind *kind, const char *text, const char **why_r)
{
    struct address a;
    if (address_parse(text, &a, why_r) < 0)
        return false;
    *why_r = kind->hint;
    return !address_is_unix(&a) && port_of(&a) != 0;
}

static bool good_advertise(const struct value_kind *kind, const char *text, const char **why_r)
{
    struct address a;
    if (!good_listen(kind, text, why_r))
        return false;
    address_parse(text, &a, NULL);
    return !is_any(&a);
}

static bool good_user(const struct value_kind *kind, const char *text, const char **why_r)
{
    *why_r = kind->hint;
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return n >= 1 && n <= 255;
}

const struct value_kind value_endpoint = {
    .list = true,
    .hint = "an address of etcd is wanted, like \"https://10.0.0.5:2379\"",
    .good = good_endpoint,
    .set = value_set_list,
    .good_together = few_endpoints};
const struct value_kind value_node = {.good = good_node, .set = value_set_text};
const struct value_kind value_advertise = {
    .hint = "an address and port are wanted that other hosts can dial, like "
            "\"10.0.0.1:5999\"",
    .good = good_advertise,
    .set = value_set_text};
const struct value_kind value_node_listen = {
    .hint = "an address and port are wanted, like \"10.0.0.1:5999\" or \"0.0.0.0:5999\"",
    .good = good_listen,
    .set = value_set_text};
const struct value_kind value_etcd_user = {
    .hint = "a user's name in etcd is wanted", .good = good_user, .set = value_set_text};

/* ---- together ---- */

static bool loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strncmp(host, "localhost", 9) == 0 ||
           strncmp(host, "[::1]", 5) == 0;
}

static void warn_of_clear_text(struct config *c, const char *path, int line)
{
    for (size_t i = 0; i < c->cluster_etcd.n; i++) {
        const char *text = c->cluster_etcd.items[i];
        if (strncmp(text, "http://", 7) == 0 && !loopback(text + 7))
            text_list_take(&c->warnings,
                           alloc_printf("%s:%d: etcd = %s: what nodes keep there%s can be read "
                                        "and changed on its way; write https://",
                                        path, line, text,
                                        c->cluster_user ? ", and the password," : ""));
    }
}

static const char *missing(const struct config *c)
{
    const struct {
        const void *value;
        const char *name;
    } needed[] = {
        {c->cluster_etcd.n ? &c->cluster_etcd : NULL, "etcd"},
        {c->cluster_node, "node"},
        {c->cluster_advertise, "advertise"},
        {c->cluster_ca, "ca"},
        {c->cluster_certificate, "certificate"},
        {c->cluster_key, "key"},
    };
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
        if (!needed[i].value)
            return needed[i].name;
    return NULL;
}

char *config_cluster_check(struct config *c, const char *path, int line)
{
    const char *what = missing(c);
    if (what)
        return alloc_printf(
            "cluster: %s is missing; etcd, node, advertise, ca, certificate and "
            "key are needed",
            what);
    if (!c->cluster_user != !c->cluster_password_file)
        return alloc_text(c->cluster_user ? "cluster: user needs its password-file"
                                          : "cluster: password-file needs its user");
    warn_of_clear_text(c, path, line);
    if (!c->cluster_listen)
        c->cluster_listen = alloc_text(c->cluster_advertise);
    return NULL;
}

/* ---- reload ---- */

static bool same_list(const struct text_list *a, const struct text_list *b)
{
    bool same = a->n == b->n;
    for (size_t i = 0; same && i < a->n; i++)
        same = strcmp(a->items[i], b->items[i]) == 0;
    return same;
}

static void copy_list(const struct text_list *from, struct text_list *to)
{
    text_list_fini(to);
    for (size_t i = 0; i < from->n; i++)
        text_list_add(to, from->items[i]);
}

bool config_cluster_keep(const struct config *before, struct config *config)
{
    const struct {
        const char *before;
        char **now;
    } texts[] = {
        {before->cluster_node, &config->cluster_node},
        {before->cluster_advertise, &config->cluster_advertise},
        {before->cluster_listen, &config->cluster_listen},
        {before->cluster_ca, &config->cluster_ca},
        {before->cluster_certificate, &config->cluster_certificate},
        {before->cluster_key, &config->cluster_key},
        {before->cluster_user, &config->cluster_user},
        {before->cluster_password_file, &config->cluster_password_file},
    };
    bool same = same_list(&before->cluster_etcd, &config->cluster_etcd);
    copy_list(&before->cluster_etcd, &config->cluster_etcd);
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *a = texts[i].before, *b = *texts[i].now;
        same = same && (a && b ? strcmp(a, b) == 0 : a == b);
        free(*texts[i].now);
        *texts[i].now = alloc_text(a);
    }
    return !same;
}
