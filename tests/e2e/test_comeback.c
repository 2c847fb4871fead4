/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coming back to a session after the daemon's end, with a ticket and no other login. */
#include <config.h>
#include "tests/e2e/test_logins_door.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

static struct daemon *start(struct trial *trial)
{
    struct daemon *daemon = daemon_start(
        trial, NULL,
        "auth { methods = {plain} pam-service = \"test\" }\n"
        "machine small { place = {\"pattern:320x200\"} listen = {\"unix:$/view\"} }\n");

    daemon_wait_machine(daemon, "small", "running");
    return daemon;
}

static const char *make(struct daemon *daemon, const char *user, json_int_t *id_r)
{
    json_t *made = daemon_ask(daemon, "POST", "/v1/tickets",
                              json_pack("{s:s, s:s}", "machine", "small", "user", user));

    *id_r = json_integer_value(json_object_get(made, "id"));
    return json_string_value(json_object_get(made, "ticket"));
}

static json_int_t session_of(struct daemon *daemon, const char *user)
{
    return json_integer_value(json_object_get(daemon_session(daemon, user), "id"));
}

static bool file_has(const char *path, const char *text)
{
    size_t size = 0;
    char *content = file_load(path, &size);
    bool has = content && memmem(content, size, text, strlen(text)) != NULL;
    free(content);
    return has;
}

/* The ticket as the database keeps it, with the session that it began. */
static void wait_until_kept(struct trial *trial, json_int_t session)
{
    const char *text = trial_text(trial, "\"session\":%d}", (int)session);
    const char *database = trial_path(trial, "state.db"),
               *log = trial_path(trial, "state.db-wal");
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    while (!file_has(log, text) && !file_has(database, text))
        trial_look_again(trial, deadline_ms, "the ticket is not kept");
}

static void a_ticket_leads_back_after_a_kill(struct trial *trial)
{
    const char *address = trial_text(trial, "unix:%s/view", trial->folder);
    struct door door = {.method = "plain", .user = "whoever"};
    json_int_t id, session;

    door_service(trial, "test", "false", NULL);
    struct daemon *daemon = start(trial);
    door.password = make(daemon, "carol", &id);
    struct client *client = door_open(trial, address, &door);
    look_whole(trial, client);
    session = session_of(daemon, "carol");
    trial_check(trial, session != 0, "carol has no session");
    wait_until_kept(trial, session);
    process_stop(daemon->process, SIGKILL);
    daemon = start(trial);
    trial_check(trial, session_of(daemon, "carol") == session, "the session is gone");
    client = door_open(trial, address, &door);
    look_whole(trial, client);
    trial_check(trial, session_of(daemon, "carol") == session, "it is another session");
    /* The session ended, the ticket with it, for good. */
    daemon_ask(daemon, "DELETE", trial_text(trial, "/v1/sessions/%d", (int)session), NULL);
    door_closed(trial, address, &door);
    daemon_stop(daemon);
    daemon = start(trial);
    door_closed(trial, address, &door);
}

static void tickets_wait_for_a_restart(struct trial *trial)
{
    const char *address = trial_text(trial, "unix:%s/view", trial->folder);
    struct door good = {.method = "plain", .user = "x"}, revoked = good;
    json_int_t id;

    door_service(trial, "test", "false", NULL);
    struct daemon *daemon = start(trial);
    good.password = make(daemon, "carol", &id);
    revoked.password = make(daemon, "dave", &id);
    daemon_ask(daemon, "DELETE", trial_text(trial, "/v1/tickets/%d", (int)id), NULL);
    daemon_stop(daemon);
    daemon = start(trial);
    door_closed(trial, address, &revoked);
    look_whole(trial, door_open(trial, address, &good));
}

static const struct trial_row rows[] = {
    {"a ticket leads back after a kill", a_ticket_leads_back_after_a_kill, NULL, false},
    {"tickets wait for a restart", tickets_wait_for_a_restart, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "comeback", rows, sizeof(rows) / sizeof(rows[0]));
}
