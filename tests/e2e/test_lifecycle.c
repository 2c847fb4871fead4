/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines come, stop, go and come back; viewers stay. */
#include <config.h>
#include "tests/e2e/clock.h"
#include "tests/e2e/keys.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define VIEW "zrle,cursor,desktopsize"

static const char *machine_state(struct daemon *daemon, const char *name)
{
    const char *state = json_string_value(json_object_get(daemon_machine(daemon, name), "state"));

    return state ? state : "not there";
}

/* ---- QEMU comes and goes ---- */

static void viewers_stay_when_qemu_is_killed(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; mode 800 600; scene still", NULL);
    struct client *client[3];

    for (size_t i = 0; i < ARRAY_SIZE(client); i++) {
        client[i] = stand_look(&stand, i ? VIEW : "tight,quality=6,cursor,extendeddesktopsize", NULL);
        look_whole(trial, client[i]);
    }
    for (int round = 0; round < 3; round++) {
        stand_compare(&stand, client[0], 0);
        keys_press(trial, client[0], 'a');
        keys_expect(stand.guest, "+1e");
        guest_kill(stand.guest);
        daemon_wait_machine(stand.daemon, "web1", "waiting");
        keys_release(trial, client[0], 'a');
        keys_tap(trial, client[1], 'b'); /* nobody is there: it is gone */
        look_must(trial, client[2], client_request_all(client[2], false), "a request");
        look_must(trial, client[2], client_wait_message(client[2], CLIENT_UPDATE, PATIENCE_MS),
                  "the last picture while no machine is there");
        guest_restart(stand.guest);
        daemon_wait_machine(stand.daemon, "web1", "running");
        guest_say(stand.guest, "noise 10 10 200 100 %d", round);
        for (size_t i = 0; i < ARRAY_SIZE(client); i++)
            stand_compare(&stand, client[i], 0);
        keys_tap(trial, client[2], 'c');
        keys_expect(stand.guest, "+2e -2e");
    }
    trial_check(trial, daemon_counter(stand.daemon, "viewers_logged_in_total") == 3,
                "viewers have logged in again");
}

static void a_viewer_may_come_before_the_machine(struct trial *trial)
{
    struct daemon *daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {none} }\n"
                   "machine web1 { place = {\"qmp:%s\"} listen = {\"unix:$/view\"} }",
                   guest_qmp_path(trial, "web1")));
    struct client *client =
        look_open(trial, trial_text(trial, "unix:%s/view", trial->folder), VIEW, NULL);
    struct guest_options options = {.append = "display vbe; mode 1280 800; scene still"};

    look_whole(trial, client);
    trial_check(trial, strcmp(machine_state(daemon, "web1"), "waiting") == 0,
                "the machine should be waiting");
    struct guest *guest = guest_start(trial, &options);
    daemon_wait_machine(daemon, "web1", "running");
    look_until(trial, client, guest_screendump(guest, "vga", 0), 0);
    keys_tap(trial, client, 'a');
    keys_expect(guest, "+1e -1e");
}

static void a_guest_that_powers_off_leaves_its_viewers(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; scene still", NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    stand_compare(&stand, client, 0);
    guest_say(stand.guest, "off");
    trial_check(trial, process_wait(stand.guest->process, PATIENCE_MS) == 0, "QEMU failed");
    daemon_wait_machine(stand.daemon, "web1", "waiting");
    guest_kill(stand.guest);
    guest_restart(stand.guest);
    daemon_wait_machine(stand.daemon, "web1", "running");
    stand_compare(&stand, client, 0);
}

static void a_reset_keeps_viewers_and_keys(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; mode 800 600", NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    look_whole(trial, client);
    for (int i = 0; i < 3; i++) {
        guest_say(stand.guest, "reset");
        while (strcmp(guest_event(stand.guest), "ready holdfast-guest 1") != 0)
            continue;
        guest_say(stand.guest, "noise 0 0 300 300 %d", i);
        stand_compare(&stand, client, 0);
        keys_tap(trial, client, 'a');
        keys_expect(stand.guest, "+1e -1e");
    }
}

/* ---- stopping ---- */

static void what_was_drawn_before_a_stop_is_still_shown(struct trial *trial)
{
    struct stand stand =
        stand_start(trial, trial->data, NULL, NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    guest_say(stand.guest, "display %s", strcmp(trial->data, STAND_VGA) ? "virtio" : "vbe");
    guest_say(stand.guest, "scene still");
    stand_compare(&stand, client, 0);
    for (unsigned i = 0; i < 10; i++) {
        guest_say(stand.guest, "fill %u %u 60 50 %06x", i * 50, i * 40, 0x123456 * (i + 1) & 0xffffff);
        qmp_run(stand.guest->qmp, "stop", NULL);
        daemon_wait_machine(stand.daemon, "web1", "paused");
        look_until(trial, client, guest_screendump(stand.guest, stand.device, 0), 0);
        /* A stopped machine shows its picture to those who come, too. */
        struct client *late = stand_look(&stand, VIEW, NULL);
        look_until(trial, late, guest_screendump(stand.guest, stand.device, 0), 0);
        look_leave(late);
        qmp_run(stand.guest->qmp, "cont", NULL);
        daemon_wait_machine(stand.daemon, "web1", "running");
    }
    keys_tap(trial, client, 'a');
    keys_expect(stand.guest, "+1e -1e");
}

/* ---- attach and detach ---- */

static void attached_by_hand_and_detached(struct trial *trial)
{
    struct guest_options options = {.append = "display vbe; mode 640 480; scene still"};
    struct guest *guest = guest_start(trial, &options);
    struct daemon *daemon = daemon_start(trial, "", "auth { methods = {none} }");
    char *place = trial_text(trial, "qmp:%s", guest->qmp_path);
    char *any = trial_text(trial, "unix:%s/any", trial->folder);
    const char *output = "";

    for (int round = 0; round < 3; round++) {
        trial_check(trial, daemon_ctl(daemon, &output, "attach", "blue", place, NULL) == 0,
                    "attach: %s", output);
        daemon_wait_machine(daemon, "blue", "running");
        struct client *client = look_open(trial, any, VIEW, NULL);
        look_until(trial, client, guest_screendump(guest, "vga", 0), 0);
        trial_check(trial, strcmp(client->name, "blue") == 0, "the desktop is called '%s'",
                    client->name);
        trial_check(trial, daemon_ctl(daemon, &output, "attach", "green", place, NULL) == 1,
                    "one place was attached twice: %s", output);
        trial_check(trial, daemon_ctl(daemon, &output, "detach", "blue", NULL) == 0, "detach: %s",
                    output);
        trial_check(trial, daemon_machine(daemon, "blue") == NULL, "it is still listed");
        look_must(trial, client, client_wait_close(client, PATIENCE_MS), "the end of the viewer");
        guest_say(guest, "echo still here");
    }
    trial_check(trial, daemon_ctl(daemon, &output, "detach", "blue", NULL) == 1, "detached twice");
    trial_check(trial, daemon_ctl(daemon, &output, "attach", "x", "nonsense:y", NULL) == 1,
                "nonsense was attached");
}

/* ---- the discover folder ---- */

static struct guest *start_in(struct trial *trial, const char *folder, const char *name,
                              const char *uuid)
{
    struct guest_options options = {.name = name,
                                    .uuid = uuid,
                                    .socket = trial_text(trial, "%s/%s.sock", folder, name),
                                    .append = "display vbe; mode 640 480; scene still"};

    return guest_start(trial, &options);
}

static void sockets_come_and_go_in_a_folder(struct trial *trial)
{
    char *folder = trial_path(trial, "q"), *any = trial_text(trial, "unix:%s/any", trial->folder);
    struct daemon *daemon = daemon_start(
        trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");

    mkdir(folder, 0700);
    struct guest *one = start_in(trial, folder, "one", "11111111-1111-4111-8111-111111111111");
    json_t *machine = daemon_wait_machine(daemon, "one", "running");
    trial_check(trial,
                strcmp(json_string_value(json_object_get(machine, "uuid")),
                       "11111111-1111-4111-8111-111111111111") == 0,
                "another UUID is told");
    struct client *client = look_open(trial, any, VIEW, NULL);
    look_until(trial, client, guest_screendump(one, "vga", 0), 0);

    start_in(trial, folder, "two", "22222222-2222-4222-8222-222222222222");
    daemon_wait_machine(daemon, "two", "running");
    /* QEMU dies, its socket stays: it is waited for while the file is there. */
    guest_kill(one);
    daemon_wait_machine(daemon, "one", "waiting");
    look_leave(client);
    unlink(one->qmp_path);
    daemon_wait_no_machine(daemon, "one");
    trial_check(trial, strcmp(machine_state(daemon, "two"), "running") == 0, "the other one went");
    guest_restart(one);
    daemon_wait_machine(daemon, "one", "running");
}

static void links_in_the_folder_are_followed(struct trial *trial)
{
    char *folder = trial_path(trial, "q");

    mkdir(folder, 0700);
    struct guest *guest = guest_start(trial, NULL);
    struct daemon *daemon = daemon_start(
        trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");
    trial_check(trial, symlink(guest->qmp_path, trial_text(trial, "%s/x.sock", folder)) == 0,
                "symlink");
    daemon_wait_machine(daemon, "web1", "running");
}

static void accept_and_babble(struct trial *trial, int listener)
{
    static const char garbage[] = "220 mail.example ESMTP\r\n{\"QMP\": [[[[[[[[[\n\xff\xfe\n";
    int fd = accept(listener, NULL, NULL);

    if (fd >= 0 && send(fd, garbage, sizeof(garbage) - 1, MSG_NOSIGNAL) < 0)
        trial_check(trial, fd >= 0, "accept");
    if (fd >= 0)
        close(fd);
}

static void bad_sockets_do_not_delay_good_ones(struct trial *trial)
{
    char *folder = trial_path(trial, "q");

    mkdir(folder, 0700);
    int garbage = socket_listen_unix(trial, trial_text(trial, "%s/a-garbage.sock", folder));
    socket_listen_unix(trial, trial_text(trial, "%s/b-mute.sock", folder));
    close(dup(socket_listen_unix(trial, trial_text(trial, "%s/c-mute.sock", folder))));
    trial_write_file(trial, trial_text(trial, "%s/d-file.sock", folder), "no socket\n");
    (void)!symlink("nowhere", trial_text(trial, "%s/e-dangling.sock", folder));
    (void)!symlink("f-loop.sock", trial_text(trial, "%s/f-loop.sock", folder));
    struct daemon *daemon = daemon_start(
        trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");
    accept_and_babble(trial, garbage);
    struct guest *guest = start_in(trial, folder, "zebra", "33333333-3333-4333-8333-333333333333");
    daemon_wait_machine(daemon, "zebra", "running");
    struct client *client =
        look_open(trial, trial_text(trial, "unix:%s/any", trial->folder), VIEW, NULL);
    for (int i = 0; i < 5; i++) {
        accept_and_babble(trial, garbage);
        guest_say(guest, "noise 0 0 100 100 %d", i);
        look_until(trial, client, guest_screendump(guest, "vga", 0), 0);
    }
    trial_check(trial, json_array_size(daemon_ask(daemon, "GET", "/v1/machines", NULL)) == 1,
                "something that is no machine is listed");
}

static void machines_without_a_uuid_never_merge(struct trial *trial)
{
    char *folder = trial_path(trial, "q");

    mkdir(folder, 0700);
    struct daemon *daemon = daemon_start(
        trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");
    start_in(trial, folder, "one", "");
    start_in(trial, folder, "two", "00000000-0000-0000-0000-000000000000");
    daemon_wait_machine(daemon, "one", "running");
    daemon_wait_machine(daemon, "two", "running");
}

/* ---- which machine ---- */

static const char two_patterns[] =
    "machine small { place = {\"pattern:320x200\"} listen = {\"127.0.0.1:0\"} %s }\n"
    "machine large { place = {\"pattern:640x400\"} listen = {\"127.0.0.1:0\"} %s }\n";

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *patterns(struct trial *trial, const char *small, const char *large)
{
    return trial_text(trial, two_patterns, small, large);
}
#pragma GCC diagnostic pop

static void the_common_port_tells_who_named_none(struct trial *trial)
{
    struct daemon *daemon =
        daemon_start(trial, "listen = {\"127.0.0.1:0\"}",
                     trial_text(trial, "auth { methods = {none} }\n%s", patterns(trial, "", "")));

    daemon_wait_machine(daemon, "small", "running");
    daemon_wait_machine(daemon, "large", "running");
    for (int version = 3007; version <= 3008; version++) {
        struct client_options options = {.version = version};
        struct client *client = client_new(&options);
        int result = client_connect(client, daemon_tcp(daemon, NULL), PATIENCE_MS);
        trial_check(trial, result == -EACCES, "version %d: not refused, but %d", version, result);
        const char *why = client_why(client);
        const char *at_small = trial_text(trial, "small at %s", daemon_tcp(daemon, "small"));
        const char *at_large = trial_text(trial, "large at %s", daemon_tcp(daemon, "large"));
        trial_check(trial, strstr(why, at_small) && strstr(why, at_large),
                    "the refusal does not name them: %s", why);
        client_free(&client);
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
    struct daemon *daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\"}",
        trial_text(trial, "auth { methods = {vnc} }\n%s",
                   patterns(trial, "password-file = \"$/small.pw\"",
                            "password-file = \"$/large.pw\"")));
    const char *any = daemon_tcp(daemon, NULL);

    daemon_wait_machine(daemon, "small", "running");
    daemon_wait_machine(daemon, "large", "running");
    trial_check(trial, log_in(trial, any, "sesame")->picture.width_px == 320, "not the small one");
    trial_check(trial, log_in(trial, any, "abracada")->picture.width_px == 640, "not the large one");
    trial_check(trial, log_in(trial, any, "look")->picture.width_px == 320, "not the small one");
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
        look_must(trial, looks, client_wait_message(looks, CLIENT_UPDATE, PATIENCE_MS), "an update");
        keys_tap(trial, types, 'b');
        keys_expect(guest, "+30 -30");
    }
    keys_expect_no_more(guest, types);
}

/* ---- idle, and the end ---- */

static void without_viewers_the_display_is_let_go(struct trial *trial)
{
    struct guest *guest = guest_start(trial, NULL);
    struct daemon *daemon = daemon_start(
        trial, "listener-idle = 200ms",
        trial_text(trial,
                   "auth { methods = {none} }\n"
                   "machine web1 { place = {\"qmp:%s\"} listen = {\"unix:$/view\"} }",
                   guest->qmp_path));
    char *address = trial_text(trial, "unix:%s/view", trial->folder);

    daemon_wait_machine(daemon, "web1", "running");
    int before = process_descriptors(daemon->process);
    for (int round = 0; round < 3; round++) {
        struct client *client = look_open(trial, address, VIEW, NULL);
        look_until(trial, client, guest_screendump(guest, "vga", 0), 0);
        trial_check(trial, process_descriptors(daemon->process) >= before + 2,
                    "no connection to the display while a viewer is there");
        look_leave(client);
        int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
        /* the first count may hold a connection of ours to the control socket */
        while (process_descriptors(daemon->process) > before)
            trial_look_again(trial, deadline_ms, "as few descriptors as before");
    }
}

static void sigterm_ends_it_well(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; scene window; run 30", NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    look_whole(trial, client);
    daemon_stop(stand.daemon);
    look_must(trial, client, client_wait_close(client, PATIENCE_MS), "the end of the viewer");
    trial_check(trial, access(stand.daemon->control_path, F_OK) < 0, "the control socket stays");
    trial_check(trial, access(trial_path(trial, "view"), F_OK) < 0, "the viewers' socket stays");
    guest_say(stand.guest, "echo the machine runs on");
}

static void a_reload_adds_and_a_bad_file_changes_nothing(struct trial *trial)
{
    struct daemon *daemon = daemon_start(
        trial, "",
        "auth { methods = {none} }\n"
        "machine one { place = {\"pattern:320x200\"} listen = {\"unix:$/view\"} }");
    daemon_wait_machine(daemon, "one", "running");
    char *config = trial_read_file(trial, daemon->config_path, NULL);
    char *address = trial_text(trial, "unix:%s/view", trial->folder);
    struct client *client = look_open(trial, address, VIEW, NULL);

    look_whole(trial, client);
    trial_write_file(trial, daemon->config_path,
                     trial_text(trial, "%s\nmachine two { place = {\"pattern:64x48\"} }\n", config));
    kill(daemon->process->pid, SIGHUP);
    daemon_wait_machine(daemon, "two", "running");
    trial_write_file(trial, daemon->config_path, "server { listen = \n");
    kill(daemon->process->pid, SIGHUP);
    process_wait_log(daemon->process, "holdfast.conf:", PATIENCE_MS);
    trial_check(trial, daemon_machine(daemon, "one") && daemon_machine(daemon, "two"),
                "a bad file took machines away");
    look_must(trial, client, client_request_all(client, false), "a request");
    look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS), "an update");
}

static const struct trial_row rows[] = {
    {"viewers stay when QEMU is killed, and see it again", viewers_stay_when_qemu_is_killed, NULL,
     false},
    {"a viewer may come before the machine", a_viewer_may_come_before_the_machine, NULL, false},
    {"a guest that powers off leaves its viewers", a_guest_that_powers_off_leaves_its_viewers, NULL,
     false},
    {"a reset keeps viewers and keys", a_reset_keeps_viewers_and_keys, NULL, false},
    {"what std VGA drew before a stop is still shown", what_was_drawn_before_a_stop_is_still_shown,
     STAND_VGA, false},
    {"what virtio drew before a stop is still shown", what_was_drawn_before_a_stop_is_still_shown,
     STAND_VIRTIO, false},
    {"machines are attached by hand and detached", attached_by_hand_and_detached, NULL, false},
    {"sockets come and go in a folder", sockets_come_and_go_in_a_folder, NULL, false},
    {"links in the folder are followed", links_in_the_folder_are_followed, NULL, false},
    {"bad sockets do not delay good ones", bad_sockets_do_not_delay_good_ones, NULL, false},
    {"machines without a UUID never merge", machines_without_a_uuid_never_merge, NULL, false},
    {"the common port tells who named none", the_common_port_tells_who_named_none, NULL, false},
    {"a password picks the machine", a_password_picks_the_machine, NULL, false},
    {"a read-only password types nothing", a_read_only_password_types_nothing, NULL, false},
    {"without viewers the display is let go", without_viewers_the_display_is_let_go, NULL, false},
    {"SIGTERM ends it well", sigterm_ends_it_well, NULL, false},
    {"a reload adds, and a bad file changes nothing", a_reload_adds_and_a_bad_file_changes_nothing,
     NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "lifecycle", rows, ARRAY_SIZE(rows));
}
