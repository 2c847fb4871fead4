/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/access/rows.h"
#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAM_SESSIONS_MOST = 1024 };

bool access_rows_needed(const struct config *config)
{
    static const char *const with_passwords[] = {"plain", "tls-plain", "x509-plain",
                                                 "ra2",   "ra2ne",     "apple-dh"};
    for (size_t i = 0; i < sizeof(with_passwords) / sizeof(with_passwords[0]); i++)
        if (config->pam_service && text_list_has(&config->methods, with_passwords[i]))
            return true;
    return config->user && geteuid() == 0;
}

static void add_key(struct access_rows *r, const char *path, bool secret)
{
    if (!path)
        return;
    for (size_t i = 0; i < r->options.n_keys; i++)
        if (strcmp(r->keys[i].path, path) == 0)
            return;
    r->keys = alloc_resize(r->keys, r->options.n_keys + 1, sizeof(*r->keys));
    r->keys[r->options.n_keys++] = (struct verifier_key_row){path, secret};
}

static void add_socket(struct access_rows *r, const char *path, bool folder)
{
    r->sockets = alloc_resize(r->sockets, r->options.n_sockets + 1, sizeof(*r->sockets));
    r->sockets[r->options.n_sockets++] = (struct verifier_socket_row){path, folder};
}

static void add_machine(struct access_rows *r, const struct machine_config *m)
{
    add_key(r, m->password_file, true);
    for (size_t i = 0; i < m->places.n; i++)
        if (strncmp(m->places.items[i], "qmp:", 4) == 0)
            add_socket(r, m->places.items[i] + 4, false);
}

void access_rows_init(struct access_rows *r, const struct config *config)
{
    *r = (struct access_rows){.service = {config->pam_service}};
    r->options.services = r->service;
    r->options.n_services = config->pam_service ? 1 : 0;
    r->options.sessions = config->pam_session ? PAM_SESSIONS_MOST : 0;
    add_key(r, config->tls_key, true);
    add_key(r, config->tls_certificate, false);
    add_key(r, config->tls_client_ca, false);
    add_machine(r, &config->defaults);
    for (size_t i = 0; i < config->n_machines; i++)
        add_machine(r, &config->machines[i]);
    if (config->discover_qmp)
        add_socket(r, config->discover_qmp, true);
    r->options.keys = r->keys;
    r->options.sockets = r->sockets;
}

void access_rows_fini(struct access_rows *r)
{
    free(r->keys);
    free(r->sockets);
}
