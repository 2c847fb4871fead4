/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which machine a viewer gets, and what it may do there. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

enum { ENTER = 0xff0d };

/* Two machines, told apart by their sizes, with more options for each. */
static char *patterns(struct trial *trial, const char *small, const char *large)
{
    return trial_text(
        trial,
        "machine small { place = {\"pattern:320x200\"} listen = {\"127.0.0.1:0\"} %s }\n"
        "machine large { place = {\"pattern:640x400\"} listen = {\"127.0.0.1:0\"} %s }\n",
        small, large);
}

static void the_common_port_lets_those_choose_who_named_none(struct trial *trial)
{
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}",
        trial_text(trial, "auth { methods = {none} }\n%s", patterns(trial, "", "")));

    daemon_wait_machine(daemon, "small", "running");
    daemon_wait_machine(daemon, "large", "running");
    for (int version = 3007; version <= 3008; version++) {
        struct client_options options = {.version = version};
        struct client *client = look_open_as(trial, daemon_tcp(daemon, NULL), &options,
                                             "zrle,cursor,desktopsize", NULL);
        look_whole(trial, client);
        trial_check(trial, client->picture.width_px == 1024, "this is not the lobby");
        keys_tap(trial, client, 'a');
        keys_tap(trial, client, 'R');
        keys_tap(trial, client, ENTER);
        while (client->picture.width_px != 640)
            look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                      "the picture of the machine that was chosen");
        look_whole(trial, client);
    }
    struct client *client = look_open(trial, daemon_tcp(daemon, "large"), "zrle,cursor", NULL);
    look_whole(trial, client);
    trial_check(trial, client->picture.width_px == 640, "another machine is shown");
}

static struct client *log_in(struct trial *trial, const char *address, const char *password)
{
    struct client_options options = {.password = password};
    struct client *client = look_open_as(trial, address, &options, "zrle,cursor", NULL);

    look_whole(trial, client);
    return client;
}

static void a_password_picks_the_machine(struct trial *trial)
{
    trial_write_file(trial, trial_path(trial, "small.pw"), "sesame\nlook\n");
    trial_write_file(trial, trial_path(trial, "large.pw"), "abracada\n");
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                     trial_text(trial, "auth { methods = {vnc} }\n%s",
                                patterns(trial, "password-file = \"$/small.pw\"",
                                         "password-file = \"$/large.pw\"")));
    const char *any = daemon_tcp(daemon, NULL);

    daemon_wait_machine(daemon, "small", "running");
    daemon_wait_machine(daemon, "large", "running");
    trial_check(trial, log_in(trial, any, "sesame")->picture.width_px == 320,
                "not the small one");
    trial_check(trial, log_in(trial, any, "abracada")->picture.width_px == 640,
                "not the large one");
    trial_check(trial, log_in(trial, any, "look")->picture.width_px == 320,
                "not the small one");
    static const struct {
        const char *machine, *password;
    } wrong[] = {{NULL, "nonsense"}, {NULL, ""}, {"small", "abracada"}, {"large", "sesame"}};
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        struct client_options options = {.password = wrong[i].password};
        struct client *client = client_new(&options);
        int result = client_connect(client, daemon_tcp(daemon, wrong[i].machine), PATIENCE_MS);
        trial_check(trial, result == -EACCES, "'%s' at %s: not refused, but %d",
                    wrong[i].password, wrong[i].machine ? wrong[i].machine : "all", result);
        client_free(&client);
    }
}

static void a_read_only_password_types_nothing(struct trial *trial)
{
    struct guest *guest = guest_start(trial, NULL);

    trial_write_file(trial, trial_path(trial, "pw"), "full\nlook\n");
    struct daemon *daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {vnc} }\n"
                   "machine web1 { place = {\"qmp:%s\"} listen = {\"unix:$/view\"} "
                   "password-file = \"$/pw\" }",
                   guest->qmp_path));
    char *address = trial_text(trial, "unix:%s/view", trial->folder);
    daemon_wait_machine(daemon, "web1", "running");
    struct client *looks = log_in(trial, address, "look");
    struct client *types = log_in(trial, address, "full");
    guest_say(guest, "pointer rel");
    guest_forget_events(guest);
    for (int i = 0; i < 10; i++) {
        keys_tap(trial, looks, 'a');
        look_must(trial, looks, client_send_pointer(looks, 1, 10 * i, 10), "PointerEvent");
        look_must(trial, looks, client_request_all(looks, false), "a request");
        look_must(trial, looks, client_wait_message(looks, CLIENT_UPDATE, PATIENCE_MS),
                  "an update");
        keys_tap(trial, types, 'b');
        keys_expect(guest, "+30 -30");
    }
    keys_expect_no_more(guest, types);
}

static const struct trial_row rows[] = {
    {"the common port lets those choose who named none",
     the_common_port_lets_those_choose_who_named_none, NULL, false},
    {"a password picks the machine", a_password_picks_the_machine, NULL, false},
    {"a read-only password types nothing", a_read_only_password_types_nothing, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "logins", rows, ARRAY_SIZE(rows));
}
