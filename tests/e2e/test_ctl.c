/* SPDX-License-Identifier: GPL-2.0-or-later */
/* holdfastctl: lists, screenshots, typing and keys, as people call it. */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

/* ---- screenshots ---- */

/* QEMU tells of what VGA memory holds within a moment: a guest that stands still is looked at.
 */
static void a_screenshot_is_what_the_machine_shows(struct trial *trial)
{
    const char *device = trial->data;
    struct stand stand = stand_start(
        trial, device, strcmp(device, STAND_VGA) ? "display virtio" : "display vbe", NULL);
    char *path = trial_path(trial, "shot.png");
    const char *output = "";

    guest_say(stand.guest, "mode 800 600");
    guest_say(stand.guest, "scene photo");
    for (int i = 0; i < 3; i++) {
        struct client *client =
            i == 1 ? stand_look(&stand, "zrle,cursor,desktopsize", NULL) : NULL;
        if (client)
            stand_compare(&stand, client, 0);
        trial_check(trial,
                    daemon_ctl(stand.daemon, &output, "screenshot", "web1", path, NULL) == 0,
                    "screenshot: %s", output);
        look_must_png(trial, path, guest_screendump(stand.guest, stand.device, 0));
        unlink(path);
    }
}

static void a_screenshot_shows_all_heads_or_one(struct trial *trial)
{
    struct stand stand = stand_start(
        trial, STAND_TWO_HEADS,
        "display virtio; mode 640 480; head2 on 320 240; scene still; scene photo 0 1", NULL);
    struct client *client = stand_look(&stand, "zrle,cursor,desktopsize", NULL);
    struct shot head[2] = {guest_screendump(stand.guest, stand.device, 0),
                           guest_screendump(stand.guest, stand.device, 1)};
    struct shot both = stand_side_by_side(trial, head[0], head[1]);
    char *path = trial_path(trial, "shot.png");
    const char *output = "";

    look_until(trial, client, both, 0);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "screenshot", "web1", path, NULL) == 0,
                "screenshot: %s", output);
    look_must_png(trial, path, both);
    for (int i = 0; i < 2; i++) {
        trial_check(trial,
                    daemon_ctl(stand.daemon, &output, "screenshot", "--head", i ? "1" : "0",
                               "web1", path, NULL) == 0,
                    "screenshot: %s", output);
        look_must_png(trial, path, head[i]);
    }
}

static void a_screenshot_that_cannot_be_leaves_no_file(struct trial *trial)
{
    struct daemon *daemon = daemon_start(
        trial, "",
        "auth { methods = {none} }\nmachine gone { place = {\"qmp:$/nowhere.qmp\"} }");
    char *path = trial_path(trial, "shot.png");
    const char *output = "";

    trial_check(trial, daemon_ctl(daemon, &output, "screenshot", "nobody", path, NULL) == 1,
                "a machine that is not there: %s", output);
    trial_check(trial, strstr(output, "nobody") != NULL, "it does not say which machine: %s",
                output);
    trial_check(trial, daemon_ctl(daemon, &output, "screenshot", "gone", path, NULL) == 1,
                "a machine without a place: %s", output);
    trial_check(trial, access(path, F_OK) < 0, "there is a file");
}

/* ---- typing and keys ---- */

static void text_is_typed(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, NULL, "keymap = \"de\"");
    const char *output = "";

    guest_forget_events(stand.guest);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "type", "web1", "aZ@/ß\n", NULL) == 0,
                "type: %s", output);
    keys_expect(stand.guest, "+1e -1e +2a +15 -15 -2a +e038 +10 -10 -e038 "
                             "+2a +08 -08 -2a +0c -0c +1c -1c");
    trial_check(trial,
                daemon_ctl(stand.daemon, &output, "type", "web1", "ab\xe6\xbc\xa2", NULL) == 1,
                "a Chinese character on a German keyboard: %s", output);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "type", "nobody", "a", NULL) == 1,
                "a machine that is not there: %s", output);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "keys", "web1", "f12", NULL) == 0,
                "keys: %s", output);
    keys_expect(stand.guest, "+58 -58"); /* nothing was typed between */
}

static void keys_are_pressed_together_and_in_turn(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, NULL, NULL);
    const char *output = "";

    guest_forget_events(stand.guest);
    trial_check(trial,
                daemon_ctl(stand.daemon, &output, "keys", "web1", "ctrl-alt-delete", NULL) == 0,
                "keys: %s", output);
    keys_expect(stand.guest, "+1d +38 +e053");
    keys_expect_set(stand.guest, "-e053 -38 -1d");
    trial_check(
        trial, daemon_ctl(stand.daemon, &output, "keys", "web1", "f1", "enter", "x", NULL) == 0,
        "keys: %s", output);
    keys_expect(stand.guest, "+3b -3b +1c -1c +2d -2d");
    trial_check(trial,
                daemon_ctl(stand.daemon, &output, "keys", "web1", "ctrl-nonsense", NULL) == 1,
                "a key that there is not: %s", output);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "keys", "web1", "f12", NULL) == 0,
                "keys: %s", output);
    keys_expect(stand.guest, "+58 -58");
}

/* ---- lists ---- */

static json_t *ctl_json(struct stand *stand, const char *verb)
{
    const char *output = "";
    int status = daemon_ctl(stand->daemon, &output, "--json", verb, NULL);
    json_t *json = json_loads(output, 0, NULL);

    trial_check(stand->trial, status == 0 && json, "%s: status %d: %s", verb, status, output);
    return json;
}

static void machines_are_listed(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; mode 800 600", NULL);
    struct client *client = stand_look(&stand, "zrle,cursor,desktopsize", NULL);
    const char *output = "", *name, *uuid, *state, *place, *place_state;
    int width, height, viewers, active;

    stand_compare(&stand, client, 0);
    daemon_wait_machine(stand.daemon, "web1", "running");
    json_t *list = ctl_json(&stand, "machines");
    int bad = json_unpack(list, "[{s:s, s:s, s:s, s:[i,i], s:i, s:[{s:s, s:s, s:b}]}]", "name",
                          &name, "uuid", &uuid, "state", &state, "size", &width, &height,
                          "viewers", &viewers, "places", "place", &place, "state", &place_state,
                          "active", &active);
    trial_check(trial, !bad, "machines --json has another form");
    trial_check(trial,
                !strcmp(name, "web1") && !strcmp(uuid, GUEST_UUID) &&
                    !strcmp(state, "running") && width == 800 && height == 600 &&
                    viewers == 1 && active && !strcmp(place_state, "running") &&
                    !strcmp(place, trial_text(trial, "qmp:%s", stand.guest->qmp_path)),
                "machines: %s %s %s %dx%d, %d viewers, %s %s", name, uuid, state, width, height,
                viewers, place, place_state);
    trial_check(trial, json_is_null(json_object_get(json_array_get(list, 0), "driver")),
                "somebody drives");
    trial_check(trial, json_is_integer(json_object_get(json_array_get(list, 0), "switches")),
                "no number of switches");
    json_decref(list);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "machines", NULL) == 0, "machines");
    trial_check(trial, strstr(output, "web1") && strstr(output, "running"), "machines: %s",
                output);
}

static void the_status_tells_of_listeners(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, NULL, NULL);
    const char *output = "", *version;
    int pid, machines;

    json_t *status = ctl_json(&stand, "status");
    int bad = json_unpack(status, "{s:s, s:i, s:i}", "version", &version, "pid", &pid,
                          "machines", &machines);
    trial_check(trial, !bad && pid == (int)stand.daemon->process->pid && machines == 1,
                "status --json has another form, pid or number");
    size_t with_machine = 0, n = json_array_size(json_object_get(status, "listeners"));
    for (size_t i = 0; i < n; i++) {
        json_t *listener = json_array_get(json_object_get(status, "listeners"), i);
        const char *machine = json_string_value(json_object_get(listener, "machine"));
        const char *address = json_string_value(json_object_get(listener, "address"));
        trial_check(trial, address != NULL, "a listener without an address");
        with_machine += machine && !strcmp(machine, "web1") && !strcmp(address, stand.address);
    }
    trial_check(trial, n >= 2 && with_machine >= 1, "%zu listeners, %zu of the machine", n,
                with_machine);
    json_decref(status);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "status", NULL) == 0, "status");
    trial_check(trial, strstr(output, stand.address) != NULL, "status: %s", output);
}

static void mistakes_are_told(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, NULL, NULL);
    const char *output = "";
    struct stat st;

    trial_check(trial, daemon_ctl(stand.daemon, &output, "dance", NULL) == 2,
                "an unknown verb");
    trial_check(trial, daemon_ctl(stand.daemon, &output, "attach", "x", NULL) == 2,
                "a missing argument");
    trial_check(trial,
                daemon_ctl(stand.daemon, &output, "--help", NULL) == 0 &&
                    strstr(output, "screenshot"),
                "--help: %s", output);
    trial_check(trial,
                stat(stand.daemon->control_path, &st) == 0 && (st.st_mode & 07777) == 0660,
                "the control socket's mode is %o", st.st_mode & 07777);
    daemon_stop(stand.daemon);
    trial_check(trial, daemon_ctl(stand.daemon, &output, "machines", NULL) == 1, "no daemon");
    trial_check(trial, strstr(output, stand.daemon->control_path) != NULL,
                "it does not say where it looked: %s", output);
}

static const struct trial_row rows[] = {
    {"a screenshot is what std VGA shows", a_screenshot_is_what_the_machine_shows, STAND_VGA,
     false},
    {"a screenshot is what virtio shows", a_screenshot_is_what_the_machine_shows, STAND_VIRTIO,
     false},
    {"a screenshot shows all heads or one", a_screenshot_shows_all_heads_or_one, NULL, false},
    {"a screenshot that cannot be leaves no file", a_screenshot_that_cannot_be_leaves_no_file,
     NULL, false},
    {"text is typed", text_is_typed, NULL, false},
    {"keys are pressed together and in turn", keys_are_pressed_together_and_in_turn, NULL,
     false},
    {"machines are listed", machines_are_listed, NULL, false},
    {"the status tells of listeners", the_status_tells_of_listeners, NULL, false},
    {"mistakes are told", mistakes_are_told, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "ctl", rows, ARRAY_SIZE(rows));
}
