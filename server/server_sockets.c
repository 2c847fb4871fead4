/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the daemon listens, by its configuration, and to whom sockets with paths belong. */
#include <config.h>
#include "server/server_private.h"
#include "base/log.h"
#include "server/listener.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Those with a section of their own. */
static void open_sections(struct server *s, const struct config *config)
{
    for (size_t i = 0; i < config->n_listeners; i++) {
        const struct listener_config *l = &config->listeners[i];
        listener_sync(s, &l->address, LISTENER_SECTION, l->name, l->machine);
    }
}

/* What the section of l lists now; NULL when it is gone or serves another machine. */
static const struct text_list *same_section(const struct config *config,
                                            const struct listener_config *l)
{
    for (size_t i = 0; i < config->n_listeners; i++) {
        const struct listener_config *other = &config->listeners[i];
        if (strcmp(other->name, l->name) == 0 &&
            strcmp(other->machine ? other->machine : "", l->machine ? l->machine : "") == 0)
            return &other->address;
    }
    return NULL;
}

/* Before anything is opened: an address may have another owner now. */
static void close_what_is_gone(struct server *s, const struct config *before,
                               const struct config *config)
{
    listener_close_others(s, &config->listen, LISTENER_COMMON, NULL);
    for (size_t i = 0; i < before->n_listeners; i++) {
        const struct listener_config *l = &before->listeners[i];
        listener_close_others(s, same_section(config, l), LISTENER_SECTION, l->name);
    }
    for (const struct machine *m = s->machines.first; m; m = m->next) {
        const struct machine_config *section =
            config_machine(config, m->name, m->has_uuid ? m->uuid : NULL);
        listener_close_others(s, &section->listen, LISTENER_MACHINE, m->name);
    }
}

void server_change_sockets(struct server *s, const struct config *before)
{
    close_what_is_gone(s, before, s->config);
    listener_sync(s, &s->config->listen, LISTENER_COMMON, NULL, NULL);
    open_sections(s, s->config);
}

int server_open_sockets(struct server *s)
{
    int err = listener_sync(s, &s->config->listen, LISTENER_COMMON, NULL, NULL);
    if (err >= 0)
        open_sections(s, s->config);
    return err >= 0 ? server_start_control(s) : err;
}

/* Sockets with paths shall be used, and removed, by whom we become. */
static void give_socket(const struct server *s, const char *path, gid_t group)
{
    if (lchown(path, s->privileges.uid, group) < 0)
        log_warning("socket %s: it stays root's: %s", path, strerror(errno));
}

void server_give_sockets(const struct server *s)
{
    if (!s->privileges.change)
        return;
    give_socket(s, s->config->control,
                s->config->control_group ? (gid_t)-1 : s->privileges.gid);
    for (const struct listener *l = s->listeners; l; l = l->next)
        if (l->unix_path)
            give_socket(s, l->unix_path, s->privileges.gid);
}
