/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config.h"
#include "base/alloc.h"
#include "server/config_options.h"
#include "server/config_scan.h"
#include "server/runtime_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000)

enum { FILE_BYTES_MOST = 1 << 20 };

static void machine_config_fini(struct machine_config *m)
{
    free(m->name);
    text_list_fini(&m->places);
    text_list_fini(&m->listen);
    text_list_fini(&m->allow);
    rules_free(&m->rules);
    free(m->password_file);
    free(m->keymap);
    free(m->hot_key);
}

static void listener_config_fini(struct listener_config *l)
{
    free(l->name);
    text_list_fini(&l->address);
    free(l->machine);
    text_list_fini(&l->proxy_from);
}

static void free_texts(struct config *c)
{
    char *const texts[] = {
        c->control,
        c->control_group,
        c->discover_qmp,
        c->user,
        c->state,
        c->audit,
        c->tls_certificate,
        c->tls_key,
        c->tls_client_ca,
        c->tls_priority,
        c->pam_service,
        c->cluster_node,
        c->cluster_advertise,
        c->cluster_listen,
        c->cluster_ca,
        c->cluster_certificate,
        c->cluster_key,
        c->cluster_user,
        c->cluster_password_file,
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        free(texts[i]);
}

void config_free(struct config **config)
{
    struct config *c = *config;
    *config = NULL;
    if (!c)
        return;
    for (size_t i = 0; i < c->n_machines; i++)
        machine_config_fini(&c->machines[i]);
    free(c->machines);
    for (size_t i = 0; i < c->n_listeners; i++)
        listener_config_fini(&c->listeners[i]);
    free(c->listeners);
    machine_config_fini(&c->defaults);
    text_list_fini(&c->listen);
    text_list_fini(&c->methods);
    text_list_fini(&c->cluster_etcd);
    text_list_fini(&c->warnings);
    free_texts(c);
    free(c);
}

static void set_machine_builtin(struct machine_config *m)
{
    m->name = alloc_text("*");
    m->keymap = alloc_text("us");
    m->allow_resize = true;
    m->sharing = SHARING_SINGLE;
    m->linger_us = 600 * SECOND;
    m->ask_us = 5 * SECOND;
    m->hot_key = alloc_text("ctrl");
    m->hot_key_time_us = SECOND * 6 / 10;
    m->hold_time_us = 30 * SECOND;
    m->hold_events = 4096;
}

struct config *config_builtin(void)
{
    struct config *c = ALLOC(struct config);
    char *path = runtime_path("rfb.sock");
    text_list_take(&c->listen, alloc_printf("unix:%s", path));
    free(path);
    text_list_add(&c->methods, "none"); /* the socket's mode says who */
    c->control = runtime_path("control.sock");
    c->state = state_path("holdfast.db");
    c->pam_service = alloc_text("holdfast");
    c->listener_idle_us = 30 * SECOND;
    c->history_us = 90 * 86400 * SECOND;
    c->handshake_us = 20 * SECOND;
    c->max_pending = 512;
    c->max_pending_per_address = 64;
    set_machine_builtin(&c->defaults);
    return c;
}

static char *read_all(int fd, size_t *n_r)
{
    char *text = alloc_zero(FILE_BYTES_MOST + 1, 1);
    size_t n = 0;
    ssize_t got = 1;
    while (got > 0 && n <= FILE_BYTES_MOST) {
        got = read(fd, text + n, FILE_BYTES_MOST + 1 - n);
        n += got > 0 ? (size_t)got : 0;
    }
    if (got >= 0 && n <= FILE_BYTES_MOST) {
        *n_r = n;
        return text;
    }
    errno = got < 0 ? errno : EFBIG;
    free(text);
    return NULL;
}

/* The whole file, or NULL and errno. */
static char *read_file(const char *path, size_t *n_r)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return NULL;
    char *text = read_all(fd, n_r);
    int e = errno;
    close(fd);
    errno = e;
    return text;
}

int config_load(struct config **config_r, const char *path, char **error_r)
{
    size_t n;
    int line;
    char *why = NULL;
    char *text = read_file(path, &n);
    if (!text) {
        int e = errno;
        *error_r = alloc_printf("%s: %s", path, strerror(e));
        return -e;
    }
    char *plain = config_scan(text, n, &line, &why);
    free(text);
    if (!plain) {
        *error_r = alloc_printf("%s:%d: %s", path, line, why);
        free(why);
        return -EINVAL;
    }
    int r = config_options_read(config_r, plain, path, error_r);
    free(plain);
    return r;
}

static void uuid_text(const uint8_t uuid[16], char text_r[42])
{
    char *at = text_r + sprintf(text_r, "uuid:");
    for (int i = 0; i < 16; i++)
        at += sprintf(at, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}

const struct machine_config *config_machine(const struct config *c, const char *name,
                                            const uint8_t *uuid)
{
    char by_uuid[42] = "";
    if (uuid)
        uuid_text(uuid, by_uuid);
    for (size_t i = 0; i < c->n_machines; i++)
        if (name && strcmp(c->machines[i].name, name) == 0)
            return &c->machines[i];
    for (size_t i = 0; i < c->n_machines && uuid; i++)
        if (strcasecmp(c->machines[i].name, by_uuid) == 0)
            return &c->machines[i];
    return &c->defaults;
}
