/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users with names: methods of VeNCrypt, PAM, access rules. */
#include <config.h>
#include "tests/e2e/test_logins_door.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define CHECK_SECRET "[ \"$password\" = secret ]"

static const char tls_section[] =
    "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n";

/* Two machines, and a common TCP port; more of the sections auth, small and large. */
static struct daemon *start(struct trial *trial, const char *auth, const char *small,
                            const char *large)
{
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}\n  state = \"$/state.db\"",
        trial_text(trial,
                   "%sauth { %s }\n"
                   "machine small { place = {\"pattern:320x200\"} listen = {\"127.0.0.1:0\"} %s "
                   "}\n"
                   "machine large { place = {\"pattern:640x400\"} listen = {\"127.0.0.1:0\"} %s "
                   "}\n",
                   tls_section, auth, small, large));

    daemon_wait_machine(daemon, "small", "running");
    daemon_wait_machine(daemon, "large", "running");
    return daemon;
}

static void every_method_lets_in_who_is_right(struct trial *trial)
{
    static const char *const methods[] = {"x509-plain", "tls-plain", "plain",    "x509-vnc",
                                          "tls-vnc",    "vnc",       "x509-none", "tls-none",
                                          "none"};

    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "secret\n");
    struct daemon *daemon =
        start(trial,
              "methods = {x509-plain, tls-plain, plain, x509-vnc, tls-vnc, vnc, x509-none, "
              "tls-none, none} pam-service = \"test\"",
              "password-file = \"$/pw\"", "");
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
        struct door door = {.method = methods[i],
                            .user = "alice",
                            .password = "secret",
                            .trust = trial_path(trial, "ca.crt")};
        struct client *client = door_open(trial, daemon_tcp(daemon, "small"), &door);
        trial_check(trial, client->picture.width_px == 320, "%s: another machine", methods[i]);
        process_wait_log(daemon->process, trial_text(trial, "by %s, ", methods[i]),
                         PATIENCE_MS);
        look_leave(client);
        door.password = "nonsense";
        if (!strstr(methods[i], "none"))
            door_closed(trial, daemon_tcp(daemon, "small"), &door);
    }
    daemon_wait_counter(daemon, "viewers", 0);
    daemon_stop(daemon);
}

static const struct trial_row rows[] = {
    {"every method lets in who is right", every_method_lets_in_who_is_right, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "logins_accounts", rows, ARRAY_SIZE(rows));
}
