/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/interop/room.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/look.h"
#include "tests/e2e/trial.h"

#include <stdlib.h>
#include <string.h>

static const char *const vga[] = {"VGA,id=" ROOM_VGA, NULL};
static const char *const virtio[] = {"virtio-vga,id=" ROOM_VIRTIO, NULL};

static int port_of(const char *address)
{
    return atoi(strrchr(address, ':') + 1);
}

struct room room_start_as(struct trial *trial, const char *device, const char *append,
                          const char *machine, const char *auth, const char *sections)
{
    struct room room = {.trial = trial, .device = device};
    const struct guest_options options = {
        .device = strcmp(device, ROOM_VGA) == 0 ? vga : virtio, .append = append};

    room.guest = guest_start(trial, &options);
    room.daemon = daemon_start(
        trial, "listen = {\"127.0.0.1:0\", \"unix:$/any\"}",
        trial_text(trial, "%s\nauth { %s }\nmachine web1 {\n  place = {\"qmp:%s\"}\n  %s\n}",
                   sections, auth, room.guest->qmp_path, machine ? machine : ""));
    room.port = port_of(daemon_tcp(room.daemon, NULL));
    daemon_wait_machine(room.daemon, "web1", "running");
    room.screen = screen_start(trial);
    return room;
}

struct room room_start_with(struct trial *trial, const char *device, const char *append,
                            const char *machine, const char *method)
{
    return room_start_as(trial, device, append, machine,
                         trial_text(trial, "methods = {%s}", method), "");
}

struct room room_start(struct trial *trial, const char *device, const char *append,
                       const char *machine)
{
    return room_start_with(trial, device, append, machine, "none");
}

void room_hide_pointer(struct room *room)
{
    struct trial *trial = room->trial;

    look_whole(trial, look_open(trial, trial_text(trial, "unix:%s/any", trial->folder),
                                "zrle,cursor,desktopsize", NULL));
    guest_say(room->guest, "cursor empty 0 0");
}

void room_expect_size(struct room *room, int width_px, int height_px)
{
    const char *wanted = trial_text(room->trial, "display 0 %d %d", width_px, height_px),
               *event;

    do {
        event = guest_event_within(room->guest, PATIENCE_MS);
        trial_check(room->trial, event != NULL, "the machine is not asked for %dx%d", width_px,
                    height_px);
    } while (strcmp(event, wanted) != 0);
}

struct shot room_stop(struct room *room)
{
    qmp_run(room->guest->qmp, "stop", NULL);
    return guest_screendump(room->guest, room->device, 0);
}

void room_go_on(struct room *room)
{
    qmp_run(room->guest->qmp, "cont", NULL);
}
