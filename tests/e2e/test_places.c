/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines are attached by hand, or found in a folder of sockets. */
#include <config.h>
#include "tests/e2e/socket.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define VIEW "zrle,cursor,desktopsize"

static const char *machine_state(struct daemon *daemon, const char *name)
{
    const char *state =
        json_string_value(json_object_get(daemon_machine(daemon, name), "state"));

    return state ? state : "not there";
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
        trial_check(trial, daemon_ctl(daemon, &output, "detach", "blue", NULL) == 0,
                    "detach: %s", output);
        trial_check(trial, daemon_machine(daemon, "blue") == NULL, "it is still listed");
        look_must(trial, client, client_wait_close(client, PATIENCE_MS),
                  "the end of the viewer");
        guest_say(guest, "echo still here");
    }
    trial_check(trial, daemon_ctl(daemon, &output, "detach", "blue", NULL) == 1,
                "detached twice");
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
    char *folder = trial_path(trial, "q"),
         *any = trial_text(trial, "unix:%s/any", trial->folder);
    struct daemon *daemon =
        daemon_start(trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");

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
    trial_check(trial, strcmp(machine_state(daemon, "two"), "running") == 0,
                "the other one went");
    guest_restart(one);
    daemon_wait_machine(daemon, "one", "running");
}

static void links_in_the_folder_are_followed(struct trial *trial)
{
    char *folder = trial_path(trial, "q");

    mkdir(folder, 0700);
    struct guest *guest = guest_start(trial, NULL);
    struct daemon *daemon =
        daemon_start(trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");
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
    struct daemon *daemon =
        daemon_start(trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");
    accept_and_babble(trial, garbage);
    struct guest *guest =
        start_in(trial, folder, "zebra", "33333333-3333-4333-8333-333333333333");
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
    struct daemon *daemon =
        daemon_start(trial, "", "auth { methods = {none} }\ndiscover { qmp = \"$/q\" }");
    start_in(trial, folder, "one", "");
    start_in(trial, folder, "two", "00000000-0000-0000-0000-000000000000");
    daemon_wait_machine(daemon, "one", "running");
    daemon_wait_machine(daemon, "two", "running");
}

static const struct trial_row rows[] = {
    {"machines are attached by hand and detached", attached_by_hand_and_detached, NULL, false},
    {"sockets come and go in a folder", sockets_come_and_go_in_a_folder, NULL, false},
    {"links in the folder are followed", links_in_the_folder_are_followed, NULL, false},
    {"bad sockets do not delay good ones", bad_sockets_do_not_delay_good_ones, NULL, false},
    {"machines without a UUID never merge", machines_without_a_uuid_never_merge, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "places", rows, ARRAY_SIZE(rows));
}
