/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines stop, go and come back; viewers stay. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define VIEW "zrle,cursor,desktopsize"

static const char *machine_state(struct daemon *daemon, const char *name)
{
    const char *state =
        json_string_value(json_object_get(daemon_machine(daemon, name), "state"));

    return state ? state : "not there";
}

/* ---- QEMU comes and goes ---- */

static void viewers_stay_when_qemu_is_killed(struct trial *trial)
{
    struct stand stand =
        stand_start(trial, STAND_VGA, "display vbe; mode 800 600; scene still", NULL);
    struct client *client[3];

    for (size_t i = 0; i < ARRAY_SIZE(client); i++) {
        client[i] =
            stand_look(&stand, i ? VIEW : "tight,quality=6,cursor,extendeddesktopsize", NULL);
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

/*
 * QEMU 7.2 can hang on its way out when a QMP command ends in that moment; so nothing is
 * stopped and continued before, which makes the daemon ask.
 */
static void a_guest_that_powers_off_leaves_its_viewers(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; scene still", NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    look_until(trial, client, guest_screendump(stand.guest, stand.device, 0), 0);
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
    struct stand stand = stand_start(trial, trial->data, NULL, NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    guest_say(stand.guest, "display %s", strcmp(trial->data, STAND_VGA) ? "virtio" : "vbe");
    guest_say(stand.guest, "scene still");
    stand_compare(&stand, client, 0);
    for (unsigned i = 0; i < 10; i++) {
        guest_say(stand.guest, "fill %u %u 60 50 %06x", i * 50, i * 40,
                  0x123456 * (i + 1) & 0xffffff);
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
    struct stand stand =
        stand_start(trial, STAND_VGA, "display vbe; scene window; run 30", NULL);
    struct client *client = stand_look(&stand, VIEW, NULL);

    look_whole(trial, client);
    daemon_stop(stand.daemon);
    look_must(trial, client, client_wait_close(client, PATIENCE_MS), "the end of the viewer");
    trial_check(trial, access(stand.daemon->control_path, F_OK) < 0,
                "the control socket stays");
    trial_check(trial, access(trial_path(trial, "view"), F_OK) < 0,
                "the viewers' socket stays");
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
    trial_write_file(
        trial, daemon->config_path,
        trial_text(trial, "%s\nmachine two { place = {\"pattern:64x48\"} }\n", config));
    kill(daemon->process->pid, SIGHUP);
    daemon_wait_machine(daemon, "two", "running");
    trial_write_file(trial, daemon->config_path, "server { listen = \n");
    kill(daemon->process->pid, SIGHUP);
    process_wait_log(daemon->process, "holdfast.conf:", PATIENCE_MS);
    trial_check(trial, daemon_machine(daemon, "one") && daemon_machine(daemon, "two"),
                "a bad file took machines away");
    look_must(trial, client, client_request_all(client, false), "a request");
    look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
              "an update");
}

static const struct trial_row rows[] = {
    {"viewers stay when QEMU is killed, and see it again", viewers_stay_when_qemu_is_killed,
     NULL, false},
    {"a viewer may come before the machine", a_viewer_may_come_before_the_machine, NULL, false},
    {"a guest that powers off leaves its viewers", a_guest_that_powers_off_leaves_its_viewers,
     NULL, false},
    {"a reset keeps viewers and keys", a_reset_keeps_viewers_and_keys, NULL, false},
    {"what std VGA drew before a stop is still shown",
     what_was_drawn_before_a_stop_is_still_shown, STAND_VGA, false},
    {"what virtio drew before a stop is still shown",
     what_was_drawn_before_a_stop_is_still_shown, STAND_VIRTIO, false},
    {"without viewers the display is let go", without_viewers_the_display_is_let_go, NULL,
     false},
    {"SIGTERM ends it well", sigterm_ends_it_well, NULL, false},
    {"a reload adds, and a bad file changes nothing",
     a_reload_adds_and_a_bad_file_changes_nothing, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "lifecycle", rows, ARRAY_SIZE(rows));
}
