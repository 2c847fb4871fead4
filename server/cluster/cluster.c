/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/cluster.h"
#include "auth/key_file.h"
#include "auth/tls_node.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/cluster/cluster_parts.h"
#include "server/cluster/link_listener.h"
#include "server/cluster/peer_seats.h"
#include "server/cluster/peers.h"
#include "server/cluster/serving.h"
#include "server/config.h"
#include "server/etcd/store_etcd.h"
#include "server/machine/machines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- peers and their places ---- */

struct peer *cluster_peer(const struct cluster *c, const char *node)
{
    const struct known_node *n = directory_node(&c->parts->directory, node);
    return n ? n->peer : NULL;
}

struct cluster_place *cluster_place_find(const struct cluster *c, const struct peer *peer,
                                         const char *key)
{
    return directory_place(&c->parts->directory, peer, key);
}

void cluster_peer_up(struct cluster *c, struct peer *peer)
{
    log_info("cluster: the link to %s is up", peer->node);
    directory_peer_up(&c->parts->directory, peer);
}

void cluster_peer_down(struct cluster *c, struct peer *peer)
{
    directory_peer_down(&c->parts->directory, peer);
}

void cluster_told_place(struct cluster *c, struct peer *peer, const struct cluster_place *told)
{
    directory_told_place(&c->parts->directory, peer, told);
}

void cluster_told_gone(struct cluster *c, struct peer *peer, const char *key)
{
    directory_told_gone(&c->parts->directory, peer, key);
}

/* ---- what the directory finds ---- */

static char *place_text(const struct cluster_place *p)
{
    return alloc_printf("node:%s/%s", p->peer->node, p->key);
}

static void open_place(struct cluster *c, struct cluster_place *p)
{
    const char *why = NULL;
    char *text = place_text(p);
    if (machines_open_node_place(c->machines, text, &why) < 0)
        log_error("cluster: %s: %s", text, why);
    free(text);
}

static void close_place(struct cluster *c, struct cluster_place *p)
{
    char *text = place_text(p);
    machines_close_node_place(c->machines, text);
    free(text);
}

static void place_changed(struct cluster *c, struct cluster_place *p)
{
    (void)c;
    (void)p; /* it looks itself */
}

static void own_gone(struct cluster *c)
{
    registry_put_again(&c->parts->registry);
}

static const struct directory_ops directory_ops = {
    .new_peer = peer_new,
    .set_address = peer_set_address,
    .keep_peer = peer_keep,
    .free_peer = peer_free,
    .open_place = open_place,
    .close_place = close_place,
    .place_changed = place_changed,
    .own_gone = own_gone,
};

/* ---- what this node tells ---- */

void cluster_machine_changed(struct cluster *c, struct machine *m, bool gone)
{
    registry_machine_changed(&c->parts->registry, m);
    if (gone) {
        peer_seats_gone(c, m);
        served_machine_gone(c, m);
        return;
    }
    peer_seats_follow(c, m);
    served_machine_changed(c, m);
}

static void on_store_away(void *self, bool away, const char *why)
{
    struct cluster *c = self;
    if (away && !c->store_away)
        log_warning("cluster: etcd is away: %s; what is connected goes on, and what changes is "
                    "written when it is back",
                    why);
    else if (!away && c->store_away)
        log_info("cluster: etcd is back");
    c->store_away = away;
    directory_store_away(&c->parts->directory);
}

/* ---- life ---- */

/* libcurl reads the files again with each connection to etcd, as the user that we are now, and
 * does not say which it could not read. */
static void look_at_files(const struct cluster *c)
{
    const char *const paths[] = {c->parts->ca, c->parts->certificate, c->parts->key};
    bool tls = false;
    for (size_t i = 0; i < c->config->cluster_etcd.n; i++)
        tls |= strncmp(c->config->cluster_etcd.items[i], "https:", 6) == 0;
    for (size_t i = 0; tls && i < sizeof(paths) / sizeof(paths[0]); i++)
        if (access(paths[i], R_OK) < 0)
            log_error("cluster: %s: %s: let the user %s read it, or etcd cannot be reached",
                      paths[i], strerror(errno),
                      c->config->user ? c->config->user : "that the daemon runs as");
}

int cluster_open_store(struct cluster *c, struct store **store_r)
{
    look_at_files(c);
    const struct config *config = c->config;
    const struct store_etcd_options options = {
        .endpoints = (const char *const *)config->cluster_etcd.items,
        .n_endpoints = config->cluster_etcd.n,
        .user = config->cluster_user,
        .password = (const char *)c->parts->password.data,
        .tls = {.ca = c->parts->ca, .certificate = c->parts->certificate, .key = c->parts->key},
        .away = on_store_away,
        .self = c,
    };
    const char *why = NULL;
    int err = store_etcd_open(store_r, c->loop, &options, &why);
    if (err < 0)
        log_error("cluster: etcd: %s", why);
    return err;
}

/* Its first line. */
static int load_password(struct cluster *c)
{
    const char *why = NULL, *path = c->config->cluster_password_file;
    struct bytes *password = &c->parts->password;
    if (!path)
        return 0;
    int err = key_file_read(path, password, &why);
    if (err < 0) {
        log_error("cluster: password-file %s: %s", path, why);
        return err;
    }
    uint8_t *end = memchr(password->data, '\n', password->len);
    size_t n = end ? (size_t)(end - password->data) : password->len;
    if (n == 0 || memchr(password->data, 0, n)) {
        log_error("cluster: password-file %s: its first line is no password", path);
        return -EINVAL;
    }
    bytes_put_u8(password, 0);
    password->data[n] = 0;
    return 0;
}

static int load_credentials(struct cluster *c)
{
    const struct tls_node_options options = {.ca = c->config->cluster_ca,
                                             .certificate = c->config->cluster_certificate,
                                             .key = c->config->cluster_key,
                                             .node = c->config->cluster_node};
    const char *path = NULL, *why = "";
    int err = tls_node_credentials_load(&options, &c->credentials, &path, &why);
    if (err < 0)
        log_error("cluster: %s%s%s", path ? path : "", path ? ": " : "", why);
    return err;
}

static bool on_link(void *self, struct link *link, const char *node, const char **why_r)
{
    struct cluster *c = self;
    *why_r = "it calls itself as we do";
    if (strcmp(node, c->node) == 0)
        return false;
    *why_r = "we are not ready";
    return c->store && served_new(c, link, node);
}

static int open_listener(struct cluster *c)
{
    const struct link_listener_options options = {.loop = c->loop,
                                                  .node = c->node,
                                                  .address = c->config->cluster_listen,
                                                  .credentials = c->credentials,
                                                  .on_link = on_link,
                                                  .self = c};
    const char *why = NULL;
    int err = link_listener_new(&options, &c->parts->listener, &why);
    if (err < 0)
        log_error("cluster: listen on %s: %s", c->config->cluster_listen, why);
    return err;
}

int cluster_new(struct cluster **c_r, sd_event *loop, const struct config *config)
{
    struct cluster *c = ALLOC(struct cluster);
    c->parts = ALLOC(struct cluster_parts);
    c->loop = loop;
    c->config = config;
    snprintf(c->node, sizeof(c->node), "%s", config->cluster_node);
    c->parts->ca = alloc_text(config->cluster_ca);
    c->parts->certificate = alloc_text(config->cluster_certificate);
    c->parts->key = alloc_text(config->cluster_key);
    bytes_init(&c->parts->password, KEY_FILE_MOST);
    int err = load_password(c);
    if (err >= 0)
        err = load_credentials(c);
    if (err >= 0)
        err = open_listener(c);
    if (err < 0)
        cluster_free(&c);
    else
        *c_r = c;
    return err;
}

void cluster_start(struct cluster *c, struct machines *machines, struct sessions *sessions,
                   struct store *store)
{
    struct cluster_parts *parts = c->parts;
    c->machines = machines;
    c->sessions = sessions;
    c->store = store;
    machines->cluster = c;
    peer_seats_start(c);
    registry_start(&parts->registry, c->loop, store, machines, c->node,
                   c->config->cluster_advertise);
    directory_start(&parts->directory, c, store, &directory_ops,
                    parts->registry.record.instance);
    cluster_learn_draining(c);
    if (!c->store_away)
        store->ops->settle(store); /* before anybody is let in */
}

void cluster_stop(struct cluster *c)
{
    if (!c || !c->store)
        return;
    link_listener_free(&c->parts->listener);
    peer_seats_stop(c);
    served_stop(c);
    registry_stop(&c->parts->registry);
    directory_stop(&c->parts->directory);
    c->store = NULL;
}

/* Certificates are renewed under the same names; links that are up keep theirs. */
void cluster_reload(struct cluster *c, const struct config *config)
{
    struct tls_node_credentials *before = c->credentials;
    c->config = config;
    c->credentials = NULL;
    if (load_credentials(c) >= 0) {
        tls_node_credentials_unref(&before);
        link_listener_set_credentials(c->parts->listener, c->credentials);
        return;
    }
    log_warning("cluster: the certificates in use stay");
    c->credentials = before;
}

void cluster_free(struct cluster **at)
{
    struct cluster *c = *at;
    *at = NULL;
    if (!c)
        return;
    cluster_stop(c);
    link_listener_free(&c->parts->listener);
    tls_node_credentials_unref(&c->credentials);
    key_file_wipe(&c->parts->password);
    free(c->parts->ca);
    free(c->parts->certificate);
    free(c->parts->key);
    free(c->parts);
    free(c);
}
