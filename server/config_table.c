/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/config_table.h"
#include "server/config_cluster.h"
#include "server/config_values.h"

#include <string.h>

#define IN_CONFIG(field) offsetof(struct config, field)
#define IN_LISTENER(field) offsetof(struct listener_config, field)
#define IN_MACHINE(field) offsetof(struct machine_config, field)

static const struct config_option server_options[] = {
    {"listen", &value_address, IN_CONFIG(listen)},
    {"control", &value_socket, IN_CONFIG(control)},
    {"control-group", &value_group, IN_CONFIG(control_group)},
    {"listener-idle", &value_duration, IN_CONFIG(listener_idle_us)},
    {"web", NULL, 0},
    {"state", &value_path, IN_CONFIG(state)},
    {"user", &value_user, IN_CONFIG(user)},
    {"api-token-file", NULL, 0},
    {"audit", &value_path, IN_CONFIG(audit)},
    {"history", &value_duration, IN_CONFIG(history_us)},
    {"resume", NULL, 0},
    {0},
};

static const struct config_option tls_options[] = {
    {"certificate", &value_path, IN_CONFIG(tls_certificate)},
    {"key", &value_path, IN_CONFIG(tls_key)},
    {"client-ca", &value_path, IN_CONFIG(tls_client_ca)},
    {"priority", &value_priority, IN_CONFIG(tls_priority)},
    {"client-name", &value_client_name, IN_CONFIG(tls_client_name)},
    {0},
};

static const struct config_option auth_options[] = {
    {"methods", &value_method, IN_CONFIG(methods)},
    {"handshake", &value_duration, IN_CONFIG(handshake_us)},
    {"max-pending", &value_count, IN_CONFIG(max_pending)},
    {"max-pending-per-address", &value_count, IN_CONFIG(max_pending_per_address)},
    {"pam-service", &value_service, IN_CONFIG(pam_service)},
    {"pam-session", &value_yes_no, IN_CONFIG(pam_session)},
    {"idle", &value_duration, IN_CONFIG(idle_us)},
    {"max-time", &value_duration, IN_CONFIG(max_time_us)},
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
    {"sharing", &value_sharing, IN_MACHINE(sharing)},
    {"allow", &value_rule, IN_MACHINE(allow)},
    {"linger", &value_duration, IN_MACHINE(linger_us)},
    {"exclusive", &value_exclusive, IN_MACHINE(exclusive_refuse)},
    {"max-viewers-per-user", &value_count, IN_MACHINE(max_viewers_per_user)},
    {"ask", &value_duration, IN_MACHINE(ask_us)},
    {"idle-release", &value_duration, IN_MACHINE(idle_release_us)},
    {"hot-key", &value_hot_key, IN_MACHINE(hot_key)},
    {"hot-key-time", &value_duration, IN_MACHINE(hot_key_time_us)},
    {"hold-time", &value_duration, IN_MACHINE(hold_time_us)},
    {"hold-events", &value_count, IN_MACHINE(hold_events)},
    {0},
};

static const struct config_option listener_options[] = {
    {"address", &value_address, IN_LISTENER(address)},
    {"machine", &value_machine, IN_LISTENER(machine)},
    {"dialect", &value_dialect, IN_LISTENER(apple)},
    {"proxy-from", &value_proxy, IN_LISTENER(proxy_from)},
    {0},
};

static const struct config_option cluster_options[] = {
    {"etcd", &value_endpoint, IN_CONFIG(cluster_etcd)},
    {"node", &value_node, IN_CONFIG(cluster_node)},
    {"advertise", &value_advertise, IN_CONFIG(cluster_advertise)},
    {"listen", &value_node_listen, IN_CONFIG(cluster_listen)},
    {"ca", &value_path, IN_CONFIG(cluster_ca)},
    {"certificate", &value_path, IN_CONFIG(cluster_certificate)},
    {"key", &value_path, IN_CONFIG(cluster_key)},
    {"user", &value_etcd_user, IN_CONFIG(cluster_user)},
    {"password-file", &value_path, IN_CONFIG(cluster_password_file)},
    {0},
};

const struct config_section config_sections[] = {
    {"server", server_options, false},     {"auth", auth_options, false},
    {"discover", discover_options, false}, {"machine", machine_options, true},
    {"tls", tls_options, false},           {"cluster", cluster_options, false},
    {"listener", listener_options, true},  {0},
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
