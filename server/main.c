/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holdfastd: options, signals, and the loop. */
#include <config.h>
#include "auth/key_file.h"
#include "auth/tls_credentials.h"
#include "auth/tls_node.h"
#include "base/log.h"
#include "server/privileges.h"
#include "server/server.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

static const char usage[] =
    "Usage: holdfastd [-c FILE] [--check] [--verbose]\n"
    "Serves the consoles of virtual machines to VNC clients. Stays in the foreground.\n\n"
    "  -c, --config FILE  read FILE; without it, a Unix socket of mode 0600 only\n"
    "      --check        check the configuration and stop\n"
    "  -v, --verbose      log more\n"
    "      --help         this text\n"
    "      --version      the version\n\n"
    "See holdfastd(8) and holdfast.conf(5).\n";

struct options {
    const char *config;
    bool check;
    int exit_status; /* -1: run */
};

static struct options parse_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"config", required_argument, NULL, 'c'}, {"check", no_argument, NULL, 'k'},
        {"verbose", no_argument, NULL, 'v'},      {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},      {0},
    };
    struct options o = {.exit_status = -1};
    for (int c; (c = getopt_long(argc, argv, "c:v", table, NULL)) != -1;) {
        if (c == 'c') {
            o.config = optarg;
        } else if (c == 'k') {
            o.check = true;
        } else if (c == 'v') {
            log_set_level(LOG_LEVEL_DEBUG);
        } else if (c == 'V') {
            puts("holdfastd " PACKAGE_VERSION);
            o.exit_status = 0;
        } else {
            fputs(usage, c == 'h' ? stdout : stderr);
            o.exit_status = c == 'h' ? 0 : 2;
        }
    }
    if (o.exit_status < 0 && optind < argc) {
        fprintf(stderr, "holdfastd: unexpected argument '%s'\n%s", argv[optind], usage);
        o.exit_status = 2;
    }
    return o;
}

static struct config *load(const char *path)
{
    struct config *config = NULL;
    char *error = NULL;
    if (!path)
        return config_builtin();
    if (config_load(&config, path, &error) < 0)
        log_error("%s", error);
    free(error);
    for (size_t i = 0; config && i < config->warnings.n; i++)
        log_warning("%s", config->warnings.items[i]);
    return config;
}

/* What a start here would fail of. The file may be meant for another host: these are warnings.
 * False: there is something. */
static bool check_host(const struct config *config)
{
    const struct tls_options tls = {.certificate = config->tls_certificate,
                                    .key = config->tls_key,
                                    .client_ca = config->tls_client_ca,
                                    .priority = config->tls_priority};
    struct tls_credentials *credentials = NULL;
    struct privileges p;
    const char *path = NULL, *why = "";
    bool user = privileges_find(&p, config->user, &why) >= 0;
    if (user)
        privileges_fini(&p);
    else
        log_warning("user %s: %s", config->user, why);
    bool files = tls_credentials_load(&tls, &credentials, &path, &why) >= 0;
    if (files)
        tls_credentials_unref(&credentials);
    else
        log_warning("tls: %s%s%s", path ? path : "", path ? " " : "", why);
    return user && files;
}

static bool check_etcd_password(const struct config *config)
{
    const char *path = config->cluster_password_file, *why = "";
    struct bytes password;
    if (!path)
        return true;
    if (key_file_read(path, &password, &why) < 0) {
        log_warning("cluster: password-file %s: %s", path, why);
        return false;
    }
    key_file_wipe(&password);
    return true;
}

static bool check_node(const struct config *config)
{
    const struct tls_node_options options = {.ca = config->cluster_ca,
                                             .certificate = config->cluster_certificate,
                                             .key = config->cluster_key,
                                             .node = config->cluster_node};
    struct tls_node_credentials *credentials = NULL;
    const char *path = NULL, *why = "";
    if (!config->cluster_node)
        return true;
    bool files = tls_node_credentials_load(&options, &credentials, &path, &why) >= 0;
    if (files)
        tls_node_credentials_unref(&credentials);
    else
        log_warning("cluster: %s%s%s", path ? path : "", path ? ": " : "", why);
    return check_etcd_password(config) && files;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *self)
{
    (void)info;
    (void)self;
    return sd_event_exit(sd_event_source_get_event(source), 0);
}

/* What a SIGHUP needs. */
struct daemon {
    struct server server;
    const char *config_path;
};

static int on_reload(sd_event_source *source, const struct signalfd_siginfo *info, void *self)
{
    struct daemon *d = self;
    (void)source;
    (void)info;
    sd_notify(0, "RELOADING=1");
    struct config *config = d->config_path ? load(d->config_path) : NULL;
    if (config)
        server_reload(&d->server, config);
    else
        log_warning("nothing was reloaded; the configuration in force stays");
    sd_notify(0, "READY=1");
    return 0;
}

static void block_signals(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static int run(struct config *config, const char *config_path)
{
    struct daemon d = {.config_path = config_path};
    sd_event *loop = NULL;
    block_signals();
    if (sd_event_new(&loop) < 0)
        return EXIT_FAILURE;
    sd_event_add_signal(loop, NULL, SIGTERM, on_stop, NULL);
    sd_event_add_signal(loop, NULL, SIGINT, on_stop, NULL);
    sd_event_add_signal(loop, NULL, SIGHUP, on_reload, &d);
    sd_event_set_watchdog(loop, true);
    int err = server_start(&d.server, loop, config);
    if (err >= 0) {
        sd_notify(0, "READY=1");
        log_info("ready");
        err = sd_event_loop(loop);
        sd_notify(0, "STOPPING=1");
    }
    server_stop(&d.server);
    sd_event_unref(loop);
    return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct options o = parse_options(argc, argv);
    if (o.exit_status >= 0)
        return o.exit_status;
    struct config *config = load(o.config);
    if (!config)
        return EXIT_FAILURE;
    if (!o.check)
        return run(config, o.config);
    bool host = check_host(config), node = check_node(config);
    puts(host && node ? "the configuration is good"
                      : "the configuration is good, but not for this host: see the warnings");
    config_free(&config);
    return EXIT_SUCCESS;
}
