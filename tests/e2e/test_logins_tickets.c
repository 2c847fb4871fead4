/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tickets: passwords for one session of one user at one machine. */
#include <config.h>
#include "tests/e2e/test_logins_door.h"

#include <string.h>

static struct daemon *start(struct trial *trial)
{
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}",
        "auth { methods = {plain, vnc} pam-service = \"test\" }\n"
        "machine small { place = {\"pattern:320x200\"} listen = {\"127.0.0.1:0\"} "
        "allow = {\"nobody:watch\"} }\n"
        "machine large { place = {\"pattern:640x400\"} listen = {\"127.0.0.1:0\"} }\n");

    daemon_wait_machine(daemon, "small", "running");
    daemon_wait_machine(daemon, "large", "running");
    return daemon;
}

/* Its text, and its number. */
static const char *make(struct daemon *daemon, json_t *wish, json_int_t *id_r)
{
    json_t *made = daemon_ask(daemon, "POST", "/v1/tickets", wish);

    if (id_r)
        *id_r = json_integer_value(json_object_get(made, "id"));
    return json_string_value(json_object_get(made, "ticket"));
}

static json_int_t session_of(struct daemon *daemon, const char *user)
{
    return json_integer_value(json_object_get(daemon_session(daemon, user), "id"));
}

static void a_ticket_is_good_for_one_session(struct trial *trial)
{
    door_service(trial, "test", "false", NULL);
    struct daemon *daemon = start(trial);
    struct door door = {.method = "plain", .user = "whoever"};
    const char *any = daemon_tcp(daemon, NULL), *small = daemon_tcp(daemon, "small");

    door.password =
        make(daemon,
             json_pack("{s:s, s:s, s:s}", "machine", "small", "user", "carol", "role", "drive"),
             NULL);
    door_closed(trial, daemon_tcp(daemon, "large"), &door);
    door.user = "carol@large";
    door_closed(trial, any, &door);
    /* The ticket says who it is, where, and what is allowed, whatever the rules say. */
    door.user = "whoever";
    struct client *client = door_open(trial, any, &door);
    trial_check(trial, client->picture.width_px == 320, "another machine");
    process_wait_log(daemon->process, "'carol' by plain, drive at small", PATIENCE_MS);
    json_int_t session = session_of(daemon, "carol");
    trial_check(trial, session != 0, "carol has no session");
    look_leave(client);
    daemon_wait_counter(daemon, "viewers", 0);
    client = door_open(trial, small, &door);
    trial_check(trial, session_of(daemon, "carol") == session, "another session");
    daemon_try(daemon, "DELETE", trial_text(trial, "/v1/sessions/%d", (int)session), NULL);
    look_must(trial, client, client_wait_close(client, PATIENCE_MS), "the end");
    door_closed(trial, small, &door);
}

static void a_vnc_ticket_is_bound_to_the_port(struct trial *trial)
{
    json_int_t id;

    door_service(trial, "test", "false", NULL);
    struct daemon *daemon = start(trial);
    struct door door = {.method = "vnc"};
    door.password = make(daemon,
                         json_pack("{s:s, s:s, s:s, s:b}", "machine", "small", "user", "carol",
                                   "role", "watch", "vnc", 1),
                         NULL);
    trial_check(trial, strlen(door.password) == 8, "the ticket is '%s'", door.password);
    door_closed(trial, daemon_tcp(daemon, NULL), &door);
    door_closed(trial, daemon_tcp(daemon, "large"), &door);
    door_open(trial, daemon_tcp(daemon, "small"), &door);
    process_wait_log(daemon->process, "'carol' by vnc, watch at small", PATIENCE_MS);
    door.password = make(daemon, json_pack("{s:s, s:b}", "machine", "large", "vnc", 1), &id);
    daemon_try(daemon, "DELETE", trial_text(trial, "/v1/tickets/%d", (int)id), NULL);
    door_closed(trial, daemon_tcp(daemon, "large"), &door);
}

static const struct trial_row rows[] = {
    {"a ticket is good for one session", a_ticket_is_good_for_one_session, NULL, false},
    {"a VNC ticket is bound to the port", a_vnc_ticket_is_bound_to_the_port, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "logins_tickets", rows, sizeof(rows) / sizeof(rows[0]));
}
