/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What bounds a login and a session: time, numbers, rules that change, proxies. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/siege.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/test_logins_door.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

/* ---- rules ---- */

static void replace(struct trial *trial, struct daemon *daemon, const char *from,
                    const char *to)
{
    size_t size;
    char *text = trial_read_file(trial, daemon->config_path, &size);
    char *at = strstr(text, from);

    trial_check(trial, at != NULL, "no %s in the configuration", from);
    trial_write_file(
        trial, daemon->config_path,
        trial_text(trial, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from)));
    kill(daemon->process->pid, SIGHUP);
}

static void changed_rules_hold_for_live_viewers(struct trial *trial)
{
    struct door door = {.method = "plain", .user = "alice", .password = "secret"};

    door_service(trial, "test", "[ \"$password\" = secret ]", NULL);
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}",
        "auth { methods = {plain} pam-service = \"test\" }\n"
        "machine web1 { place = {\"pattern:320x200\"} allow = {\"alice:drive\"} }\n");
    daemon_wait_machine(daemon, "web1", "running");
    struct client *client = door_open(trial, daemon_tcp(daemon, NULL), &door);
    replace(trial, daemon, "alice:drive", "alice:watch");
    process_wait_log(daemon->process, "'alice' is watch now", PATIENCE_MS);
    look_must(trial, client, client_request_all(client, false), "a request");
    look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
              "an update");
    replace(trial, daemon, "alice:watch", "bob:watch");
    look_must(trial, client, client_wait_close(client, PATIENCE_MS), "the end");
    process_wait_log(daemon->process, "the access rules do not let it in any more",
                     PATIENCE_MS);
    door_closed(trial, daemon_tcp(daemon, NULL), &door);
}

/* Who is there keeps the old certificate, who comes gets the new one. */
static void a_new_certificate_drops_nobody(struct trial *trial)
{
    struct door door = {.method = "x509-none", .trust = trial_path(trial, "ca.crt")};

    door_certificate(trial, "server", NULL);
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                     "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n"
                     "auth { methods = {x509-none} }\n"
                     "machine web1 { place = {\"pattern:320x200\"} }\n");
    daemon_wait_machine(daemon, "web1", "running");
    struct client *before = door_open(trial, daemon_tcp(daemon, NULL), &door);
    /* Of another authority: the viewer that trusts the old one only is not content any more. */
    unlink(trial_path(trial, "server.crt"));
    unlink(trial_path(trial, "server.key"));
    rename(trial_path(trial, "ca.crt"), trial_path(trial, "old.crt"));
    door_certificate(trial, "server", NULL);
    kill(daemon->process->pid, SIGHUP);
    process_wait_log(daemon->process, "configuration reloaded", PATIENCE_MS);
    look_leave(door_open(trial, daemon_tcp(daemon, NULL), &door));
    look_must(trial, before, client_request_all(before, false), "a request");
    look_must(trial, before, client_wait_message(before, CLIENT_UPDATE, PATIENCE_MS),
              "an update");
    /* A file that is no certificate changes nothing. */
    trial_write_file(trial, trial_path(trial, "server.crt"), "nonsense\n");
    kill(daemon->process->pid, SIGHUP);
    process_wait_log(daemon->process, "error: tls: ", PATIENCE_MS);
    look_leave(door_open(trial, daemon_tcp(daemon, NULL), &door));
}

static void open_to_all(struct trial *trial, const char *name, mode_t mode)
{
    const char *path = name ? trial_path(trial, name) : trial->folder;
    trial_check(trial, chmod(path, mode) == 0, "%s: chmod", path);
}

/* Started by root, the daemon becomes somebody who may read neither; the verifier may. */
static void what_only_root_may_read_is_read_again(struct trial *trial)
{
    struct door door = {
        .method = "x509-vnc", .password = "before", .trust = trial_path(trial, "ca.crt")};

    door_certificate(trial, "server", NULL);
    door_service(trial, "test", "true", NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "before\n");
    open_to_all(trial, NULL, 0711);
    struct daemon *daemon = daemon_start(
        trial,
        geteuid() == 0 ? "user = \"nobody\" listen = {\"127.0.0.1:0\"}"
                       : "listen = {\"127.0.0.1:0\"}",
        "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n"
        "auth { methods = {x509-vnc} pam-service = \"test\" }\n"
        "machine web1 { place = {\"pattern:320x200\"} password-file = \"$/pw\" }\n");
    daemon_wait_machine(daemon, "web1", "running");
    open_to_all(trial, "holdfast.conf", 0644);
    look_leave(door_open(trial, daemon_tcp(daemon, NULL), &door));
    unlink(trial_path(trial, "server.crt"));
    unlink(trial_path(trial, "server.key"));
    rename(trial_path(trial, "ca.crt"), trial_path(trial, "old.crt"));
    door_certificate(trial, "server", NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "after\n");
    kill(daemon->process->pid, SIGHUP);
    process_wait_log(daemon->process, "configuration reloaded", PATIENCE_MS);
    if (geteuid() == 0) {
        process_wait_log(daemon->process, "tls: the key was read again", PATIENCE_MS);
        process_wait_log(daemon->process, "/pw was read again", PATIENCE_MS);
    }
    door.password = "after";
    door_open(trial, daemon_tcp(daemon, NULL), &door);
    door.password = "before";
    door_closed(trial, daemon_tcp(daemon, NULL), &door);
}

/* ---- time ---- */

static void who_is_idle_or_stays_too_long_is_sent_away(struct trial *trial)
{
    static const struct {
        const char *option, *why;
    } limits[] = {{"idle = 2s", "it was idle for too long"},
                  {"max-time = 2s", "its time is over"}};

    for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
        struct siege siege = {.trial = trial};
        siege.daemon =
            daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                         trial_text(trial,
                                    "auth { methods = {none} %s }\n"
                                    "machine web1 { place = {\"pattern:320x200\"} }\n",
                                    limits[i].option));
        daemon_wait_machine(siege.daemon, "web1", "running");
        struct client *client =
            look_open(trial, daemon_tcp(siege.daemon, NULL), "zrle,cursor", NULL);
        look_must(trial, client, client_wait_close(client, PATIENCE_MS), "the end");
        process_wait_log(siege.daemon->process, limits[i].why, PATIENCE_MS);
        daemon_stop(siege.daemon);
    }
}

/* Bytes that come slowly do not make the deadline later: in plain, and inside TLS. */
static void a_slow_login_ends_at_its_deadline(struct trial *trial)
{
    static const char login[] = "RFB 003.008\n\x13\0\2\0\0\1\4\x16\3\1\2\0\1\0\1\xfc";
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;

    door_certificate(trial, "server", NULL);
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                     "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n"
                     "auth { methods = {x509-none} handshake = 1s }\n"
                     "machine web1 { place = {\"pattern:320x200\"} }\n");
    int fd = socket_try_connect(daemon_tcp(daemon, NULL));
    trial_check(trial, fd >= 0, "no connection");
    siege_send(fd, login, sizeof(login) - 1);
    while (!process_log_has(daemon->process, "the login took too long")) {
        siege_send(fd, "\3", 1);
        trial_look_again(trial, deadline_ms, "the end of a slow login");
    }
    daemon_wait_counter(daemon, "viewers_pending", 0);
    close(fd);
}

/* Those that wait inside TLS count, those that are in do not. */
static void who_waits_inside_tls_counts_as_pending(struct trial *trial)
{
    static const char half[] = "RFB 003.008\n\x13\0\2\0\0\1\4\x16\3\1";
    struct door door = {.method = "x509-none"};
    int fds[4];

    door_certificate(trial, "server", NULL);
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                     "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n"
                     "auth { methods = {x509-none} max-pending-per-address = 4 "
                     "handshake = 10m }\n"
                     "machine web1 { place = {\"pattern:320x200\"} }\n");
    const char *address = daemon_tcp(daemon, NULL);
    daemon_wait_machine(daemon, "web1", "running");
    for (int i = 0; i < 6; i++)
        door_open(trial, address, &door);
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        fds[i] = socket_try_connect(address);
        trial_check(trial, fds[i] >= 0, "no connection");
        socket_send_all(trial, fds[i], half, sizeof(half) - 1);
    }
    daemon_wait_counter(daemon, "viewers_pending", 4);
    const char *why = door_closed(trial, address, &door);
    trial_check(trial, strstr(why, "too many connections are waiting"), "told: %s", why);
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        close(fds[i]);
    daemon_wait_counter(daemon, "viewers_pending", 0);
    door_open(trial, address, &door);
}

/* ---- listeners with options ---- */

static void a_proxy_says_whom_a_connection_is_for(struct trial *trial)
{
    static const struct {
        const char *header, *logged; /* NULL: it is closed */
    } headers[] = {
        {"PROXY TCP4 192.0.2.7 192.0.2.1 5555 5900\r\n", "(192.0.2.7:5555): logged in"},
        {"PROXY TCP6 2001:db8::7 2001:db8::1 5555 5900\r\n", "([2001:db8::7]:5555): logged in"},
        {"PROXY UNKNOWN\r\n", "(127.0.0.1:"},
        {"RFB 003.008\n", NULL},
    };
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"unix:$/any\"}",
        "auth { methods = {none} }\n"
        "listener front { address = {\"127.0.0.1:0\"} proxy-from = {\"127.0.0.0/8\"} }\n"
        "machine web1 { place = {\"pattern:320x200\"} }\n");

    daemon_wait_machine(daemon, "web1", "running");
    for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
        int fd = socket_try_connect(daemon_tcp(daemon, NULL));
        trial_check(trial, fd >= 0, "no connection");
        socket_send_all(trial, fd, headers[i].header, strlen(headers[i].header));
        struct client *client = client_new(NULL);
        int result = client_attach(client, fd, PATIENCE_MS);
        trial_check(trial, (result == 0) == (headers[i].logged != NULL), "%s: %d: %s",
                    headers[i].header, result, client_why(client));
        if (headers[i].logged)
            process_wait_log(daemon->process, headers[i].logged, PATIENCE_MS);
        client_free(&client);
    }
}

static void a_listener_for_macos_announces_its_version(struct trial *trial)
{
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"unix:$/any\"}",
                     "auth { methods = {none} }\n"
                     "listener mac { address = {\"127.0.0.1:0\"} dialect = apple }\n"
                     "machine web1 { place = {\"pattern:320x200\"} }\n");
    struct client_options options = {.version = 3889};

    daemon_wait_machine(daemon, "web1", "running");
    struct client *client =
        look_open_as(trial, daemon_tcp(daemon, NULL), &options, "zrle,cursor", NULL);
    look_whole(trial, client);
    trial_check(trial, client->server_version == 3889, "announced: %d", client->server_version);
}

/* ---- this host's users ---- */

static void a_local_user_is_known_by_the_socket(struct trial *trial)
{
    setenv("LOGNAME", "somebody", 1);
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"unix:$/any\"}",
                     "auth { methods = {none} }\n"
                     "machine web1 { place = {\"pattern:320x200\"} allow = {\"root:drive\", "
                     "\"somebody:drive\"} }\n");

    daemon_wait_machine(daemon, "web1", "running");
    look_open(trial, trial_text(trial, "unix:%s/any", trial->folder), "zrle,cursor", NULL);
    process_wait_log(daemon->process,
                     trial_text(trial, "logged in as '%s' by none, drive at web1",
                                geteuid() == 0 ? "root" : "somebody"),
                     PATIENCE_MS);
}

static const struct trial_row rows[] = {
    {"changed rules hold for live viewers", changed_rules_hold_for_live_viewers, NULL, false},
    {"a new certificate drops nobody", a_new_certificate_drops_nobody, NULL, false},
    {"what only root may read is read again", what_only_root_may_read_is_read_again, NULL,
     false},
    {"who is idle or stays too long is sent away", who_is_idle_or_stays_too_long_is_sent_away,
     NULL, false},
    {"a slow login ends at its deadline", a_slow_login_ends_at_its_deadline, NULL, false},
    {"who waits inside TLS counts as pending", who_waits_inside_tls_counts_as_pending, NULL,
     false},
    {"a proxy says whom a connection is for", a_proxy_says_whom_a_connection_is_for, NULL,
     false},
    {"a listener for macOS announces its version", a_listener_for_macos_announces_its_version,
     NULL, false},
    {"a local user is known by the socket", a_local_user_is_known_by_the_socket, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "logins_limits", rows, ARRAY_SIZE(rows));
}
