/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_table.h"
#include "server/config.h"
#include "server/config_values.h"

#include <string.h>

#define IN_CONFIG(field) offsetof(struct config, field)
#define IN_LISTENER(field) offsetof(struct listener_config, field)
#define IN_MACHINE(field) offsetof(struct machine_config, field)

static const struct config_option server_options[] = {
    {"listen", &value_address, IN_CONFIG(listen)},
    {"control", &value_socket, IN_CONFIG(control)},
    {"control-group", &value_name, IN_CONFIG(control_group)},
    {"listener-idle", &value_duration, IN_CONFIG(listener_idle_us)},
    {"web", NULL, 0},
    {"state", NULL, 0},
    {"user", NULL, 0},
    {"api-token-file", NULL, 0},
    {"audit", NULL, 0},
    {"history", NULL, 0},
    {"resume", NULL, 0},
    {0},
};

static const struct config_option auth_options[] = {
    {"methods", &value_method, IN_CONFIG(methods)},
    {"handshake", &value_duration, IN_CONFIG(handshake_us)},
    {"max-pending", &value_count, IN_CONFIG(max_pending)},
    {"max-pending-per-address", &value_count, IN_CONFIG(max_pending_per_address)},
    {"pam-service", NULL, 0},
    {"pam-session", NULL, 0},
    {"idle", NULL, 0},
    {"max-time", NULL, 0},
    {0},
};

static const struct config_option discover_options[] = {
    {"qmp", &value_path, IN_CONFIG(discover_qmp)},
    {0},
};

static const struct config_option machine_options[] = {
    {"place", &value_place, IN_MACHINE(places)},
    {"listen", &value_address, IN_MACHINE(listen)},
    {"password-file", &value_path, IN_MACHINE(password_file)},
    {"keymap", &value_keymap, IN_MACHINE(keymap)},
    {"resize", &value_resize, IN_MACHINE(allow_resize)},
    {"max-viewers", &value_count, IN_MACHINE(max_viewers)},
    {"sharing", NULL, 0},
    {"allow", NULL, 0},
    {"linger", NULL, 0},
    {"exclusive", NULL, 0},
    {"max-viewers-per-user", NULL, 0},
    {"ask", NULL, 0},
    {"idle-release", NULL, 0},
    {"hot-key", NULL, 0},
    {"hot-key-time", NULL, 0},
    {"hold-time", NULL, 0},
    {"hold-events", NULL, 0},
    {0},
};

static const struct config_option listener_options[] = {
    {"address", &value_address, IN_LISTENER(address)},
    {"machine", &value_machine, IN_LISTENER(machine)},
    {"dialect", NULL, 0},
    {"proxy-from", NULL, 0},
    {0},
};

const struct config_section config_sections[] = {
    {"server", server_options, false},
    {"auth", auth_options, false},
    {"discover", discover_options, false},
    {"machine", machine_options, true},
    {"tls", NULL, false},
    {"cluster", NULL, false},
    {"listener", listener_options, true},
    {0},
};

const struct config_section *config_section_find(const char *name)
{
    for (const struct config_section *s = config_sections; s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

const struct config_option *config_option_find(const struct config_section *s, const char *name)
{
    for (const struct config_option *o = s ? s->options : NULL; o && o->name; o++)
        if (strcmp(o->name, name) == 0)
            return o;
    return NULL;
}
