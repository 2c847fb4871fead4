/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/hosts.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

enum { NODE_PORT = 5999, LINE_PORT = 7000 };

/* ---- making ---- */

struct hosts *hosts_make(struct trial *trial)
{
    struct hosts *hosts = trial_room(trial, sizeof(*hosts));

    hosts->trial = trial;
    hosts->net = net_make(trial);
    hosts->etcd = etcd_start(trial, hosts->net);
    door_service(trial, "test", "exit 0", NULL);
    return hosts;
}

/* Between all nodes and this one. */
static struct line *lay_line(struct host *host, unsigned number)
{
    struct hosts *hosts = host->hosts;

    net_enter(hosts->net, hosts->net->bridge_fd);
    struct line *line =
        line_start(hosts->trial, host->name,
                   trial_text(hosts->trial, NET_BRIDGE_ADDRESS ":%u", LINE_PORT + number),
                   trial_text(hosts->trial, "%s:%d", host->ip, NODE_PORT));
    net_leave(hosts->net);
    return line;
}

/* In the trial's folder, with the authority of all. */
static void make_certificate(struct host *host)
{
    struct trial *trial = host->hosts->trial;
    const char *const argv[] = {trial_built(trial, "holdfastctl"),
                                "certificate",
                                "node",
                                host->name,
                                "--address",
                                host->ip,
                                "--out",
                                trial->folder,
                                NULL};
    const char *output;

    int status = process_run(trial, "certificate", argv, PATIENCE_MS, &output);
    trial_check(trial, status == 0, "holdfastctl certificate node: %s", output);
}

struct host *hosts_add(struct hosts *hosts, const char *name)
{
    struct trial *trial = hosts->trial;
    unsigned number = hosts->count + 1;
    struct host *host = &hosts->all[hosts->count];

    trial_check(trial, hosts->count < HOSTS_MOST, "too many hosts");
    *host = (struct host){.hosts = hosts, .name = name, .folder = trial_path(trial, name)};
    trial_check(trial, mkdir(host->folder, 0755) == 0, "mkdir: %s", strerror(errno));
    host->ip = trial_text(trial, "10.77.0.%u", number);
    host->ns_fd = net_add(hosts->net, host->ip);
    host->line = lay_line(host, number);
    make_certificate(host);
    hosts->count++;
    return host;
}

/* ---- its daemon ---- */

static char *sections(struct host *host)
{
    struct trial *trial = host->hosts->trial;

    return trial_text(trial,
                      "auth { methods = {plain, tls-plain, none} pam-service = \"test\" }\n"
                      "cluster {\n  etcd = {\"" ETCD_URL "\"}\n  node = \"%s\"\n"
                      "  advertise = \"%s\"\n  listen = \"%s:%d\"\n  ca = \"%s/ca.crt\"\n"
                      "  certificate = \"%s/%s.crt\"\n  key = \"%s/%s.key\"\n}\n%s",
                      host->name, host->line->address, host->ip, NODE_PORT, trial->folder,
                      trial->folder, host->name, trial->folder, host->name, host->rest);
}

void host_restart(struct host *host)
{
    struct trial *trial = host->hosts->trial;

    host_enter(host);
    host->daemon =
        daemon_start_in(trial, host->folder, trial_text(trial, "holdfastd-%s", host->name),
                        host->server, sections(host));
    process_wait_log(host->daemon->process, "ready", PATIENCE_MS);
    host_leave(host);
}

void host_start(struct host *host, const char *server, const char *rest)
{
    host->server = server;
    host->rest = rest ? rest : "";
    host_restart(host);
}

void host_kill(struct host *host)
{
    process_stop(host->daemon->process, SIGKILL);
    host->daemon = NULL;
    host->logins = 0;
}

/* ---- being there ---- */

void host_enter(struct host *host)
{
    net_enter(host->hosts->net, host->ns_fd);
}

void host_leave(struct host *host)
{
    net_leave(host->hosts->net);
}

struct client *host_look(struct host *host, const char *place, const char *user,
                         const char *encodings)
{
    struct trial *trial = host->hosts->trial;
    const struct door door = {
        .method = user ? "plain" : "none", .user = user, .password = "any"};

    host_enter(host);
    struct client *client =
        door_open(trial, trial_text(trial, "unix:%s/%s", host->folder, place), &door);
    host_leave(host);
    host->logins++;
    look_must(trial, client, client_set_encodings_text(client, encodings), encodings);
    return client;
}

/* ---- all of them ---- */

void hosts_tell_lines(struct hosts *hosts, const char *command)
{
    for (unsigned i = 0; i < hosts->count; i++)
        line_tell(hosts->all[i].line, "%s", command);
}

void hosts_expect_no_new_logins(struct hosts *hosts)
{
    for (unsigned i = 0; i < hosts->count; i++) {
        struct host *host = &hosts->all[i];
        if (!host->daemon)
            continue;
        json_int_t logins = daemon_counter(host->daemon, "viewers_logged_in_total");
        trial_check(hosts->trial, logins == (json_int_t)host->logins,
                    "there were %d logins at %s, not %u", (int)logins, host->name,
                    host->logins);
    }
}
