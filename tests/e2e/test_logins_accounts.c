/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Users with names: methods of VeNCrypt, PAM, access rules. */
#include <config.h>
#include "tests/e2e/siege.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/test_logins_door.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define CHECK_SECRET "[ \"$password\" = secret ]"

static const char tls_section[] =
    "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n";

/* Two machines, and a common TCP port; more of the sections auth, small and large. */
static struct daemon *start(struct trial *trial, const char *auth, const char *small,
                            const char *large)
{
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}",
        trial_text(
            trial,
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
    static const char *const methods[] = {"x509-plain", "tls-plain", "plain",     "x509-vnc",
                                          "tls-vnc",    "vnc",       "x509-none", "tls-none",
                                          "none",       "ra2",       "ra2ne"};

    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "secret\n");
    struct daemon *daemon =
        start(trial,
              "methods = {x509-plain, tls-plain, plain, x509-vnc, tls-vnc, vnc, x509-none, "
              "tls-none, none, ra2, ra2ne} pam-service = \"test\"",
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

static void what_is_wrong_with_an_account_is_told(struct trial *trial)
{
    static const struct {
        const char *account, *told;
    } accounts[] = {
        {"account required pam_debug.so acct=new_authtok_reqd\n", "your password has expired"},
        {"account required pam_debug.so acct=acct_expired\n", "your account is locked"},
    };

    door_certificate(trial, "server", NULL);
    for (size_t i = 0; i < ARRAY_SIZE(accounts); i++) {
        struct door door = {.method = "x509-plain", .user = "alice", .password = "secret"};
        door_service(trial, "test", CHECK_SECRET, accounts[i].account);
        struct daemon *daemon =
            start(trial, "methods = {x509-plain} pam-service = \"test\"", "", "");
        const char *why = door_closed(trial, daemon_tcp(daemon, "small"), &door);
        trial_check(trial, strstr(why, accounts[i].told), "told: %s", why);
        door.password = "nonsense";
        why = door_closed(trial, daemon_tcp(daemon, "small"), &door);
        trial_check(trial, strstr(why, "authentication failed"), "guessers are told: %s", why);
        daemon_stop(daemon);
    }
}

static void the_login_or_tls_names_the_machine(struct trial *trial)
{
    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    struct daemon *daemon =
        start(trial, "methods = {x509-plain} pam-service = \"test\"", "", "");
    const char *any = daemon_tcp(daemon, NULL);
    static const struct {
        const char *user, *server_name;
        int width_px; /* 0: refused; 1024: the lobby */
    } logins[] = {
        {"alice@small", NULL, 320}, {"alice@large", NULL, 640},    {"alice", "small", 320},
        {"alice", "large", 640},    {"alice@small", "large", 320}, {"alice", "localhost", 1024},
        {"alice", NULL, 1024},      {"alice@medium", NULL, 0},     {"alice@medium", "small", 0},
    };

    for (size_t i = 0; i < ARRAY_SIZE(logins); i++) {
        struct door door = {.method = "x509-plain",
                            .user = logins[i].user,
                            .password = "secret",
                            .server_name = logins[i].server_name};
        if (!logins[i].width_px) {
            door_closed(trial, any, &door);
            continue;
        }
        struct client *client = door_open(trial, any, &door);
        trial_check(trial, client->picture.width_px == logins[i].width_px,
                    "%s: another machine", logins[i].user);
        look_leave(client);
    }
    struct door own = {.method = "x509-plain", .user = "alice@small", .password = "secret"};
    look_leave(door_open(trial, daemon_tcp(daemon, "small"), &own));
    process_wait_log(daemon->process, "logged in as 'alice' by x509-plain, drive at small",
                     PATIENCE_MS);
    own.user = "alice@example.org";
    look_leave(door_open(trial, daemon_tcp(daemon, "small"), &own));
    process_wait_log(daemon->process, "logged in as 'alice@example.org'", PATIENCE_MS);
}

static void hidden_machines_answer_as_if_they_were_not_there(struct trial *trial)
{
    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    struct daemon *daemon =
        start(trial, "methods = {x509-plain} pam-service = \"test\"", "allow = {\"bob:watch\"}",
              "allow = {\"bob:drive\", \"carol:watch\"}");
    const char *any = daemon_tcp(daemon, NULL);
    struct door door = {.method = "x509-plain", .user = "alice@small", .password = "secret"};
    const char *hidden = door_closed(trial, any, &door);

    door.user = "alice@medium";
    const char *unknown = door_closed(trial, any, &door);
    trial_check(trial, strcmp(hidden, unknown) == 0, "'%s' and '%s'", hidden, unknown);
    door.user = "alice";
    hidden = door_closed(trial, any, &door);
    trial_check(trial, strcmp(hidden, unknown) == 0, "'%s' and '%s'", hidden, unknown);
    hidden = door_closed(trial, daemon_tcp(daemon, "small"), &door);
    trial_check(trial, strcmp(hidden, unknown) == 0, "'%s' and '%s'", hidden, unknown);
    /* Of several, the only one that carol may see needs no name. */
    door.user = "carol";
    struct client *client = door_open(trial, any, &door);
    trial_check(trial, client->picture.width_px == 640, "another machine");
    process_wait_log(daemon->process, "logged in as 'carol' by x509-plain, watch at large",
                     PATIENCE_MS);
}

/* Groups come with PAM's verdict: root is in root wherever there is one. */
static void rules_for_groups_hold(struct trial *trial)
{
    struct door door = {.method = "plain", .user = "root@small", .password = "secret"};

    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    struct daemon *daemon =
        start(trial, "methods = {plain} pam-service = \"test\"",
              "allow = {\"@root:admin\", \"*:watch\"}", "allow = {\"@nobody-is-in-it:drive\"}");
    door_open(trial, daemon_tcp(daemon, NULL), &door);
    process_wait_log(daemon->process, "'root' by plain, admin at small", PATIENCE_MS);
    door.user = "root@large";
    door_closed(trial, daemon_tcp(daemon, NULL), &door);
    door.user = "alice@small";
    door_open(trial, daemon_tcp(daemon, NULL), &door);
    process_wait_log(daemon->process, "'alice' by plain, watch at small", PATIENCE_MS);
}

static void a_client_certificate_says_who_it_is(struct trial *trial)
{
    door_certificate(trial, "server", NULL);
    door_certificate(trial, "alice", "alice");
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}",
        "tls { certificate = \"$/server.crt\" key = \"$/server.key\" "
        "client-ca = \"$/ca.crt\" client-name = \"uid\" }\n"
        "auth { methods = {x509-none} }\n"
        "machine web1 { place = {\"pattern:320x200\"} allow = {\"alice:drive\"} }\n");
    struct door door = {.method = "x509-none",
                        .certificate = trial_path(trial, "alice.crt"),
                        .key = trial_path(trial, "alice.key"),
                        .trust = trial_path(trial, "ca.crt")};

    daemon_wait_machine(daemon, "web1", "running");
    door_open(trial, daemon_tcp(daemon, NULL), &door);
    process_wait_log(daemon->process, "logged in as 'alice' by x509-none, drive at web1",
                     PATIENCE_MS);
    door.certificate = NULL;
    const char *why = door_closed(trial, daemon_tcp(daemon, NULL), &door);
    trial_check(trial, strstr(why, "a client certificate is needed"), "told: %s", why);
}

/* The module never answers: others do not notice, and who leaves is gone. */
static void a_module_that_hangs_holds_nobody_up(struct trial *trial)
{
    door_certificate(trial, "server", NULL);
    door_service(
        trial, "test",
        "[ \"$PAM_USER\" != slow ] || while [ ! -e go ]; do sleep 0.1; done\n" CHECK_SECRET,
        NULL);
    struct daemon *daemon = start(trial, "methods = {plain} pam-service = \"test\"", "", "");
    const char *address = daemon_tcp(daemon, "small");
    struct door fast = {.method = "plain", .user = "alice", .password = "secret"};
    static const char login[] = "RFB 003.008\n\x13\0\2\0\0\1\0\0\0\0\4\0\0\0\6slowsecret";
    int fds[3];

    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        fds[i] = socket_try_connect(address);
        trial_check(trial, fds[i] >= 0, "no connection");
        socket_send_all(trial, fds[i], login, sizeof(login) - 1);
    }
    daemon_wait_counter(daemon, "viewers_pending", (json_int_t)ARRAY_SIZE(fds));
    look_leave(door_open(trial, address, &fast));
    close(fds[0]);
    daemon_wait_counter(daemon, "viewers_pending", (json_int_t)ARRAY_SIZE(fds) - 1);
    trial_write_file(trial, trial_path(trial, "go"), "");
    daemon_wait_counter(daemon, "viewers_pending", 0);
    for (size_t i = 1; i < ARRAY_SIZE(fds); i++)
        close(fds[i]);
}

/* Ten of one name at once are as many as may fail: the next is not even tried. */
static void many_guesses_at_once_are_too_many(struct trial *trial)
{
    door_service(trial, "test", "while [ ! -e go ]; do sleep 0.1; done\nfalse", NULL);
    door_certificate(trial, "server", NULL);
    struct daemon *daemon = start(trial, "methods = {plain} pam-service = \"test\"", "", "");
    const char *address = daemon_tcp(daemon, "small");
    static const char login[] = "RFB 003.008\n\x13\0\2\0\0\1\0\0\0\0\5\0\0\0\4aliceword";
    struct door door = {.method = "plain", .user = "alice", .password = "word"};
    int fds[10];

    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        fds[i] = socket_try_connect(address);
        trial_check(trial, fds[i] >= 0, "no connection");
        socket_send_all(trial, fds[i], login, sizeof(login) - 1);
    }
    daemon_wait_counter(daemon, "viewers_pending", (json_int_t)ARRAY_SIZE(fds));
    const char *why = door_closed(trial, address, &door);
    trial_check(trial, strstr(why, "too many failed logins"), "told: %s", why);
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
        close(fds[i]);
    daemon_wait_counter(daemon, "viewers_pending", 0);
    trial_write_file(trial, trial_path(trial, "go"), "");
}

static void a_pam_session_lasts_as_long_as_the_viewer(struct trial *trial)
{
    size_t size;

    door_certificate(trial, "server", NULL);
    trial_write_file(trial, trial_path(trial, "session.sh"),
                     trial_text(trial, "#!/bin/sh\necho $PAM_TYPE $PAM_USER >>%s/sessions\n",
                                trial->folder));
    door_service(trial, "test", CHECK_SECRET,
                 trial_text(trial,
                            "account required pam_permit.so\n"
                            "session required pam_exec.so quiet /bin/sh %s/session.sh\n",
                            trial->folder));
    struct daemon *daemon =
        start(trial, "methods = {x509-plain} pam-service = \"test\" pam-session = yes", "", "");
    struct door door = {.method = "x509-plain", .user = "alice", .password = "secret"};
    struct client *client = door_open(trial, daemon_tcp(daemon, "small"), &door);
    const char *sessions = trial_read_file(trial, trial_path(trial, "sessions"), &size);
    trial_check(trial, sessions && strcmp(sessions, "open_session alice\n") == 0,
                "sessions: %s", sessions ? sessions : "none");
    look_leave(client);
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    while (!strstr(trial_read_file(trial, trial_path(trial, "sessions"), &size), "close"))
        trial_look_again(trial, deadline_ms, "the end of the PAM session");
}

/* The only child of the daemon. */
static pid_t verifier_of(struct trial *trial, struct daemon *daemon)
{
    const int pid = (int)daemon->process->pid;
    size_t size;
    const char *children =
        trial_read_file(trial, trial_text(trial, "/proc/%d/task/%d/children", pid, pid), &size);
    int child = children ? atoi(children) : 0;

    trial_check(trial, child > 0, "the daemon has no child");
    return child;
}

static void without_its_verifier_the_daemon_lives_on(struct trial *trial)
{
    struct door door = {.method = "plain", .user = "alice", .password = "secret"};
    struct door vnc = {.method = "vnc", .password = "secret"};

    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "secret\n");
    struct daemon *daemon = start(trial, "methods = {plain, vnc} pam-service = \"test\"",
                                  "password-file = \"$/pw\"", "");
    const char *address = daemon_tcp(daemon, "small");
    struct client *client = door_open(trial, address, &door);
    kill(verifier_of(trial, daemon), SIGKILL);
    process_wait_log(daemon->process, "the verifier is gone", PATIENCE_MS);
    const char *why = door_closed(trial, address, &door);
    trial_check(trial, strstr(why, "passwords cannot be checked here now"), "told: %s", why);
    door_open(trial, address, &vnc);
    look_must(trial, client, client_request_all(client, false), "a request");
    look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
              "an update");
    daemon_stop(daemon);
}

/* RFB 3.3 cannot choose: it gets the best type that it knows, here the second. */
static void an_old_client_gets_what_it_can_speak(struct trial *trial)
{
    struct door door = {.method = "vnc", .password = "secret", .version = 3003};

    door_certificate(trial, "server", NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "secret\n");
    struct daemon *daemon =
        start(trial, "methods = {x509-vnc, vnc, none}", "password-file = \"$/pw\"", "");
    door_open(trial, daemon_tcp(daemon, "small"), &door);
    process_wait_log(daemon->process, "logged in as 'anonymous' by vnc", PATIENCE_MS);
}

static int count(const char *text, const char *word)
{
    int n = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        n++;
    return n;
}

static void the_audit_knows_who_came_and_who_did_not(struct trial *trial)
{
    struct door door = {.method = "plain", .user = "alice@small", .password = "secret"};
    size_t size;

    door_service(trial, "test", CHECK_SECRET, NULL);
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}\n  audit = \"$/audit\"",
        "auth { methods = {plain} pam-service = \"test\" }\n"
        "machine small { place = {\"pattern:320x200\"} allow = {\"alice:watch\"} }\n");
    daemon_wait_machine(daemon, "small", "running");
    look_leave(door_open(trial, daemon_tcp(daemon, NULL), &door));
    daemon_wait_counter(daemon, "viewers", 0);
    door.password = "gu3ss";
    door_closed(trial, daemon_tcp(daemon, NULL), &door);
    daemon_wait_counter(daemon, "viewers", 0);
    daemon_stop(daemon);
    const char *audit = trial_read_file(trial, trial_path(trial, "audit"), &size);
    static const struct {
        const char *text;
        int times;
    } wanted[] = {{"\"attempt\"", 2}, {"\"login\"", 1},
                  {"\"refused\"", 1}, {"\"exit\"", 1},
                  {"\"alice\"", 5},   {"\"small\"", 5},
                  {"\"watch\"", 2},   {"secret", 0},
                  {"gu3ss", 0},       {"authentication failed", 1}};
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
        trial_check(trial, audit && count(audit, wanted[i].text) == wanted[i].times,
                    "%s not %d times in:\n%s", wanted[i].text, wanted[i].times, audit);
}

/* ---- leaving in the middle ---- */

/* What clients say, to be cut anywhere: TLS, RSA-AES, Diffie-Hellman, a password. */
static const struct siege_bytes talks[] = {
    SIEGE_BYTES("TLS", "RFB 003.008\n\x13\0\2\0\0\1\6\x16\3\1\0\x2c\1\0\0\x28\3\3"
                       "0123456789abcdef0123456789abcdef\0\0\2\x13\1\1\0"),
    SIEGE_BYTES("RSA-AES", "RFB 003.008\n\5\0\0\4\0"),
    SIEGE_BYTES("Diffie-Hellman", "RFB 003.008\n\x1e"),
    SIEGE_BYTES("a password", "RFB 003.008\n\x13\0\2\0\0\1\0\0\0\0\5\0\0\0\6alicesecret\1"),
};

/* Padded with what is long enough for a key, odd in its last byte. */
static size_t fill(const struct siege_bytes *talk, char *room, size_t size)
{
    memset(room, 0xab, size);
    memcpy(room, talk->bytes, talk->size);
    return talk->bytes[talk->size - 1] == 1 ? talk->size : size;
}

static void who_leaves_at_any_moment_is_forgotten(struct trial *trial)
{
    const int rounds = trial_is_long() ? 40 : 4;

    door_certificate(trial, "server", NULL);
    door_service(trial, "test", CHECK_SECRET, NULL);
    struct daemon *daemon = start(
        trial, "methods = {x509-plain, plain, ra2, apple-dh} pam-service = \"test\"", "", "");
    const char *address = daemon_tcp(daemon, "small");
    struct door door = {.method = "ra2", .user = "alice", .password = "secret"};
    char room[700];
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < ARRAY_SIZE(talks); i++) {
            size_t size = fill(&talks[i], room, sizeof(room));
            for (size_t cut = 1; cut <= size; cut += cut < 40 ? 1 : 37) {
                int fd = socket_try_connect(address);
                trial_check(trial, fd >= 0, "%s: no connection", talks[i].what);
                siege_send(fd, room, cut);
                close(fd);
            }
            daemon_wait_counter(daemon, "viewers_pending", 0);
        }
    daemon_wait_counter(daemon, "viewers", 0);
    door_open(trial, address, &door);
    daemon_stop(daemon);
}

static const struct trial_row rows[] = {
    {"every method lets in who is right", every_method_lets_in_who_is_right, NULL, false},
    {"what is wrong with an account is told", what_is_wrong_with_an_account_is_told, NULL,
     false},
    {"the login or TLS names the machine", the_login_or_tls_names_the_machine, NULL, false},
    {"hidden machines answer as if they were not there",
     hidden_machines_answer_as_if_they_were_not_there, NULL, false},
    {"rules for groups hold", rules_for_groups_hold, NULL, false},
    {"a client certificate says who it is", a_client_certificate_says_who_it_is, NULL, false},
    {"a module that hangs holds nobody up", a_module_that_hangs_holds_nobody_up, NULL, false},
    {"many guesses at once are too many", many_guesses_at_once_are_too_many, NULL, false},
    {"a PAM session lasts as long as the viewer", a_pam_session_lasts_as_long_as_the_viewer,
     NULL, false},
    {"without its verifier the daemon lives on", without_its_verifier_the_daemon_lives_on, NULL,
     false},
    {"an old client gets what it can speak", an_old_client_gets_what_it_can_speak, NULL, false},
    {"the audit knows who came and who did not", the_audit_knows_who_came_and_who_did_not, NULL,
     false},
    {"who leaves at any moment is forgotten", who_leaves_at_any_moment_is_forgotten, NULL,
     false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "logins_accounts", rows, ARRAY_SIZE(rows));
}
