/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the daemon makes for itself at its start, what it warns about, and whom it becomes. */
#include <config.h>
#include "tests/e2e/daemon.h"
#include "tests/e2e/guest.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"

#include <pwd.h>
#include <signal.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define MACHINE "machine test { place = {\"pattern:320x200\"} listen = {\"unix:$/view\"} }\n"

static void use_built_verifier(struct trial *trial)
{
    setenv("HOLDFAST_VERIFIER", trial_built(trial, "holdfast-verifier"), 1);
}

static struct stat file_at(struct trial *trial, const char *name)
{
    struct stat st;
    trial_check(trial, lstat(trial_path(trial, name), &st) == 0, "there is no %s", name);
    return st;
}

static void expect_mode(struct trial *trial, const char *name, mode_t mode)
{
    struct stat st = file_at(trial, name);
    trial_check(trial, (st.st_mode & 0777) == mode, "%s has mode %o", name,
                (unsigned)st.st_mode & 0777);
}

/* ---- the certificate ---- */

/* As the log tells it. */
static const char *fingerprint(struct daemon *daemon)
{
    static const char before[] = "SHA-256 fingerprint is ";
    const char *at = strstr(process_log(daemon->process), before);
    trial_check(daemon->trial, at != NULL, "no fingerprint is logged");
    return trial_text(daemon->trial, "%.95s", at + sizeof(before) - 1);
}

static void a_certificate_is_made_once(struct trial *trial)
{
    static const char server[] = "state = \"$/own/state.db\" listen = {\"127.0.0.1:0\"}";
    use_built_verifier(trial);
    struct daemon *daemon =
        daemon_start(trial, server, "auth { methods = {x509-none} }\n" MACHINE);
    const char *first = fingerprint(daemon);
    trial_check(trial, process_log_has(daemon->process, "made a certificate"),
                "it is not told that one is made");
    expect_mode(trial, "own", 0700);
    expect_mode(trial, "own/server.key", 0600);
    expect_mode(trial, "own/server.crt", 0644);
    daemon_stop(daemon);
    daemon = daemon_start(trial, server, "auth { methods = {x509-none} }\n" MACHINE);
    trial_check(trial, strcmp(fingerprint(daemon), first) == 0, "it is another one");
    trial_check(trial, !process_log_has(daemon->process, "made a certificate"),
                "one is made again");
    daemon_stop(daemon);
}

static void no_method_of_x509_needs_no_certificate(struct trial *trial)
{
    struct daemon *daemon = daemon_start(trial, "state = \"$/own/state.db\"",
                                         "auth { methods = {tls-none, none} }\n");
    trial_check(trial, access(trial_path(trial, "own/server.crt"), F_OK) != 0, "one is made");
    daemon_stop(daemon);
}

/* ---- refusals and warnings ---- */

static void what_cannot_be_had_stops_the_start(struct trial *trial)
{
    static const struct {
        const char *server, *rest, *log;
    } rows[] = {
        {"user = no-such-user", "", "user no-such-user: there is no such user"},
        {"audit = \"/dev/null\"", "", "audit file /dev/null: is not a regular file"},
        {"audit = \"/nonexistent/audit\"", "", "audit file /nonexistent/audit: "},
        {"state = \"/proc/holdfast/state.db\"", "auth { methods = {x509-none} }",
         "a certificate is needed, none is named"},
        {"",
         "tls { certificate = \"/nonexistent\" key = \"/nonexistent\" }\n"
         "auth { methods = {x509-none} }",
         "/nonexistent is not there"},
    };
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        struct daemon *daemon = daemon_start_only(trial, rows[i].server, rows[i].rest);
        int status = process_wait(daemon->process, PATIENCE_MS);
        trial_check(trial, status == 1, "row %zu: status %d", i, status);
        trial_check(trial, process_log_has(daemon->process, rows[i].log),
                    "row %zu: '%s' is not logged", i, rows[i].log);
    }
}

static void a_check_warns_of_what_is_not_there(struct trial *trial)
{
    const char *path = trial_path(trial, "other.conf"), *said;
    const char *const argv[] = {trial_built(trial, "holdfastd"), "--check", "-c", path, NULL};

    trial_write_file(trial, path,
                     "server { user = no-such-user }\n"
                     "tls { certificate = /nonexistent key = /nonexistent }\n");
    int status = process_run(trial, "check", argv, PATIENCE_MS, &said);
    trial_check(trial, status == 0, "status %d", status);
    trial_check(trial, strstr(said, "user no-such-user: there is no such user") != NULL,
                "the user is not told: %s", said);
    trial_check(trial, strstr(said, "tls: /nonexistent is not there") != NULL,
                "the certificate is not told: %s", said);
    trial_check(trial, strstr(said, "the configuration is good") != NULL, "it is not good: %s",
                said);
}

static void open_doors_are_warned_about_at_every_start(struct trial *trial)
{
    for (int i = 0; i < 2; i++) {
        struct daemon *daemon = daemon_start(trial, "listen = {\"0.0.0.0:0\"}",
                                             "auth { methods = {none} }\n" MACHINE);
        trial_check(trial,
                    process_log_has(daemon->process, "method none: everybody who reaches "
                                                     "0.0.0.0:0 sees and drives the machines"),
                    "there is no warning");
        daemon_stop(daemon);
    }
}

/* ---- users ---- */

/* A line of /proc/PID/status. */
static const char *status_line(struct daemon *daemon, const char *name)
{
    struct trial *trial = daemon->trial;
    char *text = trial_read_file(
        trial, trial_text(trial, "/proc/%d/status", (int)daemon->process->pid), NULL);
    char *at = text ? strstr(text, trial_text(trial, "\n%s:\t", name)) : NULL;
    trial_check(trial, at != NULL, "the status has no %s", name);
    at += strlen(name) + 3;
    return trial_text(trial, "%.*s", (int)strcspn(at, "\n"), at);
}

static void expect_owner(struct trial *trial, const char *name, uid_t uid)
{
    struct stat st = file_at(trial, name);
    trial_check(trial, st.st_uid == uid, "%s belongs to uid %d", name, (int)st.st_uid);
}

static void expect_that_user(struct daemon *daemon, const struct passwd *user)
{
    struct trial *trial = daemon->trial;
    unsigned uid = user->pw_uid, gid = user->pw_gid;
    const char *const lines[][2] = {
        {"Uid", trial_text(trial, "%u\t%u\t%u\t%u", uid, uid, uid, uid)},
        {"Gid", trial_text(trial, "%u\t%u\t%u\t%u", gid, gid, gid, gid)},
        {"CapPrm", "0000000000000000"},
        {"CapEff", "0000000000000000"},
        {"CapAmb", "0000000000000000"},
        {"NoNewPrivs", "1"},
    };
    for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
        trial_check(trial, strcmp(status_line(daemon, lines[i][0]), lines[i][1]) == 0,
                    "%s is '%s'", lines[i][0], status_line(daemon, lines[i][0]));
}

/* Another user needs root to begin with. */
static void a_daemon_of_root_becomes_its_user(struct trial *trial)
{
    const struct passwd *nobody = getpwnam("nobody");
    trial_check(trial, geteuid() == 0, "only root can become somebody else: run this as root");
    trial_check(trial, nobody != NULL, "there is no user nobody");
    trial_check(trial, chmod(trial->folder, 0711) == 0, "chmod");
    use_built_verifier(trial);
    struct daemon *daemon = daemon_start(
        trial, "state = \"$/own/state.db\" audit = \"$/own/audit\" user = nobody",
        "auth { methods = {x509-plain, ra2, none} }\n"
        "machine test { place = {\"pattern:320x200\"} listen = {\"unix:$/own/view\"} }\n");
    daemon_wait_machine(daemon, "test", "running");
    expect_that_user(daemon, nobody);
    expect_owner(trial, "own", nobody->pw_uid);
    expect_owner(trial, "own/audit", nobody->pw_uid);
    expect_owner(trial, "own/state.db", nobody->pw_uid);
    expect_owner(trial, "control", nobody->pw_uid);
    expect_owner(trial, "any", nobody->pw_uid);
    expect_owner(trial, "own/server.key", 0);
    expect_mode(trial, "own/server.key", 0640);
    /* What it reads again it can read. */
    trial_check(trial, kill(daemon->process->pid, SIGHUP) == 0, "kill");
    process_wait_log(daemon->process, "configuration reloaded", PATIENCE_MS);
    trial_check(trial, !process_log_has(daemon->process, "error: "), "there are errors");
    struct client *client =
        look_open(trial, trial_text(trial, "unix:%s/own/view", trial->folder), "raw", NULL);
    look_whole(trial, client);
    daemon_stop(daemon);
}

/* The verifier connects, which stays root. */
static void sockets_of_others_are_reached(struct trial *trial)
{
    const struct guest_options options = {.append = "display vbe; mode 640 480; scene still"};
    trial_check(trial, geteuid() == 0, "only root can become somebody else: run this as root");
    trial_check(trial, chmod(trial->folder, 0711) == 0, "chmod");
    use_built_verifier(trial);
    struct guest *guest = guest_start(trial, &options);
    trial_check(trial, chmod(guest->qmp_path, 0600) == 0, "chmod");
    struct daemon *daemon = daemon_start(
        trial, "state = \"$/own/state.db\" user = nobody",
        trial_text(trial,
                   "auth { methods = {none} }\n"
                   "machine web1 { place = {\"qmp:%s\"} listen = {\"unix:$/own/view\"} }\n",
                   guest->qmp_path));
    daemon_wait_machine(daemon, "web1", "running");
    struct client *client =
        look_open(trial, trial_text(trial, "unix:%s/own/view", trial->folder), "zrle", NULL);
    look_until(trial, client, guest_screendump(guest, "vga", 0), 0);
    guest_kill(guest);
    daemon_wait_machine(daemon, "web1", "waiting");
    guest_restart(guest);
    trial_check(trial, chmod(guest->qmp_path, 0600) == 0, "chmod");
    daemon_wait_machine(daemon, "web1", "running");
    daemon_stop(daemon);
}

/* ---- the audit ---- */

static unsigned count(struct trial *trial, const char *path, const char *text)
{
    char *at = trial_read_file(trial, path, NULL);
    unsigned n = 0;
    for (; at && (at = strstr(at, text)); at++)
        n++;
    return n;
}

static void look_once(struct trial *trial, struct daemon *daemon)
{
    struct client *client =
        look_open(trial, trial_text(trial, "unix:%s/view", trial->folder), "raw,cursor", NULL);
    look_whole(trial, client);
    look_leave(client);
    daemon_wait_counter(daemon, "viewers", 0);
}

static void the_audit_follows_its_name(struct trial *trial)
{
    struct daemon *daemon =
        daemon_start(trial, "audit = \"$/audit\"", "auth { methods = {none} }\n" MACHINE);
    const char *path = trial_path(trial, "audit"), *old = trial_path(trial, "audit.1");
    daemon_wait_machine(daemon, "test", "running");
    look_once(trial, daemon);
    expect_mode(trial, "audit", 0600);
    trial_check(trial, rename(path, old) == 0, "rename");
    look_once(trial, daemon);
    trial_check(trial, count(trial, old, "\"event\":\"login\"") == 2, "two logins are missing");
    trial_check(trial, count(trial, old, "\"event\":\"exit\"") == 2, "two exits are missing");
    trial_check(trial, kill(daemon->process->pid, SIGHUP) == 0, "kill");
    process_wait_log(daemon->process, "configuration reloaded", PATIENCE_MS);
    look_once(trial, daemon);
    trial_check(trial, count(trial, path, "\"event\":\"login\"") == 1, "a login is missing");
    trial_check(trial, count(trial, old, "\"event\":\"login\"") == 2, "the old one has grown");
    daemon_stop(daemon);
}

static const struct trial_row rows[] = {
    {"a certificate is made once", a_certificate_is_made_once, NULL, false},
    {"no method of X.509 needs no certificate", no_method_of_x509_needs_no_certificate, NULL,
     false},
    {"what cannot be had stops the start", what_cannot_be_had_stops_the_start, NULL, false},
    {"a check warns of what is not there", a_check_warns_of_what_is_not_there, NULL, false},
    {"open doors are warned about at every start", open_doors_are_warned_about_at_every_start,
     NULL, false},
    {"a daemon of root becomes its user", a_daemon_of_root_becomes_its_user, NULL, false},
    {"sockets of others are reached", sockets_of_others_are_reached, NULL, false},
    {"the audit follows its name", the_audit_follows_its_name, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "start", rows, ARRAY_SIZE(rows));
}
